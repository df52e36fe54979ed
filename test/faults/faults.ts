// What goes wrong, one thing at a time.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from './system.ts';

export interface Fault {
  name: string;
  /** Makes it happen for about a second, and ends it. */
  run(system: System): Promise<void>;
}

const LASTS_MS = 1_000;

const everyProcess = (system: System): number[] => [system.primary(), ...system.workers()];

/** @param resource as util-linux's prlimit names it; soft limits alone, so that they can be raised again. */
function limit(pids: readonly number[], resource: string, value: string): void {
  for (const pid of pids) {
    // One that has died is found by the test: nothing may die that was not killed.
    if (existsSync(`/proc/${pid}`))
      execFileSync('prlimit', ['--pid', String(pid), `--${resource}=${value}:`]);
  }
}

function currentLimit(pid: number, resource: string): string {
  const args = ['--pid', String(pid), `--${resource}`, '--output=SOFT', '--noheadings', '--raw'];
  return execFileSync('prlimit', args, { encoding: 'utf8' }).trim();
}

async function limited(pids: readonly number[], resource: string, value: string): Promise<void> {
  const before = currentLimit(pids[0]!, resource);
  limit(pids, resource, value);
  await sleep(LASTS_MS);
  limit(pids, resource, before);
}

const ALL: readonly Fault[] = [
  {
    name: 'the provider dies and returns',
    async run({ provider }) {
      await provider.down();
      await sleep(LASTS_MS);
      await provider.heal();
    },
  },
  {
    name: 'Redis dies and returns',
    async run({ redis }) {
      await redis.down();
      await sleep(LASTS_MS);
      await redis.heal();
    },
  },
  {
    name: 'Redis is slow',
    async run({ redis }) {
      await redis.slow(200);
      await sleep(LASTS_MS);
      await redis.heal();
    },
  },
  {
    name: 'Redis hangs',
    async run({ redis }) {
      await redis.hang();
      await sleep(LASTS_MS);
      await redis.heal();
    },
  },
  {
    name: 'a relay worker is killed',
    async run(system) {
      // One at a time: what was killed before must have been replaced.
      const [first] = await system.whole();
      system.killed.add(first!);
      process.kill(first!, 'SIGKILL');
    },
  },
  {
    name: 'the config changes 20 times',
    async run(system) {
      for (let change = 0; change < 20; change += 1) {
        await system.changeConfig();
        await sleep(LASTS_MS / 20);
      }
    },
  },
  {
    name: 'the disk of the spool is full',
    // Nothing may grow any more: the writer sees a disk that takes no byte.
    run: (system) => limited(system.workers(), 'fsize', '1'),
  },
  {
    name: 'the clock jumps two hours ahead, and back',
    async run(system) {
      for (const offset of [7_200_000, 0]) {
        await Promise.all(everyProcess(system).map((pid) => system.tell(pid, `clock ${offset}`)));
        await sleep(LASTS_MS / 2);
      }
    },
  },
  {
    name: 'file descriptors are used up',
    run: (system) => limited(system.workers(), 'nofile', '40'),
  },
  {
    name: 'the event loops are blocked',
    async run(system) {
      await Promise.all(everyProcess(system).map((pid) => system.tell(pid, `block ${LASTS_MS}`)));
    },
  },
  {
    name: 'the plugin server is killed and restarted',
    run: (system) => system.restartPluginServer(),
  },
];

/** All, or those whose name has FAULT in it. */
export const FAULTS = ALL.filter(({ name }) => name.includes(process.env.FAULT ?? ''));
