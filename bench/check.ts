// `npm run bench:check`: fails when a request costs over a quarter more than bench/baseline.json says, as a ratio to the
// bare Node pipe of the same run, so that the machine does not matter. `-- --update` writes the baseline.
import { readFileSync, writeFileSync } from 'node:fs';
import { packagePath } from '../kong/root.ts';
import { processPath } from './lib/paths.ts';
import { LOAD_CORE, start } from './lib/process.ts';
import { measureRequests } from './lib/requests.ts';
import { thisMachine } from './lib/results.ts';
import type { RunningSubject } from './lib/subject.ts';
import { SUBJECTS } from './subjects/index.ts';

interface Baseline {
  machine: ReturnType<typeof thisMachine>;
  /** CPU per request, as a multiple of the pipe's. */
  ratios: Record<string, number>;
}

const PIPE = 'bare Node pipe';
const WORSE = 1.25;
const EFFORT = { rounds: 3, seconds: 2, warmUp: 12, wakeUp: 6 };
const FILE = packagePath('bench', 'baseline.json');

const ratios = await measure();
if (process.argv.includes('--update')) {
  const baseline: Baseline = { machine: thisMachine(), ratios };
  writeFileSync(FILE, `${JSON.stringify(baseline, null, 2)}\n`);
} else {
  const { ratios: before } = JSON.parse(readFileSync(FILE, 'utf8')) as Baseline;
  process.exitCode = compare(before);
}

async function measure(): Promise<Record<string, number>> {
  const upstream = await start(LOAD_CORE, process.execPath, [processPath('upstream')]);
  const running: { name: string; running: RunningSubject }[] = [];
  try {
    for (const subject of SUBJECTS.filter(({ name }) => name === PIPE || name.startsWith('relay,'))) {
      const started = await subject.start(`http://127.0.0.1:${upstream.ready.port}`);
      if (!('skipped' in started)) running.push({ name: subject.name, running: started });
    }
    const rows = await measureRequests(running, EFFORT);
    // The least of several rounds: whatever else the machine does can only add.
    const cpu = new Map(rows.map((row) => [row.name, row.cpu.min]));
    const pipe = cpu.get(PIPE)!;
    cpu.delete(PIPE);
    return Object.fromEntries([...cpu].map(([name, us]) => [name, Math.round((us / pipe) * 100) / 100]));
  } finally {
    for (const { running: subject } of running) await subject.stop();
    await upstream.stop();
  }
}

function compare(before: Record<string, number>): number {
  let failed = 0;
  for (const [name, ratio] of Object.entries(ratios)) {
    const was = before[name];
    const worse = was === undefined || ratio > was * WORSE;
    if (worse) failed += 1;
    const verdict = worse ? 'TOO MUCH' : 'ok';
    process.stdout.write(`${name}: ${ratio} times the pipe, baseline ${was ?? 'missing'}: ${verdict}\n`);
  }
  return failed === 0 ? 0 : 1;
}
