// Mixed traffic with known usage, and what it adds up to, counted apart from the code under test.
import { GatewayError } from '../../../kong/relay/errors.ts';
import type { Story } from './support.ts';

export interface Totals {
  requests: number;
  prompt: number;
  completion: number;
  cached: number;
  /** In 1e-12 USD. */
  picos: bigint;
  unpriced: number;
  hits: number;
  blocked: number;
}

interface Model {
  provider: string;
  name: string;
  /** USD per 1M tokens, in millionths: integers, so that the expected sums are exact. */
  rates?: { input: bigint; cached: bigint; output: bigint };
}

const MODELS: Model[] = [
  {
    provider: 'openai',
    name: 'm-large',
    rates: { input: 2_500_000n, cached: 1_250_000n, output: 10_000_000n },
  },
  { provider: 'openai', name: 'm-small', rates: { input: 150_000n, cached: 75_000n, output: 600_000n } },
  {
    provider: 'anthropic',
    name: 'm-other',
    rates: { input: 3_000_000n, cached: 300_000n, output: 15_000_000n },
  },
  { provider: 'openai-compatible', name: 'm-unpriced' },
];

export const PRICES = MODELS.flatMap(({ name, rates }) =>
  rates
    ? [
        {
          model: name,
          input: Number(rates.input) / 1e6,
          cache_read: Number(rates.cached) / 1e6,
          output: Number(rates.output) / 1e6,
        },
      ]
    : [],
);

export const CONSUMERS = ['alice', 'bob', 'carol'];

const zero = (): Totals => ({
  requests: 0,
  prompt: 0,
  completion: 0,
  cached: 0,
  picos: 0n,
  unpriced: 0,
  hits: 0,
  blocked: 0,
});

export interface Traffic {
  stories: Story[];
  all: Totals;
  byModel: Map<string, Totals>;
  byConsumer: Map<string, Totals>;
}

/** The same for the same count: a linear congruential generator instead of chance. */
export function traffic(count: number): Traffic {
  const made: Traffic = { stories: [], all: zero(), byModel: new Map(), byConsumer: new Map() };
  let state = 42;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let index = 0; index < count; index += 1) {
    const consumer = CONSUMERS[next(CONSUMERS.length)]!;
    const model = MODELS[next(MODELS.length)]!;
    const identity = {
      consumer: { id: `id-${consumer}`, username: consumer },
      route: { id: 'r', name: 'chat' },
    };
    const base = { id: `req-${index}`, identity, model: model.name, provider: model.provider };
    const kind = next(100);
    if (kind < 5) {
      const notes = { guard: { verdict: 'blocked' as const, matches: [] } };
      made.stories.push({
        ...base,
        body: { model: model.name },
        notes,
        throws: new GatewayError('invalid_request'),
      });
      add(made, consumer, model.name, { ...zero(), requests: 1, blocked: 1 });
    } else if (kind < 15) {
      made.stories.push({
        ...base,
        body: { model: model.name },
        notes: { cache: { status: 'Hit', tier: 'exact' } },
      });
      add(made, consumer, model.name, { ...zero(), requests: 1, hits: 1 });
    } else {
      const [prompt, completion] = [1 + next(5000), 1 + next(900)];
      const cached = next(3) === 0 ? next(prompt) : 0;
      const usage = { input: { total: prompt, cacheRead: cached }, output: { total: completion } };
      const stream = next(2) === 0 ? { stream: ['x'] } : {};
      made.stories.push({ ...base, usage, ...stream, notes: { cache: { status: 'Miss' } } });
      const { rates } = model;
      const picos = rates
        ? BigInt(prompt - cached) * rates.input +
          BigInt(cached) * rates.cached +
          BigInt(completion) * rates.output
        : 0n;
      add(made, consumer, model.name, {
        ...zero(),
        requests: 1,
        prompt,
        completion,
        cached,
        picos,
        unpriced: rates ? 0 : 1,
      });
    }
  }
  return made;
}

function add({ all, byModel, byConsumer }: Traffic, consumer: string, model: string, more: Totals): void {
  for (const [map, key] of [
    [byModel, model],
    [byConsumer, consumer],
  ] as const) {
    if (!map.has(key)) map.set(key, zero());
    sum(map.get(key)!, more);
  }
  sum(all, more);
}

function sum(into: Totals, more: Totals): void {
  for (const field of [
    'requests',
    'prompt',
    'completion',
    'cached',
    'unpriced',
    'hits',
    'blocked',
  ] as const) {
    into[field] += more[field];
  }
  into.picos += more.picos;
}

/** Written apart from the code under test. */
export function usd(picos: bigint): string {
  const text = picos.toString().padStart(13, '0');
  const decimals = text.slice(-12).replace(/0+$/, '');
  return decimals === '' ? text.slice(0, -12) : `${text.slice(0, -12)}.${decimals}`;
}
