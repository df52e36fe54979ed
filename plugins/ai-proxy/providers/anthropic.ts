// Anthropic's own API. https://platform.claude.com/docs/en/api/overview
import { anthropicOutbound } from '../../../kong/llm/formats/anthropic/outbound.ts';
import type { Provider } from './provider.ts';

export const anthropic: Provider = {
  docs: 'https://platform.claude.com/docs/en/api/overview',
  baseUrl: 'https://api.anthropic.com/v1',
  chat: () => anthropicOutbound,
  chatPath: '/messages',
  endpoints: { 'anthropic-count-tokens': '/messages/count_tokens' },
  key: { header: 'x-api-key', prefix: '' },
  // Claude Code and others ask for features by this header.
  forward: ['anthropic-beta'],
  headers: { 'anthropic-version': '2023-06-01' },
};
