// The stage around a provider that fails, is slow, or is another one than asked for.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { GatewayError } from '../../../kong/relay/errors.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import {
  answered,
  newExchange,
  request,
  settled,
  startStage,
  TestStream,
  testHost,
  testMachine,
  usage,
} from './support/stage.ts';

const HOUR = { window: 'hour', window_type: 'fixed' };
const budget = (limit: object, more: object = {}) => ({
  policies: [{ name: 'budget', partition_by: ['none'], limits: [{ ...HOUR, ...limit }], ...more }],
});

const remaining = (exchange: Exchange, name = 'hour-budget'): number =>
  Number(exchange.responseHeaders[`x-ai-ratelimit-remaining-${name}`]);

/** What is left, by a request that uses nothing. */
async function left(stage: ReturnType<typeof startStage>, name?: string): Promise<number> {
  const exchange = newExchange();
  await request(stage, (made) => answered(made, usage(0, 0)), exchange);
  return remaining(exchange, name);
}

const GPT = { target: 'a', provider: 'openai', model: 'gpt-4o' };
const CLAUDE = { target: 'b', provider: 'anthropic', model: 'claude-sonnet-4' };

afterEach(() => vi.useRealTimers());

describe('failover', () => {
  const stage = () =>
    startStage({
      policies: [
        {
          name: 'openai',
          match: { provider: ['openai'] },
          partition_by: ['none'],
          limits: [{ ...HOUR, unit: 'total_tokens', limit: 1000 }],
        },
        {
          name: 'anthropic',
          match: { provider: ['anthropic'] },
          partition_by: ['none'],
          limits: [{ ...HOUR, unit: 'total_tokens', limit: 1000 }],
        },
      ],
    });

  /** The first choice fails, the second answers. */
  async function failOver(exchange: Exchange): Promise<void> {
    await exchange.beforeAttempt(GPT);
    exchange.attempts.push({ ...GPT, startedAt: 0, endedAt: 1, code: 'provider_error' });
    await answered(exchange, usage(100, 50), CLAUDE);
  }

  test('charges the provider that answered, and gives back what the other was to get', async () => {
    const running = stage();
    const exchange = newExchange();
    expect(await request(running, failOver, exchange)).toBeUndefined();
    expect(exchange.responseHeaders).not.toHaveProperty('x-ai-ratelimit-remaining-hour-openai');
    expect(remaining(exchange, 'hour-anthropic')).toBe(850);
    const after = newExchange();
    await request(running, (made) => answered(made, usage(0, 0), GPT), after);
    expect(remaining(after, 'hour-openai')).toBe(1000);
  });

  test('what a discarded attempt cost is charged to its provider', async () => {
    const running = stage();
    await request(running, async (exchange) => {
      await exchange.beforeAttempt(GPT);
      const attempt = { ...GPT, startedAt: 0, code: 'provider_timeout', usage: usage(30, 20) };
      exchange.attempts.push(attempt);
      await answered(exchange, usage(100, 50), CLAUDE);
    });
    const after = newExchange();
    await request(running, (made) => answered(made, usage(0, 0), GPT), after);
    expect(remaining(after, 'hour-openai')).toBe(950);
  });

  test('a choice whose budget is used up is refused, another is not', async () => {
    const running = stage();
    await request(running, (exchange) => answered(exchange, usage(900, 100), GPT));
    let refused: unknown;
    const error = await request(running, async (exchange) => {
      await exchange.beforeAttempt(GPT).catch((thrown: unknown) => {
        refused = thrown;
      });
      await answered(exchange, usage(1, 1), CLAUDE);
    });
    expect(refused).toMatchObject({ code: 'rate_limit_exceeded' });
    expect(error).toBeUndefined();
  });

  test('a choice that failed and was followed by none holds nothing afterwards', async () => {
    const running = stage();
    await request(running, async (exchange) => {
      await exchange.beforeAttempt(CLAUDE);
      exchange.attempts.push({ ...CLAUDE, startedAt: 0 });
      await exchange.beforeAttempt(GPT);
      exchange.attempts.push({ ...GPT, startedAt: 0, code: 'provider_error' });
      // Reserved already: nothing more is asked for, and what the other held is still to be given back.
      await exchange.beforeAttempt(CLAUDE);
      await answered(exchange, usage(1, 1), CLAUDE);
    });
    const after = newExchange();
    await request(running, (made) => answered(made, usage(0, 0), GPT), after);
    expect(remaining(after, 'hour-openai')).toBe(1000);
  });

  test('what is reserved for a request that is over is given back at once', async () => {
    const running = stage();
    const exchange = newExchange();
    await running.run(exchange, async () => {
      exchange.finish({ kind: 'aborted', status: 499 });
      await exchange.beforeAttempt(GPT);
    });
    await settled();
    const after = newExchange();
    await request(running, (made) => answered(made, usage(0, 0), GPT), after);
    expect(remaining(after, 'hour-openai')).toBe(1000);
  });

  test('two calls of one model at once are reserved and charged once', async () => {
    const running = stage();
    const exchange = newExchange();
    await request(
      running,
      async (made) => {
        await Promise.all([made.beforeAttempt(GPT), made.beforeAttempt(GPT)]);
        await answered(made, usage(10, 10), GPT);
      },
      exchange,
    );
    expect(remaining(exchange, 'hour-openai')).toBe(980);
    await request(running, (made) => answered(made, usage(0, 0), GPT), exchange);
  });
});

describe('what is given back', () => {
  const refund = budget({ unit: 'total_tokens', limit: 1000 });

  test('a request that another stage refuses', async () => {
    const stage = startStage(refund);
    const error = await request(stage, () => {
      throw new GatewayError('provider_rejected');
    });
    expect(error?.code).toBe('provider_rejected');
    expect(await left(stage)).toBe(1000);
  });

  test('a client that leaves before a provider was asked', async () => {
    const stage = startStage(refund);
    await request(stage, () => Promise.reject(new Error('gone')), newExchange(), 'aborted');
    expect(await left(stage)).toBe(1000);
  });

  test('but not one that leaves while the provider works: its prompt is charged', async () => {
    const stage = startStage(refund);
    const leave = async (exchange: Exchange) => {
      await exchange.beforeAttempt(GPT);
      exchange.attempts.push({ ...GPT, startedAt: 0 });
      throw new Error('gone');
    };
    await request(stage, leave, newExchange(), 'aborted');
    expect(await left(stage)).toBeLessThan(1000);
    expect(await left(stage)).toBeGreaterThan(980);
  });

  test.each([
    ['ignore', 1000],
    ['count', 980],
  ])('an answer from the cache with cache_hits: %s', async (cache_hits, expected) => {
    const stage = startStage({ ...refund, cache_hits });
    await request(stage, (exchange) => {
      exchange.notes.cache = { status: 'Hit' };
      exchange.usage = usage(10, 10);
    });
    expect(await left(stage)).toBe(expected);
  });
});

test('a changed config keeps what was counted, another plugin does not see it', async () => {
  const host = testHost('p1');
  const before = startStage(budget({ unit: 'total_tokens', limit: 1000 }), host);
  await request(before, (exchange) => answered(exchange, usage(100, 100)));
  before.close?.();
  expect(await left(startStage(budget({ unit: 'total_tokens', limit: 500 }), host))).toBe(300);
  expect(
    await left(startStage(budget({ unit: 'total_tokens', limit: 500 }), testHost('p2', host.node as never))),
  ).toBe(500);
});

test('relay processes of one machine count together, those of another do not', async () => {
  const machine = testMachine();
  const config = budget({ unit: 'requests', limit: 1 });
  const pass = (exchange: Exchange) => answered(exchange, usage(1, 1));
  expect(await request(startStage(config, testHost('p1', machine)), pass)).toBeUndefined();
  expect(await request(startStage(config, testHost('p1', machine)), pass)).toMatchObject({
    code: 'rate_limit_exceeded',
  });
  expect(await request(startStage(config, testHost('p1')), pass)).toBeUndefined();
});

test('a soft threshold is said once, in the log and as a metric', async () => {
  const host = testHost();
  const stage = startStage(
    budget({ unit: 'total_tokens', limit: 1000 }, { soft_thresholds: [50, 80] }),
    host,
  );
  for (let i = 0; i < 9; i += 1) await request(stage, (exchange) => answered(exchange, usage(50, 50)));
  const said = host.lines.filter(({ msg }) => String(msg).includes('soft threshold'));
  expect(said.map(({ threshold }) => threshold)).toEqual([50, 80]);
  expect(said[0]).toMatchObject({ policy: 'budget', unit: 'total_tokens', limit: 1000 });
  const metrics = await host.metrics.registry.metrics();
  expect(metrics).toContain(
    'kong_ai_limit_soft_threshold_total{policy="budget",unit="total_tokens",threshold="80"} 1',
  );
});

test('notes say for other stages how each limit stands', async () => {
  const stage = startStage(budget({ unit: 'total_tokens', limit: 100 }, { soft_thresholds: [50] }));
  const exchange = newExchange();
  await request(stage, (made) => answered(made, usage(40, 20)), exchange);
  expect(exchange.notes.limits).toEqual([
    { policy: 'budget', unit: 'total_tokens', limit: 100, remaining: 40, state: 'soft' },
  ]);
});

test('nothing that identifies a caller is in a refusal', async () => {
  const stage = startStage({
    policies: [{ name: 'each', limits: [{ ...HOUR, unit: 'requests', limit: 1 }] }],
  });
  const identity = { consumer: { id: 'c-17', username: 'ada' }, ip: '192.0.2.7' };
  await request(stage, (exchange) => answered(exchange, usage(1, 1)), newExchange({ identity }));
  const exchange = newExchange({ identity });
  const error = await request(stage, (made) => answered(made, usage(1, 1)), exchange);
  expect(error?.code).toBe('rate_limit_exceeded');
  expect(`${error?.message} ${JSON.stringify(exchange.responseHeaders)}`).not.toMatch(/c-17|ada|192\.0/);
});

test('a model’s typical answer is learned and reserved for the next', async () => {
  const stage = startStage(budget({ unit: 'completion_tokens', limit: 100_000 }));
  const open = { model: 'gpt-4o', messages: [] };
  for (let i = 0; i < 60; i += 1) {
    await request(stage, (exchange) => answered(exchange, usage(1, 500)), newExchange({ body: open }));
  }
  // What is under way is seen by the next.
  const running = newExchange({ body: open });
  await stage.run(running, () => answered(running, usage(1, 500)));
  expect(await left(stage)).toBe(100_000 - 61 * 500);
});

describe('a stream', () => {
  const open = { model: 'gpt-4o', messages: [], stream: true };

  async function streamed(stage: ReturnType<typeof startStage>, body: object = open) {
    const exchange = newExchange({ body });
    const playing = new TestStream();
    await stage.run(exchange, async () => {
      await answered(exchange, undefined);
      exchange.answer = { kind: 'stream', status: 200, headers: {}, stream: playing.stream };
    });
    playing.start();
    return { exchange, playing };
  }

  test('reserves more in steps, not for each piece', async () => {
    const host = testHost();
    const calls = vi.spyOn(host.node, 'call');
    const stage = startStage(
      { ...budget({ unit: 'total_tokens', limit: 100_000 }), completion_reserve: 100 },
      host,
    );
    const { playing } = await streamed(stage);
    for (let i = 0; i < 2_000; i += 1) {
      playing.say('word');
      if (i % 20 === 0) await Promise.resolve().then(() => settled());
    }
    expect(playing.error).toBeUndefined();
    expect(calls.mock.calls.length).toBeLessThan(12);
  });

  test('is stopped where the budget ends, and names the policy', async () => {
    const stage = startStage({
      ...budget({ unit: 'completion_tokens', limit: 200 }),
      completion_reserve: 100,
    });
    const { exchange, playing } = await streamed(stage);
    let said = 0;
    while (!playing.error && said < 1_000) {
      playing.say(' the');
      said += 1;
      await Promise.resolve();
      if (said % 10 === 0) await settled();
    }
    expect(playing.error).toMatchObject({ code: 'budget_exceeded', status: 429 });
    expect(playing.error!.message).toContain('policy "budget"');
    expect(playing.cancelled).toBe(playing.error);
    expect(said).toBe(201);
    exchange.finish({ kind: 'failed', status: 200 });
    await settled();
    expect(await request(stage, (made) => answered(made, usage(0, 0)))).toMatchObject({
      code: 'rate_limit_exceeded',
    });
  });

  test('money ends a stream too', async () => {
    const stage = startStage({
      ...budget({ unit: 'cost_usd', limit: 0.2 }),
      completion_reserve: 50,
      prices: [{ model: '*', input: 0, output: 1000 }],
    });
    const { playing } = await streamed(stage);
    for (let i = 0; i < 400 && !playing.error; i += 1) {
      playing.say('word');
      if (i % 10 === 0) await settled();
    }
    expect(playing.error?.code).toBe('budget_exceeded');
    expect(playing.text.match(/word/g)!.length).toBeGreaterThanOrEqual(190);
  });

  test('that keeps to its max_tokens is never stopped', async () => {
    const stage = startStage(budget({ unit: 'completion_tokens', limit: 50 }));
    const { playing } = await streamed(stage, { ...open, max_tokens: 50 });
    // An estimate may take it for more.
    for (let i = 0; i < 50; i += 1) playing.say('a longer piece of text');
    await settled();
    playing.say('.');
    expect(playing.error).toBeUndefined();
  });

  test('that is only logged is never stopped', async () => {
    const stage = startStage({
      ...budget({ unit: 'completion_tokens', limit: 50 }, { action: 'log' }),
      completion_reserve: 10,
    });
    const { playing } = await streamed(stage);
    for (let i = 0; i < 200; i += 1) {
      playing.say('word');
      if (i % 10 === 0) await settled();
    }
    expect(playing.error).toBeUndefined();
  });

  test('renews what it holds for as long as it runs', async () => {
    vi.useFakeTimers();
    const stage = startStage({ ...budget({ unit: 'concurrent_requests', limit: 1 }), reservation_ttl: 3 });
    const exchange = newExchange();
    await stage.run(exchange, () => answered(exchange, usage(1, 1)));
    await vi.advanceTimersByTimeAsync(60_000);
    const other = newExchange();
    await expect(stage.run(other, () => answered(other, usage(1, 1)))).rejects.toMatchObject({
      code: 'rate_limit_exceeded',
    });
    exchange.finish({ kind: 'complete', status: 200 });
    await vi.advanceTimersByTimeAsync(10);
    const next = newExchange();
    await stage.run(next, () => answered(next, usage(1, 1)));
  });
});
