// Exchanges with known usage, run through the stage as the relay would run it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Format } from '../../../kong/llm/format.ts';
import { openaiChat } from '../../../kong/llm/formats/openai-chat/format.ts';
import { SseEvent } from '../../../kong/llm/sse.ts';
import { EventStream } from '../../../kong/llm/stream.ts';
import type { Usage } from '../../../kong/llm/usage.ts';
import type { Identity } from '../../../kong/plan/identity.ts';
import { WholeAnswer } from '../../../kong/relay/answer.ts';
import { Cancellation } from '../../../kong/relay/cancellation.ts';
import { type Attempt, Exchange, type Outcome } from '../../../kong/relay/exchange.ts';
import { createLog } from '../../../kong/relay/log.ts';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { LocalNodeState, type NodePart, Topics } from '../../../kong/relay/node-state.ts';
import type { Notes, SideCall } from '../../../kong/relay/notes.ts';
import { InboundRequest } from '../../../kong/relay/request.ts';
import type { RunningStage, StageHost } from '../../../kong/relay/stage.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { costLogConfig } from '../../../plugins/cost-log/config.ts';
import { costLogNode } from '../../../plugins/cost-log/node/index.ts';
import type { Tally } from '../../../plugins/cost-log/node/tally.ts';
import { type CostRecord, parseRecord } from '../../../plugins/cost-log/record/schema.ts';
import type { SinkState } from '../../../plugins/cost-log/sinks/runner.ts';
import { SpoolReader } from '../../../plugins/cost-log/spool/reader.ts';
import { startStage } from '../../../plugins/cost-log/stage.ts';

export const silent = createLog('silent');
export const PLUGIN_ID = '6a1b0f5e-0000-4000-8000-000000000001';

/** For what outlives a test. */
export function tempDir(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'cost-log-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cost-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Story {
  id?: string;
  identity?: Identity;
  headers?: Record<string, string>;
  body?: Record<string, unknown>;
  provider?: string;
  model?: string;
  usage?: Usage;
  attempts?: Partial<Attempt>[];
  notes?: Notes;
  sideCalls?: SideCall[];
  /** Texts of the deltas; undefined answers whole. */
  stream?: string[];
  text?: string;
  outcome?: Outcome;
  /** The stages within throw it. */
  throws?: Error & { status?: number };
}

export const BODY = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] };

export function exchangeOf(story: Story, format: Format = openaiChat): Exchange {
  const body = { ...BODY, ...(story.stream && { stream: true }), ...story.body };
  const exchange = new Exchange({
    id: story.id ?? 'request-1',
    identity: story.identity ?? {},
    request: new InboundRequest({
      method: 'POST',
      path: '/v1/chat/completions',
      originalPath: '/v1/chat/completions',
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/json', ...story.headers },
      bytes: Buffer.from(JSON.stringify(body)),
    }),
    format,
    cancellation: new Cancellation(),
    log: silent,
    received: Date.now(),
  });
  return exchange;
}

/** Runs the story through the stage; resolves when the exchange has finished. */
export async function play(stage: RunningStage, story: Story): Promise<void> {
  const exchange = exchangeOf(story);
  try {
    await stage.run(exchange, async () => answer(exchange, story));
  } catch (error) {
    const thrown = error as Error & { status?: number };
    exchange.finish({ kind: 'complete', status: thrown.status ?? 500, error: thrown });
    return;
  }
  const { answer: given } = exchange;
  const outcome: Outcome = story.outcome ?? { kind: 'complete', status: 200 };
  if (given?.kind === 'stream') {
    await new Promise<void>((resolve) =>
      given.stream.start({ event() {}, end: resolve, fail: () => resolve() }),
    );
  }
  exchange.finish(outcome);
}

function answer(exchange: Exchange, story: Story): void {
  const provider = story.provider ?? 'openai';
  const model = story.model ?? 'gpt-4o';
  Object.assign(exchange.notes, story.notes);
  exchange.sideCalls.push(...(story.sideCalls ?? []));
  exchange.model.requested = String(exchange.request.body.model);
  if (story.throws) throw story.throws;
  if (story.usage || story.stream || story.text !== undefined) {
    Object.assign(exchange.model, { used: model, provider, target: `${provider}/${model}` });
  }
  const now = Date.now();
  for (const attempt of story.attempts ?? (exchange.model.used ? [{}] : [])) {
    exchange.attempts.push({
      target: 't1',
      provider,
      model,
      startedAt: now,
      endedAt: now,
      status: 200,
      ...attempt,
    });
  }
  exchange.usage = story.usage;
  if (story.stream)
    exchange.answer = { kind: 'stream', status: 200, headers: {}, stream: streamOf(story.stream, exchange) };
  else {
    const message = { role: 'assistant', content: story.text ?? 'Hi!' };
    exchange.answer = WholeAnswer.ofJson(200, {
      model,
      choices: [{ index: 0, message, finish_reason: 'stop' }],
    });
  }
}

function streamOf(texts: string[], exchange: Exchange): EventStream {
  return new EventStream({
    start(sink) {
      exchange.times.firstToken = Date.now();
      for (const content of texts) sink.event(data({ choices: [{ index: 0, delta: { content } }] }));
      sink.event(data({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
      sink.event(SseEvent.fromBytes(Buffer.from('data: [DONE]\n\n')));
      sink.end();
    },
    pause() {},
    resume() {},
    cancel() {},
  });
}

const data = (value: unknown): SseEvent =>
  SseEvent.fromBytes(Buffer.from(`data: ${JSON.stringify(value)}\n\n`));

export interface Started {
  stage: RunningStage;
  part: NodePart;
  metrics: Metrics;
  /** Of the spool. */
  folder: string;
  /** The values of a metric, by its labels in order of the exposition. */
  metric(name: string): Promise<Map<string, number>>;
  /** What is in the spool, in order. */
  records(): Promise<CostRecord[]>;
  close(): Promise<void>;
}

/** The stage and its part in the primary process, with a spool of their own. */
export function start(
  raw: Record<string, unknown>,
  more: Partial<StageHost> = {},
  { keep = false }: { keep?: boolean } = {},
): Started {
  const config = parseConfig(costLogConfig, raw);
  const metrics = new Metrics();
  const topics = new Topics();
  const folder = config.spool.path ?? join(tempFolder(), 'cost-log');
  const dataDir = join(folder, '..');
  const part = costLogNode({ log: silent, metrics, dataDir, broadcast() {} });
  const state = new Map<string, unknown>();
  const host: StageHost = {
    plugin: 'cost-log',
    pluginId: PLUGIN_ID,
    log: silent,
    metrics,
    state<T>(key: string, create: () => T): T {
      if (!state.has(key)) state.set(key, create());
      return state.get(key) as T;
    },
    node: new LocalNodeState(new Map([['cost-log', part.service!]]), topics),
    dataDir,
    ...more,
  };
  const stage = startStage(config, host);
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closed ??= (async () => {
      await stage.close?.();
      await part.close?.();
    })();
    await closed;
  };
  if (!keep) onTestFinished(close);
  return {
    stage,
    part,
    metrics,
    folder,
    close,
    async metric(name) {
      const text = await metrics.registry.getSingleMetricAsString(name);
      return new Map(
        text
          .split('\n')
          .filter((line) => line.startsWith(name))
          .map((line) => [
            line.slice(name.length, line.lastIndexOf(' ')),
            Number(line.slice(line.lastIndexOf(' '))),
          ]),
      );
    },
    records: async () => {
      await stage.close?.();
      return spoolRecords(folder);
    },
  };
}

export async function spoolRecords(folder: string): Promise<CostRecord[]> {
  const reader = new SpoolReader(folder, {});
  const found: CostRecord[] = [];
  for (;;) {
    const batch = await reader.read({ maxRecords: 5000, maxBytes: 8 * 1024 * 1024 });
    found.push(...batch.records.map((json) => parseRecord(json)!));
    await reader.commit(batch);
    if (!batch.moved) return found;
  }
}

export type DashboardData = ReturnType<Tally['view']> & {
  models: { name: string }[];
  consumers: { name: string }[];
  sinks: SinkState[];
};

/** The dashboard's data, as the admin listener answers. */
export async function dashboardData(part: NodePart, minutes = 1440): Promise<DashboardData> {
  let text = '';
  const response = {
    writeHead: () => response,
    end(body: string) {
      text = body;
    },
  };
  const url = new URL(`http://admin/dashboard/data?minutes=${minutes}`);
  await part.admin!['GET /dashboard/data']!({} as never, response as never, url);
  return JSON.parse(text) as DashboardData;
}
