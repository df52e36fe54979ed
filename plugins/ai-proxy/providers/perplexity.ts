// Perplexity's Agent API; Sonar's chat completions ended on 2026-09-27.
// https://docs.perplexity.ai/docs/agent-api/migrate-from-sonar/overview
import { perplexityOutbound } from '../../../kong/llm/formats/perplexity/outbound.ts';
import { BEARER, type Provider } from './provider.ts';

export const perplexity: Provider = {
  docs: 'https://docs.perplexity.ai/docs/agent-api/openai-compatibility',
  baseUrl: 'https://api.perplexity.ai',
  chat: () => perplexityOutbound,
  chatPath: '/v1/responses',
  endpoints: { 'openai-responses': '/v1/responses', 'openai-embeddings': '/v1/embeddings' },
  key: BEARER,
};
