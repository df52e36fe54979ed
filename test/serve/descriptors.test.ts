// Relay processes that have no file descriptor left for another connection.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startKongAi } from '../support/kong-ai.ts';

/** Few more than a relay process has open when it starts. */
const FEW = 50;
const MANY = 150;

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Whether it was answered; false: the connection was closed. */
function ask(port: number): Promise<boolean> {
  const socket = open(port);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  // Without a plan, or a path that there is, it is refused, and that is an answer.
  socket.write('GET /nothing HTTP/1.1\r\nhost: relay\r\nconnection: close\r\n\r\n');
  return new Promise((resolve) => socket.once('close', () => resolve(answer.startsWith('HTTP/1.1 40'))));
}

/** How many have resolved. */
function counted(all: readonly Promise<unknown>[]): () => number {
  let over = 0;
  for (const each of all) void each.then(() => (over += 1));
  return () => over;
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

async function start(workers: number) {
  const dir = mkdtempSync(join(tmpdir(), 'descriptors-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const [relay, admin] = [await freePort(), await freePort()];
  const started = await startKongAi(dir, {
    KONG_AI_WORKERS: String(workers),
    KONG_AI_RELAY_PORT: String(relay),
    KONG_AI_ADMIN_PORT: String(admin),
  });
  onTestFinished(() => started.end('SIGKILL'));
  const children = readFileSync(`/proc/${started.pid}/task/${started.pid}/children`, 'utf8');
  const pids = [started.pid, ...children.trim().split(' ').filter(Boolean).map(Number)];
  expect(pids).toHaveLength(1 + workers);
  return {
    relay,
    admin,
    errors: started.errors,
    /** The soft limit alone, which can be raised again. */
    limit(descriptors: number) {
      for (const pid of workers > 0 ? pids.slice(1) : pids) {
        execFileSync('prlimit', ['--pid', String(pid), `--nofile=${descriptors}:`]);
      }
    },
  };
}

const PROCESSES = [{ workers: 0 }, { workers: 2 }];

describe.runIf(process.platform === 'linux').each(PROCESSES)('$workers relay workers', ({ workers }) => {
  it('answer or close what connects when descriptors are used up, and serve again when some are free', async () => {
    const { relay, errors, limit } = await start(workers);
    limit(FEW);
    // They say nothing, and hold what they got.
    const held = times(MANY, () => open(relay));
    await expect.poll(() => held.some(({ closed }) => closed), { timeout: 5_000 }).toBe(true);
    const over = counted(times(MANY, () => ask(relay)));
    await expect.poll(over, { timeout: 20_000 }).toBe(MANY);
    for (const socket of held) socket.destroy();
    await expect.poll(() => ask(relay), { timeout: 20_000 }).toBe(true);
    for (let i = 0; i < 20; i += 1) expect(await ask(relay)).toBe(true);
    expect(errors).toEqual([]);
  });

  it('live on without a single one, and answer then whoever has waited', async () => {
    const { relay, admin, errors, limit } = await start(workers);
    // Not even enough to close a connection.
    limit(3);
    const asked = [...times(10, () => ask(relay)), ...times(10, () => ask(admin))];
    await sleep(500);
    limit(1_000);
    const over = counted(asked);
    await expect.poll(over, { timeout: 20_000 }).toBe(20);
    expect([await ask(relay), await ask(admin), errors]).toEqual([true, true, []]);
  });
});
