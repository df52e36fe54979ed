// Gemini's countTokens: the contents of a request, or a whole request. https://ai.google.dev/api/tokens
import type { Format } from '../../format.ts';
import { type Bag, isObject } from '../../slots.ts';
import { NO_STREAM } from '../parts.ts';
import { countFields } from './fields.ts';
import { gemini } from './format.ts';
import * as request from './request.ts';

const asked = (body: Bag): Bag => {
  const whole = request.field(body, 'generateContentRequest');
  return isObject(whole) ? whole : body;
};

export const geminiCountTokens: Format = {
  name: 'gemini-count-tokens',
  operation: 'count_tokens',
  modelInPath: true,
  request: {
    fields: countFields,
    check: (body) => request.check(asked(body)),
    model: (_body, path) => request.modelOf(path),
    streams: () => false,
    texts: (body) => request.texts(asked(body)),
    attachments: (body) => request.attachments(asked(body)),
  },
  answer: {
    texts: () => [],
    // A count is no consumption.
    usage: () => undefined,
    finishReasons: () => [],
    model: () => undefined,
  },
  stream: NO_STREAM,
  error: gemini.error,
  errorEvent: gemini.errorEvent,
  counted: (total) => ({ totalTokens: total }),
};
