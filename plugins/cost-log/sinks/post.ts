// One HTTP POST of a sink, and what its answer means.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { request } from 'undici';
import { secretRef } from '../../../kong/relay/secret-ref.ts';
import { RejectedError } from './sink.ts';

const compress = promisify(gzip);

export interface Post {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  gzip: boolean;
  timeoutMs: number;
}

/** @throws RejectedError for what will not be taken however often it comes; Error otherwise. */
export async function post(
  { url, headers, body, gzip: zip, timeoutMs }: Post,
  signal: AbortSignal,
): Promise<void> {
  const bytes = zip ? await compress(body) : Buffer.from(body);
  const response = await request(url, {
    method: 'POST',
    headers: { ...headers, ...(zip && { 'content-encoding': 'gzip' }) },
    body: bytes,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  // What it says is of no use, and may be much.
  await response.body.dump();
  const { statusCode: status } = response;
  if (status >= 200 && status < 300) return;
  const message = `answered ${status}`;
  throw FINAL.has(status) ? new RejectedError(message) : new Error(message);
}

/** The batch itself is at fault. Others (401, 404, …) are the operator's to mend, and the records wait. */
const FINAL = new Set([400, 413, 415, 422]);

/** Reads the values anew when they are references: a key may rotate. */
export function headerReader(headers: Readonly<Record<string, string>> = {}): () => Record<string, string> {
  const readers = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), secretRef(value)] as const,
  );
  return () => Object.fromEntries(readers.map(([name, read]) => [name, read()]));
}
