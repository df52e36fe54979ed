// An older and a newer version of the suite on one Redis, as during an upgrade and after a rollback: keys name the
// version of what they hold, and what another version has written is neither read nor changed.
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../kong/relay/log.ts';
import { Metrics } from '../../kong/relay/metrics.ts';
import { closeRedis } from '../../kong/relay/redis.ts';
import { redisConfig } from '../../kong/relay/redis-config.ts';
import { RedisBudgets } from '../../plugins/cost-log/budgets/store.ts';
import { startCacheRelay, status, until } from '../plugins/semantic-cache/cache-relay.ts';
import {
  answered,
  newExchange,
  request,
  startStage,
  testHost,
  usage,
} from '../plugins/token-rate-limit/support/stage.ts';
import { redisAvailable, startRedis, type TestRedis } from '../support/redis.ts';

const QUESTION = 'How do I install Python on Windows?';

describe.skipIf(!redisAvailable)('versions side by side', () => {
  let server: TestRedis;
  let client: Redis;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(async () => {
    client = new Redis(server.port);
    await client.flushall();
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    client.disconnect();
    closeRedis();
  });
  afterAll(() => server?.stop());

  /** One request under a limit, one question to the cache, and one charge of a budget. */
  async function use(): Promise<{
    remaining: string | undefined;
    cache: string | null;
    spent: bigint[] | undefined;
  }> {
    const stage = startStage(
      {
        policies: [
          {
            name: 'budget',
            partition_by: ['none'],
            limits: [{ unit: 'requests', limit: 10, window: 'day', window_type: 'fixed' }],
          },
        ],
        strategy: 'redis',
        redis: { port: server.port, read_timeout: 60_000 },
      },
      testHost(),
    );
    closing.push(() => stage.close?.());
    const exchange = newExchange();
    await request(stage, (made) => answered(made, usage(5, 5)), exchange);
    await until(async () => (await client.keys('kong-ai:limits:*')).length > 0);
    const relay = await startCacheRelay({
      strategy: 'redis',
      redis: { host: '127.0.0.1', port: server.port },
    });
    const cache = status(await relay.ask(QUESTION));
    await until(async () => (await client.keys('kong-ai:cache:v1:e:*')).length > 0);
    const budgets = new RedisBudgets(redisConfig.parse({ port: server.port }), 'spool', {
      log: createLog('silent'),
      metrics: new Metrics(),
    });
    closing.push(() => budgets.close());
    const charge = { budget: { period: 'day', partition: 'global' }, amount: 5n } as never;
    const positions = await budgets.positions();
    const spent = await budgets.apply([charge], positions, { a: (positions.a ?? 0) + 1 });
    return { remaining: exchange.responseHeaders['x-ai-ratelimit-remaining-day-budget'], cache, spent };
  }

  test('every key that is written names its version', async () => {
    await use();
    const keys = await client.keys('*');
    expect(keys.filter((key) => key.includes('limits')).length).toBeGreaterThan(0);
    expect(keys.filter((key) => key.includes('cache')).length).toBeGreaterThan(0);
    expect(keys.filter((key) => key.includes('budgets')).length).toBeGreaterThan(1);
    expect(keys.filter((key) => !/:v1:/.test(key))).toEqual([]);
  });

  test('keys of another version, of another type even, are neither read nor changed', async () => {
    const fresh = await use();
    const others: string[] = [];
    for (const key of await client.keys('*')) {
      for (const version of ['v0', 'v2']) {
        const other = key.replace(':v1:', `:${version}:`);
        await client.set(other, 'what another version knows');
        others.push(other);
      }
      await client.del(key);
    }
    expect(await use()).toEqual(fresh);
    for (const key of others) expect(await client.get(key), key).toBe('what another version knows');
  });

  test('an entry of the cache that another version has packed is a miss', async () => {
    const relay = await startCacheRelay({
      strategy: 'redis',
      redis: { host: '127.0.0.1', port: server.port },
    });
    expect(status(await relay.ask(QUESTION))).toBe('Miss');
    await until(async () => (await client.keys('kong-ai:cache:v1:e:*')).length === 1);
    const [key] = await client.keys('kong-ai:cache:v1:e:*');
    expect(status(await relay.ask(QUESTION))).toBe('Hit');
    const packed = (await client.hgetBuffer(key!, 'a'))!;
    packed[1] = packed[1]! + 1;
    await client.hset(key!, 'a', packed);
    expect(status(await relay.ask(QUESTION))).not.toBe('Hit');
  });
});
