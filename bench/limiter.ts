// What token-rate-limit adds to a request: the stage alone, around a provider that answers at once. Loopback only.
//   npm run bench:limiter            all
//   npm run bench:limiter -- local   only subjects with this word in their names
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { cpus, loadavg, release } from 'node:os';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openaiChat } from '../kong/llm/formats/openai-chat/format.ts';
import { WholeAnswer } from '../kong/relay/answer.ts';
import { Cancellation } from '../kong/relay/cancellation.ts';
import { Exchange } from '../kong/relay/exchange.ts';
import { createLog } from '../kong/relay/log.ts';
import { Metrics } from '../kong/relay/metrics.ts';
import { LocalNodeState, type NodeState, Topics } from '../kong/relay/node-state.ts';
import { InboundRequest } from '../kong/relay/request.ts';
import type { RunningStage } from '../kong/relay/stage.ts';
import { parseConfig } from '../kong/schema/index.ts';
import { tokenRateLimit } from '../plugins/token-rate-limit/index.ts';
import { startRedis } from '../test/support/redis.ts';

const REQUESTS = 5_000;
const WARM_UP = 2_000;
const ROUNDS = 5;
const CONCURRENT = 32;

const log = createLog('silent');
/** One for all: each new one is kept until the loop turns, which it does seldom here. */
const CANCELLATION = new Cancellation();
const { definition } = tokenRateLimit;

/** Two policies with three limits: tokens and requests by the minute, money by the month. */
const POLICIES = [
  {
    name: 'per-consumer',
    limits: [
      { unit: 'total_tokens', limit: 1e12, window: 'minute' },
      { unit: 'requests', limit: 1e12, window: 'minute' },
    ],
  },
  {
    name: 'everybody',
    partition_by: ['none'],
    limits: [{ unit: 'cost_usd', limit: 1e6, window: 'month', window_type: 'calendar' }],
  },
];

/** So near that every prompt is counted. */
const NEAR = [{ ...POLICIES[0]!, limits: [{ unit: 'total_tokens', limit: 1e3, window: 'day' }] }];

/** 1 KB, some 230 tokens. */
const BODY = Buffer.from(
  JSON.stringify({
    model: 'gpt-4o',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'What does an AI gateway do, and who needs one? '.repeat(22) }],
  }),
);

function newExchange(): Exchange {
  return new Exchange({
    id: 'bench',
    identity: { consumer: { id: 'c1' }, ip: '127.0.0.1' },
    request: new InboundRequest({
      method: 'POST',
      path: '/v1/chat/completions',
      originalPath: '/v1/chat/completions',
      query: new URLSearchParams(),
      headers: {},
      bytes: BODY,
    }),
    format: openaiChat,
    cancellation: CANCELLATION,
    log,
    received: 0,
  } as ConstructorParameters<typeof Exchange>[0]);
}

const bare: RunningStage = { run: (_exchange, next) => next() };

function stageOn(node: NodeState, config: object): RunningStage {
  const state = new Map<string, unknown>();
  return definition.stage(parseConfig(definition.config, { policies: POLICIES, ...config }) as never, {
    plugin: definition.name,
    pluginId: 'bench',
    log,
    metrics: new Metrics(),
    node,
    state<T>(key: string, create: () => T): T {
      if (!state.has(key)) state.set(key, create());
      return state.get(key) as T;
    },
  });
}

async function one(stage: RunningStage): Promise<void> {
  const exchange = newExchange();
  try {
    await answer(stage, exchange);
  } catch {
    // Refused: that costs, too.
  }
  exchange.finish({ kind: 'complete', status: 200 });
}

async function answer(stage: RunningStage, exchange: Exchange): Promise<void> {
  // Whoever asks first parses it, with or without a limiter.
  void exchange.request.body;
  await stage.run(exchange, async () => {
    await exchange.beforeAttempt({ target: 't', provider: 'openai', model: 'gpt-4o' });
    exchange.attempts.push({ target: 't', provider: 'openai', model: 'gpt-4o', startedAt: 0, status: 200 });
    Object.assign(exchange.model, { used: 'gpt-4o', provider: 'openai', target: 't' });
    exchange.usage = { input: { total: 230 }, output: { total: 100 } };
    exchange.answer = WholeAnswer.ofJson(200, {});
  });
}

interface Row {
  /** µs of CPU per request, of this process. */
  cpu: number;
  /** µs from a request's begin to its answer, one at a time. */
  p50: number;
  p99: number;
}

async function measure(stage: RunningStage): Promise<Row> {
  const times: number[] = [];
  for (let i = 0; i < REQUESTS / 5; i += 1) {
    const began = performance.now();
    await one(stage);
    times.push((performance.now() - began) * 1_000);
  }
  const before = process.cpuUsage();
  let left = REQUESTS;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await one(stage);
      if (left % 100 === 0) await turn();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, client));
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)]!;
  return { cpu: (user + system) / REQUESTS, p50: at(0.5), p99: at(0.99) };
}

/** Of several rounds the least: what else the machine did only adds. */
async function leastOf(stage: RunningStage): Promise<Record<string, number>> {
  for (let i = 0; i < WARM_UP; i += 1) await one(stage);
  const rows: Row[] = [];
  for (let i = 0; i < ROUNDS; i += 1) rows.push(await measure(stage));
  const of = (name: keyof Row): number => Math.round(Math.min(...rows.map((row) => row[name])) * 10) / 10;
  return { 'CPU µs': of('cpu'), 'p50 µs': of('p50'), 'p99 µs': of('p99') };
}

function localNode(): LocalNodeState {
  const part = definition.node!({ log, metrics: new Metrics(), broadcast() {} });
  return new LocalNodeState(new Map([[definition.name, part.service!]]), new Topics());
}

interface CallMessage {
  id: number;
  plugin: string;
  method: string;
  args: unknown;
}

/** The other end of a worker: what the primary process is to it. */
async function measureWorker(): Promise<Record<string, number>> {
  const node = localNode();
  const worker = fork(fileURLToPath(import.meta.url), ['worker']);
  let rows: Record<string, number> = {};
  worker.on('message', (message: CallMessage | { rows: Record<string, number> }) => {
    if ('rows' in message) rows = message.rows;
    else worker.send({ id: message.id, value: node.call(message.plugin, message.method, message.args) });
  });
  await once(worker, 'exit');
  return rows;
}

async function asWorker(): Promise<void> {
  const waiting = new Map<number, (value: unknown) => void>();
  process.on('message', ({ id, value }: { id: number; value: unknown }) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  let last = 0;
  const call = (plugin: string, method: string, args: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      process.send!({ id: last, plugin, method, args });
    });
  const rows = await leastOf(stageOn({ call, listen: () => () => {} }, {}));
  process.send!({ rows }, () => process.exit(0));
}

/** How long the first request of a stage waits for a Redis that accepts and never answers, ms; five of them. */
async function measureOutage(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const waits: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    const stage = stageOn(localNode(), { strategy: 'redis', redis: { port, read_timeout: 2000 + i } });
    const began = performance.now();
    await one(stage);
    waits.push(performance.now() - began);
    stage.close?.();
  }
  server.close();
  return waits.map((ms) => ms.toFixed(1)).join(', ');
}

async function main(words: string[]): Promise<void> {
  const [cpu] = cpus();
  process.stdout.write(
    `${cpu?.model}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}, Linux ${release()}, Node ${process.version}\n`,
  );
  const redis = await startRedis();
  const onRedis = async () => {
    const shared = stageOn(localNode(), { strategy: 'redis', redis: { port: redis.port } });
    await pause(500);
    const row = await leastOf(shared);
    shared.close?.();
    return row;
  };
  const subjects: Record<string, () => Promise<Record<string, number>>> = {
    'no plugin': () => leastOf(bare),
    'local, one process': () => leastOf(stageOn(localNode(), {})),
    'local, near a limit (prompts counted, refused)': () => leastOf(stageOn(localNode(), { policies: NEAR })),
    'local, relay worker': measureWorker,
    redis: onRedis,
  };
  const rows: Record<string, Record<string, number>> = {};
  try {
    for (const [name, measured] of Object.entries(subjects)) {
      if (words.length === 0 || words.some((word) => name.includes(word))) rows[name] = await measured();
    }
    console.table(rows);
    if (words.length === 0)
      process.stdout.write(`first request, Redis accepts and never answers: ${await measureOutage()} ms\n`);
  } finally {
    await redis.stop();
  }
  process.exit();
}

await (process.argv[2] === 'worker' ? asWorker() : main(process.argv.slice(2)));
