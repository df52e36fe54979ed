// What cost-log adds: to a whole request, and to each event of a stream. The stage alone, around an answer that is
// there at once; records go to a spool on disk. Loopback and temporary files only.
//   npm run bench:cost-log
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { openaiChat } from '../kong/llm/formats/openai-chat/format.ts';
import { SseEvent } from '../kong/llm/sse.ts';
import { EventStream } from '../kong/llm/stream.ts';
import { WholeAnswer } from '../kong/relay/answer.ts';
import { Cancellation } from '../kong/relay/cancellation.ts';
import { Exchange } from '../kong/relay/exchange.ts';
import { createLog } from '../kong/relay/log.ts';
import { Metrics } from '../kong/relay/metrics.ts';
import { LocalNodeState, Topics } from '../kong/relay/node-state.ts';
import { InboundRequest } from '../kong/relay/request.ts';
import type { RunningStage } from '../kong/relay/stage.ts';
import { parseConfig } from '../kong/schema/index.ts';
import { costLog } from '../plugins/cost-log/index.ts';

const REQUESTS = 3_000;
const ROUNDS = 8;
const STREAMS = 40;
const EVENTS = 500;

const log = createLog('silent');
/** One for all: each new one is kept until the loop turns, which it does seldom here. */
const CANCELLATION = new Cancellation();
const { definition } = costLog;

const BODY = Buffer.from(
  JSON.stringify({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'What does an AI gateway do, and who needs one? '.repeat(22) }],
  }),
);
const ANSWER = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'gpt-4o-2024-08-06',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'It does. '.repeat(40) }, finish_reason: 'stop' },
    ],
  }),
);
const CHUNK = Buffer.from(
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'gpt-4o-2024-08-06',
    system_fingerprint: 'fp_0123456789',
    choices: [{ index: 0, delta: { content: ' gateway' }, logprobs: null, finish_reason: null }],
  })}\n\n`,
);
const DONE = Buffer.from('data: [DONE]\n\n');

const folder = mkdtempSync(join(tmpdir(), 'bench-cost-log-'));

function newExchange(n: number, given: Buffer): Exchange {
  return new Exchange({
    id: `bench-${n}`,
    identity: {
      consumer: { id: '0a1b', username: `consumer-${n % 20}` },
      credential: 'c-1',
      route: { id: 'r-1', name: 'chat' },
      service: { id: 's-1', name: 'ai' },
      ip: '192.0.2.1',
    },
    request: new InboundRequest({
      method: 'POST',
      path: '/v1/chat/completions',
      originalPath: '/v1/chat/completions',
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/json' },
      bytes: given,
    }),
    format: openaiChat,
    cancellation: CANCELLATION,
    log,
    received: Date.now(),
  } as ConstructorParameters<typeof Exchange>[0]);
}

function asked(exchange: Exchange): void {
  Object.assign(exchange.model, { requested: 'gpt-4o', used: 'gpt-4o', provider: 'openai', target: 't' });
  const now = Date.now();
  const attempt = { target: 't', provider: 'openai', model: 'gpt-4o' };
  exchange.attempts.push({ ...attempt, startedAt: now, endedAt: now, status: 200 });
  const raw = { prompt_tokens: 230, completion_tokens: 100, total_tokens: 330 };
  exchange.usage = { input: { total: 230, cacheRead: 100 }, output: { total: 100, reasoning: 20 }, raw };
}

async function whole(stage: RunningStage, n: number): Promise<void> {
  const exchange = newExchange(n, BODY);
  void exchange.request.body;
  await stage.run(exchange, async () => {
    asked(exchange);
    exchange.answer = WholeAnswer.ofBytes(200, {}, ANSWER);
    // As ai-proxy reads its usage.
    void exchange.answer.body;
  });
  exchange.finish({ kind: 'complete', status: 200 });
}

async function stream(stage: RunningStage, n: number): Promise<void> {
  const exchange = newExchange(n, BODY);
  await stage.run(exchange, async () => {
    asked(exchange);
    const source = {
      start(sink: Parameters<EventStream['start']>[0]) {
        exchange.times.firstToken = Date.now();
        for (let i = 0; i < EVENTS; i += 1) sink.event(SseEvent.fromBytes(CHUNK));
        sink.event(SseEvent.fromBytes(DONE));
        sink.end();
      },
      pause() {},
      resume() {},
      cancel() {},
    };
    exchange.answer = { kind: 'stream', status: 200, headers: {}, stream: new EventStream(source) };
  });
  const { answer } = exchange;
  if (answer?.kind === 'stream') answer.stream.start({ event() {}, end() {}, fail() {} });
  exchange.finish({ kind: 'complete', status: 200 });
}

const bare: RunningStage = { run: (_exchange, next) => next() };

function stageOf(config: object): RunningStage {
  const state = new Map<string, unknown>();
  const node = new LocalNodeState(new Map([[definition.name, () => undefined]]), new Topics());
  return definition.stage(parseConfig(definition.config, config) as never, {
    plugin: definition.name,
    pluginId: 'bench',
    log,
    metrics: new Metrics(),
    node,
    dataDir: folder,
    state<T>(key: string, create: () => T): T {
      if (!state.has(key)) state.set(key, create());
      return state.get(key) as T;
    },
  });
}

/** µs of CPU for each of `count`; of several rounds the least. */
async function leastCpu(count: number, one: (n: number) => Promise<void>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    for (let n = 0; n < count; n += 1) {
      await one(n);
      // The spool is written meanwhile, as it would be.
      if (n % 100 === 99) await turn();
    }
    // What is written behind the requests' backs counts as well.
    await pause(300);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / count);
  }
  return least;
}

const [cpu] = cpus();
process.stdout.write(
  `${cpu?.model}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}, Linux ${release()}, Node ${process.version}\n`,
);
const stages = {
  'no plugin': bare,
  'cost-log': stageOf({ tags: { headers: { project: 'x-project' } } }),
  'cost-log without metrics': stageOf({ metrics: { enabled: false } }),
};
const rows: Record<string, Record<string, number>> = {};
for (const [name, stage] of Object.entries(stages)) {
  const request = await leastCpu(REQUESTS, (n) => whole(stage, n));
  const events = await leastCpu(STREAMS, (n) => stream(stage, n));
  rows[name] = { request, event: events / EVENTS };
}
const round = (value: number): number => Math.round(value * 100) / 100;
console.table(
  Object.fromEntries(
    Object.entries(rows).map(([name, { request, event }]) => [
      name,
      {
        'CPU µs per whole request': round(request!),
        'CPU µs per stream event': round(event!),
        'added per request': round(request! - rows['no plugin']!.request!),
        'added per event': round(event! - rows['no plugin']!.event!),
      },
    ]),
  ),
);
for (const stage of Object.values(stages)) await stage.close?.();
rmSync(folder, { recursive: true, force: true });
