// `npm run bench`: what the suite costs, and how it compares. Loopback only; takes a few minutes.
import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { processPath } from './lib/paths.ts';
import { LOAD_CORE, start } from './lib/process.ts';
import { type Effort, measureRequests, type RequestRow } from './lib/requests.ts';
import type { RunningSubject, Subject } from './lib/subject.ts';
import { SUBJECTS } from './subjects/index.ts';

const EFFORT: Record<string, Effort> = {
  quick: { rounds: 1, seconds: 2 },
  normal: { rounds: 5, seconds: 4 },
};

const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const effort = process.argv.includes('--quick') ? EFFORT.quick! : EFFORT.normal!;

const upstream = await start(LOAD_CORE, process.execPath, [processPath('upstream')]);
const address = `http://127.0.0.1:${upstream.ready.port}`;
const running: { name: string; running: RunningSubject }[] = [];
try {
  for (const subject of SUBJECTS) await startSubject(subject);
  const rows = await measureRequests(running, effort);
  print(rows);
  writeFileSync('bench/results.json', `${JSON.stringify({ ...machine(), effort, rows }, null, 2)}\n`);
} finally {
  for (const { running: subject } of running) await subject.stop();
  await upstream.stop();
}

async function startSubject(subject: Subject): Promise<void> {
  if (wanted.length > 0 && !wanted.some((part) => subject.name.includes(part))) return;
  const started = await subject.start(address);
  if ('skipped' in started) process.stdout.write(`${subject.name}: left out, ${started.skipped}\n`);
  else running.push({ name: subject.name, running: started });
}

function machine(): object {
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpu?.model,
    cores: cpus().length,
    kernel: release(),
    node: process.version,
  };
}

function print(rows: readonly RequestRow[]): void {
  const table = rows.map(({ name, perSecond, cpu, p50, p99, single, errors }) => ({
    subject: name,
    'requests/s': Math.round(perSecond.median),
    'CPU µs/request': Math.round(cpu.median),
    'p50 ms': p50.median,
    'p99 ms': p99.median,
    'p50 ms, 1 connection': single.median,
    errors,
  }));
  console.table(table);
}
