// How requests are spread over targets, by each algorithm, and which targets a request may go to.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deferred } from '../../support/deferred.ts';
import { anthropicEvents } from '../../support/upstream/anthropic.ts';
import {
  delayed,
  type FakeUpstream,
  hangBeforeHeaders,
  reply,
  sse,
  startUpstream,
} from '../../support/upstream/index.ts';
import { openaiChat, openaiChatEvents, openaiError } from '../../support/upstream/openai.ts';
import { type PostOptions, PROMPT, startProxy, type TestProxy, target } from './support.ts';

let upstreams: FakeUpstream[];
let proxy: TestProxy;

beforeAll(async () => {
  upstreams = await Promise.all([startUpstream(), startUpstream(), startUpstream()]);
});
beforeEach(() => {
  for (const upstream of upstreams) {
    upstream.clear();
    upstream.handle(reply(200, openaiChat({ text: 'Hi' })));
  }
});
afterEach(() => proxy?.close());
afterAll(() => Promise.all(upstreams.map((upstream) => upstream.close())));

const NAMES = ['a', 'b', 'c'];
/** Three targets, with what is different about each. */
const targets = (...more: object[]): object[] =>
  more.map((one, i) => target(upstreams[i]!.url, { name: NAMES[i], ...one }));

/** Names of the targets that answered, one request after the other. */
async function ask(count: number, options?: (i: number) => PostOptions, body?: object): Promise<string[]> {
  const names: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const response = await proxy.post(body, options?.(i));
    names.push(response.ok ? response.headers.get('x-ai-target')! : `status ${response.status}`);
    await response.arrayBuffer();
  }
  return names;
}

function shares(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe('round-robin', () => {
  test('gives each target exactly its weight, and never a burst', async () => {
    proxy = await startProxy({ targets: targets({ weight: 50 }, { weight: 30 }, { weight: 20 }) });
    const names = await ask(30);
    expect(shares(names)).toEqual({ a: 15, b: 9, c: 6 });
    expect(names.join('')).not.toContain('aaa');
  });

  test('keeps its place over a change of config', async () => {
    const config = { targets: targets({}, {}) };
    proxy = await startProxy(config);
    expect(await ask(1)).toEqual(['a']);
    proxy.configure({ ...config, model_name_header: false });
    expect(await ask(2)).toEqual(['b', 'a']);
  });
});

describe('consistent-hashing', () => {
  const balancer = { algorithm: 'consistent-hashing', hash_on_header: 'x-session' };
  const session = (i: number) => ({ headers: { 'x-session': `session-${i}` } });

  test('keeps a header’s value on one target, shares values by weight, and moves only those of a target that went', async () => {
    proxy = await startProxy({ targets: targets({ weight: 200 }, {}, {}), balancer });
    const first = await ask(120, session);
    expect(await ask(120, session)).toEqual(first);
    const { a = 0, b = 0, c = 0 } = shares(first);
    expect(a).toBeGreaterThan(40);
    expect(a).toBeLessThan(80);
    expect(b).toBeGreaterThan(12);
    expect(c).toBeGreaterThan(12);
    proxy.configure({ targets: targets({ weight: 200 }, {}), balancer });
    const then = await ask(120, session);
    for (const [i, name] of first.entries()) if (name !== 'c') expect(then[i]).toBe(name);
  });

  test('keeps a consumer, and a conversation that grows, on one target', async () => {
    proxy = await startProxy({
      targets: targets({}, {}, {}),
      balancer: { ...balancer, hash_on: 'consumer' },
    });
    const places = new Set<string>();
    for (const id of ['x', 'y', 'z', 'w', 'v', 'u', 't', 's']) {
      const names = new Set(await ask(3, () => ({ identity: { consumer: { id } } })));
      expect(names.size).toBe(1);
      for (const name of names) places.add(name);
    }
    expect(places.size).toBeGreaterThan(1);
    proxy.configure({ targets: targets({}, {}, {}), balancer: { ...balancer, hash_on: 'conversation' } });
    const seen = new Set<string>();
    for (let talk = 0; talk < 12; talk += 1) {
      const messages = [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: `Question ${talk}` },
      ];
      const [name] = await ask(1, undefined, { model: 'm', messages });
      const grown = [
        ...messages,
        { role: 'assistant', content: 'An answer' },
        { role: 'user', content: 'And?' },
      ];
      expect(await ask(1, undefined, { model: 'm', messages: grown })).toEqual([name]);
      seen.add(name!);
    }
    expect(seen.size).toBeGreaterThan(1);
  });
});

test('least-connections sends to whoever has the least under way for its weight', async () => {
  const gate = deferred();
  for (const upstream of upstreams) {
    upstream.handle(async () => {
      await gate.promise;
      return reply(200, openaiChat({ text: 'Hi' }));
    });
  }
  proxy = await startProxy({
    targets: targets({ weight: 200 }, {}, {}),
    balancer: { algorithm: 'least-connections' },
  });
  const pending = [];
  for (let i = 0; i < 8; i += 1) {
    pending.push(proxy.post());
    await expect.poll(() => upstreams.reduce((sum, { requests }) => sum + requests.length, 0)).toBe(i + 1);
  }
  expect(upstreams.map(({ requests }) => requests.length)).toEqual([4, 2, 2]);
  gate.resolve();
  await Promise.all(pending);
});

test('lowest-latency leaves a slow target alone, once it is known to be', async () => {
  upstreams[0]!.handle(delayed(reply(200, openaiChat({ text: 'Hi' })), 400));
  proxy = await startProxy({
    targets: targets({}, {}),
    balancer: { algorithm: 'lowest-latency', latency_strategy: 'e2e' },
  });
  const { a = 0 } = shares(await ask(30));
  expect(a).toBeGreaterThan(0);
  expect(a).toBeLessThan(6);
});

test('lowest-usage evens out the tokens, not the requests', async () => {
  const used = (total: number) =>
    reply(
      200,
      openaiChat({ text: 'x', usage: { prompt_tokens: total, completion_tokens: 0, total_tokens: total } }),
    );
  upstreams[0]!.handle(used(900));
  upstreams[1]!.handle(used(100));
  proxy = await startProxy({ targets: targets({}, {}), balancer: { algorithm: 'lowest-usage' } });
  const { a = 0, b = 0 } = shares(await ask(40));
  expect(a).toBeGreaterThanOrEqual(3);
  expect(a).toBeLessThanOrEqual(6);
  expect(a + b).toBe(40);
});

test('lowest-cost takes the cheapest that can be asked; without a price a target comes last', async () => {
  const cost = (input_cost: number, output_cost: number) => ({ options: { input_cost, output_cost } });
  const three = [
    target(upstreams[0]!.url, { name: 'a' }, { name: 'nobody-knows-this-model' }),
    target(upstreams[1]!.url, { name: 'b' }, cost(5, 15)),
    target(upstreams[2]!.url, { name: 'c' }, cost(1, 2)),
  ];
  proxy = await startProxy({ targets: three, balancer: { algorithm: 'lowest-cost' } });
  expect(shares(await ask(3))).toEqual({ c: 3 });
  upstreams[2]!.handle(reply(500));
  expect(await ask(1)).toEqual(['b']);
});

describe('groups', () => {
  test('a lower priority is asked only when the higher ones fail', async () => {
    proxy = await startProxy({ targets: targets({ priority: 2 }, { priority: 2 }, { priority: 1 }) });
    expect(shares(await ask(6))).toEqual({ a: 3, b: 3 });
    upstreams[0]!.handle(reply(503));
    upstreams[1]!.handle(reply(503));
    expect(await ask(1)).toEqual(['c']);
  });

  test('algorithm priority: without priorities, equal weights are a group and heavier ones come first', async () => {
    proxy = await startProxy({
      targets: targets({ weight: 1 }, { weight: 9 }, { weight: 9 }),
      balancer: { algorithm: 'priority' },
    });
    expect(shares(await ask(4))).toEqual({ b: 2, c: 2 });
  });
});

describe('aliases and models', () => {
  const alias = (name: string, model: object) => target(upstreams[0]!.url, { name }, model);

  test('an alias chooses its targets, several may share it, and the provider gets the real name', async () => {
    proxy = await startProxy({
      targets: [
        alias('smart-1', { name: 'gpt-5', model_alias: 'smart' }),
        alias('smart-2', { name: 'o3', model_alias: 'smart', aliases: ['clever'] }),
        alias('fast', { name: 'gpt-4.1-nano', model_alias: 'fast' }),
      ],
    });
    const model = (name?: string) => ({ messages: PROMPT, ...(name ? { model: name } : {}) });
    expect(await ask(2, undefined, model('smart'))).toEqual(['smart-1', 'smart-2']);
    expect(await ask(1, undefined, model('clever'))).toEqual(['smart-2']);
    expect(await ask(1, undefined, model('fast'))).toEqual(['fast']);
    expect(await ask(1, undefined, model('other'))).toEqual(['status 404']);
    expect(upstreams[0]!.requests.map(({ json }) => (json as { model: string }).model)).toEqual([
      'gpt-5',
      'o3',
      'o3',
      'gpt-4.1-nano',
    ]);
    expect((await ask(1, undefined, model()))[0]).toMatch(/smart|fast/);
  });

  test('allowed_models takes names with stars', async () => {
    const open = target(upstreams[0]!.url, { name: 'a' }, { name: undefined });
    proxy = await startProxy({ targets: [open], allowed_models: ['gpt-4.1*', 'o3'] });
    const names = ['gpt-4.1-mini', 'o3', 'o3-pro', 'gpt-5'];
    const got = [];
    for (const model of names) got.push(...(await ask(1, undefined, { model, messages: PROMPT })));
    expect(got).toEqual(['a', 'a', 'status 404', 'status 404']);
  });
});

describe('conditions', () => {
  test.each<[string, object, object, PostOptions, boolean]>([
    ['a header', { headers: { 'x-tier': 'gold' } }, {}, { headers: { 'x-tier': 'gold' } }, true],
    [
      'a header of another value',
      { headers: { 'x-tier': 'gold' } },
      {},
      { headers: { 'x-tier': 'tin' } },
      false,
    ],
    [
      'a consumer',
      { consumers: ['app'] },
      {},
      { identity: { consumer: { id: '1', username: 'app' } } },
      true,
    ],
    [
      'another consumer',
      { consumers: ['app'] },
      {},
      { identity: { consumer: { id: '1', username: 'x' } } },
      false,
    ],
    [
      'a group',
      { consumer_groups: ['vip'] },
      {},
      { identity: { consumer: { id: '1', tags: ['vip'] } } },
      true,
    ],
    ['no group', { consumer_groups: ['vip'] }, {}, {}, false],
    ['a model', { models: ['gpt-*'] }, { model: 'gpt-x' }, {}, true],
    ['another model', { models: ['gpt-*'] }, { model: 'claude' }, {}, false],
    ['tools', { tools: true }, { tools: [{ type: 'function', function: { name: 'f' } }] }, {}, true],
    ['no tools', { tools: true }, {}, {}, false],
    [
      'an image',
      { images: true },
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }],
          },
        ],
      },
      {},
      true,
    ],
    ['no image', { images: true }, {}, {}, false],
    [
      'a long prompt',
      { min_prompt_tokens: 100 },
      { messages: [{ role: 'user', content: 'word '.repeat(200) }] },
      {},
      true,
    ],
    ['a short prompt', { min_prompt_tokens: 100 }, {}, {}, false],
    ['a short prompt where it must be', { max_prompt_tokens: 100 }, {}, {}, true],
  ])('%s', async (_name, match, body, options, holds) => {
    proxy = await startProxy({ targets: targets({ match }, {}) });
    const names = await ask(2, () => options, { model: 'm', messages: PROMPT, ...body });
    expect(names).toEqual(holds ? ['a', 'a'] : ['b', 'b']);
    if (!holds) return;
    // Those without a condition are there for when it fails.
    upstreams[0]!.handle(reply(500));
    expect(await ask(1, () => options, { model: 'm', messages: PROMPT, ...body })).toEqual(['b']);
  });
});

test('a canary gets its percent of the consumers, always the same ones, and nobody else’s failures', async () => {
  proxy = await startProxy({ targets: targets({}, { canary: { percent: 25 } }) });
  const consumer = (i: number) => ({ identity: { consumer: { id: `consumer-${i}` } } });
  const first = await ask(80, consumer);
  expect(await ask(80, consumer)).toEqual(first);
  const canaries = first.flatMap((name, i) => (name === 'b' ? [i] : []));
  expect(canaries.length).toBeGreaterThan(8);
  expect(canaries.length).toBeLessThan(34);
  // More percent: those who had it keep it.
  proxy.configure({ targets: targets({}, { canary: { percent: 50 } }) });
  const more = await ask(80, consumer);
  for (const i of canaries) expect(more[i]).toBe('b');
  upstreams[0]!.handle(reply(500));
  const other = first.findIndex((name, i) => name === 'a' && more[i] === 'a');
  expect(await ask(1, () => consumer(other))).toEqual(['status 502']);
  upstreams[0]!.handle(reply(200, openaiChat({ text: 'Hi' })));
  upstreams[1]!.handle(reply(500));
  expect(await ask(1, () => consumer(canaries[0]!))).toEqual(['a']);
});

test('a target at its max_concurrent is passed over; when all are, 503', async () => {
  const gate = deferred();
  upstreams[0]!.handle(async () => {
    await gate.promise;
    return reply(200, openaiChat({ text: 'Hi' }));
  });
  const limits = { max_concurrent: 1 };
  proxy = await startProxy({ targets: targets({ limits, priority: 1 }, {}) });
  const slow = proxy.post();
  await upstreams[0]!.request(0);
  expect(await ask(2)).toEqual(['b', 'b']);
  proxy.configure({ targets: targets({ limits }) });
  const refused = await proxy.post();
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({ error: { code: 'targets_unavailable' } });
  gate.resolve();
  expect((await slow).status).toBe(200);
});

describe('the breaker', () => {
  const balancer = { max_fails: 3, fail_timeout: 400 };

  test('a dead target gets what opens its breaker, and nothing more within the interval', async () => {
    upstreams[0]!.handle(reply(500));
    const never = { ...balancer, fail_timeout: 60_000 };
    proxy = await startProxy({ targets: targets({ weight: 1_000 }, {}), balancer: never });
    expect(shares(await ask(40))).toEqual({ b: 40 });
    expect(upstreams[0]!.requests.length).toBe(3);
    expect(await proxy.metrics.registry.metrics()).toMatch(/kong_ai_breaker_state\{[^}]*target="a"\} 2/);
  });

  test('when the interval is over one request is its probe, however many come, and decides', async () => {
    const dead = upstreams[0]!;
    dead.handle(reply(500));
    proxy = await startProxy({ targets: targets({ weight: 1_000 }, {}), balancer });
    await ask(3);
    for (const works of [false, true]) {
      const before = dead.requests.length;
      const gate = deferred();
      dead.handle(async () => {
        await gate.promise;
        return works ? reply(200, openaiChat({ text: 'Hi' })) : reply(500);
      });
      // Whoever comes first when the interval is over waits for the probe; all others are served elsewhere.
      const asked: Promise<Response>[] = [];
      while (dead.requests.length === before) {
        asked.push(proxy.post());
        await Promise.race([dead.request(before), asked.at(-1)]);
      }
      expect(shares(await ask(20))).toEqual({ b: 20 });
      expect(dead.requests.length).toBe(before + 1);
      gate.resolve();
      expect((await Promise.all(asked)).every(({ ok }) => ok)).toBe(true);
    }
    expect(shares(await ask(10)).a).toBeGreaterThan(8);
  });

  test('all dead: 503 at once, with when to come back, and nobody is asked', async () => {
    upstreams[0]!.handle(reply(500));
    proxy = await startProxy({
      targets: targets({}),
      balancer: { ...balancer, retries: 0, fail_timeout: 60_000 },
    });
    expect(await ask(3)).toEqual(['status 502', 'status 502', 'status 502']);
    const refused = await proxy.post();
    expect([refused.status, upstreams[0]!.requests.length]).toEqual([503, 3]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30);
  });

  test('is shared by targets of the same upstream, and what the client got wrong does not open it', async () => {
    upstreams[0]!.handle(reply(500));
    const twice = [target(upstreams[0]!.url, { name: 'a' }), target(upstreams[0]!.url, { name: 'a2' })];
    proxy = await startProxy({ targets: twice, balancer: { max_fails: 2, fail_timeout: 60_000 } });
    await ask(1);
    await ask(1);
    expect(upstreams[0]!.requests.length).toBe(2);
    upstreams[1]!.handle(reply(400, openaiError('no')));
    proxy.configure({ targets: [target(upstreams[1]!.url, { name: 'b' })], balancer: { max_fails: 2 } });
    for (let i = 0; i < 5; i += 1) expect((await proxy.post()).status).toBe(400);
  });
});

describe('hedging', () => {
  const events = openaiChatEvents({ text: 'Hi' }, { includeUsage: true });

  test('a second target is asked when the first is slow; the faster answers, the other is cancelled', async () => {
    upstreams[0]!.handle(sse(events, { hangAfter: 1 }));
    upstreams[1]!.handle(sse(events));
    proxy = await startProxy({
      targets: targets({ priority: 1 }, {}),
      balancer: { hedging: { enabled: true, after: 50 } },
    });
    const response = await proxy.post({ model: 'm', messages: PROMPT, stream: true });
    expect(response.headers.get('x-ai-target')).toBe('b');
    expect(await response.text()).toContain('[DONE]');
    expect(await (await upstreams[0]!.request(0)).over).toBe(true);
    expect(proxy.exchanges[0]!.attempts.map(({ target: name }) => name)).toEqual(['a', 'b']);
  });

  test('what the slower one has read and written is recorded', async () => {
    const slow = anthropicEvents({ text: ['Hi'] });
    upstreams[0]!.handle(sse(slow, { hangAfter: 1 }));
    upstreams[1]!.handle(sse(events));
    const model = { provider: 'anthropic', name: 'claude' };
    proxy = await startProxy({
      targets: [
        target(upstreams[0]!.url, { name: 'a', priority: 1 }, model),
        target(upstreams[1]!.url, { name: 'b' }),
      ],
      balancer: { hedging: { enabled: true, after: 50 } },
    });
    const response = await proxy.post({ model: 'm', messages: PROMPT, stream: true });
    expect([response.headers.get('x-ai-target'), response.headers.get('x-ai-attempts')]).toEqual(['b', '2']);
    await response.text();
    await expect.poll(() => proxy.exchanges.length).toBe(1);
    expect(proxy.exchanges[0]!.sideCalls).toMatchObject([
      { purpose: 'hedge', provider: 'anthropic', model: 'claude', usage: { input: { total: 25 } } },
    ]);
  });

  test('a client that leaves cancels both', async () => {
    for (const upstream of upstreams) upstream.handle(hangBeforeHeaders);
    proxy = await startProxy({
      targets: targets({ priority: 1 }, {}),
      balancer: { hedging: { enabled: true, after: 20 } },
    });
    const leave = new AbortController();
    const gone = expect(proxy.post(undefined, { signal: leave.signal })).rejects.toThrow();
    const calls = [await upstreams[0]!.request(0), await upstreams[1]!.request(0)];
    leave.abort();
    expect(await Promise.all(calls.map(({ over }) => over))).toEqual([true, true]);
    await gone;
    expect(upstreams.map(({ requests }) => requests.length)).toEqual([1, 1, 0]);
  });

  test('when the first is in time nobody else is asked, and when it fails the second is waited for', async () => {
    proxy = await startProxy({
      targets: targets({ priority: 1 }, {}),
      balancer: { hedging: { enabled: true, after: 5_000 } },
    });
    expect(await ask(2)).toEqual(['a', 'a']);
    expect(upstreams[1]!.requests.length).toBe(0);
    proxy.configure({
      targets: targets({ priority: 1 }, {}),
      balancer: { hedging: { enabled: true, after: 20 } },
    });
    upstreams[0]!.handle(delayed(reply(500), 60));
    upstreams[1]!.handle(delayed(reply(200, openaiChat({ text: 'Hi' })), 200));
    expect(await ask(1)).toEqual(['b']);
    expect(upstreams[1]!.requests.length).toBe(1);
  });

  test('without `after`, the p95 of the target’s own times decides, once it is known', async () => {
    proxy = await startProxy({
      targets: targets({ priority: 1 }, {}),
      balancer: { hedging: { enabled: true } },
    });
    expect(shares(await ask(24))).toEqual({ a: 24 });
    upstreams[0]!.handle(delayed(reply(200, openaiChat({ text: 'Hi' })), 3_000));
    expect(await ask(1)).toEqual(['b']);
  });
});
