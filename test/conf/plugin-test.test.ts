// kong-pdk's own test helper drives the plugins as kong-pdk's server would: they keep its contract of a plugin module.
import { createRequire, Module } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { verifyEntry } from '../../kong/plan/entry.ts';
import { PLUGINS } from '../../kong/registry.ts';
import { definePlugin } from '../../kong/relay/plugin.ts';

interface PluginTest {
  ch: { get(): Promise<{ Method?: string }>; put(answer: unknown[]): void };
  serviceRequest: { headers: Headers; url: URL };
  response: { status: number; body: string };
  Run(plugin: unknown, config: object): Promise<unknown>;
}
interface Helper {
  PluginTest: new (request: unknown) => PluginTest;
  Request: new () => { headers: Headers; useURL(url: string): { useMethod(method: string): unknown } };
}

const require = createRequire(import.meta.url);
// kong-pdk registers ts-node, to load plugins from files, and ts-node does not know TypeScript 7. Nothing is loaded
// from files here.
const tsNode = require.resolve('ts-node', { paths: [require.resolve('kong-pdk/plugin_test')] });
require.cache[tsNode] = Object.assign(new Module(tsNode), { loaded: true, exports: { register: () => {} } });
const helper = require('kong-pdk/plugin_test') as Helper;

beforeAll(() => {
  // Its mock of add_header calls `headers.add`, which no Headers has: `append` is what is meant.
  const { Headers } = require('node-fetch') as {
    Headers: { prototype: Headers & { add?: Headers['append'] } };
  };
  Headers.prototype.add = Headers.prototype.append;
});

const CONFIGS: Record<string, object> = {
  'ai-proxy-ts': { targets: [{ model: { provider: 'openai', name: 'gpt-4o' } }] },
};

/** The one PDK method of ours that its mock does not have. */
function answerGetConsumer({ ch }: PluginTest): void {
  const get = ch.get.bind(ch);
  ch.get = async () => {
    const call = await get();
    if (call.Method !== 'kong.client.get_consumer') return call;
    ch.put([{ id: 'consumer-1', username: 'jon' }, undefined]);
    return ch.get();
  };
}

async function run(plugin: unknown, config: object): Promise<PluginTest> {
  const request = new helper.Request().useURL('http://example.com/v1/chat/completions').useMethod('POST');
  const test = new helper.PluginTest(request);
  answerGetConsumer(test);
  await test.Run(plugin, config);
  return test;
}

describe('under kong-pdk’s plugin_test', () => {
  it('ai-proxy-ts declares itself and the caller, and sends the request to the relay by http', async () => {
    const plugin = PLUGINS.find(({ Name }) => Name === 'ai-proxy-ts');
    const { serviceRequest } = await run(plugin, CONFIGS['ai-proxy-ts']!);
    expect(serviceRequest.headers.get('x-ai-plan-ai-proxy-ts')).toMatch(/^v1\./);
    const [, payload] = serviceRequest.headers.get('x-ai-identity')!.split('.');
    expect(JSON.parse(Buffer.from(payload!, 'base64url').toString())).toMatchObject({
      identity: {
        consumer: { id: 'consumer-1', username: 'jon' },
        route: { name: 'route_66' },
        service: { name: 'self_service' },
      },
    });
    expect(serviceRequest.url.protocol).toBe('http:');
  });

  it('any other plugin declares itself alone', async () => {
    const plugin = definePlugin({
      name: 'guard',
      version: '1.0.0',
      priority: 797,
      config: z.object({ word: z.string() }),
      stage: () => ({ run: (_exchange, next) => next() }),
    });
    const { serviceRequest } = await run(plugin, { word: 'x', __plugin_id: 'p1' });
    const token = serviceRequest.headers.get('x-ai-plan-guard')!;
    expect(token).toMatch(/^v1\.p1\./);
    expect(serviceRequest.headers.get('x-ai-identity')).toBeNull();
    expect(verifyEntry(Buffer.alloc(32), 'guard', token, Date.now())).toEqual({
      ok: false,
      reason: 'forged',
    });
  });

  it.each(PLUGINS.map((plugin) => [plugin.Name, plugin] as const))(
    '%s is a plugin module, without a response handler',
    (_name, plugin) => {
      expect(plugin).toMatchObject({
        Name: expect.any(String),
        Version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        Priority: expect.any(Number),
      });
      expect(Array.isArray(plugin.Schema) && plugin.Schema.length > 0).toBe(true);
      // With one, Kong buffers the whole route, and nothing streams any more.
      expect(Object.getOwnPropertyNames(plugin.Plugin.prototype).sort()).toEqual(['access', 'constructor']);
    },
  );

  it('a wrong config is refused by the constructor, with the path of the field', () => {
    const plugin = PLUGINS.find(({ Name }) => Name === 'ai-proxy-ts')!;
    expect(() => new plugin.Plugin({ targets: [{ model: { provider: 'nobody' } }] })).toThrow(
      /targets\[?\.?0?\]?.*model\.provider/,
    );
  });
});
