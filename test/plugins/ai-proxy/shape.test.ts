// A request that cannot be translated: the client's mistake is a 400 that names it, a mistake of ours is a 500.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { anthropicOutbound } from '../../../kong/llm/formats/anthropic/outbound.ts';
import { anthropicMessage } from '../../support/upstream/anthropic.ts';
import { type FakeUpstream, reply, startUpstream } from '../../support/upstream/index.ts';
import { PROMPT, startProxy, type TestProxy, target } from './support.ts';

let upstream: FakeUpstream;
let proxy: TestProxy;

beforeAll(async () => {
  upstream = await startUpstream();
  proxy = await startProxy({
    targets: [target(upstream.url, {}, { provider: 'anthropic', name: 'claude' })],
  });
});
beforeEach(() => {
  upstream.clear();
  upstream.handle(reply(200, anthropicMessage({ text: 'Hi' })));
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await proxy?.close();
  await upstream?.close();
});

const tool = (parameters: unknown) => ({ type: 'function', function: { name: 'f', parameters } });

test.each([
  ['stop[0]', { stop: [1] }],
  ['tools[0].function.parameters', { tools: [tool('x')] }],
  ['tool_choice.function.name', { tools: [tool({})], tool_choice: { type: 'function', function: {} } }],
  ['response_format.json_schema', { response_format: { type: 'json_schema' } }],
  ['messages[0].reasoning_blocks', { messages: [{ role: 'assistant', reasoning_blocks: 1 }, ...PROMPT] }],
])('a wrong %s is the client’s mistake', async (param, wrong) => {
  const response = await proxy.post({ model: 'm', messages: PROMPT, ...wrong });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'invalid_request', param } });
  expect(upstream.requests).toEqual([]);
});

test('a client of another format is not told a name that it never said', async () => {
  const body = { contents: [{ parts: [{ text: 'Hi' }] }], generationConfig: { stopSequences: [1] } };
  const response = await proxy.post(body, { path: '/v1beta/models/m:generateContent' });
  const text = await response.text();
  expect([response.status, text.includes('INVALID_REQUEST'), text.includes('stop[0]')]).toEqual([
    400,
    true,
    false,
  ]);
});

test('what the provider has no word for: refused by its name, or left out and told', async () => {
  const left = await proxy.post({ model: 'm', messages: PROMPT, seed: 1 });
  expect([left.status, left.headers.get('x-ai-dropped')]).toEqual([200, 'seed']);
  const body = { model: 'm', messages: PROMPT, n: 2, logit_bias: { 1: 2 }, seed: 1 };
  const refused = await proxy.post(body);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { code: 'unsupported_by_provider', param: 'n' } });
  const dropping = await startProxy({
    targets: [target(upstream.url, {}, { provider: 'anthropic', name: 'claude' })],
    drop_unsupported: true,
  });
  const served = await dropping.post(body);
  await dropping.close();
  expect([served.status, served.headers.get('x-ai-dropped')]).toEqual([200, 'n,logit_bias,seed']);
  expect(upstream.requests.at(-1)!.json).not.toHaveProperty('n');
  const plain = await proxy.post();
  expect(plain.headers.get('x-ai-dropped')).toBeNull();
});

test('a translator that fails on a request that is as it should be is our mistake', async () => {
  vi.spyOn(anthropicOutbound, 'fromCommon').mockImplementation(() => {
    throw new TypeError("Cannot read properties of undefined (reading 'map')");
  });
  const response = await proxy.post();
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ error: { code: 'stage_failed' } });
});
