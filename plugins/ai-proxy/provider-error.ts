// What a provider's error status means to the client.
import { openaiErrorMessage } from '../../kong/llm/formats/openai-chat/chat.ts';
import { type ErrorCode, GatewayError } from '../../kong/relay/errors.ts';

/** The statuses by which a provider says that the key, not the client, is at fault. */
const AUTH_STATUSES = new Set([401, 402, 403]);
const MAX_MESSAGE = 2_000;

export function providerError(status: number, body: unknown, retryAfter: string | undefined): GatewayError {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  if (AUTH_STATUSES.has(status)) return new GatewayError('provider_auth');
  if (status === 429) return new GatewayError('provider_rate_limited', { headers });
  if (status >= 500 || status < 400) return new GatewayError('provider_error', { headers });
  // What is wrong with the request only the provider knows; its words are about the client's own data.
  const message = openaiErrorMessage(body)?.slice(0, MAX_MESSAGE);
  const code: ErrorCode = status === 404 ? 'model_not_found' : 'provider_rejected';
  return new GatewayError(code, { status, ...(message ? { message } : {}) });
}
