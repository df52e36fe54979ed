// Where the gateway connects to: never where a client, a provider or a URL in a prompt would have it.
import dns from 'node:dns';
import net from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { anthropicMessage } from '../../support/upstream/anthropic.ts';
import { type FakeUpstream, reply, startUpstream } from '../../support/upstream/index.ts';
import { openaiChat } from '../../support/upstream/openai.ts';
import { PROMPT, startProxy, type TestProxy, target } from './support.ts';

let upstream: FakeUpstream;
/** Nobody may come here. */
let elsewhere: FakeUpstream;
let proxy: TestProxy | undefined;

beforeAll(async () => {
  [upstream, elsewhere] = await Promise.all([startUpstream(), startUpstream()]);
});
beforeEach(() => {
  for (const one of [upstream, elsewhere]) {
    one.clear();
    one.handle(reply(200, openaiChat({ text: 'Hi' })));
  }
});
afterEach(async () => {
  vi.restoreAllMocks();
  await proxy?.close();
  proxy = undefined;
});
afterAll(() => Promise.all([upstream.close(), elsewhere.close()]));

/** Every name but this machine's own is at this address. Returns the names that were looked up. */
function everyNameIs(address: string): string[] {
  const names: string[] = [];
  const found = { address, family: net.isIP(address) };
  const { lookup } = dns;
  vi.spyOn(dns, 'lookup').mockImplementation(((
    name: string,
    options: dns.LookupOptions,
    callback: (error: null, found: unknown, family?: number) => void,
  ) => {
    if (net.isIP(name) !== 0) return (lookup as (...args: unknown[]) => void)(name, options, callback);
    names.push(name);
    if (options.all) callback(null, [found]);
    else callback(null, address, found.family);
  }) as never);
  return names;
}

const named = (baseUrl: string, more: object = {}): object =>
  target(upstream.url, { name: 'named', ...more }, { options: { base_url: baseUrl } });
const tenant = { headers: { 'x-tenant': 'acme' } };

describe('a host that a client fills in a part of', () => {
  const url = (): string => `http://$(headers.x-tenant).models.example:${upstream.port}/v1`;

  test.each(['127.0.0.1', '10.0.0.7', '169.254.169.254', '192.168.0.1', '::1', 'fd00:ec2::254'])(
    'is not called at %s, nor is anybody else',
    async (address) => {
      const names = everyNameIs(address);
      proxy = await startProxy({
        targets: [named(url(), { priority: 1 }), target(upstream.url, { name: 'b' })],
      });
      const response = await proxy.post(undefined, tenant);
      expect([response.status, ((await response.json()) as { error: object }).error]).toMatchObject([
        403,
        { code: 'address_forbidden', type: 'permission_error' },
      ]);
      expect(names).toEqual(['acme.models.example']);
      expect(upstream.requests).toEqual([]);
    },
  );

  test('its refusals are the client’s doing: the breaker stays closed for others', async () => {
    everyNameIs('127.0.0.1');
    proxy = await startProxy({ targets: [named(url())], balancer: { max_fails: 1, fail_timeout: 60_000 } });
    for (let i = 0; i < 3; i += 1) expect((await proxy.post(undefined, tenant)).status).toBe(403);
  });

  test('is called there when the target permits it', async () => {
    everyNameIs('127.0.0.1');
    proxy = await startProxy({ targets: [named(url(), { allow_private_addresses: true })] });
    expect((await proxy.post(undefined, tenant)).status).toBe(200);
    expect(upstream.requests[0]!.headers.host).toBe(`acme.models.example:${upstream.port}`);
  });

  test('that fails is left alone without the others', async () => {
    everyNameIs('127.0.0.1');
    upstream.handle(({ headers }) =>
      headers.host!.toString().startsWith('dead') ? reply(500) : reply(200, openaiChat({ text: 'Hi' })),
    );
    proxy = await startProxy({
      targets: [named(url(), { allow_private_addresses: true })],
      balancer: { max_fails: 1, fail_timeout: 60_000, retries: 0 },
    });
    const ask = async (name: string): Promise<number> =>
      (await proxy!.post(undefined, { headers: { 'x-tenant': name } })).status;
    expect([await ask('dead'), await ask('dead'), await ask('acme')]).toEqual([502, 503, 200]);
  });

  test('as an Azure instance too', async () => {
    const names = everyNameIs('169.254.169.254');
    const model = { provider: 'azure', name: 'gpt', options: { azure_instance: '$(headers.x-tenant)' } };
    proxy = await startProxy({ targets: [{ name: 'a', model, auth: { keys: ['k'] } }] });
    expect((await proxy.post(undefined, tenant)).status).toBe(403);
    expect(names).toEqual(['acme.openai.azure.com']);
  });

  test.each([undefined, 'a.b', 'a:80', 'a/b', '127.0.0.1', 'a@b', '', '-a', 'xn--a'])(
    'cannot be %s',
    async (value) => {
      const names = everyNameIs('127.0.0.1');
      proxy = await startProxy({ targets: [named(url(), { allow_private_addresses: true })] });
      const headers = value === undefined ? {} : { 'x-tenant': value };
      expect((await proxy.post(undefined, { headers })).status).toBe(400);
      expect([names, upstream.requests]).toEqual([[], []]);
    },
  );

  test('that the request does not name leaves the other targets', async () => {
    proxy = await startProxy({
      targets: [named(url(), { priority: 1 }), target(upstream.url, { name: 'b' })],
    });
    const response = await proxy.post();
    expect([response.status, response.headers.get('x-ai-target')]).toEqual([200, 'b']);
  });
});

test.each([
  'http://$(headers.x-tenant)/v1',
  'http://$(headers.x-tenant).example/v1',
  'http://a-$(headers.x-tenant).example/v1',
  'http://$(headers.x-tenant).0.0.1/v1',
  'http://models.$(headers.x-tenant)/v1',
  'http://a.models.example:$(headers.x-tenant)/v1',
  'http://k@$(headers.x-tenant).models.example/v1',
])('the config cannot leave %s to a client', async (baseUrl) => {
  const started = startProxy({ targets: [named(baseUrl)] });
  await expect(started).rejects.toThrow(/base_url.*(client cannot choose|http or https URL)/);
});

test('a path may come from the request, at a fixed address that is the operator’s own', async () => {
  const from = { path: '/v1/chat/completions?v=2', headers: { 'x-tenant': 'acme/eu' } };
  proxy = await startProxy({ targets: [named(`${upstream.url}/$(headers.x-tenant)/v1`)] });
  await proxy.post(undefined, from);
  await proxy.close();
  const whole = { upstream_url: `${upstream.url}/$(headers.x-tenant)/ask?v=$(query_params.v)` };
  proxy = await startProxy({ targets: [target(upstream.url, {}, { options: whole })] });
  await proxy.post(undefined, from);
  const climbing = await proxy.post(undefined, { ...from, headers: { 'x-tenant': '../admin' } });
  expect(climbing.status).toBe(400);
  expect(upstream.requests.map(({ path }) => path)).toEqual([
    '/acme/eu/v1/chat/completions',
    '/acme/eu/ask?v=2',
  ]);
});

test('allow_override takes a client’s key, and no address', async () => {
  proxy = await startProxy({
    targets: [
      target(upstream.url, {
        auth: { header_name: 'authorization', header_value: 'Bearer ours', allow_override: true },
      }),
    ],
  });
  const headers = {
    authorization: 'Bearer theirs',
    'x-forwarded-host': `127.0.0.1:${elsewhere.port}`,
    forwarded: `host=127.0.0.1:${elsewhere.port}`,
    'x-base-url': elsewhere.url,
  };
  const body = {
    model: 'm',
    messages: PROMPT,
    base_url: elsewhere.url,
    api_base: elsewhere.url,
    upstream_url: elsewhere.url,
  };
  expect((await proxy.post(body, { headers })).status).toBe(200);
  expect(upstream.requests[0]!.headers).toMatchObject({
    authorization: 'Bearer theirs',
    host: `127.0.0.1:${upstream.port}`,
  });
  expect(elsewhere.requests).toEqual([]);
});

describe('a redirect is not followed', () => {
  test.each([301, 302, 303, 307, 308])('%i', async (status) => {
    upstream.handle(reply(status, '', { location: `${elsewhere.url}/v1/chat/completions` }));
    proxy = await startProxy({ targets: [target(upstream.url)], balancer: { retries: 0 } });
    for (const stream of [false, true]) {
      const response = await proxy.post({ model: 'm', messages: PROMPT, stream });
      expect(response.status).toBe(502);
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ error: { code: 'provider_bad_answer' } });
      expect([text.includes(elsewhere.url), response.headers.get('location')]).toEqual([false, null]);
    }
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('an image’s URL in a prompt is not fetched here', () => {
  const providers = ['openai', 'anthropic', 'gemini', 'bedrock', 'cohere', 'ollama', 'mistral', 'vllm'];
  test.each(
    providers.flatMap(
      (provider) =>
        [
          [provider, false],
          [provider, true],
        ] as const,
    ),
  )('%s, drop_unsupported %s', async (provider, drop_unsupported) => {
    upstream.handle(({ path }) =>
      path.endsWith('/messages')
        ? reply(200, anthropicMessage({ text: 'Hi' }))
        : reply(200, openaiChat({ text: 'Hi' })),
    );
    const model = { provider, name: 'm', options: { base_url: `${upstream.url}/v1` } };
    proxy = await startProxy({
      drop_unsupported,
      targets: [{ name: 'a', model, auth: { keys: ['k'] } }],
      balancer: { retries: 0 },
    });
    const image = `${elsewhere.url}/cat.png`;
    const file = `${elsewhere.url}/doc.pdf`;
    const chat = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What?' },
          { type: 'image_url', image_url: { url: image } },
        ],
      },
    ];
    await proxy.post({ model: 'm', messages: chat });
    const blocks = [
      { type: 'image', source: { type: 'url', url: image } },
      { type: 'document', source: { type: 'url', url: file } },
      { type: 'text', text: 'What?' },
    ];
    await proxy.post(
      { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: blocks }] },
      { path: '/v1/messages' },
    );
    const input = [
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: image },
          { type: 'input_text', text: 'What?' },
        ],
      },
    ];
    await proxy.post({ model: 'm', input }, { path: '/v1/responses' });
    const parts = [{ text: 'What?' }, { fileData: { mimeType: 'image/png', fileUri: image } }];
    await proxy.post({ contents: [{ role: 'user', parts }] }, { path: '/v1beta/models/m:generateContent' });
    expect(elsewhere.requests).toEqual([]);
    expect(await elsewhere.connections()).toBe(0);
    // Who takes URLs gets them as they are.
    if (provider === 'openai') expect(JSON.stringify(upstream.requests[0]!.json)).toContain(image);
  });
});
