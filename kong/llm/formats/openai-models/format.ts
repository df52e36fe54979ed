// The list of models. https://platform.openai.com/docs/api-reference/models/list
import { fields } from '../../fields.ts';
import type { Format } from '../../format.ts';
import { endpoint } from '../parts.ts';

export const openaiModels: Format = endpoint({
  name: 'openai-models',
  operation: 'models',
  media: 'none',
  fields: fields(),
  check: () => undefined,
});

export interface ListedModel {
  id: string;
  /** Who serves it. */
  owner: string;
}

/** Clients of Anthropic's, Google's and OpenAI's libraries read the same list: each finds its own fields. */
export function modelList(models: readonly ListedModel[]): Record<string, unknown> {
  return {
    object: 'list',
    data: models.map(({ id, owner }) => ({
      id,
      object: 'model',
      created: 0,
      owned_by: owner,
      type: 'model',
      display_name: id,
      created_at: new Date(0).toISOString(),
    })),
    models: models.map(({ id }) => ({
      name: `models/${id}`,
      displayName: id,
      supportedGenerationMethods: ['generateContent', 'countTokens'],
    })),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  };
}
