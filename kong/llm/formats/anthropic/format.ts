// Anthropic's messages as the stages read them, and the count of a prompt's tokens.
// https://docs.anthropic.com/en/api/messages https://docs.anthropic.com/en/api/messages-count-tokens
import type { Format } from '../../format.ts';
import * as answer from './answer.ts';
import { anthropicError, anthropicErrorEvent } from './error.ts';
import { fromAnswer } from './from-answer.ts';
import { AnthropicWriter } from './from-chunks.ts';
import * as request from './request.ts';
import * as stream from './stream.ts';
import { toCommon } from './to-common.ts';

export const anthropic: Format = {
  name: 'anthropic',
  operation: 'chat',
  request,
  answer,
  stream,
  chat: { toCommon, fromAnswer, fromChunks: (asked) => new AnthropicWriter(asked) },
  error: anthropicError,
  errorEvent: anthropicErrorEvent,
};

export const anthropicCountTokens: Format = {
  ...anthropicWithoutChat(),
  name: 'anthropic-count-tokens',
  operation: 'count_tokens',
  request: { ...request, check: request.checkPrompt, streams: () => false },
  answer: {
    texts: () => [],
    // A count is no consumption.
    usage: () => undefined,
    finishReasons: () => [],
    model: () => undefined,
  },
  counted: (total) => ({ input_tokens: total }),
};

function anthropicWithoutChat(): Format {
  const { chat: _, ...rest } = anthropic;
  return rest;
}
