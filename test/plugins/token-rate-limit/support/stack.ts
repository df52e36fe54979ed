// Gateway, plugin server, relay and a fake provider, for routes that differ in their limits.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startStack } from '../../../../spec/support/stack.ts';
import { type FakeUpstream, reply, startUpstream } from '../../../support/upstream/index.ts';
import { openaiChat } from '../../../support/upstream/openai.ts';

export interface LimitedStack {
  url: string;
  upstream: FakeUpstream;
  ask(route: string, body?: object, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export type RouteConfigs = Record<string, object>;

export const CHAT = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello?' }], max_tokens: 10 };

/** An answer that has used so much. */
export const answer = (prompt = 10, completion = 10) =>
  reply(
    200,
    openaiChat({
      text: 'yes',
      usage: {
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion,
      } as never,
    }),
  );

/** A decK file: each route has the limits of its name and the fake provider behind it. */
export function declaration(upstreamUrl: string, routes: RouteConfigs): string {
  const proxy = {
    name: 'ai-proxy-ts',
    config: { targets: [{ model: { provider: 'openai', options: { base_url: `${upstreamUrl}/v1` } } }] },
  };
  const entries = Object.entries(routes).map(([name, config]) => ({
    name,
    paths: [`/${name}`],
    plugins: [proxy, { name: 'token-rate-limit', config }],
  }));
  return stringify(
    { _format_version: '3.0', services: [{ name: 'ai', url: 'http://ai.invalid', routes: entries }] },
    { aliasDuplicateObjects: false },
  );
}

export async function limitedStack(routes: RouteConfigs): Promise<LimitedStack> {
  const upstream = await startUpstream();
  upstream.handle(answer());
  const dir = await mkdtemp(join(tmpdir(), 'kong-ai-limits-'));
  const file = join(dir, 'kong.yaml');
  await writeFile(file, declaration(upstream.url, routes));
  const stack = await startStack(file);
  return {
    url: stack.url,
    upstream,
    ask: (route, body = CHAT, headers = {}) => ask(stack.url, route, body, headers),
    async close() {
      await stack.close();
      await upstream.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function ask(
  url: string,
  route: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/${route}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** Statuses of so many requests at once, counted. */
export async function rush(send: () => Promise<Response>, count: number): Promise<Record<number, number>> {
  const statuses = await Promise.all(
    Array.from({ length: count }, async () => {
      const response = await send();
      await response.arrayBuffer();
      return response.status;
    }),
  );
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export const policy = (limit: object, more: object = {}) => ({
  policies: [{ name: 'budget', partition_by: ['none'], limits: [limit], ...more }],
});
