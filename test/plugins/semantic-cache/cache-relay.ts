// A relay with semantic-cache and a provider that a test scripts.

import type { Identity } from '../../../kong/plan/identity.ts';
import { WholeAnswer } from '../../../kong/relay/answer.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import type { PluginDefinition } from '../../../kong/relay/plugin.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { semanticCache } from '../../../plugins/semantic-cache/index.ts';
import { provider, startTestRelay, type TestRelay } from '../../relay/relay.ts';

export const ROUTE: Identity = {
  route: { id: 'route-1', name: 'chat' },
  consumer: { id: 'consumer-1', username: 'ann' },
};

export interface CacheRelay extends TestRelay {
  /** Questions in the order in which the provider was asked them. */
  asked: string[];
  ask(question: string | object, more?: AskOptions): Promise<Response>;
}

export interface AskOptions {
  identity?: Identity;
  headers?: Record<string, string>;
  body?: Record<string, unknown>;
  path?: string;
  signal?: AbortSignal;
}

export const questionOf = (exchange: Exchange): string =>
  exchange.format.request
    .texts(exchange.request.body)
    .filter(({ role }) => role === 'user')
    .at(-1)?.text ?? '';

/** An answer that says what it answers, so that a wrong one shows. */
export function chatAnswer(text: string, more: Record<string, unknown> = {}) {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm-1',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 },
    ...more,
  };
}

export async function startCacheRelay(
  config: Record<string, unknown> = {},
  run: (exchange: Exchange, asked: number) => void | Promise<void> = (exchange) => {
    exchange.answer = WholeAnswer.ofJson(200, chatAnswer(`answer to ${questionOf(exchange)}`));
  },
  outer: readonly PluginDefinition[] = [],
): Promise<CacheRelay> {
  const asked: string[] = [];
  const inner = provider(async (exchange) => {
    asked.push(questionOf(exchange));
    Object.assign(exchange.model, { used: 'm-1', provider: 'p' });
    exchange.responseHeaders['x-kong-llm-model'] = 'p/m-1';
    await run(exchange, asked.length);
  });
  const relay = await startTestRelay([...outer, semanticCache.definition, inner], {
    maxConcurrent: 1000,
    maxBodyBytes: 1_000_000,
  });
  const pluginId = 'cache-1';
  const configHash = relay.configs.put({
    plugin: 'semantic-cache',
    pluginId,
    config: parseConfig(semanticCache.definition.config, config),
  });
  const ask: CacheRelay['ask'] = (question, { identity = ROUTE, headers, body, path, signal } = {}) => {
    const messages = typeof question === 'string' ? [{ role: 'user', content: question }] : question;
    const plan = relay.plan(undefined, identity, undefined, { 'semantic-cache': { pluginId, configHash } });
    return relay.post(
      { model: 'm', messages, ...body },
      { headers: { ...plan, ...headers }, ...(path !== undefined && { path }), ...(signal && { signal }) },
    );
  };
  return { ...relay, asked, ask };
}

export const status = (response: Response): string | null => response.headers.get('x-cache-status');

export async function textOf(response: Response): Promise<string> {
  const body = (await response.json()) as ReturnType<typeof chatAnswer>;
  return body.choices[0]!.message.content;
}

/** The text of a stream, and its parsed events. */
export async function eventsOf(
  response: Response,
): Promise<{ text: string; events: Record<string, unknown>[]; done: boolean }> {
  const raw = await response.text();
  const data = raw.split('\n\n').flatMap((part) => (part.startsWith('data: ') ? [part.slice(6)] : []));
  const events = data
    .filter((item) => item !== '[DONE]')
    .map((item) => JSON.parse(item) as Record<string, unknown>);
  const text = events
    .map(({ choices }) => (choices as { delta: { content?: string } }[])?.[0]?.delta.content ?? '')
    .join('');
  return { text, events, done: data.at(-1) === '[DONE]' };
}

/** Keeping goes on after the client has its answer. */
export async function until(check: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  for (let i = 0; i < 400; i += 1) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${what} did not come true`);
}
