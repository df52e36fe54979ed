// What the external checks share: one JSON call within a timeout.
import { type Agent, request } from 'undici';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { secretRef } from '../../../kong/relay/secret-ref.ts';
import type { CheckConfig } from '../config.ts';

export interface CheckInput {
  direction: 'request' | 'response';
  /** In the order of the conversation. */
  texts: { role: string; text: string }[];
}

export interface CheckVerdict {
  objects: boolean;
  /** 0..1, when the service gives one. */
  score?: number;
  /** The service wants it flagged, not blocked. */
  flagOnly?: boolean;
}

/** @throws CheckError, or what the exchange was aborted with */
export type Check = (input: CheckInput, exchange: Exchange) => Promise<CheckVerdict>;

/** Its message never holds a text or a key. */
export class CheckError extends Error {
  override name = 'CheckError';
}

const MAX_ANSWER_BYTES = 1024 * 1024;

export type JsonCall = (body: unknown, signal: AbortSignal) => Promise<Record<string, unknown>>;

/** @throws SecretError when the key is a reference that cannot be one */
export function jsonCall({ url, auth, timeout }: CheckConfig, agent: Agent): JsonCall {
  const key = auth.header_value === undefined ? undefined : secretRef(auth.header_value);
  return async (body, signal) => {
    const limit = AbortSignal.timeout(timeout);
    try {
      const { statusCode, body: answer } = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(key ? { [auth.header_name]: key() } : {}),
        },
        body: JSON.stringify(body),
        dispatcher: agent,
        signal: AbortSignal.any([signal, limit]),
      });
      const bytes = await readAll(answer);
      if (statusCode < 200 || statusCode > 299) throw new CheckError(`answered ${statusCode}`);
      return parse(bytes);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (limit.aborted) throw new CheckError(`did not answer in ${timeout} ms`);
      throw error instanceof CheckError
        ? error
        : new CheckError(`failed (${codeOf(error)})`, { cause: error });
    }
  };
}

async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new CheckError('answered too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new CheckError('did not answer with a JSON object');
}

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return code ?? name ?? 'error';
}

/** All texts as one, cut in the middle when there is too much of it. */
export function asOneText({ texts }: CheckInput, maxChars: number): string {
  const whole = texts.map(({ text }) => text).join('\n\n');
  if (whole.length <= maxChars) return whole;
  const half = Math.floor(maxChars / 2);
  return `${whole.slice(0, half)}\n…\n${whole.slice(-half)}`;
}
