// What is spent beside the answer counts for money limits, and for no others.
import { expect, test } from 'vitest';
import { GatewayError } from '../../../kong/relay/errors.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import type { SideCall } from '../../../kong/relay/notes.ts';
import { answered, newExchange, request, startStage, usage } from './support/stage.ts';

const DAY = { window: 'day', window_type: 'calendar' };
const EMBEDDING: SideCall = {
  purpose: 'embedding',
  provider: 'openai',
  model: 'embed',
  usage: usage(1_000_000, 0),
};
const JUDGE: SideCall = { purpose: 'judge', provider: 'openai', model: 'judge', usage: usage(1_000_000, 0) };

const CONFIG = {
  policies: [
    {
      name: 'all',
      partition_by: ['none'],
      limits: [
        { unit: 'cost_usd', limit: 100, ...DAY },
        { unit: 'total_tokens', limit: 10_000_000, ...DAY },
      ],
    },
    {
      name: 'embeddings',
      match: { model: ['embed*'] },
      partition_by: ['none'],
      limits: [{ unit: 'cost_usd', limit: 100, ...DAY }],
    },
  ],
  prices: [
    { model: 'gpt-4o', input: 1, output: 1 },
    { model: 'embed', input: 2 },
    { model: 'judge', input: 3 },
  ],
};

type Stage = ReturnType<typeof startStage>;

/** What is left of the day, as another request sees it. */
async function left(stage: Stage, model: string, name: string): Promise<number> {
  const exchange = newExchange();
  const choice = { target: 't', provider: 'openai', model };
  await request(stage, (made) => answered(made, usage(0, 0), choice), exchange);
  return Number(exchange.responseHeaders[`x-ai-ratelimit-remaining-day-${name}`]);
}

const tokensLeft = (stage: Stage) => left(stage, 'gpt-4o', 'all-total_tokens');

test('embeddings and judges cost what they cost, beside the answer', async () => {
  const stage = startStage(CONFIG);
  const exchange = newExchange();
  await request(
    stage,
    async (made) => {
      made.sideCalls.push(EMBEDDING, JUDGE);
      await answered(made, usage(1_000_000, 1_000_000));
    },
    exchange,
  );
  expect(exchange.responseHeaders['x-ai-ratelimit-remaining-day-all'], 'told with the answer').toBe('93');
  expect(await left(stage, 'gpt-4o', 'all')).toBe(100 - 2 - 2 - 3);
  expect(await left(stage, 'embed', 'embeddings'), 'a budget of one model has that alone').toBe(98);
  expect(await tokensLeft(stage), 'the client has not used their tokens').toBe(8_000_000);
});

test('also when no provider gave the answer: it came from the cache, or the guard refused it', async () => {
  const stage = startStage(CONFIG);
  await request(stage, (exchange) => {
    exchange.sideCalls.push(EMBEDDING);
    exchange.notes.cache = { status: 'Hit', tier: 'semantic' };
    exchange.usage = usage(10, 10);
  });
  expect(await left(stage, 'gpt-4o', 'all')).toBe(98);
  const error = await request(stage, (exchange) => {
    exchange.sideCalls.push(JUDGE);
    throw new GatewayError('pii_blocked');
  });
  expect(error?.code).toBe('pii_blocked');
  expect(await left(stage, 'gpt-4o', 'all')).toBe(95);
  expect(await tokensLeft(stage)).toBe(10_000_000);
});

test('discarded attempts and hedges are attempts, and are not charged twice', async () => {
  const stage = startStage(CONFIG);
  const choice = { target: 'a', provider: 'openai', model: 'gpt-4o' };
  await request(stage, async (exchange: Exchange) => {
    await exchange.beforeAttempt(choice);
    const wasted = { ...choice, startedAt: 0, code: 'provider_timeout', usage: usage(1_000_000, 0) };
    exchange.attempts.push(wasted);
    exchange.sideCalls.push({ ...choice, purpose: 'discarded', usage: usage(1_000_000, 0) });
    await answered(exchange, usage(1_000_000, 0));
  });
  expect(await left(stage, 'gpt-4o', 'all')).toBe(98);
});

test('a budget that was overdrawn so refuses the next request', async () => {
  const stage = startStage({
    ...CONFIG,
    policies: [{ ...CONFIG.policies[0]!, limits: [{ unit: 'cost_usd', limit: 2, ...DAY }] }],
  });
  const pass = (exchange: Exchange) => answered(exchange, usage(1, 1));
  expect(
    await request(stage, async (exchange) => {
      exchange.sideCalls.push(JUDGE);
      await pass(exchange);
    }),
  ).toBeUndefined();
  expect(await request(stage, pass)).toMatchObject({ code: 'rate_limit_exceeded' });
});
