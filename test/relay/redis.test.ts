import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '../../kong/relay/log.ts';
import { Metrics } from '../../kong/relay/metrics.ts';
import {
  closeRedis,
  connectRedis,
  type RedisConnection,
  RedisError,
  type RedisHost,
} from '../../kong/relay/redis.ts';
import { redisConfig } from '../../kong/relay/redis-config.ts';
import { ConfigError, parseConfig, toKongSchema } from '../../kong/schema/index.ts';
import { freePort } from '../support/free-port.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const servers: TestRedis[] = [];

afterEach(async () => {
  closeRedis();
  for (const server of servers.splice(0)) await server.stop();
});

async function start(...args: string[]): Promise<TestRedis> {
  const server = await startRedis(args);
  servers.push(server);
  return server;
}

interface Line {
  msg: string;
  reason?: string;
  address: string;
}

function newHost(): RedisHost & { lines: Line[] } {
  const lines: Line[] = [];
  const log = createLog('debug', { write: (line: string) => lines.push(JSON.parse(line)) });
  return { log, metrics: new Metrics(), lines };
}

function connect(settings: Record<string, unknown>, host: RedisHost = newHost()): RedisConnection {
  return connectRedis(
    parseConfig(redisConfig, { connect_timeout: 1000, read_timeout: 1000, ...settings }),
    host,
  );
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}

const upGauge = async ({ metrics }: RedisHost): Promise<number | undefined> =>
  (await metrics.gauge('kong_ai_redis_up', '', ['address']).get()).values[0]?.value;

async function pidOf(port: number): Promise<number> {
  const client = new Redis(port);
  const info = await client.info('server');
  client.disconnect();
  return Number(/process_id:(\d+)/.exec(info)![1]);
}

/** Watches one master, called main; returns its port. Ends with the test. */
async function startSentinel(master: number): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'kong-ai-sentinel-'));
  const port = await freePort();
  const config = join(dir, 'sentinel.conf');
  writeFileSync(
    config,
    `port ${port}\nbind 127.0.0.1\ndir ${dir}\nsentinel monitor main 127.0.0.1 ${master} 1\n`,
  );
  const child = spawn('redis-server', [config, '--sentinel'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(dir, { recursive: true });
  });
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => chunk.includes('+monitor master main') && resolve());
  });
  return port;
}

/** Of one node that has all slots. */
async function cluster(): Promise<{ server: TestRedis; redis: RedisConnection }> {
  const server = await start('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1');
  const admin = new Redis(server.port);
  await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  for (
    let i = 0;
    i < 100 && !String(await admin.call('CLUSTER', 'INFO')).includes('cluster_state:ok');
    i += 1
  ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  admin.disconnect();
  return { server, redis: connect({ cluster_nodes: [{ port: server.port }] }) };
}

const INCR = "return redis.call('INCRBY', KEYS[1], ARGV[1])";

describe('connectRedis', () => {
  it('runs the first command as soon as it is connected', async () => {
    const { port } = await start();
    const redis = connect({ port });
    expect(redis.state).toBe('connecting');
    await redis.run((client) => client.set(redis.key('a'), '1'));
    expect(redis.state).toBe('up');
    expect(redis.key('a')).toBe('kong-ai:a');
  });

  it('rejects at once when nobody listens, and says so in one line', async () => {
    const host = newHost();
    const redis = connect({ port: await freePort(), password: 'hunter2' }, host);
    await expect(redis.run((client) => client.get('a'))).rejects.toThrow(RedisError);
    for (let i = 0; i < 3; i += 1)
      await expect(redis.run((client) => client.get('a'))).rejects.toThrow('Redis is down');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(host.lines).toHaveLength(1);
    expect(host.lines[0]).toMatchObject({
      msg: 'Redis is down',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
    expect(JSON.stringify(host.lines)).not.toContain('hunter2');
    expect(await upGauge(host)).toBe(0);
  });

  it('fails fast while a killed server is away and recovers when it is back, scripts too', async () => {
    const host = newHost();
    const server = await start();
    const redis = connect({ port: server.port }, host);
    const incr = redis.defineScript('incr', 1, INCR);
    expect(await incr([redis.key('n')], [5])).toBe(5);
    expect(await upGauge(host)).toBe(1);
    await server.kill9();
    await until(() => redis.state === 'down');
    await expect(incr([redis.key('n')], [1])).rejects.toThrow('script incr: Redis is down');
    await server.restart();
    await until(() => redis.state === 'up');
    expect(await incr([redis.key('n')], [2])).toBe(2);
    expect(host.lines.map(({ msg }) => msg)).toEqual(['Redis is up', 'Redis is down', 'Redis is up']);
    expect(await upGauge(host)).toBe(1);
  });

  it('gives up on a server that accepts but does not answer', async () => {
    const server = await start();
    const redis = connect({ port: server.port, read_timeout: 200 });
    await redis.run((client) => client.ping());
    const pid = await pidOf(server.port);
    process.kill(pid, 'SIGSTOP');
    await expect(redis.run((client) => client.get('a'))).rejects.toThrow(RedisError);
    await until(() => redis.state === 'down');
    await expect(redis.run((client) => client.get('a'))).rejects.toThrow('Redis is down');
    process.kill(pid, 'SIGCONT');
    await until(() => redis.state === 'up');
  });

  it('bounds a command that takes too long, without giving up on the server', async () => {
    const { port } = await start();
    const redis = connect({ port, read_timeout: 150 });
    await redis.run((client) => client.ping());
    const other = setInterval(() => void redis.run((client) => client.ping()), 20);
    const never = redis.run(() => new Promise(() => {}));
    await expect(never).rejects.toThrow('did not answer in time');
    clearInterval(other);
    expect(redis.state).toBe('up');
  });

  it('passes on what the server refuses as a RedisError', async () => {
    const { port } = await start();
    const redis = connect({ port });
    const broken = redis.defineScript('broken', 1, 'return redis.call("NOSUCH", KEYS[1])');
    await expect(broken(['a'], [])).rejects.toThrow(/^script broken: /);
    await expect(broken([], [])).rejects.toThrow('script broken takes 1 keys');
    await expect(redis.run((client) => client.call('NOSUCH'))).rejects.toThrow(RedisError);
  });

  it('signs in as an ACL user that may do little', async () => {
    const { port } = await start(
      '--user',
      'gate',
      'on',
      '>s3cret',
      '~kong-ai:*',
      '-@all',
      '+get',
      '+set',
      '--user',
      'default',
      'off',
    );
    const redis = connect({ port, username: 'gate', password: 's3cret' });
    await redis.run((client) => client.set(redis.key('a'), '1'));
    expect(await redis.run((client) => client.get(redis.key('a')))).toBe('1');
  });

  it('is down when the password is wrong, and names no password', async () => {
    const host = newHost();
    const { port } = await start('--requirepass', 'right');
    const redis = connect({ port, password: 'wrong-one' }, host);
    await expect(redis.run((client) => client.get('a'))).rejects.toThrow('Redis is down');
    expect(host.lines[0]?.reason).toMatch(/WRONGPASS|NOAUTH/);
    expect(JSON.stringify(host.lines)).not.toContain('wrong-one');
  });

  it('uses the configured database', async () => {
    const { port } = await start();
    const redis = connect({ port, database: 3 });
    await redis.run((client) => client.set('a', '1'));
    const plain = new Redis(port);
    expect([await plain.get('a'), await plain.select(3), await plain.get('a')]).toEqual([null, 'OK', '1']);
    plain.disconnect();
  });

  it('shares one connection between the same settings, whatever the prefix, until all have released it', async () => {
    const { port } = await start();
    const one = connect({ port });
    const two = connect({ port, key_prefix: 'other' });
    expect(two.key('a')).toBe('other:a');
    const id = (redis: RedisConnection): Promise<unknown> =>
      redis.run((client) => client.call('CLIENT', 'ID'));
    expect(await id(one)).toBe(await id(two));
    one.release();
    one.release();
    expect(await id(two)).toEqual(expect.any(Number));
    two.release();
    await expect(id(two)).rejects.toThrow('Redis is down');
    const three = connect({ port });
    expect(await id(three)).toEqual(expect.any(Number));
  });

  it('works with a cluster, keys of one hash tag in one script', async () => {
    const { redis } = await cluster();
    const both = redis.defineScript(
      'both',
      2,
      "return redis.call('INCR', KEYS[1]) + redis.call('INCR', KEYS[2])",
    );
    expect(await both([redis.key('{t}a'), redis.key('{t}b')], [])).toBe(2);
    expect(await both([redis.key('{t}a'), redis.key('{t}b')], [])).toBe(4);
    await expect(both([redis.key('a'), redis.key('b')], [])).rejects.toThrow(/slot/i);
  });

  it('fails fast while a cluster is away and recovers', async () => {
    const { server, redis } = await cluster();
    await redis.run((client) => client.set('a', '1'));
    await server.kill9();
    await until(() => redis.state === 'down');
    await expect(redis.run((client) => client.get('a'))).rejects.toThrow('Redis is down');
    await server.restart();
    await until(() => redis.state === 'up');
    await redis.run((client) => client.set('a', '1'));
  });

  it('gives up on sentinels that nobody can reach', async () => {
    const settings = {
      sentinel_master: 'main',
      sentinel_role: 'any',
      sentinel_nodes: [{ port: await freePort() }],
    };
    const redis = connect({ ...settings, connect_timeout: 200 });
    await expect(redis.run((client) => client.get('a'))).rejects.toThrow('Redis is down');
  });

  it('finds the master through sentinels', async () => {
    const master = await start();
    const sentinel = await startSentinel(master.port);
    const redis = connect({
      sentinel_master: 'main',
      sentinel_role: 'master',
      sentinel_nodes: [{ port: sentinel }],
    });
    await redis.run((client) => client.set('a', 'by sentinel'));
    const plain = new Redis(master.port);
    expect(await plain.get('a')).toBe('by sentinel');
    plain.disconnect();
  });

  it('connects with TLS and verifies the certificate unless told otherwise', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'kong-ai-tls-'));
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-days', '2', '-nodes', '-keyout', key, '-out', cert];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', ...subject],
      { stdio: 'ignore' },
    );
    const tlsPort = await freePort();
    await start(
      '--tls-port',
      `${tlsPort}`,
      '--tls-cert-file',
      key.replace('key', 'cert'),
      '--tls-key-file',
      key,
      '--tls-auth-clients',
      'no',
    );
    const trusting = connect({ port: tlsPort, ssl: true, ssl_verify: false });
    expect(await trusting.run((client) => client.ping())).toBe('PONG');
    const host = newHost();
    const verifying = connect({ port: tlsPort, ssl: true }, host);
    await expect(verifying.run((client) => client.ping())).rejects.toThrow('Redis is down');
    expect(host.lines[0]?.reason).toMatch(/certificate/);
    rmSync(dir, { recursive: true });
  });
});

describe('redisConfig', () => {
  it('has the defaults of Kong', () => {
    expect(parseConfig(redisConfig, {})).toMatchObject({
      host: '127.0.0.1',
      port: 6379,
      database: 0,
      ssl: false,
      ssl_verify: true,
      read_timeout: 2000,
    });
  });

  it.each([
    [{ sentinel_master: 'm' }],
    [{ sentinel_master: 'm', sentinel_role: 'any', sentinel_nodes: [{}], cluster_nodes: [{}] }],
    [{ cluster_nodes: [] }],
  ])('refuses %j', (settings) => {
    expect(() => parseConfig(redisConfig, settings)).toThrow(ConfigError);
  });

  it('can be written as a schema of Kong', () => {
    expect(() => toKongSchema('x', redisConfig)).not.toThrow();
  });
});
