// The request's body: streamed to the upstream as it comes, or read whole when a plugin asks for it.
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestContext } from '../context.ts';
import { errorExit } from '../exit.ts';

/** What a plugin may read at once; larger bodies still stream. */
const MAX_READ_BYTES = 8 * 1024 * 1024;
/** nginx's client_body_timeout: the longest gap between two pieces of a body. */
const CLIENT_BODY_TIMEOUT_MS = 60_000;
/** nginx's lingering_time: how long the rest of a body that nobody needs is still taken. */
const LINGER_MS = 30_000;

export function hasBody({ headers }: RequestContext): boolean {
  return headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0;
}

/** The whole body, read once. Throws when it is too large or the client goes away; the request may be over then. */
export async function readBody(context: RequestContext): Promise<Buffer> {
  if (context.body) return context.body;
  if (!hasBody(context)) return Buffer.alloc(0);
  if (Number(context.headers.get('content-length') ?? 0) > MAX_READ_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of context.incoming.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MAX_READ_BYTES) {
      // What was read cannot be streamed any more.
      context.exit = errorExit(context, 413);
      throw tooLarge();
    }
    chunks.push(chunk);
  }
  context.body = Buffer.concat(chunks);
  return context.body;
}

const tooLarge = () => new Error(`the request body is larger than ${MAX_READ_BYTES} bytes`);

/** Takes the rest of a body, so that the client can read its answer and use the connection again. */
export function discardBody(incoming: IncomingMessage): void {
  if (incoming.complete || incoming.destroyed) return;
  const timer = setTimeout(() => incoming.destroy(), LINGER_MS);
  incoming.once('close', () => clearTimeout(timer));
  incoming.resume();
}

export interface BodyStream {
  /** Bytes that went out. Above 0 the request cannot be repeated. */
  sent: number;
  stop(): void;
}

export type StallSide = 'client' | 'upstream';

/** Sends the client's body as fast as the upstream takes it, no faster. `onStall` says who made the other wait too long. */
export function streamBody(
  context: RequestContext,
  request: ClientRequest,
  writeTimeoutMs: number,
  onStall: (side: StallSide) => void,
): BodyStream {
  const { incoming } = context;
  const stream: BodyStream = { sent: 0, stop };
  let timer: NodeJS.Timeout;
  const wait = (side: StallSide) => {
    clearTimeout(timer);
    const limit = side === 'client' ? CLIENT_BODY_TIMEOUT_MS : writeTimeoutMs;
    timer = setTimeout(() => onStall(side), limit);
  };
  const onData = (chunk: Buffer) => {
    stream.sent += chunk.length;
    if (request.write(chunk)) {
      timer.refresh();
    } else {
      incoming.pause();
      wait('upstream');
    }
  };
  const onDrain = () => {
    wait('client');
    incoming.resume();
  };
  const onEnd = () => {
    stop();
    request.end();
  };
  function stop() {
    clearTimeout(timer);
    incoming.off('data', onData).off('end', onEnd);
    request.off('drain', onDrain);
  }
  wait('client');
  incoming.on('data', onData).on('end', onEnd);
  request.on('drain', onDrain);
  return stream;
}
