// The HTTP server in front: limits, malformed requests, and an end that lets what is in flight finish.
import { createServer, type RequestListener, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { nginxErrorExit } from './exit.ts';
import { HeaderList } from './headers.ts';

const DRAIN_MS = 10_000;
const MAX_HEADER_BYTES = 32 * 1024;
const HEADER_TIMEOUT_MS = 60_000;

export interface Listening {
  port: number;
  close(): Promise<void>;
}

export async function listen(host: string, port: number, handle: RequestListener): Promise<Listening> {
  let closing = false;
  let unanswered = 0;
  // What is open now is idle, or still sends a body that nobody needs.
  const closeWhenAnswered = () => {
    if (closing && unanswered === 0) server.closeAllConnections();
  };
  const take: RequestListener = (incoming, response) => {
    if (closing) response.shouldKeepAlive = false;
    unanswered += 1;
    response.once('close', () => {
      unanswered -= 1;
      closeWhenAnswered();
    });
    handle(incoming, response);
  };
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADER_TIMEOUT_MS,
      requestTimeout: 0, // a long upload is watched for progress instead
    },
    take,
  );
  server.on('checkExpectation', take); // nginx ignores expectations that it does not know
  server.maxHeadersCount = 0; // bounded by their size, and by the handler, which does not drop any silently
  server.on('clientError', refuseMalformed);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      closing = true;
      const drained = new Promise<void>((resolve) => server.close(() => resolve()));
      closeWhenAnswered();
      const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await drained;
      clearTimeout(deadline);
    },
  };
}

/** Bytes that are not an HTTP request, or too many of them, get Kong's words too. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 494 : 400;
  const { headers, body } = nginxErrorExit({ id: '', headers: new HeaderList() }, status);
  const lines = [...headers, ['Content-Length', String(body.length)], ['Connection', 'close']]
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const told = status === 494 ? 400 : status; // nginx's own number for too many headers
  socket.end(`HTTP/1.1 ${told} ${STATUS_CODES[told]}\r\n${lines}\r\n${body.toString()}`);
}
