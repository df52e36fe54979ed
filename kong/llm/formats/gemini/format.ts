// Gemini's generateContent as the stages read it. https://ai.google.dev/api/generate-content
import type { Format, FormatError } from '../../format.ts';
import { SseEvent } from '../../sse.ts';
import * as answer from './answer.ts';
import { fromAnswer } from './from-answer.ts';
import { GeminiWriter } from './from-chunks.ts';
import { jsonArrayUnlessSse } from './json-array.ts';
import * as request from './request.ts';
import * as stream from './stream.ts';
import { toCommon } from './to-common.ts';

export const gemini: Format = {
  name: 'gemini',
  operation: 'chat',
  modelInPath: true,
  request,
  answer,
  stream,
  chat: { toCommon, fromAnswer, fromChunks: (asked) => new GeminiWriter(asked) },
  streamForm: jsonArrayUnlessSse,
  error: geminiError,
  errorEvent: (error) => SseEvent.ofJson(geminiError(error)),
};

/** https://cloud.google.com/apis/design/errors */
const STATUSES: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

function geminiError({ status, message, code, param }: FormatError): unknown {
  const reason = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code.toUpperCase() };
  const violations = {
    '@type': 'type.googleapis.com/google.rpc.BadRequest',
    fieldViolations: [{ field: param, description: message }],
  };
  return {
    error: {
      code: status,
      message,
      status: STATUSES[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL'),
      details: param === undefined ? [reason] : [reason, violations],
    },
  };
}
