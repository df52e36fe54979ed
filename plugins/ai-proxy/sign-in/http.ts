// Small requests to token services.
import { request } from 'undici';

/** A token service that takes longer is down. */
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 256 * 1024;

export interface SmallRequest {
  method?: 'GET' | 'POST' | 'PUT';
  headers?: Record<string, string>;
  body?: string;
  timeoutMs?: number;
}

/** The body as text. @throws Error with the status and the host, never with what was sent or answered. */
export async function fetchText(url: string, from: SmallRequest = {}): Promise<string> {
  const { method = 'GET', headers = {}, body, timeoutMs = TIMEOUT_MS } = from;
  const response = await request(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  let text = '';
  for await (const chunk of response.body) {
    text += chunk;
    if (text.length > MAX_BYTES) throw new Error(`${new URL(url).host} answered too much`);
  }
  if (response.statusCode !== 200) throw new Error(`${new URL(url).host} answered ${response.statusCode}`);
  return text;
}

export async function fetchJson(url: string, from?: SmallRequest): Promise<Record<string, unknown>> {
  return JSON.parse(await fetchText(url, from)) as Record<string, unknown>;
}

export const form = (fields: Record<string, string>): Pick<SmallRequest, 'headers' | 'body' | 'method'> => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
});
