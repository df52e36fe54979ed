// `npm run bench`: what the suite costs, and how it compares. Loopback only; takes a few minutes.
// `-- --quick` takes one; `-- relay Kong` measures only subjects with these words in their names.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fillSection } from '../kong/conf/generated.ts';
import { packagePath } from '../kong/root.ts';
import { measureBigPrompt } from './lib/big-prompt.ts';
import { pluginSets } from './lib/configs.ts';
import { measureEvents } from './lib/events.ts';
import { measureOpenStreams, OPEN_STREAMS_PATH } from './lib/open-streams.ts';
import { processPath } from './lib/paths.ts';
import { LOAD_CORE, start } from './lib/process.ts';
import { report } from './lib/report.ts';
import { type Effort, measureRequests } from './lib/requests.ts';
import { type Results, thisMachine } from './lib/results.ts';
import { measureStreams, type StreamShape } from './lib/streams.ts';
import type { RunningSubject } from './lib/subject.ts';
import { STREAM_SUBJECTS, SUBJECTS } from './subjects/index.ts';

const QUICK: Effort = { rounds: 1, seconds: 2, warmUp: 2, wakeUp: 0 };
const NORMAL: Effort = { rounds: 2, seconds: 3, warmUp: 25, wakeUp: 6 };
/** At a provider's pace, and all at once: there a chunk costs what it costs, here the system calls are shared. */
const STREAMS: readonly (StreamShape & { path: string })[] = [
  { streams: 32, rounds: 3, chunks: 100, apart: 31, path: '/chunks/100/gap/10' },
  { streams: 32, rounds: 10, chunks: 400, apart: 0, path: '/chunks/400/gap/0' },
];

const RELAY = 'relay, ai-proxy-ts';
const SIX = 'six plugins';
const ALL = 'six plugins, injection detector and semantic cache';

const options = process.argv.slice(2);
const words = options.filter((option) => !option.startsWith('--'));
const effort = options.includes('--quick') ? QUICK : NORMAL;
const wanted = ({ name }: { name: string }): boolean =>
  words.length === 0 || words.some((word) => name.includes(word));

// The load's own core, for this process makes the streams and events.
spawnSync('taskset', ['-cp', String(LOAD_CORE), String(process.pid)]);
const upstream = await start(LOAD_CORE, process.execPath, [processPath('upstream')]);
const address = `http://127.0.0.1:${upstream.ready.port}`;
const results: Results = {
  machine: thisMachine(),
  effort,
  requests: [],
  streams: [],
  events: [],
  openStreams: [],
  bigPrompts: [],
  skipped: [],
};
try {
  await requests();
  await streams();
  await events();
  await openStreams();
  await bigPrompts();
} finally {
  await upstream.stop();
}
save();

async function requests(): Promise<void> {
  const running: { name: string; running: RunningSubject }[] = [];
  try {
    for (const subject of SUBJECTS.filter(wanted)) {
      const started = await subject.start(address);
      if ('skipped' in started) results.skipped.push({ name: subject.name, reason: started.skipped });
      else running.push({ name: subject.name, running: started });
    }
    results.requests = await measureRequests(running, effort);
  } finally {
    for (const { running: subject } of running) await subject.stop();
  }
}

async function streams(): Promise<void> {
  for (const subject of STREAM_SUBJECTS.filter(wanted)) {
    for (const { path, ...shape } of STREAMS) {
      const started = await subject.start(address + path);
      if ('skipped' in started) break;
      results.streams.push(await measureStreams(subject.name, started, shape));
      await started.stop();
    }
  }
}

async function events(): Promise<void> {
  if (!wanted({ name: 'events' })) return;
  const all = pluginSets(address)[SIX]!;
  for (const plugin of all.slice(0, -1)) results.events.push(await measureEvents(plugin, effort.seconds));
}

/** Once without a gateway, to know what the load itself cannot keep. */
async function openStreams(): Promise<void> {
  if (effort === QUICK) return;
  for (const subject of STREAM_SUBJECTS.filter(({ name }) => name === 'direct' || name === RELAY)) {
    if (!wanted({ name: 'open streams' })) return;
    const started = await subject.start(address + OPEN_STREAMS_PATH);
    if ('skipped' in started) continue;
    results.openStreams.push(await measureOpenStreams(subject.name, started));
    await started.stop();
  }
}

async function bigPrompts(): Promise<void> {
  const names = [RELAY, `relay, ${SIX}`, `relay, ${ALL}`];
  for (const subject of SUBJECTS.filter(({ name }) => names.includes(name))) {
    if (!wanted({ name: 'big prompts' })) return;
    const started = await subject.start(address);
    if ('skipped' in started) continue;
    results.bigPrompts.push(await measureBigPrompt(subject.name, started));
    await started.stop();
  }
}

function save(): void {
  const { markdown, summary, charts } = report(results);
  process.stdout.write(`${markdown}\n`);
  // A part of the subjects, or a short run, is no result to keep.
  if (words.length > 0 || effort === QUICK) return;
  writeFileSync(packagePath('bench', 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  fill(packagePath('bench', 'README.md'), 'results', markdown);
  fill(packagePath('docs', 'performance.md'), 'figures', summary);
  for (const [name, svg] of Object.entries(charts)) writeFileSync(packagePath('bench', name), svg);
}

function fill(file: string, section: string, text: string): void {
  writeFileSync(file, fillSection(readFileSync(file, 'utf8'), section, text));
}
