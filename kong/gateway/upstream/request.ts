// Opens the request to the upstream: target, headers, timeouts and retries as Kong's balancer and nginx have them.
import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { isIP } from 'node:net';
import type { RequestContext } from '../context.ts';
import type { Service } from '../deck/state.ts';
import { escapePath } from '../router/path.ts';
import { type BodyStream, discardBody, hasBody, type StallSide, streamBody } from './body.ts';
import { upstreamHeaders } from './headers.ts';

/** Below the 5 s after which a Node upstream closes an idle connection, so that few requests meet a closed one. */
const IDLE_CONNECTION_MS = 4_000;
/** As nginx's default for one header line of an answer, with room for many. */
const MAX_ANSWER_HEADER_BYTES = 64 * 1024;

export class Agents {
  readonly http = new Agent({ keepAlive: true, timeout: IDLE_CONNECTION_MS, scheduling: 'lifo' });
  readonly https = new TlsAgent({ keepAlive: true, timeout: IDLE_CONNECTION_MS, scheduling: 'lifo' });

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }
}

/** No answer came from the upstream: what the client is told instead. */
export class UpstreamFailure extends Error {
  override name = 'UpstreamFailure';
  readonly status: number;
  /** Kong's words when they are not those of the status. */
  readonly text: string | undefined;
  /** Another attempt would not repeat anything. */
  readonly repeatable: boolean;
  /** An idle connection was closed under the request: no fault of the upstream. */
  readonly stale: boolean;

  constructor(
    status: number,
    cause: unknown,
    options: { text?: string; repeatable?: boolean; stale?: boolean } = {},
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.status = status;
    this.text = options.text;
    this.repeatable = options.repeatable ?? false;
    this.stale = options.stale ?? false;
  }
}

/** Resolves when the answer's headers are there. Throws UpstreamFailure. */
export async function openUpstream(
  context: RequestContext,
  service: Service,
  agents: Agents,
): Promise<IncomingMessage> {
  for (let failures = 0; ; ) {
    try {
      return await attempt(context, service, agents);
    } catch (error) {
      if (!(error instanceof UpstreamFailure) || !error.repeatable || context.signal.aborted) throw error;
      if (error.stale) continue; // ends when the pool of idle connections is used up
      failures += 1;
      if (failures > service.retries) throw error;
    }
  }
}

function attempt(context: RequestContext, service: Service, agents: Agents): Promise<IncomingMessage> {
  const { signal } = context;
  return new Promise((resolve, reject) => {
    const request = send(context, service, agents);
    let connected = false;
    let answered = false;
    let body: BodyStream | undefined;
    let timer = setTimeout(() => fail(timedOut('connect', true)), service.connect_timeout);

    const stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (failure: UpstreamFailure) => {
      stop();
      body?.stop();
      reject(failure);
      request.destroy();
    };
    const onAbort = () => fail(new UpstreamFailure(499, 'the client went away'));
    const onStall = (side: StallSide) =>
      fail(side === 'upstream' ? timedOut('write') : new UpstreamFailure(408, 'the client stopped sending'));
    const onConnected = () => {
      connected = true;
      clearTimeout(timer);
      if (context.body || !hasBody(context)) request.end(context.body);
      else body = streamBody(context, request, service.write_timeout, onStall);
    };
    const onSent = () => {
      clearTimeout(timer);
      if (!answered) timer = setTimeout(() => fail(timedOut('read')), service.read_timeout);
    };

    signal.addEventListener('abort', onAbort);
    // The body waits for the connection, so that a failed one can be retried with nothing lost.
    request.on('socket', (socket) => {
      if (!socket.connecting) onConnected();
      else socket.once(isTls(request) ? 'secureConnect' : 'connect', onConnected);
    });
    request.on('finish', onSent);
    request.on('response', (response) => {
      answered = true;
      stop();
      response.once('close', () => {
        body?.stop();
        discardBody(context.incoming);
      });
      resolve(response);
    });
    request.on('error', (error) => {
      const untouched = (body?.sent ?? 0) === 0;
      if (!answered) fail(failureOf(error, { connected, untouched, reused: request.reusedSocket }));
    });
    request.on('close', () => {
      if (!answered) fail(new UpstreamFailure(502, 'the upstream closed the connection'));
    });
  });
}

const isTls = (request: ClientRequest) => request.protocol === 'https:';

function send(context: RequestContext, service: Service, agents: Agents): ClientRequest {
  const { upstream } = context;
  const scheme = upstream.scheme ?? service.protocol;
  const { host: name, port } = upstream.target ?? service;
  const host = name.replace(/^\[(.*)\]$/, '$1');
  const hostHeader = upstream.hostHeader ?? defaultHost(scheme, host, port);
  const query = context.query === undefined ? '' : `?${context.query}`;
  const options = {
    host,
    port,
    method: context.method,
    path: escapePath(upstream.path) + query,
    headers: upstreamHeaders(context, hostHeader),
    maxHeaderSize: MAX_ANSWER_HEADER_BYTES,
    setHost: false,
  };
  if (scheme === 'http') return httpRequest({ ...options, agent: agents.http });
  const servername = hostHeader.replace(/:\d+$/, '');
  return httpsRequest({
    ...options,
    agent: agents.https,
    rejectUnauthorized: service.tls_verify ?? true,
    ...(isIP(servername) === 0 && { servername }),
  });
}

function defaultHost(scheme: 'http' | 'https', host: string, port: number): string {
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return port === (scheme === 'https' ? 443 : 80) ? name : `${name}:${port}`;
}

function timedOut(what: string, repeatable = false): UpstreamFailure {
  return new UpstreamFailure(504, `the upstream's ${what} timeout passed`, { repeatable });
}

function failureOf(
  error: NodeJS.ErrnoException,
  { connected, untouched, reused }: { connected: boolean; untouched: boolean; reused: boolean },
): UpstreamFailure {
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return new UpstreamFailure(503, error, { text: 'name resolution failed' });
  }
  if (!connected) return new UpstreamFailure(502, error, { repeatable: true });
  const stale = reused && untouched;
  return new UpstreamFailure(502, error, { repeatable: stale, stale });
}
