// `index: server` on a real server that can search: Redis 8 on the PATH, or one whose module REDIS_SEARCH_ARGS loads
// (`--loadmodule /path/redisearch.so`). `npm run test:search`; skipped with a server that can do neither.
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeRedis } from '../../../kong/relay/redis.ts';
import { redisAvailable, startRedis, type TestRedis } from '../../support/redis.ts';
import { type CacheRelay, startCacheRelay, status, textOf, until } from './cache-relay.ts';

const QUESTION = 'How do I install Python on Windows?';
const ALIKE = 'how to install python on windows, please';
const ARGS = (process.env.REDIS_SEARCH_ARGS ?? '').split(' ').filter(Boolean);

const searches = redisAvailable && (await canSearch());

async function canSearch(): Promise<boolean> {
  const server = await startRedis(ARGS);
  const client = new Redis(server.port);
  try {
    const known = (await client.command('INFO', 'VADD', 'FT.SEARCH')) as unknown[];
    return known.some((info) => info !== null && info !== undefined);
  } finally {
    client.disconnect();
    await server.stop();
  }
}

describe.skipIf(!searches)('vector search in a real server', () => {
  let server: TestRedis;
  let client: Redis;

  beforeEach(async () => {
    server = await startRedis(ARGS);
    client = new Redis(server.port, { retryStrategy: () => 50 });
    client.on('error', () => {});
  });
  afterEach(async () => {
    client.disconnect();
    closeRedis();
    await server.stop();
  });

  // No room for an index in memory: whatever is found alike, the server has found.
  const node = (number: number, config: Record<string, unknown> = {}): Promise<CacheRelay> =>
    startCacheRelay({
      strategy: 'redis',
      redis: { host: '127.0.0.1', port: server.port, connect_timeout: 1000 + number, read_timeout: 1000 },
      memory: { max_bytes: 0 },
      semantic: { index: 'server' },
      ...config,
    });
  const kept = (count: number) =>
    until(async () => (await client.keys('kong-ai:cache:v1:e:*')).length === count, `${count} kept`);
  const hits = (relay: CacheRelay, question: string) =>
    until(
      async () =>
        status(await relay.ask(question, { headers: { 'cache-control': 'only-if-cached' } })) === 'Hit',
      `a hit for ${question}`,
    );

  test('finds what is alike, on another node too, and nothing else', async () => {
    const [a, b] = [await node(1), await node(2)];
    for (const question of [QUESTION, 'How do I bake bread?', 'What is the capital of France?'])
      await a.ask(question);
    await kept(3);
    await hits(b, ALIKE);
    expect(await textOf(await b.ask(ALIKE))).toBe(`answer to ${QUESTION}`);
    expect(status(await b.ask('how to install python on linux, please'))).toBe('Miss');
  });

  test('never in another partition', async () => {
    const a = await node(1);
    await a.ask(QUESTION);
    await kept(1);
    await hits(a, ALIKE);
    const other = { route: { id: 'route-1' }, consumer: { id: 'consumer-2' } };
    expect(status(await a.ask(ALIKE, { identity: other }))).toBe('Miss');
    expect(status(await a.ask(ALIKE, { body: { temperature: 0.5 } }))).toBe('Miss');
  });

  test('what is deleted or has expired is not found', async () => {
    const a = await node(1);
    await a.ask(QUESTION);
    await kept(1);
    await hits(a, ALIKE);
    await client.del(...(await client.keys('kong-ai:cache:v1:e:*')));
    expect(status(await a.ask(ALIKE))).toBe('Miss');
    const short = await node(2, { cache_ttl: 1, namespace: 'short' });
    await short.ask('How do I boil an egg?');
    await hits(short, 'how do i boil an egg please');
    await until(
      async () =>
        status(await short.ask('how to boil an egg', { headers: { 'cache-control': 'only-if-cached' } })) ===
        null,
    );
  });

  test('a server that comes back empty is filled again', async () => {
    const a = await node(1);
    await a.ask(QUESTION);
    await hits(a, ALIKE);
    await server.kill9();
    expect((await a.ask(QUESTION)).status).toBe(200);
    await server.restart();
    await until(async () => {
      await a.ask(QUESTION);
      return (await client.keys('kong-ai:cache:v1:e:*').catch(() => [])).length === 1;
    });
    await hits(a, ALIKE);
  });
});
