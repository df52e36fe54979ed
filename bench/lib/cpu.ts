// CPU time of processes, from /proc. These machines are noisy, and CPU time is not: it is the figure to trust.
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second on every architecture that Node runs on (sysconf(_SC_CLK_TCK)). */
const TICK_US = 10_000;

/** User and system time of a process and its children, in µs. A process that is gone counts 0. */
export function cpuOf(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + ownCpu(one), 0);
}

/** Resident memory of a process and its children, in bytes. */
export function residentOf(pid: number): number {
  const sizes = [pid, ...childrenOf(pid)].map(
    (one) => /VmRSS:\s+(\d+) kB/.exec(read(`/proc/${one}/status`))?.[1],
  );
  return sizes.reduce((sum, kb) => sum + Number(kb ?? 0) * 1024, 0);
}

function ownCpu(pid: number): number {
  // The command's name, in parentheses, may hold spaces.
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_US;
}

function childrenOf(pid: number): number[] {
  const tasks = list(`/proc/${pid}/task`);
  const own = tasks.flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  );
  return own.flatMap((child) => [child, ...childrenOf(child)]);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
