// `kong-ai start` as a process of its own, with inside.mjs in it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packagePath } from '../../kong/root.ts';

export interface KongAi {
  pid: number;
  /** Lines of the log at level error or above. */
  errors: Record<string, unknown>[];
  /** Tells this process, or one of its workers, something that no signal says; see inside.mjs. */
  tell(command: string, pid?: number): Promise<unknown>;
  end(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Resolves when it is ready.
 * @param dir for its socket `s.sock`, its data, and what inside.mjs needs
 * @param env other settings than the tests' own
 */
export async function startKongAi(dir: string, env: Record<string, string> = {}): Promise<KongAi> {
  const command = packagePath('dist', 'kong', 'cli.js');
  if (!existsSync(command)) throw new Error('run `npm run build` first');
  const child = spawn(process.execPath, [command, 'start'], {
    env: {
      PATH: process.env.PATH,
      FAULT_DIR: dir,
      NODE_OPTIONS: `--import ${fileURLToPath(new URL('inside.mjs', import.meta.url))}`,
      KONG_AI_SOCKET: join(dir, 's.sock'),
      KONG_AI_RELAY_PORT: '0',
      KONG_AI_ADMIN_PORT: '0',
      KONG_AI_DATA_DIR: join(dir, 'data'),
      KONG_AI_DRAIN_SECONDS: '5',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const dieWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', dieWithUs);
  child.once('exit', () => process.removeListener('exit', dieWithUs));
  const errors: KongAi['errors'] = [];
  await ready(child, errors);
  return {
    pid: child.pid!,
    errors,
    tell: (order, pid = child.pid!) => tell(join(dir, `${pid}.sock`), order),
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

const ERROR_LEVEL = 50;

function ready(child: ChildProcess, errors: KongAi['errors']): Promise<void> {
  let pending = '';
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`kong-ai start ended with ${code}`)));
    child.stdout!.on('data', (chunk) => {
      const lines = (pending + chunk).split('\n');
      pending = lines.pop()!;
      for (const line of lines) {
        const parsed = JSON.parse(line) as Record<string, unknown>;
        if (parsed.msg === 'ready') resolve();
        if (Number(parsed.level) >= ERROR_LEVEL) errors.push(parsed);
      }
    });
  });
}

function tell(path: string, order: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`${order}\n`));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => resolve(JSON.parse(text)));
    socket.on('error', reject);
  });
}
