// GET /v1/models of the demo model. The other endpoints take any model name and give it back.
import { badRequest, type Endpoint, sendJson } from './http.ts';

const MODELS = ['demo-chat', 'demo-embedding', 'demo-moderation'].map((id) => ({
  id,
  object: 'model',
  created: 1735689600,
  owned_by: 'kong-ai-plugins-demo',
}));

export const models: Endpoint = (_body, { response }) => {
  sendJson(response, 200, { object: 'list', data: MODELS });
};

export const model: Endpoint = (_body, { request, response }) => {
  const { pathname } = new URL(request.url!, 'http://demo');
  const id = pathname.slice('/v1/models/'.length);
  const found = MODELS.find((known) => known.id === id);
  if (!found) throw badRequest(`The model '${id}' does not exist.`, 'model', 'model_not_found', 404);
  sendJson(response, 200, found);
};
