// `npm run bench:memory`: resident memory at rest, and over many requests. `-- 2000000` says how many; the default is less.
import { pluginSets } from './lib/configs.ts';
import { residentOf } from './lib/cpu.ts';
import { load } from './lib/load.ts';
import { processPath } from './lib/paths.ts';
import { LOAD_CORE, start } from './lib/process.ts';
import { thisMachine } from './lib/results.ts';
import { slope } from './lib/stats.ts';
import { relayAlone } from './subjects/ours.ts';

const REQUESTS = Number(process.argv[2] ?? 200_000);
const SET = process.argv[3] ?? 'ai-proxy-ts';
const MIB = 1024 * 1024;
const PART_SECONDS = 3;
/** Caches fill, V8 compiles, its heap finds its size. */
const WARM_UP_SHARE = 0.3;

const upstream = await start(LOAD_CORE, process.execPath, [processPath('upstream')]);
const address = `http://127.0.0.1:${upstream.ready.port}`;
const subject = await relayAlone(SET, (at) => pluginSets(at)[SET]!).start(address);
if ('skipped' in subject) throw new Error(subject.skipped);
await new Promise((resolve) => setTimeout(resolve, 2_000));
const resident = (): number => subject.pids.map(residentOf).reduce((a, b) => a + b, 0) / MIB;
const rest = resident();
const points: [requests: number, mib: number][] = [];
let done = 0;
let errors = 0;
while (done < REQUESTS) {
  const part = await load(subject.request, 8, PART_SECONDS);
  done += part.requests;
  errors += part.errors;
  points.push([done, resident()]);
}
await new Promise((resolve) => setTimeout(resolve, 2_000));
const settled = points.filter(([at]) => at > done * WARM_UP_SHARE);
const perMillion = slope(settled) * 1e6;
process.stdout.write(
  `${JSON.stringify({
    ...thisMachine(),
    set: SET,
    atRestMiB: round(rest),
    requests: done,
    errors,
    firstMiB: round(settled[0]?.[1] ?? 0),
    lastMiB: round(settled.at(-1)?.[1] ?? 0),
    highestMiB: round(Math.max(...points.map(([, mib]) => mib))),
    mibPerMillionRequests: round(perMillion),
  })}\n`,
);
await subject.stop();
await upstream.stop();

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
