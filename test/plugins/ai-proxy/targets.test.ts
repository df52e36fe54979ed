// What a config's targets become: names, addresses, prices; and what is learnt from the requests that went to them.
import { describe, expect, it } from 'vitest';
import { Cancellation } from '../../../kong/relay/cancellation.ts';
import { GatewayError } from '../../../kong/relay/errors.ts';
import { createLog } from '../../../kong/relay/log.ts';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { LocalNodeState, Topics } from '../../../kong/relay/node-state.ts';
import type { StageHost } from '../../../kong/relay/stage.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { aiProxyConfig } from '../../../plugins/ai-proxy/config.ts';
import { exhausted, type Failed } from '../../../plugins/ai-proxy/exhausted.ts';
import { errorFailure, statusFailure } from '../../../plugins/ai-proxy/failure.ts';
import { KeyRests, Keyring } from '../../../plugins/ai-proxy/keys.ts';
import { newsNode } from '../../../plugins/ai-proxy/news.ts';
import { segment } from '../../../plugins/ai-proxy/providers/provider.ts';
import { Runtime } from '../../../plugins/ai-proxy/runtime.ts';
import { CLIENTS } from '../../../plugins/ai-proxy/sign-in/key.ts';
import { sleep } from '../../../plugins/ai-proxy/sleep.ts';
import type { TemplateSource } from '../../../plugins/ai-proxy/template.ts';
import { Upstreams } from '../../../plugins/ai-proxy/upstream.ts';

const log = createLog('silent');

function host(): StageHost {
  const state = new Map<string, unknown>();
  return {
    plugin: 'ai-proxy-ts',
    pluginId: 'p',
    log,
    metrics: new Metrics(),
    node: new LocalNodeState(new Map(), new Topics()),
    state: <T>(key: string, create: () => T): T => {
      if (!state.has(key)) state.set(key, create());
      return state.get(key) as T;
    },
  };
}

const runtime = (raw: object): Runtime =>
  new Runtime(parseConfig(aiProxyConfig, raw as Record<string, unknown>), host());
const openai = (more: object = {}, model: object = {}) => ({
  model: { provider: 'openai', name: 'gpt-4o', ...model },
  auth: { keys: ['k'] },
  ...more,
});

describe('a target', () => {
  it('without a name is named by provider and model, each once', () => {
    const { targets } = runtime({ targets: [openai(), openai(), openai({}, { name: undefined }), openai()] });
    expect(targets.map(({ name }) => name)).toEqual([
      'openai/gpt-4o',
      'openai/gpt-4o#2',
      'openai',
      'openai/gpt-4o#3',
    ]);
  });

  it('with another’s name is a wrong config', () => {
    expect(() => runtime({ targets: [openai({ name: 'a' }), openai({ name: 'a' })] })).toThrow(
      'two targets are named a',
    );
  });

  it.each([
    [{ input_cost: 2 }, [{ model: '*', multiplier: 1, input: 2 }]],
    [{ output_cost: 3 }, [{ model: '*', multiplier: 1, output: 3 }]],
    [{ input_cost: 2, output_cost: 0 }, [{ model: '*', multiplier: 1, input: 2, output: 0 }]],
    [{}, []],
  ])('of options %j has prices of its own', (options, prices) => {
    expect(runtime({ targets: [openai({}, { options })] }).targets[0]!.ownPrices).toEqual(prices);
  });

  const source =
    (headers: TemplateSource['headers'] = {}): (() => TemplateSource) =>
    () => ({
      headers,
      query: new URLSearchParams(),
      uriCaptures: undefined,
    });

  it.each([
    ['azure', { azure_instance: 'mine' }, 'https://mine.openai.azure.com/openai'],
    ['bedrock', { bedrock: { aws_region: 'eu-west-3' } }, 'https://bedrock-runtime.eu-west-3.amazonaws.com'],
    [
      'databricks',
      { databricks: { workspace_instance_id: 'w1' } },
      'https://w1.cloud.databricks.com/serving-endpoints',
    ],
    [
      'vertex',
      { gemini: { project_id: 'p', location_id: 'eu' } },
      'https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/eu',
    ],
    [
      'vertex',
      { gemini: { project_id: 'p', location_id: 'global' } },
      'https://aiplatform.googleapis.com/v1/projects/p/locations/global',
    ],
    [
      'vertex',
      { gemini: { project_id: 'p', location_id: 'us-east1', api_endpoint: 'x.example' } },
      'https://x.example/v1/projects/p/locations/us-east1',
    ],
  ])('of %s finds its address in %j', (provider, options, address) => {
    const [target] = runtime({ targets: [{ model: { provider, name: 'm', options } }] }).targets;
    const { origin, path } = target!.place.at(source());
    expect(origin + path).toBe(address);
  });

  it.each([
    ['azure', {}],
    ['vertex', { gemini: { project_id: 'p' } }],
    ['databricks', {}],
  ])('of %s without an address is a wrong config: %j', (provider, options) => {
    expect(() => runtime({ targets: [{ model: { provider, name: 'm', options } }] })).toThrow(
      `provider ${provider} needs model.options.base_url, upstream_url or its own options`,
    );
  });

  it('that would let a client choose the domain is a wrong config', () => {
    for (const options of [
      { base_url: 'https://$(headers.x-host)/v1' },
      { gemini: { api_endpoint: '$(headers.x-host)', project_id: 'p', location_id: 'eu' } },
    ])
      expect(() => runtime({ targets: [{ model: { provider: 'vertex', name: 'm', options } }] })).toThrow();
  });

  it('whose path comes from the request has one for each, and no wrong one', () => {
    const options = { base_url: 'https://x.example/v1', upstream_path: '/$(headers.x-model)/chat' };
    const [target] = runtime({ targets: [openai({}, { options })] }).targets;
    const pathFor = (value: string | string[] | undefined): string => {
      const from = source({ 'x-model': value });
      return target!.place.path('/unused', {} as never, target!.place.at(from), from);
    };
    expect(pathFor('a')).toBe('/v1/a/chat');
    expect(pathFor(['b', 'c'])).toBe('/v1/b/chat');
    for (const wrong of [undefined, '', '..', 'a/../b', '?x'])
      expect(() => pathFor(wrong), String(wrong)).toThrow(GatewayError);
  });

  it('is called through an agent that keeps out of private networks when a client fills in its host', () => {
    const one = runtime({
      targets: [
        openai({}, { options: { base_url: 'https://$(headers.x-name).corp.example/v1' } }),
        openai(
          { allow_private_addresses: true },
          { options: { base_url: 'https://$(headers.x-name).corp.example/v1' } },
        ),
        openai({}, { options: { base_url: 'https://corp.example/$(headers.x-name)' } }),
      ],
    });
    const [guarded, permitted, fixed] = one.targets.map((target) => one.agentFor(target));
    expect(permitted).toBe(fixed);
    expect(guarded).not.toBe(fixed);
  });
});

describe('what a request used is counted', () => {
  const USAGE = { input: { total: 300 }, output: { total: 20 } };
  const usedAfter = (strategy: string, usage: object | undefined, options: object = {}): number => {
    const one = runtime({
      targets: [openai({}, { options })],
      balancer: { algorithm: 'lowest-usage', tokens_count_strategy: strategy },
    });
    const [target] = one.targets;
    const now = Date.now();
    const at = target!.place.at(() => ({
      headers: {},
      query: new URLSearchParams(),
      uriCaptures: undefined,
    }));
    one.record(
      {
        choice: { target, upstream: target!.upstream('m', at), model: 'm' },
        key: undefined,
        record: { startedAt: now, endedAt: now },
        usage,
        firstTokenAt: undefined,
      } as never,
      { kind: 'complete' } as never,
    );
    return target!.state.used.current(now);
  };

  it.each([
    ['total-tokens', USAGE, 320],
    ['prompt-tokens', USAGE, 300],
    ['completion-tokens', USAGE, 20],
    ['prompt-tokens', { input: {}, output: {} }, 0],
    ['completion-tokens', { input: {}, output: {} }, 0],
    ['total-tokens', { input: {}, output: {} }, 0],
    ['total-tokens', undefined, 0],
  ])('by %s: %j', (strategy, usage, used) => {
    expect(usedAfter(strategy, usage)).toBe(used);
  });

  it('by cost, as far as the price is known', () => {
    expect(usedAfter('cost', USAGE, { input_cost: 10, output_cost: 100 })).toBeCloseTo(0.005);
    expect(usedAfter('cost', USAGE)).toBe(0);
  });

  it('and a key that the provider asks to wait for rests, unless the client brought it', () => {
    const one = runtime({ targets: [openai()] });
    const [target] = one.targets;
    const at = target!.place.at(() => ({
      headers: {},
      query: new URLSearchParams(),
      uriCaptures: undefined,
    }));
    const upstream = target!.upstream('m', at);
    const now = Date.now();
    const end = (digest: string, failure: object | undefined) =>
      one.record(
        {
          choice: { target, upstream, model: 'm' },
          key: { digest },
          record: { startedAt: now + 1, endedAt: now + 1 },
        } as never,
        { kind: failure ? 'failed' : 'complete', failure } as never,
      );
    end(CLIENTS, { kind: 'refused' });
    expect(upstream.rests.of(CLIENTS, now)).toBeUndefined();
    end('a', { kind: 'failed', retryAfterMs: 5_000 });
    end('b', { kind: 'refused' });
    end('c', { kind: 'limited' });
    end('d', { kind: 'failed' });
    expect(['a', 'b', 'c', 'd'].map((digest) => upstream.rests.of(digest, now)?.reason)).toEqual([
      'limited',
      'refused',
      'limited',
      undefined,
    ]);
    end('a', undefined);
    expect(upstream.rests.of('a', now)).toBeUndefined();
  });
});

describe('what another process has learnt of a key', () => {
  const rest = (until: number) => ({ until, since: 0, reason: 'limited' as const, times: 1 });

  it('counts when it rests for longer, and ends a rest when it works', () => {
    const rests = new KeyRests();
    rests.told('k', rest(100));
    rests.told('k', rest(50));
    expect(rests.of('k', 0)?.until).toBe(100);
    rests.told('k', rest(200));
    expect(rests.of('k', 0)?.until).toBe(200);
    rests.told('k', undefined);
    expect(rests.of('k', 0)).toBeUndefined();
  });

  it('a key that is rotated often is known by its digest all the same', () => {
    let n = 0;
    const ring = new Keyring([() => `key-${n}`]);
    const digest = () => (ring.take(new KeyRests(), new Set(), 0) as { digest: string }).digest;
    const first = digest();
    for (n = 1; n < 150; n++) digest();
    n = 0;
    expect(digest()).toBe(first);
  });
});

describe('news for other processes', () => {
  it('are kept as long as they hold, for one that starts later, and not without end', () => {
    const told: unknown[] = [];
    const { service } = newsNode({
      log,
      metrics: new Metrics(),
      broadcast: (_topic, news) => void told.push(news),
    });
    const until = Date.now() + 60_000;
    const tell = (upstream: string, more: object) => service!('tell', { upstream, from: 'x', ...more });
    tell('over', { until: 1 });
    tell('open', { until });
    tell('open', { until, key: 'k', rest: {} });
    tell('closed', { until });
    tell('closed', {});
    const known = () => service!('known', {}) as { upstream: string }[];
    expect(known().map(({ upstream }) => upstream)).toEqual(['open', 'open']);
    expect(told).toHaveLength(5);
    for (let i = 0; i < 5_010; i++) tell(`u${i}`, { until });
    expect(known()).toHaveLength(5_000);
    expect(known().at(-1)!.upstream).toBe('u5009');
  });

  it('of upstreams that nobody has asked yet are heard when somebody does', async () => {
    const until = Date.now() + 60_000;
    const services = new Map([
      ['p', () => [{ upstream: 'u', key: 'k', until, rest: { until, reason: 'limited' }, from: 'x' }]],
    ]);
    const upstreams = new Upstreams(new LocalNodeState(services as never, new Topics()), 'p');
    await new Promise((resolve) => setImmediate(resolve));
    const made = upstreams.get('u', () => ({}) as never);
    expect(made.rests.of('k', Date.now())?.until).toBe(until);
    // Clients may name the model: the oldest is forgotten.
    for (let i = 0; i < 2_000; i++) upstreams.get(`u${i}`, () => ({}) as never);
    expect(upstreams.get('u', () => ({}) as never)).not.toBe(made);
  });
});

describe('when no target could answer', () => {
  const denied = (wait: string | undefined): Failed => ({
    target: 't',
    failure: {
      kind: 'denied',
      error: new GatewayError(
        'budget_exceeded',
        wait === undefined ? {} : { headers: { 'retry-after': wait } },
      ),
    },
  });

  it('because of budgets, the refusal that ends first is told', () => {
    expect(
      exhausted([denied('30'), denied('5'), denied(undefined)], false, undefined).headers['retry-after'],
    ).toBe('5');
    expect(
      exhausted([denied(undefined), denied(undefined)], false, undefined).headers['retry-after'],
    ).toBeUndefined();
  });

  it('because none may be asked now, when to come back', () => {
    expect(exhausted([], false, 2_500)).toMatchObject({
      code: 'targets_unavailable',
      headers: { 'retry-after': '3' },
    });
    expect(exhausted([], false, undefined).headers['retry-after']).toBe('1');
  });

  it('because all are limited or denied, they are unavailable; else they are exhausted', () => {
    const failed = (kind: string, code: string): Failed =>
      ({ target: kind, failure: { kind, error: new GatewayError(code as never) } }) as Failed;
    const limited = failed('limited', 'provider_rate_limited');
    expect(exhausted([limited, denied('1')], false, 1)).toMatchObject({ code: 'targets_unavailable' });
    expect(exhausted([limited, failed('failed', 'provider_error')], false, 1)).toMatchObject({
      code: 'targets_exhausted',
      message: 'No target could answer: limited (provider_rate_limited), failed (provider_error).',
    });
  });
});

describe('why an attempt failed', () => {
  it.each([
    ['seconds', { 'retry-after': '1.5' }, 1_500],
    ['milliseconds, where both are', { 'retry-after-ms': '20', 'retry-after': '9' }, 20],
    ['a date that is past', { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 0],
    ['something else', { 'retry-after': 'soon' }, undefined],
    ['less than nothing', { 'retry-after-ms': '-5' }, undefined],
    ['nothing', {}, undefined],
  ])('the wait is read: %s', (_what, headers, ms) => {
    expect(statusFailure(429, headers, {}, undefined).retryAfterMs).toBe(ms);
  });

  it.each([
    [301, {}, 'bad_answer'],
    [200, {}, 'failed'],
    [401, {}, 'refused'],
    [408, {}, 'timeout'],
    [429, {}, 'limited'],
    [429, { error: { code: 'insufficient_quota' } }, 'refused'],
    [429, { error: { type: 'insufficient_quota' } }, 'refused'],
    [404, {}, 'rejected'],
    [529, {}, 'failed'],
  ])('a status %i with %j', (status, body, kind) => {
    expect(statusFailure(status, {}, body, 'said')).toMatchObject({ kind, status });
  });

  it.each([
    [new Error('socket'), 'failed'],
    [new GatewayError('invalid_request'), 'rejected'],
    [new GatewayError('address_forbidden'), 'rejected'],
    [new GatewayError('provider_timeout'), 'timeout'],
    [new GatewayError('provider_auth'), 'refused'],
    [new GatewayError('provider_bad_answer'), 'bad_answer'],
    [new GatewayError('provider_error'), 'failed'],
  ])('%s', (error, kind) => {
    expect(errorFailure(error)).toMatchObject({ kind });
  });
});

it('a name that would climb the path is none', () => {
  for (const name of ['', '.', '..']) expect(() => segment(name), name).toThrow('model is not a name.');
  expect(segment('a/b ..')).toBe('a%2Fb%20..');
});

it('a wait ends with the request', async () => {
  const leaving = new Cancellation();
  const waiting = sleep(60_000, leaving);
  leaving.cancel(new Error('left'));
  await waiting;
  await sleep(60_000, leaving);
});
