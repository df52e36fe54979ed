// Starts the processes of a bench, each on its core, and stops them all.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export const has = (command: string): boolean =>
  spawnSync('which', [command], { stdio: 'ignore' }).status === 0;

const PINNED = has('taskset');
const BATCH = has('chrt');

/** The gateway under test has one core, everything else the other. */
export const GATEWAY_CORE = 0;
export const LOAD_CORE = 1;

export interface Running {
  pid: number;
  /** What the process printed as its one JSON line when it was ready. */
  ready: Record<string, unknown>;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;

/** Command and arguments behind `taskset`, where there is one. */
export function pinned(core: number, command: string, args: readonly string[]): [string, string[]] {
  return PINNED ? ['taskset', ['-c', String(core), command, ...args]] : [command, [...args]];
}

/** Policy `batch` of Linux, where there is a `chrt`: "Shared cores" in docs/performance.md. */
export function inBatch(command: string, args: readonly string[]): [string, string[]] {
  return BATCH ? ['chrt', ['--batch', '0', command, ...args]] : [command, [...args]];
}

/**
 * Starts a process that prints one JSON line when it is ready.
 * @throws when it exits or stays silent
 */
export async function start(
  core: number,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Running> {
  const child = spawn(...pinned(core, command, args), {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = await firstJsonLine(child, [command, ...args].join(' '));
  return { pid: child.pid!, ready, stop: () => stop(child) };
}

function firstJsonLine(child: ChildProcess, what: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} was not ready in time`)), READY_TIMEOUT_MS);
    child.once('exit', (code) => reject(new Error(`${what} exited with ${code}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (!line.startsWith('{"bench"')) return;
      clearTimeout(timer);
      resolve(JSON.parse(line) as Record<string, unknown>);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await gone;
  clearTimeout(late);
}
