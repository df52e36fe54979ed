// The limiter itself on Redis as it is run: cluster, sentinels, TLS, a user with no more rights than the README says.

import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import type { RunningStage } from '../../../kong/relay/stage.ts';
import { packagePath } from '../../../kong/root.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { redisBooks } from '../../../plugins/token-rate-limit/books.ts';
import { tokenRateLimitConfig } from '../../../plugins/token-rate-limit/config.ts';
import { freePort } from '../../support/free-port.ts';
import { REDIS_MISSING, redisAvailable } from '../../support/redis.ts';
import {
  answered,
  newExchange,
  request,
  startStage,
  type TestHost,
  testHost,
  usage,
} from './support/stage.ts';
import { sentinelOf, server, threeNodes, tlsArgs } from './support/topologies.ts';

const LIMIT = 20;
const WAIT = { timeout: 20_000, interval: 50 };

function config(redis: object, more: object = {}) {
  return {
    policies: [
      {
        name: 'budget',
        partition_by: ['none'],
        limits: [
          { unit: 'requests', limit: LIMIT, window: 'day' },
          { unit: 'total_tokens', limit: 1_000_000, window: 'hour', window_type: 'fixed' },
        ],
      },
    ],
    strategy: 'redis',
    // What is not counted in Redis shows as a refusal.
    redis_failure: 'deny',
    redis,
    ...more,
  };
}

function start(given: object, host: TestHost = testHost()): RunningStage {
  const stage = startStage(given, host);
  onTestFinished(() => void stage.close?.());
  return stage;
}

const pass = (exchange: Exchange) => answered(exchange, usage(5, 5));

/** Once it is connected. A probe gives back what it held. */
async function connected(stage: RunningStage): Promise<void> {
  const refuse = async () => {
    const error = await request(stage, () => {
      throw Object.assign(new Error('refunded'), { code: 'refunded' });
    });
    return error?.code;
  };
  await expect.poll(refuse, WAIT).toBe('refunded');
}

/** Exactly so many outcomes of each kind. */
async function rush(stages: readonly RunningStage[], count: number): Promise<Record<string, number>> {
  const codes: Record<string, number> = {};
  const one = async (i: number): Promise<void> => {
    let code = 'limits_unavailable';
    // On a busy machine Redis may be late: that is for other tests.
    for (let n = 0; n < 200 && code === 'limits_unavailable'; n += 1) {
      if (n > 0) await new Promise((resolve) => setTimeout(resolve, 50));
      code = (await request(stages[i % stages.length]!, pass))?.code ?? 'ok';
    }
    codes[code] = (codes[code] ?? 0) + 1;
  };
  await Promise.all(Array.from({ length: count }, (_, i) => one(i)));
  return codes;
}

describe.skipIf(!redisAvailable)(`on real servers${redisAvailable ? '' : ` (${REDIS_MISSING})`}`, () => {
  test('a cluster of three: each plugin counts on one node, exactly, and several plugins spread', async () => {
    const nodes = await threeNodes();
    const redis = { cluster_nodes: nodes.map(({ port }) => ({ port })) };
    for (const id of ['p1', 'p2', 'p3', 'p4']) {
      // Two relay processes of it.
      const stages = [start(config(redis), testHost(id)), start(config(redis), testHost(id))];
      for (const stage of stages) await connected(stage);
      expect(await rush(stages, 3 * LIMIT)).toEqual({ ok: LIMIT, rate_limit_exceeded: 2 * LIMIT });
    }
    const perNode = await Promise.all(
      nodes.map(async ({ port }) => {
        const client = new Redis(port, { protocol: 2 });
        const keys = await client.keys('*');
        client.disconnect();
        return new Set(keys.map((key) => /\{(.*)\}/.exec(key)?.[1]));
      }),
    );
    expect(perNode.flatMap((ids) => [...ids]).sort(), 'no plugin on two nodes').toEqual([
      'p1',
      'p2',
      'p3',
      'p4',
    ]);
    expect(perNode.filter((ids) => ids.size > 0).length).toBeGreaterThan(1);

    // What kong-ai limits asks finds the counters of every node.
    const books = redisBooks(parseConfig(tokenRateLimitConfig, config(redis)).redis, testHost());
    onTestFinished(() => books.close());
    for (const id of ['p1', 'p2', 'p3', 'p4'])
      expect(await books.names(`limits:v1:{${id}}:`)).toHaveLength(2);
  });

  test('sentinels: the budget goes on at the new master, and requests say so in between', async () => {
    const master = await server();
    const replica = await server('--replicaof', '127.0.0.1', String(master.port));
    const sentinel = await sentinelOf(master.port);
    const watch = new Redis(replica.port, { protocol: 2 });
    onTestFinished(() => watch.disconnect());
    const has = async (text: string) => (await watch.info('replication')).includes(text);
    await expect.poll(() => has('master_link_status:up'), WAIT).toBe(true);
    const asked = new Redis(sentinel, { protocol: 2 });
    onTestFinished(() => asked.disconnect());
    const known = async () =>
      String(await asked.call('SENTINEL', 'REPLICAS', 'main')).includes(String(replica.port));
    await expect.poll(known, WAIT).toBe(true);
    const redis = {
      sentinel_master: 'main',
      sentinel_role: 'master',
      sentinel_nodes: [{ port: sentinel }],
    };
    const stage = start(config(redis));
    await connected(stage);
    for (let i = 0; i < 15; i += 1) expect(await request(stage, pass)).toBeUndefined();
    const copied = async () => {
      const [key] = await watch.keys('*requests*day:all');
      return Number(await watch.hget(key!, 'used'));
    };
    await expect.poll(copied, WAIT).toBe(15);

    await master.kill9();
    expect((await request(stage, pass))?.code).toBe('limits_unavailable');
    await expect.poll(() => has('role:master'), WAIT).toBe(true);
    await connected(stage);
    expect(await rush([stage], LIMIT), 'what the old master knew counts').toEqual({
      ok: LIMIT - 15,
      rate_limit_exceeded: 15,
    });
  });

  test('TLS: counts, and not on a server whose certificate nobody vouches for', async () => {
    const port = await freePort();
    await server(...tlsArgs(port));
    const stage = start(config({ port, ssl: true, ssl_verify: false }));
    await connected(stage);
    expect(await rush([stage], 3 * LIMIT)).toEqual({ ok: LIMIT, rate_limit_exceeded: 2 * LIMIT });
    const strict = start(config({ port, ssl: true }), testHost('strict'));
    expect((await request(strict, pass))?.code).toBe('limits_unavailable');
  });

  test('a user with the rights that the README names can do all of it, and nothing else', async () => {
    const readme = readFileSync(packagePath('plugins/token-rate-limit/README.md'), 'utf8');
    const rights = /^`(\+@hash [^`]+)`/m.exec(readme)![1]!;
    const redis = await server();
    const admin = new Redis(redis.port, { protocol: 2 });
    onTestFinished(() => admin.disconnect());
    await admin.call('ACL', 'SETUSER', 'limiter', 'on', '>secret', '~kong-ai:*', ...rights.split(' '));
    const settings = { port: redis.port, username: 'limiter', password: 'secret' };
    const given = config(settings, { reservation_ttl: 3 });
    const host = testHost();
    const stage = start(given, host);
    await connected(stage);
    expect(await rush([stage], 3 * LIMIT)).toEqual({ ok: LIMIT, rate_limit_exceeded: 2 * LIMIT });
    const books = redisBooks(parseConfig(tokenRateLimitConfig, given).redis, host);
    onTestFinished(() => books.close());
    const names = await books.names('limits:v1:{p1}:');
    expect(await books.reservations(names)).toEqual(names.map(() => 0));
    await books.clear(names);
    // A request that takes longer than its lease: renewed under way.
    const long = newExchange();
    await stage.run(long, () => pass(long));
    const [key] = await admin.keys('*requests*:leases');
    const [, before] = await admin.zrange(key!, '0', '-1', 'WITHSCORES');
    const renewed = async () =>
      Number((await admin.zrange(key!, '0', '-1', 'WITHSCORES'))[1]) > Number(before);
    await expect.poll(renewed, WAIT).toBe(true);
    long.finish({ kind: 'complete', status: 200 });
    const refusals = String(await admin.call('ACL', 'LOG'));
    expect(refusals, 'nothing that it was not allowed').not.toContain('limiter');

    const wrong = start(config({ ...settings, password: 'wrong' }), testHost('p2'));
    expect((await request(wrong, pass))?.code).toBe('limits_unavailable');
  });
});
