// Clients that leave in the middle of a stream leave nothing behind. `npm run leaks` has 100,000 of them.
import { Agent, request } from 'node:http';
import { expect, it } from 'vitest';
import { openaiChatEvents } from '../support/upstream/openai.ts';
import { startLoadedRelay } from './relay.ts';

const STREAMS = Number(process.env.LEAK_STREAMS ?? 2_000);
const AT_ONCE = 50;
/** Caches, pools and compiled code have their size after so many. */
const WARM_UP = 2_000;
/** What a stream may leave on average: less than the smallest object that could have been forgotten with it. */
const BYTES_PER_STREAM = 300;
/** Of the collector's mood, whatever was done. */
const NOISE_BYTES = 1_500_000;
/** A plan is good for ten minutes. */
const DECLARE_EVERY = 5_000;

const EVENTS = openaiChatEvents(
  { text: Array.from({ length: 40 }, (_, n) => `word ${n} `) },
  { done: false },
);

it(`${STREAMS} aborted streams leave no handle, no timer and no memory behind`, {
  timeout: 120_000 + STREAMS * 20,
}, async () => {
  let cancelled = 0;
  const relay = await startLoadedRelay((response) => {
    response.on('close', () => {
      cancelled += 1;
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(EVENTS.join(''));
  });
  let headers = await relay.declare();
  const agent = new Agent({ keepAlive: true });

  const abortOne = (n: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent = request({
        port: relay.port,
        host: '127.0.0.1',
        path: '/v1/chat/completions',
        method: 'POST',
        headers,
        agent,
      });
      const messages = [{ role: 'user', content: `Question ${n} of ann@example.com, +49 30 901820` }];
      sent.on('error', () => {});
      sent.on('close', () => resolve());
      sent.on('response', (response) => {
        if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
        response.on('error', () => {});
        response.once('data', () => sent.destroy());
      });
      sent.end(JSON.stringify({ model: 'm', messages, stream: true }));
    });
  const abort = async (from: number, to: number): Promise<void> => {
    let next = from;
    const worker = async (): Promise<void> => {
      while (next < to) {
        next += 1;
        const own = next;
        if (own % DECLARE_EVERY === 0) headers = await relay.declare();
        await abortOne(own);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    // The last ones are gone from the provider too.
    await expect.poll(() => cancelled, { timeout: 20_000 }).toBe(to);
  };

  await abort(0, WARM_UP);
  const before = await relay.memory();
  await abort(WARM_UP, WARM_UP + STREAMS);
  const after = await relay.memory();
  agent.destroy();
  if (process.env.LEAK_STREAMS) process.stdout.write(`${JSON.stringify({ STREAMS, before, after })}\n`);

  const bound = NOISE_BYTES + BYTES_PER_STREAM * STREAMS;
  expect(after.heap - before.heap, 'heap').toBeLessThan(bound);
  expect(after.arrayBuffers - before.arrayBuffers, 'buffers').toBeLessThan(bound);
  const kinds = new Set([...Object.keys(before.handles), ...Object.keys(after.handles)]);
  for (const kind of kinds) {
    // Pools breathe; a leak of one in ten streams would show.
    expect((after.handles[kind] ?? 0) - (before.handles[kind] ?? 0), kind).toBeLessThanOrEqual(AT_ONCE);
  }
});
