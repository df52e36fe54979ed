// The units that limits are in, as the whole numbers that are counted. Whole numbers add up exactly up to 2^53; money
// is counted in nano-dollars, so that 9 million dollars fit and a token of the cheapest model is still many.
export const UNITS = [
  'total_tokens',
  'prompt_tokens',
  'completion_tokens',
  'requests',
  'concurrent_requests',
  'cost_usd',
] as const;

export type Unit = (typeof UNITS)[number];

const NANO = 1e9;
export const MAX_COST_LIMIT_USD = 1e6;
export const MAX_LIMIT = 1e15;

/** From what people write (tokens, requests, US dollars) to what is counted, and back. */
export const toCount = (unit: Unit, value: number): number =>
  Math.round(unit === 'cost_usd' ? value * NANO : value);
export const fromCount = (unit: Unit, count: number): number => (unit === 'cost_usd' ? count / NANO : count);

/** What one request takes, or took. */
export interface Amounts {
  requests: number;
  promptTokens: number;
  completionTokens: number;
  /** US dollars; undefined when the model has no price. */
  costUsd: number | undefined;
}

export const NOTHING: Amounts = { requests: 0, promptTokens: 0, completionTokens: 0, costUsd: 0 };

/** How much of a limit a request takes depends on its prompt. */
export const dependsOnPrompt = (unit: Unit): boolean =>
  unit === 'total_tokens' || unit === 'prompt_tokens' || unit === 'cost_usd';

/** What a request under way holds of a limit. */
export function heldAmount(unit: Unit, amounts: Amounts): number {
  return unit === 'concurrent_requests' ? 1 : usedAmount(unit, amounts);
}

/** What a finished request has used of a limit. */
export function usedAmount(unit: Unit, amounts: Amounts): number {
  switch (unit) {
    case 'requests':
      return amounts.requests;
    case 'prompt_tokens':
      return amounts.promptTokens;
    case 'completion_tokens':
      return amounts.completionTokens;
    case 'total_tokens':
      return amounts.promptTokens + amounts.completionTokens;
    case 'cost_usd':
      return toCount('cost_usd', amounts.costUsd ?? 0);
    case 'concurrent_requests':
      return 0;
  }
}
