// Redis as it is run: a cluster, sentinels, TLS, users with few rights. Real servers; all end with the test.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { freePort } from '../../../support/free-port.ts';
import { startRedis, type TestRedis } from '../../../support/redis.ts';

const WAIT = { timeout: 20_000, interval: 50 };

export async function server(...args: string[]): Promise<TestRedis> {
  const redis = await startRedis(args);
  onTestFinished(() => redis.stop());
  return redis;
}

export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'kong-ai-redis-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Three masters that share the slots. */
export async function threeNodes(): Promise<TestRedis[]> {
  const nodes: TestRedis[] = [];
  const buses: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    buses.push(await freePort());
    nodes.push(
      await server(
        ...['--cluster-enabled', 'yes', '--cluster-port', String(buses[i])],
        ...['--cluster-announce-ip', '127.0.0.1', '--cluster-node-timeout', '2000'],
      ),
    );
  }
  const clients = nodes.map(({ port }) => new Redis(port, { protocol: 2 }));
  const share = Math.ceil(16_384 / clients.length);
  for (const [i, client] of clients.entries()) {
    const last = Math.min(16_383, (i + 1) * share - 1);
    await client.call('CLUSTER', 'ADDSLOTSRANGE', String(i * share), String(last));
    await client.call('CLUSTER', 'MEET', '127.0.0.1', String(nodes[0]!.port), String(buses[0]));
  }
  for (const client of clients) {
    await expect.poll(async () => String(await client.call('CLUSTER', 'INFO')), WAIT).toMatch(/state:ok/);
    await expect
      .poll(async () => String(await client.call('CLUSTER', 'INFO')), WAIT)
      .toMatch(/known_nodes:3/);
    client.disconnect();
  }
  return nodes;
}

/** A sentinel that alone decides over the master called main. */
export async function sentinelOf(master: number): Promise<number> {
  const dir = tempDir();
  const port = await freePort();
  const config = join(dir, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${dir}`,
    `sentinel monitor main 127.0.0.1 ${master} 1`,
    'sentinel down-after-milliseconds main 500',
    'sentinel failover-timeout main 3000',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const child = spawn('redis-server', [config, '--sentinel'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await expect.poll(() => said, WAIT).toContain('+monitor master main');
  return port;
}

/** @returns arguments of a server that speaks TLS alone, on the port that it then has */
export function tlsArgs(port: number): string[] {
  const dir = tempDir();
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  return [
    ...['--tls-port', String(port), '--tls-cert-file', cert, '--tls-key-file', key],
    ...['--tls-ca-cert-file', cert, '--tls-auth-clients', 'no'],
  ];
}
