// Errors as Anthropic says them. https://docs.anthropic.com/en/api/errors
import type { FormatError } from '../../format.ts';
import { SseEvent } from '../../sse.ts';

const TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** `code` and `param` are additions: Anthropic has neither. */
export function anthropicError({ status, message, code, param }: FormatError): unknown {
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return { type: 'error', error: { type, message, code, ...(param === undefined ? {} : { param }) } };
}

export const anthropicErrorEvent = (error: FormatError): SseEvent =>
  SseEvent.ofJson(anthropicError(error), 'error');
