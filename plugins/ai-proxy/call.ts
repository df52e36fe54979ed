// One HTTP call of a provider.
import { Agent, type Dispatcher, errors, request as send } from 'undici';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Target } from './target.ts';

export type ProviderResponse = Dispatcher.ResponseData;

/** A whole answer beyond this is not one that a model gave. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface CallOptions {
  agent: Agent;
  signal: AbortSignal;
}

export interface Timeouts {
  connect: number;
  first_token: number;
  between_tokens: number;
}

export function createAgent({ connect, first_token, between_tokens }: Timeouts): Agent {
  return new Agent({
    connect: { timeout: connect },
    headersTimeout: first_token,
    bodyTimeout: between_tokens,
    pipelining: 1,
  });
}

/** @throws GatewayError provider_unreachable, provider_timeout; whatever the signal's reason is when it fires. */
export async function call(
  target: Target,
  body: Buffer,
  { agent, signal }: CallOptions,
): Promise<ProviderResponse> {
  try {
    return await send(target.url, {
      method: 'POST',
      headers: {
        ...target.headers,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body,
      dispatcher: agent,
      signal,
    });
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw callError(cause);
  }
}

/** What undici's errors mean to a client. */
export function callError(cause: unknown): GatewayError {
  const timedOut =
    cause instanceof errors.ConnectTimeoutError ||
    cause instanceof errors.HeadersTimeoutError ||
    cause instanceof errors.BodyTimeoutError;
  return new GatewayError(timedOut ? 'provider_timeout' : 'provider_unreachable', { cause });
}

/** @throws GatewayError provider_bad_answer when it is too large, and as `call`. */
export async function readWhole(response: ProviderResponse, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) throw new GatewayError('provider_bad_answer');
      chunks.push(chunk);
    }
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw cause instanceof GatewayError ? cause : callError(cause);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
