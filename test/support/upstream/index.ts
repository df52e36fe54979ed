// A scriptable fake provider: it records what it is asked and does what the test told it to.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { deferred } from '../deferred.ts';
import { type Answer, type Behaviour, reply } from './behaviour.ts';

export * from './behaviour.ts';

export interface RecordedRequest {
  method: string;
  /** With the query string. */
  path: string;
  headers: NodeJS.Dict<string | string[]>;
  rawHeaders: string[];
  body: string;
  /** The parsed body; undefined when it is not JSON. */
  json: unknown;
  /** True once the client left before the answer (or its own body) was whole. */
  aborted: boolean;
  /** Resolves when the exchange is over: true when the client left early. */
  over: Promise<boolean>;
  /** ms since the epoch. */
  at: number;
}

export type Handler = (request: RecordedRequest) => Behaviour | undefined | Promise<Behaviour | undefined>;

export interface FakeUpstream {
  /** `http://127.0.0.1:PORT`, without a path. */
  url: string;
  port: number;
  /** In the order in which their bodies were whole. */
  requests: RecordedRequest[];
  /** Behaviours for the next requests, one each, in order. */
  enqueue(...behaviours: Behaviour[]): void;
  /** Answers every request for which nothing is queued. */
  handle(handler: Handler | Behaviour): void;
  /** The request with this index, waited for. */
  request(index: number): Promise<RecordedRequest>;
  /** Open client connections. */
  connections(): Promise<number>;
  /** Forgets requests, queue and handler. */
  clear(): void;
  close(): Promise<void>;
}

// A missing behaviour must not look like a provider's answer.
const UNSCRIPTED = reply(599, { error: { message: 'the fake upstream has no behaviour for this request' } });

export async function startUpstream({ port = 0, host = '127.0.0.1' } = {}): Promise<FakeUpstream> {
  const requests: RecordedRequest[] = [];
  const waiting: { index: number; resolve(request: RecordedRequest): void }[] = [];
  let queue: Behaviour[] = [];
  let handler: Handler | undefined;

  const server = createServer({ noDelay: true }, async (incoming, response) => {
    const request = await record(incoming, response);
    requests.push(request);
    for (const one of waiting) if (one.index < requests.length) one.resolve(requests[one.index]!);
    try {
      const behaviour = queue.shift() ?? (await handler?.(request)) ?? UNSCRIPTED;
      if (!request.aborted) await perform(behaviour, response);
    } catch (error) {
      response.destroy(error as Error);
    }
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, 1024, resolve);
  });
  const bound = (server.address() as AddressInfo).port;

  return {
    url: `http://${host}:${bound}`,
    port: bound,
    requests,
    enqueue: (...behaviours) => void queue.push(...behaviours),
    handle(next) {
      handler = typeof next === 'function' ? next : () => next;
    },
    request(index) {
      const found = requests[index];
      if (found) return Promise.resolve(found);
      return new Promise((resolve) => waiting.push({ index, resolve }));
    },
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    clear() {
      requests.length = 0;
      queue = [];
      handler = undefined;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function record(incoming: IncomingMessage, response: ServerResponse): Promise<RecordedRequest> {
  const over = deferred<boolean>();
  const chunks: Buffer[] = [];
  const request: RecordedRequest = {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    rawHeaders: incoming.rawHeaders,
    body: '',
    json: undefined,
    aborted: false,
    over: over.promise,
    at: Date.now(),
  };
  response.on('close', () => {
    // A behaviour that breaks the connection itself is no abort.
    request.aborted = !response.writableFinished && !brokenHere.has(response);
    over.resolve(request.aborted);
  });
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    request.aborted = true;
  }
  request.body = Buffer.concat(chunks).toString('utf8');
  try {
    request.json = JSON.parse(request.body);
  } catch {
    // Stays undefined.
  }
  return request;
}

/** Responses whose connection the upstream broke itself. */
const brokenHere = new WeakSet<ServerResponse>();

async function perform(behaviour: Behaviour, response: ServerResponse): Promise<void> {
  if (behaviour.kind === 'answer') return send(behaviour, response);
  if (behaviour.kind === 'hang') return;
  brokenHere.add(response);
  if (behaviour.kind === 'reset') response.socket?.resetAndDestroy();
  else response.socket?.end(behaviour.bytes);
}

async function send(answer: Answer, response: ServerResponse): Promise<void> {
  const waitFirst = answer.pieces[0]?.waitMs ?? 0;
  if (waitFirst > 0) await setTimeout(waitFirst);
  response.writeHead(answer.status, answer.headers.flat());
  response.flushHeaders();
  for (const [index, { bytes, waitMs }] of answer.pieces.entries()) {
    // A turn of the loop between pieces keeps the kernel from joining them, mostly.
    if (index > 0) await (waitMs > 0 ? setTimeout(waitMs) : setImmediate());
    if (response.destroyed) return;
    await new Promise<void>((resolve) => response.write(bytes, () => resolve()));
  }
  if (answer.end === 'finish') response.end();
  if (answer.end !== 'cut') return;
  brokenHere.add(response);
  response.socket?.destroy();
}
