// One request as plugins see and change it: what Kong keeps in ngx.ctx, ngx.var and ngx.req.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Consumer, Credential, Route, Service } from './deck/state.ts';
import type { Exit } from './exit.ts';
import { HeaderList } from './headers.ts';
import { normalizePath } from './router/path.ts';

/** Where the request goes. Without `target` it goes to the service. */
export interface UpstreamChoice {
  scheme?: 'http' | 'https';
  target?: { host: string; port: number };
  /** The Host header, when it is not made from host and port. */
  hostHeader?: string;
  /** In wire form, without the query. */
  path: string;
}

export interface RequestContext {
  /** 32 hex digits: X-Kong-Request-Id. */
  readonly id: string;
  readonly startedAt: number;
  readonly incoming: IncomingMessage;
  /** Fires when the client goes away. */
  readonly signal: AbortSignal;

  readonly httpVersion: number;
  readonly host: string;
  readonly port: number;
  readonly clientIp: string;
  /** As the client sent it, in wire form, without the query. */
  readonly path: string;
  /** What the router matches. */
  readonly normalizedPath: string;
  readonly requestUri: string;

  /** The plugins change these, and the upstream gets them changed. */
  method: string;
  query: string | undefined;
  headers: HeaderList;
  /** A body that a plugin read or set; otherwise the client's streams through. */
  body: Buffer | undefined;

  route: Route | undefined;
  service: Service | undefined;
  /** The matched prefix, when the route strips it. */
  strippedPrefix: string | undefined;
  upstream: UpstreamChoice;

  consumer: Consumer | undefined;
  credential: Credential | undefined;
  readonly shared: Map<string, unknown>;

  /** Headers that plugins set for the client in the access phase. */
  readonly responseHeaders: HeaderList;
  exit: Exit | undefined;
}

export function createContext(incoming: IncomingMessage, signal: AbortSignal): RequestContext {
  const headers = HeaderList.fromRaw(incoming.rawHeaders);
  const requestUri = originForm(incoming.url!);
  const at = requestUri.indexOf('?');
  const path = at < 0 ? requestUri : requestUri.slice(0, at);
  return {
    id: randomBytes(16).toString('hex'),
    startedAt: Date.now(),
    incoming,
    signal,
    httpVersion: Number(incoming.httpVersion),
    host: withoutPort(headers.get('host') ?? '').toLowerCase(),
    port: incoming.socket.localPort ?? 0,
    clientIp: (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    path,
    normalizedPath: normalizePath(path),
    requestUri,
    method: incoming.method!,
    query: at < 0 ? undefined : requestUri.slice(at + 1),
    headers,
    body: undefined,
    route: undefined,
    service: undefined,
    strippedPrefix: undefined,
    upstream: { path: '/' },
    consumer: undefined,
    credential: undefined,
    shared: new Map(),
    responseHeaders: new HeaderList(),
    exit: undefined,
  };
}

/** `GET http://host/path` asks for the same as `GET /path` (RFC 9112, section 3.2.2). */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const [, rest] = /^https?:\/\/[^/?]*(.*)$/i.exec(target) ?? [];
  return rest === undefined || rest === '' ? '/' : rest.startsWith('/') ? rest : `/${rest}`;
}

export function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}
