// A relay with plugins of a test's own, and requests that carry the plan as the plugin server would sign it.
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { SseEvent } from '../../kong/llm/sse.ts';
import { EventStream, type StreamSink, type StreamSource } from '../../kong/llm/stream.ts';
import { ConfigStore } from '../../kong/plan/config-store.ts';
import { planDigest, planHeader, signEntry } from '../../kong/plan/entry.ts';
import { IDENTITY_HEADER, type Identity, signIdentity } from '../../kong/plan/identity.ts';
import { minuteOf, newSecret } from '../../kong/plan/signature.ts';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import { createLog } from '../../kong/relay/log.ts';
import { Metrics } from '../../kong/relay/metrics.ts';
import { LocalNodeState, type NodeService, Topics } from '../../kong/relay/node-state.ts';
import { PlanReader } from '../../kong/relay/plan.ts';
import { definePlugin, type PluginDefinition } from '../../kong/relay/plugin.ts';
import { type Relay, type RelayOptions, startRelay } from '../../kong/relay/server.ts';
import type { RunningStage, Stage } from '../../kong/relay/stage.ts';
import { Stages } from '../../kong/relay/stages.ts';

export const PATH = '/v1/chat/completions';
export const CHAT = { model: 'm', messages: [{ role: 'user', content: 'Hello?' }] };
export const STREAMED = { ...CHAT, stream: true };

/** A plugin that is its stage. Priorities are Kong's: higher is further out. */
export function layer(
  name: string,
  priority: number,
  run: Stage,
  more: { innermost?: true } = {},
): PluginDefinition {
  return pluginOf(name, priority, () => ({ run }), more);
}

export function pluginOf(
  name: string,
  priority: number,
  stage: (config: { word?: string | undefined }) => RunningStage,
  more: { innermost?: true } = {},
): PluginDefinition {
  const config = z.object({ word: z.string().optional() });
  return definePlugin({ name, version: '1.0.0', priority, config, stage, ...more }).definition;
}

/** The plugin that answers. */
export const provider = (run: (exchange: Exchange) => void | Promise<void>): PluginDefinition =>
  layer('ai-proxy-ts', 770, async (exchange, _next) => run(exchange), { innermost: true });

export const answers = (body: unknown = { ok: true }): PluginDefinition =>
  provider((exchange) => {
    exchange.answer = WholeAnswer.ofJson(200, body);
  });

export interface TestRelay extends Relay {
  url: string;
  secret: Buffer;
  configs: ConfigStore;
  /** The log's lines, parsed. */
  lines: Record<string, unknown>[];
  /** The headers that Kong would bring: the plan of these plugins (all by default) and the identity. */
  /** @param given entries that are not the plugins' own */
  plan(
    plugins?: readonly string[],
    identity?: Identity,
    minute?: number,
    given?: Record<string, { pluginId: string; configHash: string }>,
  ): Record<string, string>;
  post(
    body: unknown,
    init?: { headers?: Record<string, string>; path?: string; method?: string; signal?: AbortSignal },
  ): Promise<Response>;
}

export async function startTestRelay(
  definitions: readonly PluginDefinition[],
  options: Partial<RelayOptions> = {},
  services: ReadonlyMap<string, NodeService> = new Map(),
): Promise<TestRelay> {
  const secret = newSecret();
  const configs = new ConfigStore();
  const lines: Record<string, unknown>[] = [];
  const log = createLog('debug', {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  const metrics = new Metrics();
  const node = new LocalNodeState(services, new Topics());
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const stages = new Stages(byName, (plugin, pluginId) => ({
    plugin,
    pluginId,
    log,
    metrics,
    node,
    state: (_key, create) => create(),
  }));
  const relay = await startRelay({
    host: '127.0.0.1',
    port: 0,
    plans: new PlanReader(secret, configs, stages),
    log,
    maxBodyBytes: 100_000,
    maxHeaders: 200,
    maxConcurrent: 100,
    heartbeatMs: 0,
    drainMs: 1_000,
    ...options,
  });
  onTestFinished(() => relay.close());
  const names = definitions.map(({ name }) => name);
  const url = `http://127.0.0.1:${relay.port}`;
  const plan: TestRelay['plan'] = (
    plugins = names,
    identity = {},
    minute = minuteOf(Date.now()),
    given = {},
  ) => {
    const entries = plugins.map((plugin): [string, string] => {
      const pluginId = `id-of-${plugin}`;
      const { [plugin]: entry = { pluginId, configHash: configs.put({ plugin, pluginId, config: {} }) } } =
        given;
      return [plugin, signEntry(secret, { plugin, ...entry }, minute)];
    });
    const attestation = { identity, plan: planDigest(entries) };
    return {
      [IDENTITY_HEADER]: signIdentity(secret, attestation, minute),
      ...Object.fromEntries(entries.map(([plugin, token]) => [planHeader(plugin), token])),
    };
  };
  return {
    ...relay,
    url,
    secret,
    configs,
    lines,
    plan,
    post: (body, { headers = plan(), path = PATH, method = 'POST', signal } = {}) =>
      fetch(url + path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      }),
  };
}

/** The status and code of an error answer in OpenAI's shape. */
export async function errorOf(response: Response): Promise<{ status: number; code: string }> {
  const body = (await response.json()) as {
    error: { code: string; message: string; type: string; param: unknown };
  };
  if (!body.error.message || !body.error.type || body.error.param === undefined)
    throw new Error('not OpenAI’s shape');
  return { status: response.status, code: body.error.code };
}

/** A provider's stream that a test drives by hand. */
export class ManualSource implements StreamSource {
  cancelled: Error[] = [];
  paused = false;
  readonly started: Promise<void>;
  private sink: StreamSink | undefined;
  private onStart: () => void = () => {};

  constructor() {
    this.started = new Promise((resolve) => {
      this.onStart = resolve;
    });
  }

  start(sink: StreamSink): void {
    this.sink = sink;
    this.onStart();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  cancel(reason: Error): void {
    this.cancelled.push(reason);
  }

  text(content: string): void {
    this.event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
  }

  event(body: unknown): void {
    this.sink!.event(SseEvent.ofJson(body));
  }

  /** As a model ends: with its reason. */
  finish(): void {
    this.sink!.event(SseEvent.ofJson({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
    this.end();
  }

  end(): void {
    this.sink!.event(SseEvent.of('[DONE]'));
    this.sink!.end();
  }

  fail(error: Error): void {
    this.sink!.fail(error);
  }
}

export const streamOf = (source: StreamSource): Exchange['answer'] => ({
  kind: 'stream',
  status: 200,
  headers: {},
  stream: new EventStream(source),
});
