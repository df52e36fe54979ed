// What token-rate-limit adds to a request: the stage alone, around a provider that answers at once. Loopback only.
//   npx tsc -p tsconfig.bench.json && node dist-bench/bench/limiter.js
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus, release } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openaiChat } from '../kong/llm/formats/openai-chat/format.ts';
import { WholeAnswer } from '../kong/relay/answer.ts';
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
const { definition } = tokenRateLimit;

/** Four limits of one policy: tokens and requests, by the minute and by the day. */
const CONFIG = {
  policies: [
    {
      name: 'bench',
      limits: ['minute', 'day'].flatMap((window) => [
        { unit: 'total_tokens', limit: 1e12, window },
        { unit: 'requests', limit: 1e12, window },
      ]),
    },
  ],
};

const BODY = Buffer.from(
  JSON.stringify({
    model: 'gpt-4o',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'What does an AI gateway do? '.repeat(10) }],
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
    signal: new AbortController().signal,
    log,
    received: 0,
  } as ConstructorParameters<typeof Exchange>[0]);
}

const bare: RunningStage = { run: (_exchange, next) => next() };

function stageOn(node: NodeState, config: object): RunningStage {
  const state = new Map<string, unknown>();
  return definition.stage(parseConfig(definition.config, { ...CONFIG, ...config }) as never, {
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
  await stage.run(exchange, async () => {
    Object.assign(exchange.model, { used: 'gpt-4o', provider: 'openai', target: 't' });
    exchange.usage = { input: { total: 80 }, output: { total: 100 } };
    exchange.answer = WholeAnswer.ofJson(200, {});
  });
  exchange.finish({ kind: 'complete', status: 200 });
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
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, client));
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)]!;
  return { cpu: (user + system) / REQUESTS, p50: at(0.5), p99: at(0.99) };
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function medianOf(stage: RunningStage): Promise<Record<string, number>> {
  for (let i = 0; i < WARM_UP; i += 1) await one(stage);
  const rows: Row[] = [];
  for (let i = 0; i < ROUNDS; i += 1) rows.push(await measure(stage));
  const of = (name: keyof Row): number => Math.round(median(rows.map((row) => row[name])));
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
  const rows = await medianOf(stageOn({ call, listen: () => () => {} }, {}));
  process.send!({ rows }, () => process.exit(0));
}

async function main(): Promise<void> {
  const [cpu] = cpus();
  process.stdout.write(
    `${cpu?.model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}\n`,
  );
  const redis = await startRedis();
  try {
    const shared = stageOn(localNode(), { strategy: 'redis', redis: { port: redis.port } });
    await pause(500);
    console.table({
      'no plugin': await medianOf(bare),
      'local, one process': await medianOf(stageOn(localNode(), {})),
      'local, relay worker': await measureWorker(),
      redis: await medianOf(shared),
    });
    shared.close?.();
  } finally {
    await redis.stop();
  }
}

await (process.argv[2] === 'worker' ? asWorker() : main());
