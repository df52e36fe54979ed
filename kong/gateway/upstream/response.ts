// Streams the upstream's answer to the client: each piece as it comes, no faster than the client takes it, and never
// to a clean end when the upstream broke off.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { HeaderList } from '../headers.ts';

/** nginx's send_timeout: how long a client may take nothing. */
const SEND_TIMEOUT_MS = 60_000;

/** Resolves when the exchange is over, broken or not; says whether it was whole. */
export async function sendAnswer(
  answer: IncomingMessage,
  response: ServerResponse,
  headers: HeaderList,
  readTimeoutMs: number,
): Promise<boolean> {
  const watch = watchProgress(answer, response, readTimeoutMs);
  response.writeHead(answer.statusCode!, headers.toRaw());
  // Without this the headers would wait for the first piece of the body. (flushHeaders would send them as UTF-8, and
  // they are in wire form: every byte above 127 would become two.)
  response.write('', 'latin1');
  try {
    await pipeline(answer, response);
    return true;
  } catch {
    // pipeline has destroyed both sides: the client sees the connection break.
    return false;
  } finally {
    watch.stop();
  }
}

/** Breaks the exchange when the upstream sends nothing, or the client takes nothing, for too long. */
function watchProgress(answer: IncomingMessage, response: ServerResponse, readTimeoutMs: number) {
  let taken = -1;
  let timer: NodeJS.Timeout;
  const wait = (ms: number) => {
    timer = setTimeout(() => {
      const bytesWritten = response.socket?.bytesWritten ?? 0;
      const clientIsSlow = response.writableNeedDrain && bytesWritten !== taken;
      taken = bytesWritten;
      if (clientIsSlow) wait(SEND_TIMEOUT_MS);
      else answer.destroy(new Error('the exchange stalled'));
    }, ms);
  };
  wait(readTimeoutMs);
  answer.on('data', () => timer.refresh());
  return { stop: () => clearTimeout(timer) };
}
