// Plugins that go wrong, through the whole stack: gateway, plugin server, relay. The registry is replaced, since no
// plugin of the suite goes wrong on purpose.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type Stack, startStack } from '../../spec/support/stack.ts';
import { type FakeUpstream, reply, startUpstream } from '../support/upstream/index.ts';
import { openaiChat } from '../support/upstream/openai.ts';

vi.mock('../../kong/registry.ts', async () => {
  const { definePlugin } = await import('../../kong/relay/plugin.ts');
  const { aiProxy } = await import('../../plugins/ai-proxy/index.ts');
  const make = (name: string, priority: number, stage: Parameters<typeof definePlugin>[0]['stage']) =>
    definePlugin({
      name,
      version: '1.0.0',
      priority,
      config: z.object({ secret: z.string().optional() }),
      stage,
    });
  const fault = (secret: unknown) => new Error(`could not use ${secret}`);
  const PLUGINS = [
    aiProxy,
    make('passes', 799, () => ({ run: (_exchange, next) => next() })),
    make('throws-before', 798, ({ secret }) => ({ run: () => Promise.reject(fault(secret)) })),
    make('throws-after', 797, ({ secret }) => ({
      run: async (_exchange, next) => {
        await next();
        throw fault(secret);
      },
    })),
    make('cannot-start', 796, ({ secret }) => {
      throw fault(secret);
    }),
    make('answers-nothing', 795, () => ({ run: () => Promise.resolve() })),
  ];
  return { PLUGINS, REDACT_TEXT: undefined };
});

const SECRET = 'hunter2';
let upstream: FakeUpstream;
let stack: Stack;
let dir: string;

beforeAll(async () => {
  upstream = await startUpstream();
  dir = await mkdtemp(join(tmpdir(), 'kong-ai-fail-closed-'));
  const file = join(dir, 'kong.yaml');
  await writeFile(file, stringify(declarative(), { aliasDuplicateObjects: false }));
  stack = await startStack(file);
});
beforeEach(() => {
  upstream.clear();
  upstream.handle(reply(200, openaiChat({ text: 'yes' })));
});
afterAll(async () => {
  await stack?.close();
  await upstream?.close();
  if (dir) await rm(dir, { recursive: true, force: true });
});

function declarative() {
  const proxy = {
    name: 'ai-proxy-ts',
    config: { targets: [{ model: { provider: 'openai', options: { base_url: `${upstream.url}/v1` } } }] },
  };
  const plugin = (name: string) => ({ name, config: { secret: SECRET } });
  const route = (name: string, plugins: object[]) => ({ name, paths: [`/${name}`], plugins });
  const broken = ['throws-before', 'throws-after', 'cannot-start', 'answers-nothing'];
  const routes = [
    route('well', [proxy, plugin('passes')]),
    route('alone', [plugin('passes')]),
    ...broken.map((name) => route(name, [proxy, plugin('passes'), plugin(name)])),
  ];
  return { _format_version: '3.0', services: [{ name: 'ai', url: 'http://ai.invalid', routes }] };
}

const ask = (route: string) =>
  fetch(`${stack.url}/${route}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hello?' }] }),
  });

test('plugins that do well let the request through', async () => {
  expect((await ask('well')).status).toBe(200);
  expect(upstream.requests).toHaveLength(1);
});

test('a plugin on a route without ai-proxy-ts is a 500 that names the mistake', async () => {
  const response = await ask('alone');
  expect(response.status).toBe(500);
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.code).toBe('ai_proxy_missing');
  expect(error.message).toContain('ai-proxy-ts');
  expect(upstream.requests).toEqual([]);
});

test.each([
  ['throws-before', 'stage_failed', 0],
  ['throws-after', 'stage_failed', 1],
  ['cannot-start', 'config_invalid', 0],
  ['answers-nothing', 'stage_failed', 0],
])('a plugin that %s is a 500, and says nothing of its config', async (name, code, asked) => {
  const response = await ask(name);
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ error: { code, type: 'server_error' } });
  expect(text).not.toContain(SECRET);
  expect(upstream.requests).toHaveLength(asked);
});
