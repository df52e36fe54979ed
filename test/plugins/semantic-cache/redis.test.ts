// Answers in Redis: shared by nodes, healed after a restart, never trusted.
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeRedis } from '../../../kong/relay/redis.ts';
import { redisAvailable, startRedis, type TestRedis } from '../../support/redis.ts';
import { type CacheRelay, startCacheRelay, status, textOf, until } from './cache-relay.ts';

const QUESTION = 'How do I install Python on Windows?';
const ALIKE = 'how to install python on windows, please';

describe.skipIf(!redisAvailable)('with Redis', () => {
  let server: TestRedis;
  let client: Redis;

  beforeEach(async () => {
    server = await startRedis();
    client = new Redis(server.port, { retryStrategy: () => 50, lazyConnect: true });
    client.on('error', () => {});
    await client.connect();
  });
  afterEach(async () => {
    client.disconnect();
    closeRedis();
    await server.stop();
  });

  // A node of its own has a connection and an index of its own: connect_timeout tells the settings apart.
  const node = (number: number, config: Record<string, unknown> = {}): Promise<CacheRelay> =>
    startCacheRelay({
      strategy: 'redis',
      redis: { host: '127.0.0.1', port: server.port, connect_timeout: 1000 + number, read_timeout: 1000 },
      ...config,
    });
  const entryKeys = (): Promise<string[]> => client.keys('kong-ai:cache:v1:e:*');
  const kept = (count = 1) => until(async () => (await entryKeys()).length === count, `${count} kept`);

  test('two nodes share answers to the same question and to one that is alike, at once', async () => {
    const [a, b] = [await node(1), await node(2)];
    await b.ask('something else, so that b is up');
    await kept();
    await a.ask(QUESTION);
    await kept(2);
    expect(status(await b.ask(QUESTION))).toBe('Hit');
    const at = Date.now();
    await until(
      async () => status(await b.ask(ALIKE, { headers: { 'cache-control': 'only-if-cached' } })) === 'Hit',
    );
    // 100 ms is what is promised; the machine that runs the test may be busy.
    expect(Date.now() - at).toBeLessThan(1_000);
    expect(b.asked).toHaveLength(1);
  });

  test('a node that starts later knows what is there', async () => {
    const a = await node(1);
    await a.ask(QUESTION);
    await kept();
    const late = await node(2);
    await until(async () => status(await late.ask(ALIKE)) === 'Hit');
  });

  test('what somebody deletes in Redis itself is not served by any node', async () => {
    const [a, b] = [await node(1), await node(2)];
    await a.ask(QUESTION);
    await kept();
    await until(async () => status(await b.ask(ALIKE)) === 'Hit');
    await client.del(...(await entryKeys()));
    expect(status(await b.ask(QUESTION, { headers: { 'cache-control': 'only-if-cached' } }))).toBe(null);
    expect(status(await b.ask(ALIKE, { headers: { 'cache-control': 'only-if-cached' } }))).toBe(null);
  });

  test('Redis that dies and comes back loses no request, and the index heals', async () => {
    const a = await node(1);
    await a.ask(QUESTION);
    await kept();
    await server.kill9();
    for (let i = 0; i < 5; i += 1) {
      const response = await a.ask(QUESTION);
      expect(response.status).toBe(200);
      expect(await textOf(response)).toBe(`answer to ${QUESTION}`);
      expect(status(response)).toBe('Miss');
    }
    await server.restart();
    await until(async () => {
      await a.ask(QUESTION);
      return (await entryKeys().catch(() => [])).length === 1;
    }, 'kept again');
    await until(async () => status(await a.ask(ALIKE)) === 'Hit');
    const b = await node(2);
    await until(async () => status(await b.ask(ALIKE)) === 'Hit');
    // The reader of the first node follows the news again.
    await b.ask('What is the capital of Peru?');
    await until(async () => status(await a.ask('what is the capital of peru')) === 'Hit');
  });

  test('on_error: block refuses while Redis is down', async () => {
    const a = await node(1, { on_error: 'block' });
    await a.ask(QUESTION);
    await server.kill9();
    await until(async () => (await a.ask(QUESTION)).status === 503);
  });

  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 4)],
    [
      'changed',
      (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 3 ? byte ^ 1 : byte))),
    ],
    [
      'something else',
      () => Buffer.from('{"answer":{"choices":[{"message":{"content":"poison"}}]},"model":{}}'),
    ],
  ])('an entry that is %s is a miss and is removed', async (_name, spoil) => {
    const a = await node(1);
    await a.ask(QUESTION);
    await kept();
    const [key] = await entryKeys();
    for (const field of ['a', 'm']) {
      await client.hset(key!, field, spoil((await client.hgetBuffer(key!, field))!));
      const only = { headers: { 'cache-control': 'only-if-cached' } };
      expect((await a.ask(QUESTION, only)).status).toBe(504);
      expect(await client.exists(key!)).toBe(0);
      expect((await a.ask(ALIKE, only)).status).toBe(504);
      await a.ask(QUESTION);
      await kept();
    }
  });

  test('an entry under another one’s key is a miss', async () => {
    const a = await node(1);
    await a.ask(QUESTION);
    await a.ask('What is the capital of Peru?');
    await kept(2);
    const [one, other] = await entryKeys();
    const fields = await client.hgetallBuffer(one!);
    await client.hset(other!, fields);
    const only = { headers: { 'cache-control': 'only-if-cached' } };
    const served = [await a.ask(QUESTION, only), await a.ask('What is the capital of Peru?', only)];
    expect(served.map((response) => response.status).sort()).toEqual([200, 504]);
  });

  test('with a key nothing that was asked or answered stands in Redis, and another key does not read it', async () => {
    const a = await node(1, { encryption_key: 'a long enough secret' });
    await a.ask(QUESTION);
    await kept();
    const dump = Buffer.concat(
      (await Promise.all(
        (await entryKeys()).flatMap((key) => [client.hgetBuffer(key, 'a'), client.hgetBuffer(key, 'm')]),
      )) as Buffer[],
    );
    expect(dump.includes('Python')).toBe(false);
    expect(status(await a.ask(ALIKE))).toBe('Hit');
    const b = await node(2, { encryption_key: 'another secret, as long' });
    expect(status(await b.ask(QUESTION))).toBe('Miss');
  });

  test('entries go by themselves', async () => {
    const a = await node(1, { cache_ttl: 1 });
    await a.ask(QUESTION);
    await kept();
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(await entryKeys()).toEqual([]);
    expect(status(await a.ask(ALIKE))).toBe('Miss');
  });

  test('index: server searches in memory where the server cannot', async () => {
    const a = await node(1, { semantic: { index: 'server' } });
    await a.ask(QUESTION);
    await kept();
    expect(status(await a.ask(ALIKE))).toBe('Hit');
  });
});
