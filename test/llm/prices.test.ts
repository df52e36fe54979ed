import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addCosts, costOf, NO_COST } from '../../kong/llm/prices.ts';
import { type PriceEntry, pricesConfig } from '../../kong/llm/prices-config.ts';
import type { Usage } from '../../kong/llm/usage.ts';
import { Usd } from '../../kong/llm/usd.ts';
import { parseConfig, toKongSchema } from '../../kong/schema/index.ts';

const config = z.object({ prices: pricesConfig });
const prices = (...entries: Record<string, unknown>[]): readonly PriceEntry[] =>
  parseConfig(config, { prices: entries }).prices;
const tokens = (input: number, output = 0): Usage => ({ input: { total: input }, output: { total: output } });

const CLAUDE: Usage = {
  input: { total: 159_223, noCache: 6, cacheRead: 0, cacheWrite: 159_217 },
  output: { total: 2745 },
};
const GPT: Usage = {
  input: { total: 1_239_328, noCache: 51_232, cacheRead: 1_188_096 },
  output: { total: 12_909 },
};

describe('costOf', () => {
  it('prices cache writes exactly', () => {
    const own = prices({ model: 'm', input: 5, cache_write: 6.25, output: 25 });
    const cost = costOf(CLAUDE, 'm', 'p', own)!;
    expect(cost.total.toUsd()).toBe('1.06376125');
    expect([cost.input, cost.cacheWrite, cost.output].map((part) => part.toUsd())).toEqual([
      '0.00003',
      '0.99510625',
      '0.068625',
    ]);
    expect(costOf(CLAUDE, 'claude-opus-4-5', 'anthropic')!.total.toUsd()).toBe('1.06376125');
  });

  it('prices cache reads exactly', () => {
    const own = prices({ model: 'm', input: 1.25, cache_read: 0.125, output: 10 });
    expect(costOf(GPT, 'm', 'p', own)!.total.toUsd()).toBe('0.341642');
    expect(costOf(GPT, 'gpt-5', 'openai')!.total.toUsd()).toBe('0.341642');
  });

  it('works out what was read afresh when the provider does not say', () => {
    const usage: Usage = { input: { total: 1_239_328, cacheRead: 1_188_096 }, output: { total: 12_909 } };
    expect(costOf(usage, 'gpt-5', 'openai')!.total.toUsd()).toBe('0.341642');
  });

  it('knows what a request itself costs, beside its tokens', () => {
    const some = costOf(tokens(1_000, 100), 'sonar', 'perplexity')!.total.toNumber();
    const twice = costOf(tokens(2_000, 200), 'sonar', 'perplexity')!.total.toNumber();
    // $12 per 1,000 requests, whatever they say.
    expect(2 * some - twice).toBeCloseTo(0.012, 9);
  });

  it('keeps no more names than there is room for, however many clients ask of', () => {
    for (let i = 0; i < 1_100; i += 1) expect(costOf(tokens(1), `no-such-model-${i}`, 'nobody')).toBeNull();
    expect(costOf(GPT, 'gpt-5', 'openai')!.total.toUsd()).toBe('0.341642');
  });

  it.each([
    ['an unknown model', 'no-such-model', 'openai'],
    ['an unknown provider', 'gpt-4o', 'no-such-provider'],
    ['a provider whose name only contains a known one', 'gpt-4o', 'my-openai-compatible'],
  ])('is null for %s', (_, model, provider) => {
    expect(costOf(tokens(1000, 10), model, provider)).toBeNull();
  });

  it('is null when it is not known what was used', () => {
    expect(costOf({ input: {}, output: {} }, 'gpt-4o', 'openai')).toBeNull();
  });

  it('is null when something that was used has no price', () => {
    expect(costOf(tokens(10, 1), 'm', 'p', prices({ model: 'm', input: 1 }))).toBeNull();
    expect(costOf(tokens(10), 'm', 'p', prices({ model: 'm', input: 1 }))!.total.toUsd()).toBe('0.00001');
    expect(
      costOf({ input: {}, output: {} }, 'm', 'p', prices({ model: 'm', input: 1 }), { images: 2 }),
    ).toBeNull();
  });

  it.each([
    ['bedrock', 'us.anthropic.claude-3-5-sonnet-20241022-v2:0'],
    ['azure', 'gpt-4o'],
    ['gemini', 'gemini-2.5-pro'],
    ['mistral', 'mistral-large-latest'],
    ['groq', 'llama-3.3-70b-versatile'],
    ['xai', 'grok-3'],
    ['deepseek', 'deepseek-chat'],
  ])('knows list prices of %s', (provider, model) => {
    expect(costOf(tokens(1000, 1000), model, provider)!.total.toNumber()).toBeGreaterThan(0);
  });

  it('prices the whole request by the length of its prompt', () => {
    expect(costOf(tokens(200_000), 'gemini-2.5-pro', 'gemini')!.total.toUsd()).toBe('0.25');
    expect(costOf(tokens(200_001), 'gemini-2.5-pro', 'gemini')!.total.toUsd()).toBe('0.5000025');
    const own = prices({
      input: 1,
      output: 2,
      tiers: [
        { above: 100, input: 3, output: 4 },
        { above: 10, input: 2 },
      ],
    });
    expect(costOf(tokens(10, 10), 'm', 'p', own)!.total.toUsd()).toBe('0.00003');
    expect(costOf(tokens(11, 10), 'm', 'p', own)!.total.toUsd()).toBe('0.000042');
    expect(costOf(tokens(101, 10), 'm', 'p', own)!.total.toUsd()).toBe('0.000343');
  });

  it('prices reasoning, audio and hour-long cache writes apart, or as what contains them', () => {
    const usage: Usage = {
      input: { total: 1000, cacheWrite: 300, cacheWrite1h: 100, audio: 50 },
      output: { total: 500, reasoning: 200, audio: 30 },
    };
    const all = {
      input: 1,
      output: 10,
      cache_write: 2,
      cache_write_1h: 4,
      reasoning: 20,
      audio_input: 3,
      audio_output: 40,
    };
    const cost = costOf(usage, 'm', 'p', prices(all))!;
    expect(Object.fromEntries(Object.entries(cost).map(([part, usd]) => [part, usd.toUsd()]))).toEqual({
      total: '0.0095',
      input: '0.0008',
      cacheRead: '0',
      cacheWrite: '0.0008',
      output: '0.0039',
      reasoning: '0.004',
      other: '0',
    });
    expect(costOf(usage, 'm', 'p', prices({ input: 1, output: 10 }))!.total.toUsd()).toBe('0.006');
  });

  it('takes the first entry that matches, over list prices', () => {
    const own = prices(
      { provider: 'azure', model: 'gpt-4o*', input: 7, output: 7 },
      { model: 'gpt-4o', service_tiers: ['flex'], multiplier: 0.5 },
      { model: 'gpt-*', multiplier: 1.1 },
    );
    const usage = tokens(1_000_000);
    const usd = (model: string, provider: string, serviceTier?: string): string | undefined =>
      costOf(usage, model, provider, own, { serviceTier })?.total.toUsd();
    expect(usd('gpt-4o', 'azure')).toBe('7');
    expect(usd('gpt-4o', 'openai', 'flex')).toBe('1.25');
    expect(usd('gpt-4o', 'openai', 'default')).toBe('2.75');
    expect(usd('gpt-4o', 'openai')).toBe('2.75');
    expect(usd('claude-opus-4-5', 'anthropic')).toBe('5');
    expect(usd('gpt-own', 'openai')).toBeUndefined();
  });

  it('prices images and requests', () => {
    const own = prices({ image: 0.04, per_request: 0.001 });
    expect(costOf({ input: {}, output: {} }, 'm', 'p', own, { images: 3 })!.total.toUsd()).toBe('0.121');
  });

  it('adds up exactly', () => {
    const own = prices({ input: 0.1 });
    let sum = NO_COST;
    for (let i = 0; i < 1000; i += 1) sum = addCosts(sum, costOf(tokens(1), 'm', 'p', own)!);
    expect(sum.total.toUsd()).toBe('0.0001');
    expect(sum.input.toUsd()).toBe('0.0001');
  });
});

describe('Usd', () => {
  it('writes all decimals and no others', () => {
    expect(Usd.ofPicos(1n).toUsd()).toBe('0.000000000001');
    expect(Usd.ofPicos(-1_500_000_000_000n).toUsd()).toBe('-1.5');
    expect(Usd.ZERO.toUsd()).toBe('0');
    expect(Usd.ofEach(2, 0.005).toUsd()).toBe('0.01');
    expect(JSON.stringify({ cost: Usd.ofEach(1, 1.5) })).toBe('{"cost":1.5}');
  });

  it('multiplies to the nearest picodollar', () => {
    expect(Usd.ofPicos(3n).times(0.5).picos).toBe(2n);
    expect(Usd.ofPicos(10n).times(1.1).picos).toBe(11n);
  });
});

describe('pricesConfig', () => {
  it('can be written as a schema of Kong', () => {
    expect(() => toKongSchema('x', config)).not.toThrow();
    expect(parseConfig(config, {}).prices).toEqual([]);
  });
});
