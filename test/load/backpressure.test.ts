// A client that does not read holds its provider back, and what it has not read does not pile up in the relay.
// The kernel takes some megabytes for each; `npm run leaks` has 1,000 of them, and their sum would be gigabytes.
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openaiChatEvents } from '../support/upstream/openai.ts';
import { type Memory, startLoadedRelay } from './relay.ts';

const READERS = Number(process.env.SLOW_READERS ?? 40);
/** That come at once. */
const STEP = 20;
/** What the relay may hold for one of them: the pieces of one read, as they came and as they go out. */
const BYTES_PER_READER = 600_000;
/** A provider would send so much to each. */
const STREAM_BYTES = 40_000_000;

const PIECE = Buffer.from(
  openaiChatEvents(
    { text: Array.from({ length: 8 }, (_, n) => `${n} of an answer that is long. `.repeat(120)) },
    { done: false },
  )
    .slice(1, -1)
    .join(''),
);

it(`${READERS} readers that stop reading are held within ${BYTES_PER_READER} bytes each`, {
  timeout: 120_000 + READERS * 300,
}, async () => {
  let begun = 0;
  let sentBytes = 0;
  const relay = await startLoadedRelay(
    (response) => {
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
    },
    ['cost-log', 'ai-proxy-ts'],
  );
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
  for (let n = 0; n < READERS; n += STEP) {
    await Promise.all(Array.from({ length: STEP }, (_, i) => read(n + i)));
  }
  expect(begun).toBe(READERS);
  // Until nothing moves: then everything that can pile up has.
  for (let last = -1; last !== sentBytes; ) {
    last = sentBytes;
    await sleep(1_500);
  }
  const after = await relay.memory();
  const held = (memory: Memory): number => memory.heap + memory.arrayBuffers;
  const perReader = Math.round((held(after) - held(before)) / READERS);
  if (process.env.SLOW_READERS) {
    process.stdout.write(`${JSON.stringify({ READERS, perReader, before, after, sentBytes })}\n`);
  }
  expect(sentBytes, 'providers are held back').toBeLessThan((READERS * STREAM_BYTES) / 2);
  expect(perReader).toBeLessThan(BYTES_PER_READER);
  for (const socket of sockets) socket.destroy();
});
