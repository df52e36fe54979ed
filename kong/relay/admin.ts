// The admin listener: health, readiness and metrics, on an address of its own.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from './log.ts';

export type AdminHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) => void | Promise<void>;

const BASE = 'http://admin';

export interface AdminOptions {
  host: string;
  /** 0 = a free one. */
  port: number;
  /** When set, everything but health and readiness asks for it as a bearer token. */
  token: string | undefined;
  /** By method and path, for example `GET /metrics`. */
  routes: ReadonlyMap<string, AdminHandler>;
  ready(): boolean;
  log: Log;
}

export interface Admin {
  port: number;
  close(): Promise<void>;
}

export async function startAdmin(options: AdminOptions): Promise<Admin> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((err: unknown) => {
      options.log.error({ err, path: request.url }, 'admin request failed');
      if (!response.headersSent) sendJson(response, 500, { message: 'An unexpected error occurred' });
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: AdminOptions,
): Promise<void> {
  const target = request.url ?? '/';
  if (!URL.canParse(target, BASE)) return sendJson(response, 404, { message: 'Not found' });
  const url = new URL(target, BASE);
  if (url.pathname === '/healthz') return sendJson(response, 200, { status: 'ok' });
  if (url.pathname === '/readyz') {
    const ready = options.ready();
    return sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready' });
  }
  if (!mayEnter(request, options.token)) {
    response.setHeader('www-authenticate', 'Basic realm="kong-ai", charset="UTF-8"');
    return sendJson(response, 401, { message: 'Unauthorized' });
  }
  const handler = options.routes.get(`${request.method} ${url.pathname}`);
  if (!handler) return sendJson(response, 404, { message: 'Not found' });
  await handler(request, response, url);
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/**
 * The token as a bearer token, or, for people with a browser, as a password. Browsers send a password by themselves,
 * also for another site's form: with one, nothing can be changed.
 */
function mayEnter(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true;
  const given = request.headers.authorization ?? '';
  if (!/^basic /i.test(given)) return safeEqual(given, `Bearer ${token}`);
  const pair = Buffer.from(given.slice('basic '.length), 'base64').toString('utf8');
  return request.method === 'GET' && safeEqual(pair.slice(pair.indexOf(':') + 1), token);
}

/** In a time that does not depend on where they differ, nor on their lengths. */
function safeEqual(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
