// A node as a process of its own: the built `kong-ai dev` with a declarative file.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagePath } from '../../../../kong/root.ts';
import { freePort } from '../../../support/free-port.ts';

export interface NodeProcess {
  url: string;
  adminUrl: string;
  pid: number;
  /** Pids of the relay workers. */
  workers(): number[];
  kill9(): Promise<void>;
  stop(): Promise<void>;
}

const START_MS = 30_000;

export async function startNode(file: string, workers = 0): Promise<NodeProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'kong-ai-node-'));
  const path = join(dir, 'kong.yaml');
  await writeFile(path, file);
  const [port, admin] = [await freePort(), await freePort()];
  const env = {
    ...process.env,
    KONG_AI_SOCKET: join(dir, 's.sock'),
    KONG_AI_WORKERS: String(workers),
    KONG_AI_ADMIN_PORT: String(admin),
    KONG_AI_DRAIN_SECONDS: '1',
  };
  const cli = packagePath('dist/kong/cli.js');
  const child = spawn(process.execPath, [cli, 'dev', path, '--port', String(port)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const dieWithUs = () => void child.kill('SIGKILL');
  process.once('exit', dieWithUs);
  await ready(child).catch((error: unknown) => {
    dieWithUs();
    throw error;
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    process.removeListener('exit', dieWithUs);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    await rm(dir, { recursive: true, force: true });
  };
  return {
    url: `http://127.0.0.1:${port}`,
    adminUrl: `http://127.0.0.1:${admin}`,
    pid: child.pid!,
    workers: () =>
      readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number),
    kill9: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`not ready: ${output}`)), START_MS);
    const hear = (chunk: Buffer): void => {
      output += chunk;
      if (!output.includes('Try it')) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
}
