// ai-proxy-ts in a relay of its own, without Kong: configs are parsed as the plugin server does, plans are signed here.
import { ConfigStore } from '../../../kong/plan/config-store.ts';
import { planDigest, planHeader, signEntry } from '../../../kong/plan/entry.ts';
import { IDENTITY_HEADER, type Identity, signIdentity } from '../../../kong/plan/identity.ts';
import { minuteOf, newSecret } from '../../../kong/plan/signature.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { createLog } from '../../../kong/relay/log.ts';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { LocalNodeState, type NodeState, Topics } from '../../../kong/relay/node-state.ts';
import { PlanReader } from '../../../kong/relay/plan.ts';
import type { PluginDefinition } from '../../../kong/relay/plugin.ts';
import { startRelay } from '../../../kong/relay/server.ts';
import { Stages } from '../../../kong/relay/stages.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { aiProxy } from '../../../plugins/ai-proxy/index.ts';

export interface TestProxy {
  url: string;
  metrics: Metrics;
  /** Exchanges that have finished, in order. */
  exchanges: Exchange[];
  /** A POST of a chat request by default. */
  post(body?: unknown, options?: PostOptions): Promise<Response>;
  headers(identity?: Identity, plugin?: object): Record<string, string>;
  /** From the next request on. Same plugin entity, other config. */
  configure(config: object): void;
  close(): Promise<void>;
}

export interface PostOptions {
  path?: string;
  headers?: Record<string, string>;
  identity?: Identity;
  signal?: AbortSignal;
}

export const PROMPT = [{ role: 'user', content: 'Hello?' }];

/** What the relay processes of one machine share. */
export function machine(): NodeState {
  const topics = new Topics();
  const part = aiProxy.definition.node!({
    log: createLog('silent'),
    metrics: new Metrics(),
    broadcast: (topic, payload) => topics.publish(topic, structuredClone(payload)),
  });
  return new LocalNodeState(new Map([[aiProxy.Name, part.service!]]), topics);
}

export async function startProxy(config: object, node = machine()): Promise<TestProxy> {
  const secret = newSecret();
  const configs = new ConfigStore();
  const metrics = new Metrics();
  const log = createLog('silent');
  const exchanges: Exchange[] = [];
  const state = new Map<string, unknown>();
  const watched = watching(aiProxy.definition, exchanges);
  const stages = new Stages(new Map([[watched.name, watched]]), (plugin, pluginId) => ({
    plugin,
    pluginId,
    log,
    metrics,
    node,
    state<T>(key: string, create: () => T): T {
      if (!state.has(key)) state.set(key, create());
      return state.get(key) as T;
    },
  }));
  const relay = await startRelay({
    host: '127.0.0.1',
    port: 0,
    maxConcurrent: 1_000,
    drainMs: 0,
    plans: new PlanReader(secret, configs, stages),
    log,
    maxBodyBytes: 32 * 1024 * 1024,
    maxHeaders: 200,
    heartbeatMs: 0,
  });
  const url = `http://127.0.0.1:${relay.port}`;
  let configHash = put(config);

  function put(raw: object): string {
    const parsed = parseConfig(watched.config, raw as Record<string, unknown>);
    return configs.put({ plugin: watched.name, pluginId: 'plugin-1', config: parsed });
  }

  function headers(identity: Identity = {}): Record<string, string> {
    const minute = minuteOf(Date.now());
    const entry = { plugin: watched.name, pluginId: 'plugin-1', configHash };
    const token = signEntry(secret, entry, minute);
    const plan = planDigest([[watched.name, token]]);
    return {
      [planHeader(watched.name)]: token,
      [IDENTITY_HEADER]: signIdentity(secret, { identity, plan }, minute),
    };
  }

  return {
    url,
    metrics,
    exchanges,
    headers,
    configure: (next) => {
      configHash = put(next);
    },
    post(body = { model: 'm', messages: PROMPT }, options = {}) {
      return fetch(url + (options.path ?? '/v1/chat/completions'), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers(options.identity), ...options.headers },
        body: typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body),
        ...(options.signal ? { signal: options.signal } : {}),
      });
    },
    close: () => relay.close(),
  };
}

/** The same plugin, with its exchanges kept when they are over. */
function watching(definition: PluginDefinition, exchanges: Exchange[]): PluginDefinition {
  return {
    ...definition,
    stage(config, host) {
      const stage = definition.stage(config, host);
      return {
        ...stage,
        run(exchange, next) {
          exchange.onFinish(() => exchanges.push(exchange));
          return stage.run(exchange, next);
        },
      };
    },
  };
}

/** A target at a fake upstream. */
export function target(url: string, more: object = {}, model: object = {}): object {
  return {
    name: new URL(url).port,
    model: {
      provider: 'openai',
      name: 'gpt-4.1-mini',
      ...model,
      options: { base_url: `${url}/v1`, ...(model as { options?: object }).options },
    },
    auth: { header_name: 'authorization', header_value: 'Bearer sk-secret-1' },
    ...more,
  };
}

/** The JSON of every data line. */
export function dataOf(text: string): Record<string, never>[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)));
}

/** All of an answer, and whether it ended as HTTP says it should. */
export async function readAll(response: Response): Promise<{ text: string; broken: boolean }> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body!) text += decoder.decode(chunk as Uint8Array, { stream: true });
    return { text, broken: false };
  } catch {
    return { text, broken: true };
  }
}
