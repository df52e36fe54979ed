// Vertex AI: Gemini, and Anthropic's models in Anthropic's format, by their place in a project.
// https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest
// https://docs.anthropic.com/en/api/claude-on-vertex-ai
import type { OutboundChat } from '../../../kong/llm/format.ts';
import { anthropicOutbound } from '../../../kong/llm/formats/anthropic/outbound.ts';
import { geminiOutbound } from '../../../kong/llm/formats/gemini/outbound.ts';
import { ownCountTokens } from '../../../kong/llm/formats/gemini/own-words.ts';
import { vertexEmbeddings } from '../../../kong/llm/formats/openai-embeddings/words.ts';
import { BEARER, type Provider, segment } from './provider.ts';

const google: OutboundChat = {
  ...geminiOutbound,
  path: (model, stream) => `/publishers/google${geminiOutbound.path!(model, stream)}`,
};

/** The path names the model, the body the version. */
const VERSION = { anthropic_version: 'vertex-2023-10-16' };

const claude: OutboundChat = {
  ...anthropicOutbound,
  path: (model, stream) =>
    `/publishers/anthropic/models/${segment(model)}:${stream ? 'streamRawPredict' : 'rawPredict'}`,
  fromCommon(request, saying) {
    const { model: _, ...body } = anthropicOutbound.fromCommon(request, saying);
    return { ...body, ...VERSION };
  },
  adjust: (body, saying) => ({ ...anthropicOutbound.adjust?.(body, saying), model: undefined, ...VERSION }),
};

/** https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude#regions */
function hostOf(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com';
  // The multi-regions have hosts of another kind.
  if (location === 'us' || location === 'eu') return `aiplatform.${location}.rep.googleapis.com`;
  return `${location}-aiplatform.googleapis.com`;
}

export const vertex: Provider = {
  docs: 'https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest',
  baseUrl({ api_endpoint, location_id: location, project_id: project }) {
    if (project === undefined || location === undefined) return undefined;
    const host = api_endpoint ?? hostOf(location);
    return `https://${host}/v1/projects/${project}/locations/${location}`;
  },
  chat: (model) => (model.startsWith('claude') ? claude : google),
  chatPath: '/publishers/google/models',
  endpoints: {},
  words(format, model) {
    if (format === 'openai-embeddings') return vertexEmbeddings(model);
    const counts = format === 'gemini-count-tokens' && !model.startsWith('claude');
    return counts ? ownCountTokens('/publishers/google/models', model) : undefined;
  },
  forward: ['anthropic-beta'],
  key: BEARER,
  signIn: 'gcp',
};
