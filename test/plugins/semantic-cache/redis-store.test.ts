// The store in Redis by itself: what is purged, who learns of it, and who closes it.
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../kong/relay/log.ts';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { LocalNodeState, Topics } from '../../../kong/relay/node-state.ts';
import { closeRedis } from '../../../kong/relay/redis.ts';
import type { StageHost } from '../../../kong/relay/stage.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { semanticCache } from '../../../plugins/semantic-cache/index.ts';
import type { CachedAnswer, EntryMeta } from '../../../plugins/semantic-cache/store/entry.ts';
import type { PurgeFilter, Store } from '../../../plugins/semantic-cache/store/index.ts';
import { openStore } from '../../../plugins/semantic-cache/store/open.ts';
import { quantise } from '../../../plugins/semantic-cache/store/vectors.ts';
import { redisAvailable, startRedis, type TestRedis } from '../../support/redis.ts';

const cached: CachedAnswer = {
  model: {},
  answer: { id: 'a', object: 'chat.completion', created: 1, model: 'm', choices: [] },
};
const VECTOR = Float32Array.of(1, 0, 0, 0);
const meta = (key: string, more: Partial<EntryMeta> = {}): EntryMeta => ({
  key,
  partition: 'p',
  question: `question ${key}`,
  createdAt: Date.now(),
  expiresAt: Date.now() + 60_000,
  keptUntil: Date.now() + 60_000,
  tags: [],
  consumer: [],
  embedder: 'e',
  vector: quantise(VECTOR),
  ...more,
});

function host(): StageHost {
  const state = new Map<string, unknown>();
  return {
    plugin: 'semantic-cache',
    pluginId: 'c1',
    log: createLog('silent'),
    metrics: new Metrics(),
    node: new LocalNodeState(new Map(), new Topics()),
    state: <T>(key: string, create: () => T): T => {
      if (!state.has(key)) state.set(key, create());
      return state.get(key) as T;
    },
  };
}

describe.skipIf(!redisAvailable)('with Redis', () => {
  let server: TestRedis;
  let client: Redis;
  let releases: (() => void)[];

  beforeAll(async () => {
    server = await startRedis();
    client = new Redis(server.port);
  });
  beforeEach(async () => {
    releases = [];
    await client.flushall();
  });
  afterEach(() => {
    for (const release of releases) release();
  });
  afterAll(async () => {
    client.disconnect();
    closeRedis();
    await server.stop();
  });

  const open = (node: number, of = host()): { store: Store; release(): void } => {
    const config = parseConfig(semanticCache.definition.config, {
      strategy: 'redis',
      redis: { host: '127.0.0.1', port: server.port, connect_timeout: 1000 + node },
    });
    const opened = openStore(config as never, of);
    releases.push(opened.release);
    return opened;
  };
  const found = async (store: Store): Promise<string> =>
    (await store.near('p', 'e', VECTOR, 0.9))
      .map(({ key }) => key)
      .sort()
      .join('');

  test('purging by key, partition, tag, consumer, all', async () => {
    const { store } = open(1);
    const left = async () => {
      const there = await Promise.all(['a', 'b', 'c'].map((key) => store.get(key)));
      return there.flatMap((entry) => (entry ? [entry.meta.key] : [])).join('');
    };
    for (const [filter, rest] of [
      [{ by: 'key', value: 'a' }, 'bc'],
      [{ by: 'partition', value: 'q' }, 'ac'],
      [{ by: 'tag', value: 't' }, 'c'],
      [{ by: 'consumer', value: 'ann' }, 'bc'],
      [{ by: 'consumer', value: 'id-2' }, 'ab'],
      [{ by: 'tag', value: 'nobody’s' }, 'abc'],
      [{ by: 'all' }, ''],
    ] as [PurgeFilter, string][]) {
      await store.put(meta('a', { tags: ['t'], consumer: ['id-1', 'ann'] }), cached);
      await store.put(meta('b', { partition: 'q', tags: ['t', 'u'] }), cached);
      await store.put(meta('c', { consumer: ['id-2'] }), cached);
      expect(await store.purge(filter)).toBe(3 - rest.length);
      expect(await left()).toBe(rest);
    }
    expect(store.stats()).toMatchObject({ strategy: 'redis', entries: 0 });
  });

  test('an entry that cannot be read is purged by its key, and by nothing else but all', async () => {
    const { store } = open(1);
    await store.put(meta('a', { tags: ['t'] }), cached);
    await client.hset('kong-ai:cache:v1:e:a', 'm', 'broken');
    expect(await store.purge({ by: 'tag', value: 't' })).toBe(0);
    expect(await store.purge({ by: 'key', value: 'b' })).toBe(0);
    expect(await store.purge({ by: 'key', value: 'a' })).toBe(1);
    expect(await client.exists('kong-ai:cache:v1:e:a')).toBe(0);
  });

  test('another node learns what comes, what goes, and what was over before it could be read', async () => {
    const [one, other] = [open(1).store, open(2).store];
    await one.put(meta('a'), cached);
    await one.put(meta('b'), cached);
    await expect.poll(() => found(other)).toBe('ab');
    await one.delete('a');
    await expect.poll(() => found(other)).toBe('b');
    await client.del('kong-ai:cache:v1:e:b');
    await client.xadd('kong-ai:cache:v1:log', '*', 'k', 'b', 'w', 'put', 'n', 'somebody');
    await expect.poll(() => found(other)).toBe('');
  });

  test('what is over is not served, even when Redis still has it', async () => {
    const { store } = open(1);
    await store.put(meta('a'), cached);
    await store.put(meta('a', { keptUntil: Date.now() + 30 }), cached);
    await client.persist('kong-ai:cache:v1:e:a');
    await expect.poll(() => store.get('a')).toBeUndefined();
  });

  test('configs with the same settings share one store, which closes with the last of them', async () => {
    const shared = host();
    const [first, second] = [open(1, shared), open(1, shared)];
    expect(second.store).toBe(first.store);
    expect(open(2, shared).store).not.toBe(first.store);
    first.release();
    first.release();
    await second.store.put(meta('a'), cached);
    expect(await second.store.get('a')).toBeDefined();
    second.release();
    expect(open(1, shared).store).not.toBe(first.store);
  });
});

test('answers in memory are shared by namespace, and kept for the config that comes after', () => {
  const shared = host();
  const open = (more: object): Store =>
    openStore(parseConfig(semanticCache.definition.config, { strategy: 'memory', ...more }) as never, shared)
      .store;
  expect(open({ namespace: 'n' })).toBe(open({ namespace: 'n', max_temperature: 0.5 }));
  expect(open({ namespace: 'n' })).not.toBe(open({ namespace: 'm' }));
  expect(open({})).toBe(open({}));
  expect(open({})).not.toBe(open({ namespace: 'n' }));
});
