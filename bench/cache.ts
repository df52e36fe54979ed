// What semantic-cache costs: `tsc -p tsconfig.bench.json && node --expose-gc dist-bench/bench/cache.js [part …]`. Prints only.
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { normalise } from '../kong/llm/vector.ts';
import { parseConfig } from '../kong/schema/index.ts';
import { semanticCacheConfig } from '../plugins/semantic-cache/config.ts';
import { differences } from '../plugins/semantic-cache/gate.ts';
import { semanticCache } from '../plugins/semantic-cache/index.ts';
import { lexicalVector } from '../plugins/semantic-cache/lexical.ts';
import { ALL_CHECKS } from '../plugins/semantic-cache/match.ts';
import type { EntryMeta } from '../plugins/semantic-cache/store/entry.ts';
import { MemoryStore } from '../plugins/semantic-cache/store/memory.ts';
import { openStore } from '../plugins/semantic-cache/store/open.ts';
import { quantise, VectorShelf } from '../plugins/semantic-cache/store/vectors.ts';
import { read } from '../plugins/semantic-cache/text/reading.ts';
import { startRedis } from '../test/support/redis.ts';
import { cachedSet, pluginSets } from './lib/configs.ts';
import { processPath } from './lib/paths.ts';
import { LOAD_CORE, start } from './lib/process.ts';
import { chatBody, prompt } from './lib/prompts.ts';
import { measureRequests } from './lib/requests.ts';
import { thisMachine } from './lib/results.ts';
import { benchHost, stageCost } from './lib/stage-cost.ts';
import { relayAlone } from './subjects/ours.ts';
import { pipe } from './subjects/plain.ts';

const ENTRIES = Number(process.env.ENTRIES ?? 100_000);
const DIMENSIONS = 1_536;
const SEARCHES = 300;
const MIB = 1024 * 1024;
const ANSWER = {
  id: 'a',
  object: 'chat.completion' as const,
  created: 1,
  model: 'm',
  choices: [
    {
      index: 0,
      finish_reason: 'stop' as const,
      message: { role: 'assistant' as const, content: 'word '.repeat(300) },
    },
  ],
};

const PARTS: Record<string, () => Promise<void>> = { overheads, lookups, relay: endToEnd, sharing, vectors };
const wanted = process.argv.slice(2);

say('machine', thisMachine());
for (const [name, part] of Object.entries(PARTS))
  if (wanted.length === 0 || wanted.includes(name)) await part();

/** Random vectors are the hardest to tell apart by sketches: nothing is near, so nothing is found early. */
async function vectors(): Promise<void> {
  const before = memory();
  const shelf = new VectorShelf(DIMENSIONS);
  const samples: Float32Array[] = [];
  const startedAt = performance.now();
  let adding = 0;
  for (let i = 0; i < ENTRIES; i += 1) {
    const vector = random();
    if (i % Math.ceil(ENTRIES / SEARCHES) === 0) samples.push(vector);
    const at = performance.now();
    shelf.add(`key-${i}`, quantise(vector));
    adding += performance.now() - at;
  }
  say('filled in', `${Math.round(performance.now() - startedAt)} ms (random numbers included)`);
  say('insert', `${((adding / ENTRIES) * 1000).toFixed(0)} µs`);
  say('memory per entry', `${Math.round((memory() - before) / ENTRIES)} bytes`);
  for (const threshold of [0.9, 0.8, 0.65]) {
    const queries = samples.map((sample, i) => (i % 2 === 0 ? near(sample) : random()));
    const turns = watchTurns();
    const times: number[] = [];
    let found = 0;
    for (const query of queries) {
      const at = performance.now();
      if ((await shelf.search(query, 8, threshold)).length > 0) found += 1;
      times.push(performance.now() - at);
      await sleep(1);
    }
    const longest = turns.stop();
    say(
      `search at ${threshold}`,
      `${ENTRIES} × ${DIMENSIONS}: ${spread(times)}; ${found} of ${Math.ceil(samples.length / 2)} found; loop held for at most ${longest.toFixed(1)} ms of CPU at a stretch`,
    );
  }
}

async function lookups(): Promise<void> {
  const store = new MemoryStore(256 * MIB);
  const subjects = ['cat', 'dog', 'river', 'bridge', 'engine', 'planet', 'poem', 'battery', 'market', 'cell'];
  const verbs = ['grow', 'stop', 'change', 'move', 'work', 'break', 'begin', 'shine', 'fail', 'end'];
  const questions = Array.from(
    { length: 1_000 },
    (_, i) => `Why does the ${subjects[i % 10]} ${verbs[Math.floor(i / 10) % 10]} in room ${i}?`,
  );
  for (const [i, question] of questions.entries()) {
    const meta = metaOf(`k${i}`, 'p', question, quantise(lexicalVector(read(question))));
    await store.put(meta, { answer: ANSWER, model: {} });
  }
  const miss: number[] = [];
  const hit: number[] = [];
  for (let i = 0; i < 2_000; i += 1) {
    const question = `Why does the ${subjects[i % 10]} ${verbs[i % 7]} in room ${1_000 + i}?`;
    let at = performance.now();
    const reading = read(question);
    for (const { question: other } of await store.near('p', 'l', lexicalVector(reading), 0.65))
      differences(reading, read(other), ALL_CHECKS);
    miss.push(performance.now() - at);
    at = performance.now();
    await store.get(`k${randomInt(1_000)}`);
    hit.push(performance.now() - at);
  }
  say('exact hit', `${spread(hit)} (1.5 KB answer, unpacked)`);
  say('lexical miss', `${spread(miss)} (1,000 entries that are much alike, 8 of them through the gate)`);
}

/** CPU time that the stage adds to a request with a prompt of 1 KB, in µs. */
async function overheads(): Promise<void> {
  const effort = { rounds: 15, batch: 100 };
  const answer = Buffer.from(JSON.stringify(ANSWER));
  const same = Buffer.from(chatBody(prompt(), {}, false));
  let asked = 0;
  const another = (model = 'bench'): Buffer => {
    asked += 1;
    return Buffer.from(chatBody(`${prompt()}The word is ${asked}.`, { model }, false));
  };
  const stageOf = (config: object) =>
    semanticCache.definition.stage(
      parseConfig(semanticCache.definition.config, { cache_ttl: 86_400, ...config }),
      benchHost('semantic-cache'),
    );
  const exact = { semantic: { enabled: false } };
  const rows: [string, object, () => Buffer][] = [
    ['exact hit', {}, () => same],
    ['miss, exact tier alone', exact, () => another()],
    ['miss, first question of its partition', {}, () => another(`bench-${asked}`)],
    ['miss, compared with others', {}, () => another()],
  ];
  const alone = await stageCost(undefined, () => same, answer, effort);
  for (const [name, config, body] of rows) {
    const stage = stageOf(config);
    const { cpu, header } = await stageCost(stage, body, answer, effort);
    say(`CPU, ${name}`, `${Math.max(0, cpu - alone.cpu).toFixed(1)} µs (${header('x-cache-status')})`);
    await stage.close?.();
  }
}

function metaOf(
  key: string,
  partition: string,
  question: string,
  vector: ReturnType<typeof quantise>,
): EntryMeta {
  const now = Date.now();
  const times = { createdAt: now, expiresAt: now + 1e9, keptUntil: now + 1e9 };
  return { key, partition, question, tags: [], consumer: [], embedder: 'l', vector, ...times };
}

/** How long after one node has kept an answer another one finds a question that is alike. */
async function sharing(): Promise<void> {
  const redis = await startRedis();
  const settings = parseConfig(semanticCacheConfig, {
    strategy: 'redis',
    redis: { host: '127.0.0.1', port: redis.port },
  });
  const [a, b] = [0, 1].map(() => openStore(settings, benchHost('semantic-cache')));
  const times: number[] = [];
  for (let i = 0; i < 200; i += 1) {
    const vector = random();
    const meta = metaOf(`k${i}`, `p${i}`, `question ${i}`, quantise(vector));
    const at = performance.now();
    await a!.store.put(meta, { answer: ANSWER, model: {} });
    while ((await b!.store.near(meta.partition, 'l', vector, 0.9)).length === 0) await sleep(0.2);
    times.push(performance.now() - at);
  }
  a!.release();
  b!.release();
  await redis.stop();
  say('two nodes share an answer after', spread(times));
}

async function endToEnd(): Promise<void> {
  const upstream = await start(LOAD_CORE, process.execPath, [processPath('upstream')]);
  const address = `http://127.0.0.1:${upstream.ready.port}`;
  const subjects = [
    pipe,
    relayAlone('ai-proxy-ts alone', (url) => pluginSets(url)['ai-proxy-ts']!),
    relayAlone('exact hits', cachedSet, [chatBody(prompt(), {}, false)]),
    relayAlone('misses', cachedSet),
  ];
  const running = [];
  try {
    for (const subject of subjects) {
      const one = await subject.start(address);
      if (!('skipped' in one)) running.push({ name: subject.name, running: one });
    }
    for (const row of await measureRequests(running, { rounds: 3, seconds: 4, warmUp: 12, wakeUp: 6 })) {
      say(
        row.name,
        `${Math.round(row.perSecond.median)} requests/s, ${row.cpu.median.toFixed(0)} µs CPU, p50 ${row.p50.median.toFixed(2)} ms, p99 ${row.p99.median.toFixed(2)} ms, ${row.errors} errors`,
      );
    }
  } finally {
    for (const { running: one } of running) await one.stop();
    await upstream.stop();
  }
}

/** The most CPU time, in ms, that the process takes between two turns of the loop: what others on the machine do is not in it. */
function watchTurns(): { stop(): number } {
  let longest = 0;
  let last = process.cpuUsage();
  let next: NodeJS.Immediate;
  const look = (): void => {
    const now = process.cpuUsage();
    longest = Math.max(longest, now.user + now.system - last.user - last.system);
    last = now;
    next = setImmediate(look);
  };
  next = setImmediate(look);
  return {
    stop() {
      clearImmediate(next);
      return longest / 1000;
    },
  };
}

function random(): Float32Array {
  return normalise(
    Float32Array.from({ length: DIMENSIONS }, () => Math.random() + Math.random() + Math.random() - 1.5),
  )!;
}

/** About 0.95 from it. */
function near(vector: Float32Array): Float32Array {
  const other = random();
  return normalise(vector.map((value, i) => value * 0.95 + other[i]! * 0.31))!;
}

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function spread(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => sorted[Math.floor(sorted.length * share)]!.toFixed(3);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}

function say(what: string, value: unknown): void {
  process.stdout.write(`${what.padEnd(36)} ${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
}
