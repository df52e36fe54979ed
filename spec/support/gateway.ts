// The gateway under test, as the tests see it.
import { request } from 'node:http';
import OpenAI from 'openai';
import { describe, inject, test } from 'vitest';

/** The address of a path on the gateway. */
export function at(path: string): string {
  return inject('gatewayUrl') + path;
}

/** OpenAI's own client for a route; `apikey` is the header in which Kong's key-auth looks by default. */
export function openai(path: string, apikey: string): OpenAI {
  return new OpenAI({
    baseURL: at(`${path}/v1`),
    apiKey: 'not-for-the-gateway',
    defaultHeaders: { apikey },
    maxRetries: 0,
    timeout: 25_000,
  });
}

/** A plain POST of a chat request, or of any body at all. */
export function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  return fetch(at(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: raw ? (body as string) : JSON.stringify(body),
    signal: AbortSignal.timeout(25_000),
  });
}

/** A POST with headers that fetch does not send. */
export function postRaw(
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
    const sent = request(at(path), options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

/** A behaviour that needs the inside of the embedded gateway. Elsewhere it is listed, with the reason, and not run. */
export function embeddedOnly(name: string, run: () => Promise<void>): void {
  if (inject('gatewayEmbedded')) test(name, run);
  else test.skip(`${name} (not run: needs the embedded gateway, which can be stopped from a test)`, run);
}

/**
 * Behaviours of Kong's own plugins beside ours, which the embedded gateway does not have. Elsewhere they are not
 * registered at all: in the ordinary run a skipped test is a failure.
 */
export function describeOnKong(name: string, behaviours: () => void): void {
  if (!inject('gatewayEmbedded')) describe(name, behaviours);
}
