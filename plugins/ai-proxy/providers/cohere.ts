// Cohere's v2 API. https://docs.cohere.com/reference/chat
import { cohereOutbound } from '../../../kong/llm/formats/cohere/outbound.ts';
import { cohereEmbeddings } from '../../../kong/llm/formats/openai-embeddings/words.ts';
import { cohereRerank } from '../../../kong/llm/formats/rerank/words.ts';
import { BEARER, type Provider } from './provider.ts';

export const cohere: Provider = {
  docs: 'https://docs.cohere.com/reference/chat',
  baseUrl: 'https://api.cohere.com/v2',
  chat: () => cohereOutbound,
  chatPath: '/chat',
  endpoints: {},
  words(format) {
    if (format === 'openai-embeddings') return cohereEmbeddings();
    return format === 'rerank' ? cohereRerank() : undefined;
  },
  key: BEARER,
};
