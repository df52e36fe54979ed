// Keys and credentials: where they go, how they take turns and rest, whose they are, and that nobody else sees them.
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import { isKey, KeyRests, Keyring } from '../../../plugins/ai-proxy/keys.ts';
import {
  type FakeUpstream,
  type RecordedRequest,
  reply,
  startUpstream,
} from '../../support/upstream/index.ts';
import { openaiChat, openaiError } from '../../support/upstream/openai.ts';
import { PROMPT, startProxy, type TestProxy } from './support.ts';

let upstream: FakeUpstream;
let other: FakeUpstream;
let proxy: TestProxy;

beforeAll(async () => {
  [upstream, other] = await Promise.all([startUpstream(), startUpstream()]);
});
beforeEach(() => {
  for (const one of [upstream, other]) {
    one.clear();
    one.handle(reply(200, openaiChat({ text: 'Hi' })));
  }
});
afterEach(() => proxy?.close());
afterAll(() => Promise.all([upstream.close(), other.close()]));

const withAuth = (auth: object, more: object = {}, model: object = {}) => ({
  name: 'a',
  model: { provider: 'openai', name: 'gpt-4.1-mini', options: { base_url: `${upstream.url}/v1` }, ...model },
  auth,
  ...more,
});
const keyOf = ({ headers }: RecordedRequest): unknown => headers.authorization;
const usedKeys = (): unknown[] => upstream.requests.map(keyOf);

async function ask(times = 1): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < times; i += 1) statuses.push((await proxy.post()).status);
  return statuses;
}

describe('where the key goes', () => {
  test('into a header, the query or the body', async () => {
    proxy = await startProxy({ targets: [withAuth({ header_name: 'X-Api-Key', header_value: 'k1' })] });
    await ask();
    proxy.configure({
      targets: [withAuth({ param_name: 'key', param_value: 'k&2', param_location: 'query' })],
    });
    await ask();
    proxy.configure({
      targets: [withAuth({ param_name: 'key', param_value: 'k3', param_location: 'body' })],
    });
    await ask();
    const [first, second, third] = upstream.requests;
    expect(first!.headers['x-api-key']).toBe('k1');
    expect(second!.path).toBe('/v1/chat/completions?key=k%262');
    expect(third!.json).toMatchObject({ key: 'k3', messages: PROMPT });
  });

  test.each([
    ['openai', 'authorization', 'Bearer k1'],
    ['anthropic', 'x-api-key', 'k1'],
    ['gemini', 'x-goog-api-key', 'k1'],
    ['azure', 'api-key', 'k1'],
  ])('keys of %s go where the provider wants them', async (provider, header, value) => {
    upstream.handle(reply(400, openaiError('enough')));
    proxy = await startProxy({ targets: [withAuth({ keys: ['k1'] }, {}, { provider, name: 'm' })] });
    await ask();
    expect(upstream.requests[0]!.headers[header]).toBe(value);
  });

  test('a reference to a file is read anew when it changes, and one to the environment too', async () => {
    const file = join(tmpdir(), `kong-ai-key-${process.pid}`);
    await writeFile(file, 'from-file-1\n');
    onTestFinished(() => rm(file));
    vi.stubEnv('KONG_AI_TEST_KEY', 'from-env');
    onTestFinished(() => void vi.unstubAllEnvs());
    proxy = await startProxy({ targets: [withAuth({ keys: [`file://${file}`, 'env://KONG_AI_TEST_KEY'] })] });
    await ask(2);
    expect(usedKeys()).toEqual(['Bearer from-file-1', 'Bearer from-env']);
    await writeFile(file, 'from-file-2\n');
    await expect
      .poll(
        async () => {
          await ask();
          return keyOf(upstream.requests.at(-1)!);
        },
        { timeout: 5_000 },
      )
      .toBe('Bearer from-file-2');
  });
});

describe('several keys', () => {
  test('take turns', async () => {
    proxy = await startProxy({ targets: [withAuth({ keys: ['k1', 'k2'] })] });
    await ask(4);
    expect(usedKeys()).toEqual(['Bearer k1', 'Bearer k2', 'Bearer k1', 'Bearer k2']);
  });

  test.each([401, 402, 403])(
    'one that is refused with a %i is retired, and the next is used at once',
    async (status) => {
      upstream.handle((request) =>
        keyOf(request) === 'Bearer k1'
          ? reply(status, openaiError('no'))
          : reply(200, openaiChat({ text: 'Hi' })),
      );
      proxy = await startProxy({ targets: [withAuth({ keys: ['k1', 'k2'] })] });
      expect(await ask(3)).toEqual([200, 200, 200]);
      expect(usedKeys()).toEqual(['Bearer k1', 'Bearer k2', 'Bearer k2', 'Bearer k2']);
      expect(proxy.exchanges[0]!.attempts.map(({ code }) => code)).toEqual(['provider_auth', undefined]);
    },
  );

  test('one that is limited rests as long as the provider says, and so does one without credit', async () => {
    upstream.handle((request) => {
      if (keyOf(request) === 'Bearer k1')
        return reply(429, openaiError('slow'), { 'content-type': 'application/json', 'retry-after': '60' });
      if (keyOf(request) === 'Bearer k2')
        return reply(429, openaiError('pay', 'insufficient_quota', 'insufficient_quota'));
      return reply(200, openaiChat({ text: 'Hi' }));
    });
    proxy = await startProxy({ targets: [withAuth({ keys: ['k1', 'k2', 'k3'] })] });
    expect(await ask(3)).toEqual([200, 200, 200]);
    expect(usedKeys()).toEqual(['Bearer k1', 'Bearer k2', 'Bearer k3', 'Bearer k3', 'Bearer k3']);
  });

  test('when all are limited nobody is asked: 429 with what is left of the wait', async () => {
    upstream.handle(
      reply(429, openaiError('slow'), { 'content-type': 'application/json', 'retry-after': '60' }),
    );
    proxy = await startProxy({ targets: [withAuth({ keys: ['k1', 'k2'] })] });
    expect(await ask(1)).toEqual([429]);
    const response = await proxy.post();
    expect([response.status, upstream.requests.length]).toEqual([429, 2]);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(await response.json()).toMatchObject({ error: { code: 'provider_rate_limited' } });
  });

  test('a short limit is waited for', async () => {
    upstream.enqueue(
      reply(429, openaiError('slow'), { 'content-type': 'application/json', 'retry-after-ms': '300' }),
    );
    proxy = await startProxy({ targets: [withAuth({ keys: ['k1'] })] });
    expect(await ask(1)).toEqual([200]);
    expect(upstream.requests[1]!.at - upstream.requests[0]!.at).toBeGreaterThanOrEqual(290);
  });

  test('a single key that was refused is tried again, there is nothing else to try', async () => {
    upstream.enqueue(reply(401, openaiError('no')));
    proxy = await startProxy({ targets: [withAuth({ keys: ['k1'] })] });
    expect(await ask(2)).toEqual([502, 200]);
  });

  test('another target is asked when the keys of one are gone', async () => {
    upstream.handle(reply(401, openaiError('no')));
    const second = {
      ...withAuth({ keys: ['k9'] }),
      name: 'b',
      model: { provider: 'openai', name: 'm', options: { base_url: `${other.url}/v1` } },
    };
    proxy = await startProxy({ targets: [withAuth({ keys: ['k1', 'k2'] }, { priority: 1 }), second] });
    expect(await ask(2)).toEqual([200, 200]);
    expect([upstream.requests.length, other.requests.length]).toEqual([2, 2]);
  });
});

describe('the rests of keys', () => {
  test('a refused key is probed later, each time after twice as long', () => {
    const rests = new KeyRests();
    expect(rests.rest('a', 'refused', 0)).toBe(60_000);
    // Answers to requests that were under way together are one refusal.
    expect(rests.rest('a', 'refused', 10)).toBe(60_010);
    expect(rests.of('a', 70_000)).toBeUndefined();
    expect(rests.rest('a', 'refused', 70_000)).toBe(190_000);
    // It had been asked before it was refused: that says nothing of it now.
    rests.works('a', 69_000);
    expect(rests.of('a', 71_000)).toBeDefined();
    rests.works('a', 190_000);
    expect(rests.rest('a', 'refused', 200_000)).toBe(260_000);
  });

  test('a ring gives the next free key, or the one that rests the shortest', () => {
    const ring = new Keyring([() => 'x', () => 'y']);
    const rests = new KeyRests();
    const taken = ring.take(rests, new Set(), 0);
    expect(isKey(taken) && taken.value).toBe('x');
    for (const [i, key] of ['y', 'x'].entries()) {
      const next = ring.take(rests, new Set(), 0);
      expect(isKey(next) && next.value).toBe(key);
      if (isKey(next)) rests.rest(next.digest, 'limited', 0, 5_000 * (i + 1));
    }
    expect(ring.take(rests, new Set(), 1_000)).toMatchObject({
      until: 5_000,
      reason: 'limited',
      key: { value: 'y' },
    });
  });
});

describe('allow_override', () => {
  const auth = { header_name: 'authorization', header_value: 'Bearer ours' };
  const theirs = { headers: { authorization: 'Bearer theirs' } };

  test('off: the client’s own key goes nowhere', async () => {
    proxy = await startProxy({ targets: [withAuth(auth)] });
    await proxy.post(undefined, theirs);
    expect(usedKeys()).toEqual(['Bearer ours']);
  });

  test('on: the client’s own key is used when it brings one, and says nothing of ours', async () => {
    proxy = await startProxy({ targets: [withAuth({ ...auth, allow_override: true })] });
    upstream.enqueue(reply(401, openaiError('no')));
    expect((await proxy.post(undefined, theirs)).status).toBe(502);
    await proxy.post(undefined, theirs);
    await proxy.post();
    expect(usedKeys()).toEqual(['Bearer theirs', 'Bearer theirs', 'Bearer ours']);
  });

  test('on: in the query or the body too', async () => {
    const param = { param_name: 'key', param_value: 'ours', allow_override: true };
    proxy = await startProxy({ targets: [withAuth({ ...param, param_location: 'query' })] });
    await proxy.post(undefined, { path: '/v1/chat/completions?key=theirs' });
    await proxy.post();
    proxy.configure({ targets: [withAuth({ ...param, param_location: 'body' })] });
    await proxy.post({ model: 'm', messages: PROMPT, key: 'theirs' });
    await proxy.post();
    expect(upstream.requests.slice(0, 2).map(({ path }) => path.split('?')[1])).toEqual([
      'key=theirs',
      'key=ours',
    ]);
    expect(upstream.requests.slice(2).map(({ json }) => (json as { key: string }).key)).toEqual([
      'theirs',
      'ours',
    ]);
  });
});

describe('templates', () => {
  const templated = (name: string, options: object = {}) => ({
    targets: [
      withAuth({ keys: ['k'] }, {}, { name, options: { base_url: `${upstream.url}/v1`, ...options } }),
    ],
  });

  test('several in one name, from headers, query and captures', async () => {
    proxy = await startProxy(templated('$(headers.x-vendor)/$(query_params.size)-$(uri_captures.tier)'));
    const response = await proxy.post(undefined, {
      path: '/v1/chat/completions?size=mini',
      headers: { 'x-vendor': 'acme' },
      identity: { uriCaptures: { tier: 'gold' } },
    });
    expect(response.status).toBe(200);
    expect(upstream.requests[0]!.json).toMatchObject({ model: 'acme/mini-gold' });
  });

  test('a missing value, and one that is no name, are refused', async () => {
    proxy = await startProxy(templated('gpt-$(headers.x-size)'));
    for (const value of [undefined, '../../admin', 'a b', 'x\u00e9', '?x=1', 'a..b', '@host', '#']) {
      const response = await proxy.post(undefined, {
        headers: value === undefined ? {} : { 'x-size': value },
      });
      expect([value, response.status]).toEqual([value, 400]);
    }
    expect(upstream.requests).toEqual([]);
  });

  test('in the deployment and version of Azure, encoded into the path', async () => {
    const options = { azure_deployment_id: 'dep-$(headers.x-dep)', azure_api_version: '$(query_params.v)' };
    proxy = await startProxy({
      targets: [
        withAuth(
          { keys: ['k'] },
          {},
          { provider: 'azure', name: 'm', options: { base_url: `${upstream.url}/openai`, ...options } },
        ),
      ],
    });
    await proxy.post(undefined, { path: '/v1/chat/completions?v=2025-01-01', headers: { 'x-dep': 'eu/1' } });
    expect(upstream.requests[0]!.path).toBe(
      '/openai/deployments/dep-eu%2F1/chat/completions?api-version=2025-01-01',
    );
  });

  test('an address is never a client’s to choose, and a wrong placeholder is found when the config is', async () => {
    for (const config of [
      templated('m', { base_url: 'http://$(headers.x-host)/v1' }),
      templated('m', { upstream_url: 'http://host.example:$(headers.x-port)/v1' }),
      templated('$(cookies.x)'),
    ]) {
      proxy = await startProxy(config).catch(() => undefined as never);
      if (!proxy) continue;
      expect((await proxy.post()).status).toBe(500);
      await proxy.close();
    }
    expect(upstream.requests).toEqual([]);
  });
});

test.each(['../../v1/files', '..', '.', 'a/../../b', '%2e%2e/x'])(
  'a model named %s does not climb the path',
  async (model) => {
    for (const provider of ['gemini', 'azure']) {
      upstream.clear();
      upstream.handle(reply(400, openaiError('no')));
      proxy = await startProxy({
        targets: [
          {
            name: 'a',
            model: { provider, options: { base_url: `${upstream.url}/base` } },
            auth: { keys: ['k'] },
          },
        ],
      });
      const response = await proxy.post({ model, messages: PROMPT });
      expect(response.status).toBe(400);
      for (const { path } of upstream.requests) {
        expect(path.startsWith('/base/')).toBe(true);
        expect(decodeURIComponent(path.split('?')[0]!).split('/')).not.toContain('..');
      }
      await proxy.close();
    }
  },
);

test('nothing of the client’s own headers reaches the provider, and nothing of the provider’s the client', async () => {
  upstream.handle(
    reply(200, openaiChat({ text: 'Hi' }), {
      'content-type': 'application/json',
      'set-cookie': 'a=1',
      'openai-organization': 'org-secret',
    }),
  );
  proxy = await startProxy({ targets: [withAuth({ keys: ['k'] })] });
  const response = await proxy.post(undefined, {
    headers: { cookie: 'c=1', apikey: 'gateway-key', 'x-forwarded-for': '1.2.3.4' },
  });
  const names = Object.keys(upstream.requests[0]!.headers);
  expect(names.sort()).toEqual([
    'accept',
    'authorization',
    'connection',
    'content-length',
    'content-type',
    'host',
  ]);
  expect(response.headers.get('set-cookie')).toBeNull();
  expect(response.headers.get('openai-organization')).toBeNull();
});

test('a model that no header can hold does not break the answer', async () => {
  proxy = await startProxy({
    targets: [{ model: { provider: 'openai', options: { base_url: `${upstream.url}/v1` } } }],
  });
  const response = await proxy.post({ model: 'mödel\r\nx-injected: 1', messages: PROMPT });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-injected')).toBeNull();
  expect(response.headers.get('x-kong-llm-model')).toBe('openai/mdelx-injected:1');
});
