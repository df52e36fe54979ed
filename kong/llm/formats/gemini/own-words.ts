// Endpoints of Gemini's that name the model in the body too: it must be the one in the path.
import type { EndpointWords } from '../../format.ts';
import { type Bag, isObject } from '../../slots.ts';

/** @param base what the path has before the model: it differs between Google AI and Vertex AI */
const modelPath = (base: string, model: string): string =>
  `${base}/${model.split('/').map(encodeURIComponent).join('/')}`;

export const ownCountTokens = (base: string, model: string): EndpointWords => ({
  path: `${modelPath(base, model)}:countTokens`,
  say(body) {
    const { generateContentRequest: whole } = body;
    if (!isObject(whole) || whole.model === undefined) return { body };
    return { body: { ...body, generateContentRequest: { ...whole, model: `models/${model}` } } };
  },
});

export const ownEmbeddings = (base: string, model: string): EndpointWords => {
  const named = (request: Bag): Bag => ({ ...request, model: `models/${model}` });
  return {
    path: `${modelPath(base, model)}:batchEmbedContents`,
    say(body) {
      if (Array.isArray(body.requests)) return { body: { requests: body.requests.map(named) } };
      return {
        body: { requests: [named(body)] },
        read: ({ embeddings, ...rest }) => ({
          embedding: Array.isArray(embeddings) ? embeddings[0] : undefined,
          ...rest,
        }),
      };
    },
  };
};
