// Providers as data: where they are, how one signs in, and which format they speak.
import type { OutboundChat } from '../../kong/llm/format.ts';
import { anthropicOutbound } from '../../kong/llm/formats/anthropic/outbound.ts';
import { openaiChatOf } from '../../kong/llm/formats/openai-chat/outbound.ts';

export interface Provider {
  /** Undefined: the target must say where it is. */
  baseUrl?: string;
  chat: OutboundChat;
  chatPath: string;
  /** Sent with every request. */
  headers?: Record<string, string>;
}

export const PROVIDERS = {
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    chat: openaiChatOf('openai'),
    chatPath: '/chat/completions',
  },
  'openai-compatible': {
    chat: openaiChatOf('openai-compatible'),
    chatPath: '/chat/completions',
  },
  anthropic: {
    baseUrl: 'https://api.anthropic.com/v1',
    chat: anthropicOutbound,
    chatPath: '/messages',
    headers: { 'anthropic-version': '2023-06-01' },
  },
} as const satisfies Record<string, Provider>;

export type ProviderName = keyof typeof PROVIDERS;
export const PROVIDER_NAMES = Object.keys(PROVIDERS) as [ProviderName, ...ProviderName[]];

export const providerOf = (name: ProviderName): Provider => PROVIDERS[name];
