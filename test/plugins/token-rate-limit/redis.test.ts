// Counters in Redis: round trips, outages, and what is made up for afterwards.
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { REDIS_MISSING, redisAvailable, startRedis, type TestRedis } from '../../support/redis.ts';
import {
  answered,
  newExchange,
  request,
  settled,
  startStage,
  type TestHost,
  testHost,
  usage,
} from './support/stage.ts';

const LIMIT = 10_000;

describe.skipIf(!redisAvailable)(`with Redis${redisAvailable ? '' : ` (${REDIS_MISSING})`}`, () => {
  let server: TestRedis;
  let client: Redis;
  const closing: (() => void)[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(async () => {
    client = new Redis(server.url, { protocol: 2, maxRetriesPerRequest: null });
    client.on('error', () => {});
    await client.flushall();
  });
  afterEach(() => {
    for (const close of closing.splice(0)) close();
    client.disconnect();
  });
  afterAll(() => server?.stop());

  const config = (
    more: object = {},
    limits: object[] = [{ unit: 'total_tokens', limit: LIMIT, window: 'day' }],
  ) => ({
    policies: [{ name: 'budget', partition_by: ['none'], limits }],
    strategy: 'redis',
    // Long: it is not the client that decides how long a request waits.
    redis: { port: server.port, read_timeout: 60_000 },
    ...more,
  });

  function start(given: object, host: TestHost = testHost()) {
    const stage = startStage(given, host);
    closing.push(() => stage.close?.());
    return stage;
  }

  const pass = (exchange: Exchange) => answered(exchange, usage(5, 5));

  async function remaining(stage: ReturnType<typeof start>): Promise<number> {
    const exchange = newExchange();
    await request(stage, (made) => answered(made, usage(0, 0)), exchange);
    return Number(exchange.responseHeaders['x-ai-ratelimit-remaining-day-budget']);
  }

  const said = ({ lines }: TestHost): string[] =>
    lines.map(({ msg }) => String(msg)).filter((msg) => msg.startsWith('limits: Redis'));

  /** What clients send, not what scripts do. */
  async function commandsDuring(work: () => Promise<void>): Promise<string[]> {
    const base = client.duplicate();
    const monitor = await base.monitor();
    base.disconnect();
    const seen: string[] = [];
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (source !== 'lua') seen.push(args[0]!.toLowerCase());
    });
    await work();
    // What was sent before this was seen before this.
    await client.echo('end');
    await expect.poll(() => seen.at(-1)).toBe('echo');
    monitor.disconnect();
    return seen.slice(0, -1);
  }

  test('a request costs one round trip to reserve and one to settle, however many limits it is under', async () => {
    const limits = [
      { unit: 'total_tokens', limit: LIMIT, window: 'minute' },
      { unit: 'total_tokens', limit: LIMIT, window: 'day', window_type: 'calendar' },
      { unit: 'requests', limit: LIMIT, window: 'hour', window_type: 'fixed' },
      { unit: 'prompt_tokens', limit: LIMIT, window: '30', window_type: 'token_bucket' },
      { unit: 'concurrent_requests', limit: LIMIT },
    ];
    const stage = start(config({}, limits));
    await request(stage, pass);
    const commands = await commandsDuring(async () => {
      await request(stage, pass);
    });
    expect(commands).toEqual(['evalsha', 'evalsha']);
  });

  test('a budget of the model that answers costs one more, for each model that is tried', async () => {
    const stage = start({
      ...config(),
      policies: [
        { name: 'each', partition_by: ['model'], limits: [{ unit: 'requests', limit: 9, window: 'day' }] },
      ],
    });
    await request(stage, pass);
    const commands = await commandsDuring(async () => {
      await request(stage, async (exchange) => {
        const choice = { target: 'a', provider: 'openai', model: 'gpt-4o' };
        await exchange.beforeAttempt(choice);
        exchange.attempts.push({ ...choice, startedAt: 0, code: 'provider_error' });
        await answered(exchange, usage(5, 5), { ...choice, model: 'gpt-4o-mini' });
      });
    });
    expect(commands).toEqual(['evalsha', 'evalsha', 'evalsha']);
  });

  test('10,000 settlements of 0.000123 USD come to 1.23', async () => {
    const limits = [{ unit: 'cost_usd', limit: 10, window: 'day' }];
    const stage = start(config({ prices: [{ model: '*', input: 123, output: 0 }] }, limits));
    for (let i = 0; i < 100; i += 1) {
      await Promise.all(
        Array.from({ length: 100 }, () => request(stage, (exchange) => answered(exchange, usage(1, 0)))),
      );
    }
    const [counter] = await client.keys('*cost_usd*all');
    const used = async () => Number(await client.hget(counter!, 'used')) / 1e9;
    // On a busy machine some are made up for afterwards.
    await expect.poll(async () => Math.abs((await used()) - 1.23) < 1e-6, { timeout: 10_000 }).toBe(true);
  });

  test('all keys of a plugin lie in one hash slot, behind the configured prefix', async () => {
    const stage = start(config({ redis: { port: server.port, key_prefix: 'acme' } }));
    await request(stage, pass);
    await expect.poll(() => client.keys('*')).not.toEqual([]);
    const keys = await client.keys('*');
    for (const key of keys) expect(key).toMatch(/^acme:limits:v1:\{p1\}:budget:total_tokens,sliding,day:all/);
  });

  test('what a node reserved and never settled comes free for the others', async () => {
    const first = start(config({ reservation_ttl: 3 }), testHost('p1'));
    const stuck = newExchange();
    await first.run(stuck, () => answered(stuck, usage(5, 5)));
    // Its config is replaced meanwhile.
    first.close?.();
    const second = start(config(), testHost('p1'));
    expect(await remaining(second)).toBeLessThan(LIMIT);
    const [key] = await client.keys('*:leases');
    const [lease] = await client.zrange(key!, '0', '-1');
    await client.call('ZADD', key!, 'XX', '1', lease!);
    expect(await remaining(second)).toBe(LIMIT);
    // Late, but not lost: a reservation that ran out is charged whole.
    stuck.finish({ kind: 'complete', status: 200 });
    await expect.poll(() => remaining(second)).toBe(LIMIT - 10);
  });

  test('what is owed stays so when it could not be settled at once', async () => {
    const proxy = await startFaultProxy(server.port);
    closing.push(() => void proxy.close());
    const stage = start(config({ redis: { port: proxy.port, read_timeout: 500 } }));
    const exchange = newExchange();
    await stage.run(exchange, () => answered(exchange, usage(5, 5)));
    await proxy.down();
    exchange.finish({ kind: 'complete', status: 200 });
    await settled();
    // Redis answers again, and settles nothing yet.
    await client.call('ACL', 'SETUSER', 'default', '-evalsha', '-eval');
    try {
      await proxy.heal();
      await expect
        .poll(async () => ((await client.call('ACL', 'LOG')) as []).length, { timeout: 10_000 })
        .toBeGreaterThan(0);
    } finally {
      await client.call('ACL', 'SETUSER', 'default', '+@all');
    }
    await expect.poll(() => remaining(stage), { timeout: 10_000 }).toBe(LIMIT - 10);
  });

  describe('while Redis hangs', () => {
    /** Redis takes commands and answers none until `work` is done. */
    async function hanging(work: () => Promise<void>): Promise<void> {
      const pid = Number(/process_id:(\d+)/.exec(await client.info('server'))![1]);
      process.kill(pid, 'SIGSTOP');
      try {
        await work();
      } finally {
        process.kill(pid, 'SIGCONT');
      }
    }

    test.each(['local', 'allow'] as const)(
      '%s lets requests through, and they are counted afterwards',
      async (mode) => {
        const host = testHost();
        const stage = start(config({ redis_failure: mode }), host);
        for (let i = 0; i < 5; i += 1) expect(await request(stage, pass)).toBeUndefined();
        await hanging(async () => {
          for (let i = 0; i < 20; i += 1) expect(await request(stage, pass)).toBeUndefined();
          // A single token counts, too.
          await request(stage, (exchange) => answered(exchange, usage(1, 0)));
        });
        await expect.poll(() => said(host)).toHaveLength(2);
        await expect.poll(() => remaining(stage)).toBe(LIMIT - 251);
        expect(said(host)[0]).toContain('does not answer');
        expect(said(host)[1]).toContain('answers again');
      },
    );

    test('deny refuses, with a code of its own', async () => {
      const host = testHost();
      const stage = start(config({ redis_failure: 'deny' }), host);
      await request(stage, pass);
      await hanging(async () => {
        for (let i = 0; i < 5; i += 1) {
          expect(await request(stage, pass)).toMatchObject({ code: 'limits_unavailable', status: 503 });
        }
      });
      await expect.poll(async () => (await request(stage, pass)) === undefined).toBe(true);
      expect(said(host)).toHaveLength(2);
    });

    test('a request that began before is settled afterwards, once', async () => {
      const stage = start(config());
      const exchange = newExchange();
      await stage.run(exchange, () => answered(exchange, usage(5, 5)));
      await hanging(async () => {
        exchange.finish({ kind: 'complete', status: 200 });
        await request(stage, pass);
      });
      await expect.poll(() => remaining(stage)).toBe(LIMIT - 20);
    });

    test('local limits go on for the machine', async () => {
      const limits = [{ unit: 'requests', limit: 3, window: 'day' }];
      const stage = start(config({}, limits));
      await request(stage, () => {
        throw new Error('refunded');
      });
      await hanging(async () => {
        for (let i = 0; i < 3; i += 1) expect(await request(stage, pass)).toBeUndefined();
        expect(await request(stage, pass)).toMatchObject({ code: 'rate_limit_exceeded' });
      });
    });
  });

  describe('when Redis is killed and started again under load', () => {
    const limits = [{ unit: 'requests', limit: 1_000_000, window: 'day' }];

    /** Codes of what was refused while four clients asked all the time, and how many requests there were. */
    async function underLoad(stage: ReturnType<typeof start>): Promise<Record<string, number>> {
      const outcomes: Record<string, number> = {};
      let over = false;
      const asking = async (): Promise<void> => {
        while (!over) {
          const error = await request(stage, pass);
          const name = error?.code ?? error?.message ?? 'ok';
          outcomes[name] = (outcomes[name] ?? 0) + 1;
        }
      };
      const clients = Array.from({ length: 4 }, asking);
      const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      await pause(300);
      await server.kill9();
      await pause(700);
      await server.restart();
      await pause(300);
      over = true;
      await Promise.all(clients);
      return outcomes;
    }

    test.each(['local', 'allow'] as const)('%s: every request passes', async (mode) => {
      const host = testHost();
      const stage = start(config({ redis_failure: mode }, limits), host);
      const outcomes = await underLoad(stage);
      expect(Object.keys(outcomes)).toEqual(['ok']);
      await expect.poll(() => said(host), { timeout: 10_000 }).toHaveLength(2);
    });

    test('deny: only refusals that say why, and all is well again afterwards', async () => {
      const host = testHost();
      const stage = start(config({ redis_failure: 'deny' }, limits), host);
      const outcomes = await underLoad(stage);
      expect(Object.keys(outcomes).sort()).toEqual(['limits_unavailable', 'ok']);
      await expect.poll(async () => request(stage, pass), { timeout: 10_000 }).toBeUndefined();
      expect(said(host)).toHaveLength(2);
    });
  });
});
