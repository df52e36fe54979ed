// One answer, said by providers of different formats, so that a behaviour is checked for each of them.
import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { anthropicError, anthropicEvents, anthropicMessage } from '../../test/support/upstream/anthropic.ts';
import { type Answer, type Headers, reply, type SseOptions, sse } from '../../test/support/upstream/index.ts';
import { openaiChat, openaiChatEvents, openaiError } from '../../test/support/upstream/openai.ts';

export interface Said {
  /** Streamed piece by piece. */
  text?: string[];
  /** `arguments`: JSON text, torn where it is streamed. */
  tools?: { id: string; name: string; arguments: string[] }[];
  finish?: 'stop' | 'length' | 'tool_calls' | 'content_filter';
  usage?: { input: number; output: number };
}

export interface Dialect {
  name: string;
  /** The last part of the routes for this format. */
  route: string;
  /** Where the provider gets the request. */
  path: string;
  /** The header with the gateway's own key at the provider. */
  auth: [string, string];
  whole(said: Said): Answer;
  events(said: Said): string[];
  stream(said: Said, options?: SseOptions): Answer;
  /** An error in the provider's shape. */
  error(status: number, message: string, headers?: Headers): Answer;
}

function toOpenAI({ text, tools, finish, usage }: Said) {
  const counted = usage && {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
  };
  return {
    ...(text && { text }),
    ...(tools && { toolCalls: tools }),
    ...(finish && { finishReason: finish satisfies OpenAI.ChatCompletion.Choice['finish_reason'] }),
    ...(counted && { usage: counted }),
  };
}

const STOP_REASONS = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
} as const satisfies Record<string, Anthropic.StopReason>;

function toAnthropic({ text, tools, finish, usage }: Said) {
  return {
    ...(text && { text }),
    ...(tools && { toolUses: tools.map(({ id, name, arguments: input }) => ({ id, name, input })) }),
    ...(finish && { stopReason: STOP_REASONS[finish] }),
    ...(usage && { usage: { input_tokens: usage.input, output_tokens: usage.output } }),
  };
}

const openaiFormat = {
  path: '/v1/chat/completions',
  whole: (said: Said) => reply(200, openaiChat(toOpenAI(said))),
  events: (said: Said) => openaiChatEvents(toOpenAI(said), { includeUsage: true }),
  stream: (said: Said, options?: SseOptions) => sse(openaiFormat.events(said), options),
  error: (status: number, message: string, headers?: Headers) => reply(status, openaiError(message), headers),
};

export const OPENAI: Dialect = {
  name: 'an OpenAI-format provider',
  route: 'openai',
  auth: ['authorization', 'Bearer sk-upstream'],
  ...openaiFormat,
};

export const ANTHROPIC: Dialect = {
  name: 'an Anthropic-format provider',
  route: 'anthropic',
  path: '/v1/messages',
  auth: ['x-api-key', 'sk-ant-upstream'],
  whole: (said) => reply(200, anthropicMessage(toAnthropic(said))),
  events: (said) => anthropicEvents(toAnthropic(said)),
  stream: (said, options) => sse(ANTHROPIC.events(said), options),
  error: (status, message, headers) =>
    reply(status, anthropicError('invalid_request_error', message), headers),
};

export const DIALECTS: Dialect[] = [OPENAI, ANTHROPIC];
