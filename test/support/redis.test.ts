import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { REDIS_MISSING, redisAvailable, startRedis } from './redis.ts';

const name = 'a test gets an empty Redis that dies and comes back on the same port';

test.skipIf(!redisAvailable)(redisAvailable ? name : `${name} (${REDIS_MISSING})`, async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const client = new Redis(redis.url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  await client.set('a', '1');
  expect(await client.get('a')).toBe('1');

  await redis.kill9();
  await expect(fetch(`http://127.0.0.1:${redis.port}`)).rejects.toMatchObject({
    cause: { code: 'ECONNREFUSED' },
  });
  await redis.restart();
  expect(await client.get('a')).toBeNull();
});
