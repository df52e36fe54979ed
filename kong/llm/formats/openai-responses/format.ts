// OpenAI's Responses API as the stages read it. https://platform.openai.com/docs/api-reference/responses
import type { Format, FormatError } from '../../format.ts';
import { SseEvent } from '../../sse.ts';
import { openaiError } from '../parts.ts';
import * as answer from './answer.ts';
import { fromAnswer } from './from-answer.ts';
import { ResponsesWriter } from './from-chunks.ts';
import * as request from './request.ts';
import * as stream from './stream.ts';
import { toCommon } from './to-common.ts';

export const openaiResponses: Format = {
  name: 'openai-responses',
  operation: 'chat',
  request,
  answer,
  stream,
  chat: { toCommon, fromAnswer, fromChunks: (asked) => new ResponsesWriter(asked) },
  error: openaiError,
  errorEvent,
};

function errorEvent({ code, message, param }: FormatError): SseEvent {
  return SseEvent.ofJson({ type: 'error', code, message, param: param ?? null, sequence_number: 0 }, 'error');
}
