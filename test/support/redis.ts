// A redis-server of a test's own: a free port, a directory of its own, nothing persisted.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

export interface TestRedis {
  port: number;
  /** `redis://127.0.0.1:PORT` */
  url: string;
  stop(): Promise<void>;
  /** Dies at once, as on a crash. */
  kill9(): Promise<void>;
  /** Starts again on the same port, empty. After `stop` or `kill9`, or in place of a running one. */
  restart(): Promise<void>;
}

export const redisAvailable: boolean =
  spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

export const REDIS_MISSING = 'redis-server is not installed';

// Another process may take a free port between finding and using it.
const ATTEMPTS = 5;
const START_TIMEOUT_MS = 20_000;

/** @throws when redis-server is missing or does not start. `args` are added to its command line. */
export async function startRedis(args: string[] = []): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'kong-ai-redis-'));
  let [child, port] = await startOnFreePort(dir, args);
  const dieWithUs = () => void child.kill('SIGKILL');
  process.once('exit', dieWithUs);

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      process.removeListener('exit', dieWithUs);
      await end('SIGTERM');
      await rm(dir, { recursive: true, force: true });
    },
    kill9: () => end('SIGKILL'),
    async restart() {
      await end('SIGKILL');
      child = await start(dir, port, args);
    },
  };
}

async function startOnFreePort(dir: string, args: string[]): Promise<[ChildProcess, number]> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return [await start(dir, port, args), port];
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** Resolves when it accepts connections. */
async function start(dir: string, port: number, args: string[]): Promise<ChildProcess> {
  const child = spawn(
    'redis-server',
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      dir,
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let log = '';
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`redis-server ${why}: ${log.trim().slice(-300)}`));
      child.once('error', reject);
      child.once('exit', (code) => fail(`ended with ${code}`));
      setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS).unref();
      child.stdout.on('data', (chunk: Buffer) => {
        log += chunk;
        if (log.includes('Ready to accept connections')) resolve();
      });
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  // Read on and drop, so that a full pipe never blocks it.
  child.stdout.removeAllListeners('data').resume();
  return child;
}
