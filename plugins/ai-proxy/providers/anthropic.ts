// Anthropic's own API. https://docs.anthropic.com/en/api/overview
import { anthropicOutbound } from '../../../kong/llm/formats/anthropic/outbound.ts';
import type { Provider } from './provider.ts';

export const anthropic: Provider = {
  docs: 'https://docs.anthropic.com/en/api/overview',
  baseUrl: 'https://api.anthropic.com/v1',
  chat: () => anthropicOutbound,
  chatPath: '/messages',
  endpoints: { 'anthropic-count-tokens': '/messages/count_tokens' },
  key: { header: 'x-api-key', prefix: '' },
  headers: { 'anthropic-version': '2023-06-01' },
};
