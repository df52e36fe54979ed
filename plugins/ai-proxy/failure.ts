// Why an attempt was not the answer: what the client would be told, and what to do next.
import type { IncomingHttpHeaders } from 'node:http';
import { isObject } from '../../kong/llm/slots.ts';
import { type ErrorCode, GatewayError } from '../../kong/relay/errors.ts';
import { header } from './call.ts';
import type { BalancerConfig } from './config.ts';

/**
 * `refused`: the key is; `limited`: it may not ask so often; `failed`: the provider or the way to it is broken;
 * `timeout`; `bad_answer`: it answered something else; `rejected`: the request is wrong, whoever is asked; `denied`: a
 * stage of the gateway would not have it called, because its budget is used up.
 */
export type FailureKind = 'refused' | 'limited' | 'failed' | 'timeout' | 'bad_answer' | 'rejected' | 'denied';

export interface Failure {
  kind: FailureKind;
  error: GatewayError;
  /** The provider's own, when it answered. */
  status?: number;
  /** ms from now, as the provider asks. */
  retryAfterMs?: number;
}

/** The statuses by which a provider says that the key, not the client, is at fault. */
const AUTH_STATUSES = new Set([401, 402, 403]);
const MAX_MESSAGE = 2_000;

/** Of an error status. @param message the provider's own words */
export function statusFailure(
  status: number,
  headers: IncomingHttpHeaders,
  body: unknown,
  message: string | undefined,
): Failure {
  const retryAfterMs = retryAfter(headers, Date.now());
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (AUTH_STATUSES.has(status) || (status === 429 && outOfCredit(body))) {
    return { kind: 'refused', error: new GatewayError('provider_auth'), status };
  }
  if (status === 429) return { kind: 'limited', error: limited(retryAfterMs), status, ...wait };
  if (status === 408) return { kind: 'timeout', error: new GatewayError('provider_timeout'), status };
  if (status < 300 || status >= 500) {
    return {
      kind: 'failed',
      error: new GatewayError('provider_error', seconds(retryAfterMs)),
      status,
      ...wait,
    };
  }
  // Redirects are not followed: a key must not go where a provider points.
  if (status < 400) return { kind: 'bad_answer', error: new GatewayError('provider_bad_answer'), status };
  // What is wrong with the request only the provider knows; its words are about the client's own data.
  const said = message?.slice(0, MAX_MESSAGE);
  const code: ErrorCode = status === 404 ? 'model_not_found' : 'provider_rejected';
  return {
    kind: 'rejected',
    error: new GatewayError(code, { status, ...(said ? { message: said } : {}) }),
    status,
  };
}

/** Of what was thrown or came through a consumer. */
export function errorFailure(error: unknown): Failure {
  const known =
    error instanceof GatewayError ? error : new GatewayError('provider_unreachable', { cause: error });
  // What the client said cannot be sent: no target is worse for it.
  if (known.code === 'invalid_request' || known.code === 'address_forbidden')
    return { kind: 'rejected', error: known };
  if (known.code === 'provider_timeout') return { kind: 'timeout', error: known };
  if (known.code === 'provider_auth') return { kind: 'refused', error: known };
  if (known.code === 'provider_bad_answer') return { kind: 'bad_answer', error: known };
  return { kind: 'failed', error: known };
}

/** An error in place of an answer, in a 200 or as a stream's first event. */
export function bodyFailure(): Failure {
  return { kind: 'failed', error: new GatewayError('provider_error') };
}

export function limited(retryAfterMs: number | undefined): GatewayError {
  return new GatewayError('provider_rate_limited', seconds(retryAfterMs));
}

function seconds(ms: number | undefined): { headers?: Record<string, string> } {
  return ms === undefined ? {} : { headers: { 'retry-after': String(Math.max(1, Math.ceil(ms / 1000))) } };
}

/** Whether another key or target is asked after it. */
export function failsOver({ kind, status }: Failure, criteria: BalancerConfig['failover_criteria']): boolean {
  const listed = (name: string): boolean => (criteria as readonly string[]).includes(name);
  if (kind === 'timeout') return listed('timeout');
  if (kind === 'bad_answer') return listed('invalid_header');
  if (kind === 'failed') {
    if (status === undefined || status < 300) return listed('error');
    return listed(`http_${status}`) || listed('http_5xx');
  }
  // A sign-in that failed here, without the provider having been asked.
  if (kind === 'refused' && status === undefined) return true;
  return listed(`http_${status}`);
}

/** OpenAI's 429 for an account without credit: waiting does not help, another key may. */
function outOfCredit(body: unknown): boolean {
  const error = isObject(body) && isObject(body.error) ? body.error : {};
  return error.code === 'insufficient_quota' || error.type === 'insufficient_quota';
}

/** Seconds or a date (RFC 9110, 10.2.3); OpenAI and Azure also send milliseconds. */
function retryAfter(headers: IncomingHttpHeaders, now: number): number | undefined {
  const ms = Number(header(headers, 'retry-after-ms') || Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const text = header(headers, 'retry-after').trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
