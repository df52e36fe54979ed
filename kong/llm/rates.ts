// What one model costs, whoever says so.

export const RATE_NAMES = [
  'input',
  'output',
  'cache_read',
  'cache_write',
  'cache_write_1h',
  'reasoning',
  'audio_input',
  'audio_output',
] as const;

export type RateName = (typeof RATE_NAMES)[number];

/** USD per 1M tokens. A tier prices the whole request when its prompt has more tokens than `above`. */
export interface Rate {
  base: number;
  tiers: readonly { above: number; price: number }[];
}

export interface Rates {
  tokens: Partial<Record<RateName, Rate>>;
  /** USD each. */
  perRequest?: number;
  image?: number;
}

/** What takes the place of a price that nobody gave. */
const FALLBACK: Partial<Record<RateName, RateName>> = {
  cache_read: 'input',
  cache_write: 'input',
  cache_write_1h: 'cache_write',
  reasoning: 'output',
  audio_input: 'input',
  audio_output: 'output',
};

/** USD per 1M tokens, or undefined when it is not known. */
export function rateFor(rates: Rates, name: RateName, promptTokens: number): number | undefined {
  const rate = rates.tokens[name];
  if (rate) return atLength(rate, promptTokens);
  const fallback = FALLBACK[name];
  return fallback && rateFor(rates, fallback, promptTokens);
}

function atLength({ base, tiers }: Rate, promptTokens: number): number {
  let best = { above: -1, price: base };
  for (const tier of tiers) if (promptTokens > tier.above && tier.above > best.above) best = tier;
  return best.price;
}
