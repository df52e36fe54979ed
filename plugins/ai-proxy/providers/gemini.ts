// Google AI (Gemini API). https://ai.google.dev/api

import { geminiOutbound } from '../../../kong/llm/formats/gemini/outbound.ts';
import { ownCountTokens, ownEmbeddings } from '../../../kong/llm/formats/gemini/own-words.ts';
import { geminiEmbeddings } from '../../../kong/llm/formats/openai-embeddings/words.ts';
import type { Provider } from './provider.ts';

export const gemini: Provider = {
  docs: 'https://ai.google.dev/api',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  chat: () => geminiOutbound,
  // The format names the model and the method itself.
  chatPath: '/models',
  endpoints: {},
  words(format, model) {
    if (format === 'openai-embeddings') return geminiEmbeddings(model);
    if (format === 'gemini-embeddings') return ownEmbeddings('/models', model);
    return format === 'gemini-count-tokens' ? ownCountTokens('/models', model) : undefined;
  },
  key: { header: 'x-goog-api-key', prefix: '' },
};
