// Relay workers, and nodes that share a Redis: processes of the built command.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { REDIS_MISSING, redisAvailable, startRedis, type TestRedis } from '../../support/redis.ts';
import {
  delayed,
  type FakeUpstream,
  hangBeforeHeaders,
  startUpstream,
} from '../../support/upstream/index.ts';
import { type NodeProcess, startNode } from './support/node.ts';
import { answer, ask, CHAT, declaration, policy, rush } from './support/stack.ts';

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => {
  upstream.clear();
  upstream.handle(delayed(answer(), 200));
});
afterAll(() => upstream?.close());

const perMinute = (limit: number) => ({ unit: 'requests', limit, window: 'minute' });

/**
 * Requests that never end by themselves; resolves when the provider has them all. On a busy machine Redis may be late
 * for one, which is refused and asks again.
 */
async function hold(node: NodeProcess, route: string, count: number, maxTokens = 10): Promise<void> {
  upstream.clear();
  upstream.handle(hangBeforeHeaders);
  const one = async (): Promise<void> => {
    while ((await ask(node.url, route, { ...CHAT, max_tokens: maxTokens })).status === 503);
  };
  for (let i = 0; i < count; i += 1) one().catch(() => {});
  await upstream.request(count - 1);
}

const LEASE_S = 3;
const ROOM = 10_000;
/** Processes that start again take long on a busy machine. */
const AFTER_LEASE = { timeout: (LEASE_S + 60) * 1000, interval: 250 };
const TIMEOUT = 120_000;

describe('a node with four relay workers', () => {
  let node: NodeProcess;
  beforeAll(async () => {
    const lease = { reservation_ttl: LEASE_S };
    const routes = {
      requests: policy(perMinute(50)),
      crash: { ...policy({ unit: 'concurrent_requests', limit: 4 }), ...lease },
    };
    node = await startNode(declaration(upstream.url, routes), 4);
  });
  afterAll(() => node?.stop());

  test('of 200 requests at once exactly 50 pass', async () => {
    expect(await rush(() => ask(node.url, 'requests', CHAT), 200)).toEqual({ 200: 50, 429: 150 });
    expect(upstream.requests).toHaveLength(50);
  });

  test('what requests of a killed worker held comes free by itself', { timeout: TIMEOUT }, async () => {
    expect(node.workers()).toHaveLength(4);
    await hold(node, 'crash', 4);
    expect((await ask(node.url, 'crash', CHAT)).status).toBe(429);
    for (const pid of node.workers()) process.kill(pid, 'SIGKILL');
    upstream.handle(answer());
    await expect.poll(async () => (await ask(node.url, 'crash', CHAT)).status, AFTER_LEASE).toBe(200);
  });
});

describe.skipIf(!redisAvailable)(
  `two nodes that share a Redis${redisAvailable ? '' : ` (${REDIS_MISSING})`}`,
  () => {
    let redis: TestRedis;
    let nodes: [NodeProcess, NodeProcess];
    beforeAll(async () => {
      redis = await startRedis();
      const shared = {
        strategy: 'redis',
        redis: { port: redis.port },
        redis_failure: 'deny',
        reservation_ttl: LEASE_S,
      };
      const routes = {
        requests: { ...policy(perMinute(50)), ...shared, namespace: 'requests' },
        crash: {
          ...policy({ unit: 'total_tokens', limit: ROOM, window: 'month', window_type: 'calendar' }),
          ...shared,
          namespace: 'crash',
        },
      };
      const file = declaration(upstream.url, routes);
      nodes = [await startNode(file), await startNode(file)];
      // Connected before they are counted.
      for (const { url } of nodes) await ask(url, 'crash', { ...CHAT, max_tokens: 1 });
    });
    afterAll(async () => {
      for (const node of nodes ?? []) await node.stop();
      await redis?.stop();
    });

    test('of 200 requests at once exactly 50 pass', async () => {
      let sent = 0;
      const either = () => {
        sent += 1;
        return ask(nodes[sent % 2]!.url, 'requests', CHAT);
      };
      // On a busy machine Redis may be late for some, which are refused with 503.
      const { 200: passed, 429: refused = 0, 503: late = 0 } = await rush(either, 200);
      expect([passed, refused + late]).toEqual([50, 150]);
      expect(upstream.requests).toHaveLength(50);
    });

    test('what a killed node held of a month comes free by itself, and no more than that', {
      timeout: TIMEOUT,
    }, async () => {
      const [first, second] = nodes;
      // Each look uses 6 tokens; on a busy machine one may be refused.
      let looks = 0;
      const used = async (): Promise<number> => {
        const response = await ask(second.url, 'crash', { ...CHAT, max_tokens: 1 });
        if (response.status !== 200) return Number.NaN;
        looks += 1;
        return ROOM - Number(response.headers.get('x-ai-ratelimit-remaining-month-budget')) - looks * 6;
      };
      upstream.handle(answer(5, 1));
      await expect.poll(used).not.toBeNaN();
      const before = await used();
      await hold(first, 'crash', 2, 1000);
      upstream.handle(answer(5, 1));
      expect(await used()).toBeGreaterThan(before + 2000);
      await first.kill9();
      await expect.poll(used, AFTER_LEASE).toBe(before);
    });
  },
);
