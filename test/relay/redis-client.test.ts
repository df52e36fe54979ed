// What a client of Redis is told: whom to sign in as, at the server and at the sentinels, and whose certificate to expect.
import type { RedisOptions } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { newRedisClient } from '../../kong/relay/redis-client.ts';
import { redisConfig } from '../../kong/relay/redis-config.ts';
import { parseConfig } from '../../kong/schema/index.ts';

function optionsOf(settings: Record<string, unknown>): RedisOptions {
  const client = newRedisClient(parseConfig(redisConfig, settings), () => 1_000);
  onTestFinished(() => client.disconnect());
  const { options } = client as { options: RedisOptions & { redisOptions?: RedisOptions } };
  return options.redisOptions ?? options;
}

const SENTINELS = {
  sentinel_master: 'main',
  sentinel_role: 'master',
  sentinel_nodes: [{ host: '127.0.0.1', port: 26_379 }],
};

test('sentinels have users, passwords and TLS of their own', () => {
  expect(
    optionsOf({
      ...SENTINELS,
      username: 'gate',
      password: 'p1',
      sentinel_username: 'watch',
      sentinel_password: 'p2',
      ssl: true,
      ssl_verify: false,
      server_name: 'redis.test',
    }),
  ).toMatchObject({
    sentinels: SENTINELS.sentinel_nodes,
    name: 'main',
    role: 'master',
    username: 'gate',
    password: 'p1',
    sentinelUsername: 'watch',
    sentinelPassword: 'p2',
    enableTLSForSentinelMode: true,
    tls: { rejectUnauthorized: false, servername: 'redis.test' },
    sentinelTLS: { rejectUnauthorized: false, servername: 'redis.test' },
  });
});

test('without words of their own sentinels are asked without any', () => {
  const options = optionsOf(SENTINELS);
  for (const name of ['sentinelTLS', 'tls']) expect(options).not.toHaveProperty(name);
  expect([options.sentinelUsername, options.sentinelPassword].filter(Boolean)).toEqual([]);
});

test.each([
  ['master', 'master'],
  ['slave', 'slave'],
  ['any', 'master'],
])('sentinel_role %s asks for a %s', (sentinel_role, role) => {
  expect(optionsOf({ ...SENTINELS, sentinel_role }).role).toBe(role);
});

test.each<[string, Record<string, unknown>, string | undefined]>([
  ['the host by its name', { host: 'redis.test' }, 'redis.test'],
  ['the name that is given', { host: 'redis.test', server_name: 'other.test' }, 'other.test'],
  ['no name of an address', { host: '127.0.0.1' }, undefined],
  ['the name that is given, of an address', { host: '127.0.0.1', server_name: 'other.test' }, 'other.test'],
  ['no one name of a cluster', { cluster_nodes: [{ ip: '127.0.0.1' }] }, undefined],
  ['no one name behind sentinels', SENTINELS, undefined],
])('TLS expects %s', (_what, settings, servername) => {
  const { tls } = optionsOf({ ...settings, ssl: true });
  expect(tls).toEqual({ rejectUnauthorized: true, ...(servername === undefined ? {} : { servername }) });
});
