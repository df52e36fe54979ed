// A client that does not read holds its provider back, and what it has not read does not pile up in the relay.
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openaiChatEvents } from '../support/upstream/openai.ts';
import { startLoadedRelay } from './relay.ts';

const READERS = 1_000;
/** What the relay may hold for one of them, code and collector included. Measured: docs/guarantees.md. */
const BYTES_PER_READER = 300_000;
/** A provider would send so much to each: without backpressure 8 GB in all. */
const STREAM_BYTES = 8_000_000;

const PIECE = Buffer.from(
  openaiChatEvents(
    { text: Array.from({ length: 60 }, (_, n) => `word ${n} of an answer that is long. `) },
    { done: false },
  )
    .slice(1, -1)
    .join(''),
);

it(`${READERS} readers that stop reading are held within ${BYTES_PER_READER} bytes each`, {
  timeout: 180_000,
}, async () => {
  let begun = 0;
  let sentBytes = 0;
  const relay = await startLoadedRelay((response) => {
    begun += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let left = STREAM_BYTES;
    const more = (): void => {
      while (left > 0 && !response.destroyed) {
        left -= PIECE.length;
        sentBytes += PIECE.length;
        if (!response.write(PIECE)) return void response.once('drain', more);
      }
    };
    more();
  });
  const plan = Object.entries(await relay.declare()).map(([name, value]) => `${name}: ${value}\r\n`);
  const before = await relay.memory();

  const sockets: Socket[] = [];
  const read = (n: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(relay.port, '127.0.0.1');
      sockets.push(socket);
      const body = JSON.stringify({
        model: 'm',
        messages: [{ role: 'user', content: `Question ${n}` }],
        stream: true,
      });
      socket.on('error', reject);
      socket.once('data', (bytes) => {
        socket.pause();
        if (bytes.toString('latin1').startsWith('HTTP/1.1 200')) resolve();
        else reject(new Error(bytes.toString('latin1')));
      });
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n${plan.join('')}content-length: ${body.length}\r\n\r\n${body}`,
      );
    });
  for (let n = 0; n < READERS; n += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, i) => read(n + i)));
  }
  expect(begun).toBe(READERS);
  // Until nothing moves: then everything that can pile up has.
  for (let last = -1; last !== sentBytes; ) {
    last = sentBytes;
    await sleep(1_500);
  }
  const after = await relay.memory();
  const perReader = Math.round((after.rss - before.rss) / READERS);
  if (process.env.LEAK_STREAMS) {
    process.stdout.write(`${JSON.stringify({ READERS, perReader, before, after, sentBytes })}\n`);
  }
  expect(sentBytes, 'providers are held back').toBeLessThan((READERS * STREAM_BYTES) / 2);
  expect(perReader).toBeLessThan(BYTES_PER_READER);
  for (const socket of sockets) socket.destroy();
});
