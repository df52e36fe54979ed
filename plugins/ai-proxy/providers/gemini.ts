// Google AI (Gemini API). https://ai.google.dev/api
import { geminiOutbound } from '../../../kong/llm/formats/gemini/outbound.ts';
import type { Provider } from './provider.ts';

export const gemini: Provider = {
  docs: 'https://ai.google.dev/api',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  chat: () => geminiOutbound,
  // The format names the model and the method itself.
  chatPath: '/models',
  endpoints: {},
  key: { header: 'x-goog-api-key', prefix: '' },
};
