// Providers as data: where they are, how one signs in, and which format they speak.
import type { OutboundChat } from '../../kong/llm/format.ts';
import { anthropicOutbound } from '../../kong/llm/formats/anthropic/outbound.ts';
import { openaiChatOutbound } from '../../kong/llm/formats/openai-chat/chat.ts';

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
    chat: openaiChatOutbound,
    chatPath: '/chat/completions',
  },
  'openai-compatible': {
    chat: openaiChatOutbound,
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
