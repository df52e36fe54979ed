// What every endpoint of the demo model shares: JSON in and out, server-sent events, and OpenAI's error shape.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { ZodType } from 'zod';

export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  chunkDelayMs: number;
  /** Fires when the client leaves. */
  signal: AbortSignal;
}

export type Endpoint = (body: unknown, call: Call) => void | Promise<void>;

/** An error in OpenAI's shape. */
export class DemoError extends Error {
  readonly status: number;
  readonly body: { error: { message: string; type: string; param: string | null; code: string | null } };

  constructor(status: number, message: string, param: string | null, code: string | null) {
    super(message);
    this.status = status;
    const type = status >= 500 ? 'server_error' : 'invalid_request_error';
    this.body = { error: { message, type, param, code } };
  }
}

export function badRequest(
  message: string,
  param: string | null,
  code: string | null,
  status = 400,
): DemoError {
  return new DemoError(status, message, param, code);
}

// Room for a few images, as the relay's own default is 32 MiB.
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** @throws DemoError 400 when the body is not JSON, 413 when it is too large. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw badRequest('The request is too large.', null, 'request_too_large', 413);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw badRequest('We could not parse the JSON body of your request.', null, 'invalid_json');
  }
}

/** Checks a request against its schema. @throws DemoError 400 that names the first wrong field. */
export function parse<T>(schema: ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const param = issue.path.reduce<string>(
    (path, key) =>
      typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${String(key)}` : String(key),
    '',
  );
  throw badRequest(
    param ? `Invalid value for '${param}': ${issue.message}.` : `Invalid request: ${issue.message}.`,
    param || null,
    'invalid_value',
  );
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length })
    .end(bytes);
}

/** Sends each value as a `data:` event at the demo's cadence, then `[DONE]`. Stops when the client leaves. */
export async function sendEvents(call: Call, values: Iterable<unknown>): Promise<void> {
  const { response, signal, chunkDelayMs } = call;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  for (const value of values) {
    // Even without a pause the loop must give way, or it would never learn that the client left.
    await (chunkDelayMs > 0
      ? setTimeout(chunkDelayMs, undefined, { signal })
      : setImmediate(undefined, { signal }));
    if (!response.write(`data: ${JSON.stringify(value)}\n\n`)) await once(response, 'drain', { signal });
  }
  response.end('data: [DONE]\n\n');
}
