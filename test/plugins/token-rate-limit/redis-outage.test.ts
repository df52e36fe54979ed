// What a decision waits for Redis at most, shown by the timer that bounds it: Redis that never answers, not even the
// first connection, and Redis that answers late.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { REDIS_MISSING, redisAvailable, startRedis } from '../../support/redis.ts';
import { answered, newExchange, startStage, type TestHost, testHost, usage } from './support/stage.ts';

const BOUND_MS = 50;

/** @param serve what to do with a connection; nothing: it is accepted, and that is all */
async function listen(serve: (socket: Socket) => void = () => {}): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function start(port: number, mode: string, host: TestHost = testHost()) {
  const stage = startStage(
    {
      policies: [
        {
          name: 'budget',
          partition_by: ['none'],
          limits: [{ unit: 'requests', limit: 1000, window: 'day' }],
        },
      ],
      strategy: 'redis',
      redis: { port, connect_timeout: 60_000, read_timeout: 60_000 },
      redis_failure: mode,
    },
    host,
  );
  onTestFinished(() => void stage.close?.());
  return stage;
}

const said = ({ lines }: TestHost): string[] =>
  lines.map(({ msg }) => String(msg)).filter((msg) => msg.startsWith('limits: Redis'));

/** Lets everything run that needs no timer. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await turn();
}

/** Starts a request; what became of it is there once it was decided. */
function begin(stage: ReturnType<typeof start>): { exchange: Exchange; outcome: () => string | undefined } {
  const exchange = newExchange();
  let outcome: string | undefined;
  stage
    .run(exchange, () => answered(exchange, usage(5, 5)))
    .then(
      () => {
        outcome = 'passed';
      },
      (error: { code?: string }) => {
        outcome = error.code ?? 'failed';
      },
    );
  return { exchange, outcome: () => outcome };
}

afterEach(() => vi.useRealTimers());

describe.each([
  ['local', 'passed'],
  ['allow', 'passed'],
  ['deny', 'limits_unavailable'],
])('Redis accepts and never answers, redis_failure: %s', (mode, expected) => {
  test(`the very first request is decided ${BOUND_MS} ms after it came, and later ones at once`, async () => {
    const port = await listen();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const host = testHost();
    const stage = start(port, mode, host);
    const first = begin(stage);
    await turns();
    expect(first.outcome()).toBeUndefined();
    vi.advanceTimersByTime(BOUND_MS - 1);
    await turns();
    expect(first.outcome(), 'it waits for Redis until then').toBeUndefined();
    vi.advanceTimersByTime(1);
    await turns();
    expect(first.outcome()).toBe(expected);
    const second = begin(stage);
    await turns();
    expect(second.outcome(), 'no timer was needed').toBe(expected);
    expect(said(host)).toHaveLength(1);
  });
});

test('nobody listens: the first request is decided without any timer', async () => {
  const port = await listen();
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port: dead } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  expect(dead).not.toBe(port);
  const request = begin(start(dead, 'local'));
  await expect.poll(request.outcome).toBe('passed');
});

describe.skipIf(!redisAvailable)(`Redis is slow${redisAvailable ? '' : ` (${REDIS_MISSING})`}`, () => {
  /** Passes on what is said; answers only after `delay.ms`. */
  async function slowProxy(to: number): Promise<{ port: number; delay: { ms: number } }> {
    const delay = { ms: 0 };
    const port = await listen((client) => {
      const server = connect(to, '127.0.0.1');
      server.on('error', () => client.destroy());
      client.on('close', () => server.destroy());
      client.pipe(server);
      server.on('data', (chunk) =>
        delay.ms === 0 ? client.write(chunk) : setTimeout(() => client.write(chunk), delay.ms),
      );
    });
    return { port, delay };
  }

  test('counts as down while it answers late, stays so, and what was used is made up for once it is quick', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const { port, delay } = await slowProxy(redis.port);
    const host = testHost();
    const stage = start(port, 'local', host);
    const one = async (): Promise<void> => {
      const { exchange, outcome } = begin(stage);
      await expect.poll(outcome).toBe('passed');
      exchange.finish({ kind: 'complete', status: 200 });
    };
    const remaining = async (): Promise<number> => {
      const { exchange, outcome } = begin(stage);
      await expect.poll(outcome).toBe('passed');
      const left = Number(exchange.responseHeaders['x-ai-ratelimit-remaining-day-budget']);
      // A refused provider: it gives back what it held.
      exchange.attempts.splice(0);
      exchange.usage = undefined;
      exchange.answer = undefined;
      exchange.finish({ kind: 'complete', status: 502 });
      return left + 1;
    };
    await one();
    const before = said(host).length;
    // Late by more than requests wait, and by less than the interval at which it is asked whether it is back.
    delay.ms = 150;
    for (let i = 0; i < 10; i += 1) await one();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (let i = 0; i < 10; i += 1) await one();
    expect(said(host).slice(before), 'one line, however long it is slow').toEqual([
      'limits: Redis does not answer; redis_failure applies',
    ]);
    delay.ms = 0;
    await expect.poll(() => said(host).at(-1), { timeout: 10_000 }).toContain('answers again');
    await expect.poll(remaining, { timeout: 10_000 }).toBe(1000 - 21);
  });
});
