// One relay and local counters: what a client sees.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countChat } from '../../../kong/llm/chat-tokens.ts';
import { delayed, reply, sse } from '../../support/upstream/index.ts';
import { openaiChatEvents } from '../../support/upstream/openai.ts';
import { answer, CHAT, type LimitedStack, limitedStack, policy, rush } from './support/stack.ts';

const PROMPT = countChat('gpt-4o', CHAT).tokens;
const NEED = PROMPT + CHAT.max_tokens;

let stack: LimitedStack;

beforeAll(async () => {
  const minute = (unit: string, limit: number, more: object = {}) => ({
    unit,
    limit,
    window: 'minute',
    ...more,
  });
  stack = await limitedStack({
    requests: policy(minute('requests', 50)),
    tokens: policy(minute('total_tokens', NEED * 50, { window_type: 'fixed' })),
    small: policy(minute('total_tokens', 5)),
    settle: policy(minute('total_tokens', 1000)),
    refund: policy(minute('requests', 2)),
    guess: { ...policy(minute('completion_tokens', 1000)), completion_reserve: 300 },
    money: {
      ...policy(minute('cost_usd', 1)),
      prices: [{ model: '*', input: 1000, output: 2000 }],
    },
    denied: { ...policy(minute('cost_usd', 1)), unpriced_models: 'deny' },
    concurrency: policy({ unit: 'concurrent_requests', limit: 2 }),
    log: policy(minute('requests', 1), { action: 'log' }),
    throttle: policy(
      { unit: 'requests', limit: 1, window: '1', window_type: 'token_bucket' },
      { action: 'throttle', max_wait_ms: 5000, max_waiting: 2 },
    ),
    hopeless: policy(minute('requests', 1), { action: 'throttle', max_wait_ms: 200 }),
    header: {
      policies: [
        {
          name: 'team',
          partition_by: ['header'],
          partition_header: 'X-Team',
          limits: [minute('requests', 1)],
        },
      ],
    },
    mini: {
      policies: [
        {
          name: 'mini',
          match: { model: ['*-mini'] },
          partition_by: ['none'],
          limits: [minute('requests', 1)],
        },
      ],
    },
    by_model: {
      policies: [{ name: 'each', partition_by: ['model'], limits: [minute('requests', 1)] }],
    },
    hidden: { ...policy(minute('requests', 1)), hide_client_headers: true },
    custom: { ...policy(minute('requests', 1)), error_code: 420, error_message: 'Enhance your calm' },
    shared_a: { ...policy(minute('requests', 1)), namespace: 'shared' },
    shared_b: { ...policy(minute('requests', 1)), namespace: 'shared' },
    alone_a: policy(minute('requests', 1)),
    alone_b: policy(minute('requests', 1)),
    stream: { ...policy(minute('completion_tokens', 100)), completion_reserve: 20 },
    unstopped: {
      ...policy(minute('completion_tokens', 100)),
      completion_reserve: 20,
      stop_streams: false,
    },
    several: {
      policies: [
        { name: 'roomy', partition_by: ['none'], limits: [minute('requests', 10)] },
        { name: 'tight', partition_by: ['none'], limits: [minute('requests', 1)] },
      ],
    },
  });
});
afterAll(() => stack?.close());
beforeEach(() => {
  stack.upstream.clear();
  stack.upstream.handle(answer());
});

const remaining = (response: Response, name = 'minute-budget'): number =>
  Number(response.headers.get(`x-ai-ratelimit-remaining-${name}`));

describe('200 requests at once against room for 50', () => {
  test('exactly 50 pass, by requests', async () => {
    stack.upstream.handle(delayed(answer(), 100));
    expect(await rush(() => stack.ask('requests'), 200)).toEqual({ 200: 50, 429: 150 });
    expect(stack.upstream.requests).toHaveLength(50);
  });

  test('exactly 50 pass, by tokens that are not used yet', async () => {
    stack.upstream.handle(delayed(answer(PROMPT, CHAT.max_tokens), 100));
    expect(await rush(() => stack.ask('tokens'), 200)).toEqual({ 200: 50, 429: 150 });
    expect(stack.upstream.requests).toHaveLength(50);
  });
});

describe('settlement', () => {
  test('real usage takes the place of what was reserved, in the headers of the answer already', async () => {
    stack.upstream.handle(answer(7, 3));
    expect(remaining(await stack.ask('settle'))).toBe(990);
    stack.upstream.handle(answer(100, 50));
    expect(remaining(await stack.ask('settle'))).toBe(840);
  });

  test('a request that the provider refuses is given back', async () => {
    stack.upstream.handle(reply(400, { error: { message: 'no' } }));
    for (let i = 0; i < 5; i += 1) expect((await stack.ask('refund')).status).toBe(400);
    stack.upstream.handle(answer());
    expect(await rush(() => stack.ask('refund'), 3)).toEqual({ 200: 2, 429: 1 });
  });

  test('without max_tokens the configured reserve is held', async () => {
    const { max_tokens: _, ...open } = CHAT;
    stack.upstream.handle(delayed(answer(10, 10), 200));
    expect(await rush(() => stack.ask('guess', open), 5)).toEqual({ 200: 3, 429: 2 });
    expect(remaining(await stack.ask('guess', open))).toBe(1000 - 40);
  });

  test('money is counted with the prices of the config', async () => {
    stack.upstream.handle(answer(100, 50));
    const response = await stack.ask('money');
    expect(remaining(response)).toBeCloseTo(1 - 0.2, 9);
    expect(response.headers.get('x-ai-ratelimit-limit-minute-budget')).toBe('1');
  });

  test('10,000 settlements of 0.000123 USD come to 1.23', async () => {
    const { Counters } = await import('../../../plugins/token-rate-limit/counters.ts');
    const { toCount, fromCount } = await import('../../../plugins/token-rate-limit/units.ts');
    const { makeWindow } = await import('../../../plugins/token-rate-limit/windows.ts');
    const counters = new Counters();
    const ref = { key: 'k', ...makeWindow({ type: 'sliding', ms: 60_000 }).ref(0) };
    let used = 0;
    for (let i = 0; i < 10_000; i += 1) {
      const settle = [{ ...ref, leases: [], actual: toCount('cost_usd', 0.000123) }];
      used = counters.apply({ now: 0, leaseId: `${i}`, leaseUntil: 1, settle, reserve: [] }).settled[0]!;
    }
    expect(Math.abs(fromCount('cost_usd', used) - 1.23)).toBeLessThan(1e-6);
  });
});

describe('refusals', () => {
  test('name the policy and when to try again, in the format of the client', async () => {
    await stack.ask('several');
    const response = await stack.ask('several');
    expect(response.status).toBe(429);
    const { error } = (await response.json()) as { error: Record<string, string> };
    expect(error).toMatchObject({ code: 'rate_limit_exceeded', type: 'rate_limit_error' });
    expect(error.message).toContain('policy "tight" allows 1 requests per minute');
    const seconds = Number(response.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(55);
    expect(seconds).toBeLessThanOrEqual(61);
    expect(response.headers.get('x-ai-ratelimit-retry-after-minute-tight')).toBe(String(seconds));
    // What one policy refuses, no other has counted.
    expect(remaining(response, 'minute-roomy')).toBe(9);
  });

  test('a request that is larger than the limit is told so, and not to try again', async () => {
    const response = await stack.ask('small');
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBeNull();
    expect(JSON.stringify(await response.json())).toContain('less than this request alone may take');
  });

  test('status and message are configurable', async () => {
    await stack.ask('custom');
    const response = await stack.ask('custom');
    expect(response.status).toBe(420);
    expect(JSON.stringify(await response.json())).toContain('Enhance your calm');
  });

  test('a model without a price can be refused', async () => {
    const response = await stack.ask('denied', { ...CHAT, model: 'nobody-knows' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: 'model_unpriced' } });
    expect(stack.upstream.requests).toEqual([]);
  });
});

describe('actions', () => {
  test('log lets through', async () => {
    expect(await rush(() => stack.ask('log'), 3)).toEqual({ 200: 3 });
  });

  test('throttle makes requests wait, up to so many of them', async () => {
    // One at once, two wait, and one finds the line full.
    expect(await rush(() => stack.ask('throttle'), 4)).toEqual({ 200: 3, 429: 1 });
  });

  test('throttle does not wait for what cannot come in time', async () => {
    await stack.ask('hopeless');
    const response = await stack.ask('hopeless');
    expect(response.status).toBe(429);
    expect(await response.text()).toContain('none came free in time');
  });

  test('concurrent requests are limited while they last', async () => {
    stack.upstream.handle(delayed(answer(), 300));
    expect(await rush(() => stack.ask('concurrency'), 5)).toEqual({ 200: 2, 429: 3 });
    await expect.poll(async () => (await stack.ask('concurrency')).status).toBe(200);
  });
});

describe('whose budget', () => {
  test('each value of a header has its own', async () => {
    const send = (team: string) => stack.ask('header', CHAT, { 'x-team': team });
    expect((await send('a')).status).toBe(200);
    expect((await send('b')).status).toBe(200);
    expect((await send('a')).status).toBe(429);
  });

  test('a policy for some models lets others through', async () => {
    const send = (model: string) => stack.ask('mini', { ...CHAT, model });
    expect((await send('gpt-4o-mini')).status).toBe(200);
    expect((await send('gpt-4o-mini')).status).toBe(429);
    expect((await send('gpt-4o')).status).toBe(200);
  });

  test('each model has its own', async () => {
    const send = (model: string) => stack.ask('by_model', { ...CHAT, model });
    expect((await send('a')).status).toBe(200);
    expect((await send('b')).status).toBe(200);
    expect((await send('b')).status).toBe(429);
  });

  test('plugins share counters only when they name the same namespace', async () => {
    expect((await stack.ask('shared_a')).status).toBe(200);
    expect((await stack.ask('shared_b')).status).toBe(429);
    expect((await stack.ask('alone_a')).status).toBe(200);
    expect((await stack.ask('alone_b')).status).toBe(200);
  });
});

describe('headers', () => {
  test('all three families tell of the limit', async () => {
    const response = await stack.ask('settle');
    const { headers } = response;
    expect(headers.get('x-ai-ratelimit-limit-minute-budget')).toBe('1000');
    expect(headers.get('x-ratelimit-limit-tokens')).toBe('1000');
    expect(headers.get('x-ratelimit-reset-tokens')).toMatch(/^1m\ds$/);
    expect(headers.get('ratelimit-policy')).toBe('"budget/total_tokens";q=1000;w=60');
    expect(headers.get('ratelimit')).toMatch(/^"budget\/total_tokens";r=\d+;t=6\d$/);
  });

  test('can be hidden', async () => {
    await stack.ask('hidden');
    const { status, headers } = await stack.ask('hidden');
    expect(status).toBe(429);
    expect([...headers.keys()].filter((name) => /ratelimit|retry-after/.test(name))).toEqual([]);
  });
});

describe('a stream that reaches its budget', () => {
  const open = { model: 'gpt-4o', messages: CHAT.messages, stream: true };
  const events = openaiChatEvents({ text: Array.from({ length: 400 }, (_, i) => `word${i} `) });

  async function read(response: Response): Promise<{ text: string; broken: boolean }> {
    let text = '';
    try {
      for await (const chunk of response.body!) text += Buffer.from(chunk as Uint8Array).toString();
    } catch {
      return { text, broken: true };
    }
    return { text, broken: false };
  }

  test('ends with budget_exceeded, the provider is cancelled, and what was used is charged', async () => {
    stack.upstream.handle(sse(events, { delayMs: 1 }));
    const { text, broken } = await read(await stack.ask('stream', open));
    expect(text).toContain('budget_exceeded');
    expect(text).toContain('policy \\"budget\\"');
    expect(text).not.toContain('[DONE]');
    expect(broken).toBe(true);
    const words = text.match(/word\d+/g)!.length;
    expect(words).toBeGreaterThan(45);
    expect(words).toBeLessThanOrEqual(101);
    expect(await stack.upstream.requests[0]!.over).toBe(true);
    await expect.poll(async () => (await stack.ask('stream', open)).status).toBe(429);
  });

  test('goes on when stop_streams is off', async () => {
    stack.upstream.handle(sse(events));
    const { text, broken } = await read(await stack.ask('unstopped', open));
    expect(broken).toBe(false);
    expect(text).toContain('[DONE]');
    await expect.poll(async () => (await stack.ask('unstopped', open)).status).toBe(429);
  });
});
