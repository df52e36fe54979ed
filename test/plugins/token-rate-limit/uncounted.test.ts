// Prompts are counted only when somebody must know: far from a limit the most that they can have is reserved, and near
// it nobody is refused for what others hold too much.
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import * as meter from '../../../kong/relay/meter.ts';
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

vi.mock('../../../kong/relay/meter.ts', { spy: true });
afterEach(() => vi.clearAllMocks());

const TEXT = 'What is the meaning of these words, and who has written them? '.repeat(20);
const BODY = { model: 'gpt-4o', max_tokens: 100, messages: [{ role: 'user', content: TEXT }] };
const prompt = () => newExchange({ body: BODY });
const counts = () => vi.mocked(meter.promptTokens).mock.calls.length;

const EXACT = (await meter.promptTokens(prompt())).tokens;
const MOST = meter.mostPromptTokens(prompt());
const EACH = EXACT + 100;

const budget = (limit: number, more: object = {}) => ({
  policies: [
    {
      name: 'budget',
      partition_by: ['none'],
      limits: [{ unit: 'total_tokens', limit, window: 'day', window_type: 'calendar' }],
      ...more,
    },
  ],
});

/** A request that lasts until it is told to end. */
function hold(stage: ReturnType<typeof startStage>, exchange: Exchange = prompt()) {
  let end = (): void => {};
  const answer = new Promise<void>((resolve) => {
    end = resolve;
  });
  let outcome: 'under way' | 'ended' | string = 'under way';
  const done = stage
    .run(exchange, async () => {
      await exchange.beforeAttempt({ target: 't', provider: 'openai', model: 'gpt-4o' });
      await answer;
      await answered(exchange, usage(EXACT, 100));
    })
    .then(
      () => {
        outcome = 'ended';
      },
      (error: { code?: string }) => {
        outcome = error.code ?? String(error);
      },
    )
    .finally(() => exchange.finish({ kind: 'complete', status: 200 }));
  return { exchange, end, done, outcome: () => outcome };
}

async function rush(stages: readonly ReturnType<typeof startStage>[], count: number) {
  const requests = Array.from({ length: count }, (_, i) => hold(stages[i % stages.length]!));
  await expect
    .poll(() => requests.filter(({ outcome }) => outcome() === 'rate_limit_exceeded').length, {
      timeout: 20_000,
    })
    .toBeGreaterThan(0);
  // All that will be decided is: nothing is under way but providers.
  let before = -1;
  while (before !== requests.filter(({ outcome }) => outcome() === 'under way').length) {
    before = requests.filter(({ outcome }) => outcome() === 'under way').length;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const passed = before;
  for (const { end } of requests) end();
  await Promise.all(requests.map(({ done }) => done));
  await settled();
  return passed;
}

test('the most that a prompt can have is more than it has', () => {
  expect(MOST).toBeGreaterThan(2 * EXACT);
});

test('far from every limit no prompt is counted', async () => {
  const stage = startStage(budget(1_000_000));
  for (let i = 0; i < 10; i += 1) await request(stage, (made) => answered(made, usage(EXACT, 100)), prompt());
  expect(counts()).toBe(0);
});

test('a request that fits only when it is counted passes', async () => {
  const stage = startStage(budget(EACH));
  const exchange = prompt();
  expect(await request(stage, (made) => answered(made, usage(EXACT, 100)), exchange)).toBeUndefined();
  expect(counts()).toBe(1);
  expect(exchange.responseHeaders['x-ai-ratelimit-remaining-day-budget']).toBe('0');
});

test('a request that is larger than the limit itself is told so', async () => {
  const stage = startStage(budget(EACH - 1));
  const error = await request(stage, (made) => answered(made, usage(1, 1)), prompt());
  expect(error).toMatchObject({ code: 'rate_limit_exceeded', message: expect.stringContaining('alone') });
});

describe.each([50, 400])('of 2x as many requests at once, room for %i', (room) => {
  test('lets exactly as many pass in one process, and the first are not counted', async () => {
    const stage = startStage(budget(room * EACH + EACH - 1));
    expect(await rush([stage], 2 * room)).toBe(room);
    const more = prompt();
    await request(stage, (made) => answered(made, usage(0, 0)), more);
    expect(more.responseHeaders['x-ai-ratelimit-remaining-day-budget']).toBe(String(EACH - 1));
  });
});

test('exactly as many pass with a cost limit, whose price is known when the model is', async () => {
  const room = 60;
  const limit = (EACH * room) / 1e6;
  const stage = startStage({
    ...budget(1, { limits: [{ unit: 'cost_usd', limit, window: 'day' }] }),
    prices: [{ model: '*', input: 1, output: 1 }],
  });
  expect(await rush([stage], 150)).toBe(room);
});

test('two processes of one machine: exactly as many, where the limit is not large', async () => {
  const machine = testMachine();
  const node = {
    call: async (...args: [string, string, unknown]) => machine.call(...args),
    listen: () => () => {},
  };
  const stages = [1, 2].map(() => startStage(budget(50 * EACH), { ...testHost('p1'), node }));
  expect(await rush(stages, 200)).toBe(50);
});

test('two processes: of a large limit no more than a sixty-fourth is held too much by each', async () => {
  const machine = testMachine();
  const node = {
    call: async (...args: [string, string, unknown]) => machine.call(...args),
    listen: () => () => {},
  };
  const stages = [1, 2].map(() => startStage(budget(600 * EACH), { ...testHost('p1'), node }));
  const passed = await rush(stages, 700);
  expect(passed).toBeLessThanOrEqual(600);
  expect(passed).toBeGreaterThanOrEqual(600 * (1 - 2 / 64));
});

test('a stream is not stopped for what others hold too much', async () => {
  const stage = startStage({ ...budget(MOST + 100 + 250), completion_reserve: 100 });
  const held = hold(stage);
  await settled();
  const stream = newExchange({ body: { model: 'gpt-4o', messages: [], stream: true } });
  const playing = new TestStream();
  await stage.run(stream, async () => {
    await answered(stream, undefined);
    stream.answer = { kind: 'stream', status: 200, headers: {}, stream: playing.stream };
  });
  expect(counts(), 'both were let in uncounted').toBe(0);
  playing.start();
  for (let i = 0; i < 500; i += 1) {
    playing.say('word');
    if (i % 10 === 0) await settled();
  }
  expect(playing.error).toBeUndefined();
  expect(held.outcome()).toBe('under way');
  held.end();
  await held.done;
  stream.finish({ kind: 'complete', status: 200 });
});

test('action log says that a request is over the limit only when it is', async () => {
  const host = testHost();
  const stage = startStage(budget(EACH, { action: 'log' }), host);
  const said = () => host.lines.filter(({ msg }) => String(msg).includes('over the limit')).length;
  const pass = (exchange: Exchange) => answered(exchange, usage(EXACT, 100));
  expect(await request(stage, pass, prompt())).toBeUndefined();
  expect(said()).toBe(0);
  expect(await request(stage, pass, prompt())).toBeUndefined();
  expect(said()).toBe(1);
});

test('throttle: who waits is counted, and gets in as soon as there is room for what it really takes', async () => {
  const stage = startStage(budget(EACH + 1, { action: 'throttle', max_wait_ms: 10_000 }));
  const first = hold(stage);
  const second = hold(stage);
  await settled();
  first.end();
  await first.done;
  second.end();
  // The day is used up: who is second waits in vain.
  await second.done;
  expect([first.outcome(), second.outcome()]).toEqual(['ended', 'rate_limit_exceeded']);
});
