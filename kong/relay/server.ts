// The relay: the HTTP server that Kong proxies to.
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { DEFAULT_FORMAT } from '../llm/formats/index.ts';
import { GatewayError } from './errors.ts';
import { type HandlerOptions, handle } from './handle.ts';
import { DEFAULT_LIMITS, type RequestLimits } from './limits.ts';
import { respondError } from './respond.ts';

export interface RelayOptions extends Omit<HandlerOptions, keyof RequestLimits>, Partial<RequestLimits> {
  host: string;
  /** 0 = a free one. */
  port: number;
  maxConcurrent: number;
  /** How long `close` waits for requests under way. */
  drainMs: number;
  /** A connection older than this ends with its next answer. Without it, connections last as long as clients like. */
  renewMs?: number;
}

export interface Relay {
  port: number;
  active(): number;
  /** Takes no new requests, lets those under way finish, then breaks what is left. */
  close(): Promise<void>;
}

/** Kong's own header limits are far lower; this bounds what anybody else on the machine can make the relay hold. */
const MAX_HEADER_BYTES = 64 * 1024;
/** Kong sends headers at once; who dribbles them is somebody else. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Kong keeps connections to its upstreams for 60 s (upstream_keepalive_idle_timeout); be the later one to close. */
const KEEP_ALIVE_MS = 75_000;
/** Requests whose connections were broken end within a few turns of the loop. */
const BREAK_OFF_MS = 1_000;

export async function startRelay(options: RelayOptions): Promise<Relay> {
  let active = 0;
  let draining = false;
  const handling = { ...DEFAULT_LIMITS, ...options };
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: HEADERS_TIMEOUT_MS / 2,
    },
    (request, response) => {
      const refusal = draining ? 'shutting_down' : active >= options.maxConcurrent ? 'overloaded' : undefined;
      if (refusal) {
        options.onRefused?.(refusal);
        const error = new GatewayError(refusal, { headers: { 'retry-after': '1' } });
        void respondError(response, DEFAULT_FORMAT, error, {});
        return;
      }
      active += 1;
      if (isOld?.(request.socket)) response.setHeader('connection', 'close');
      void handle(request, response, handling).finally(() => {
        active -= 1;
      });
    },
  );
  // A slow upload is bounded by Kong (client_body_timeout); the request as a whole by maxRequestMs, models take their time.
  server.requestTimeout = 0;
  // Node drops headers beyond 2000 without a word, and a guard's entry may be among them; maxHeaderSize bounds them.
  server.maxHeadersCount = 0;
  const isOld = options.renewMs === undefined ? undefined : ages(server, options.renewMs);
  await listen(server, options.host, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    active: () => active,
    async close() {
      draining = true;
      await drain(server, () => active, options.drainMs);
    },
  };
}

/** Tells which connections were opened longer ago than `ms`. */
function ages(server: Server, ms: number): (socket: Socket) => boolean {
  const opened = new WeakMap<Socket, number>();
  server.on('connection', (socket: Socket) => opened.set(socket, performance.now()));
  return (socket) => performance.now() - (opened.get(socket) ?? 0) > ms;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4096 }, () => resolve());
  });
}

async function drain(server: Server, active: () => number, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await idle(active, drainMs, 20);
  server.closeAllConnections();
  await closed;
  // What was broken off still notes what came of it, before its stages are closed.
  await idle(active, BREAK_OFF_MS, 5);
}

/** Resolves when nothing is under way any more, or time is up. */
async function idle(active: () => number, ms: number, everyMs: number): Promise<void> {
  const deadline = Date.now() + ms;
  while (active() > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, everyMs));
}
