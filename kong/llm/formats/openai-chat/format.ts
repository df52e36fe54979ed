// OpenAI chat completions as the stages read it. https://platform.openai.com/docs/api-reference/chat
import type { Format, FormatError } from '../../format.ts';
import { SseEvent } from '../../sse.ts';
import * as answer from './answer.ts';
import { openaiChatInbound } from './chat.ts';
import * as request from './request.ts';
import * as stream from './stream.ts';

export const openaiChat: Format = {
  name: 'openai-chat',
  operation: 'chat',
  request,
  answer,
  stream,
  chat: openaiChatInbound,
  error: openaiError,
  errorEvent: (error) => SseEvent.ofJson(openaiError(error)),
};

/** https://platform.openai.com/docs/guides/error-codes/api-errors */
export function openaiError({ message, type, param, code }: FormatError): unknown {
  return { error: { message, type, param: param ?? null, code } };
}
