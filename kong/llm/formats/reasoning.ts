// Reasoning is asked for by an effort or by a budget of tokens. Where a provider knows only the other of the two, these
// tables translate; no provider documents an equivalence, so the steps are ours (each twice to four times the last).
const BUDGETS: readonly (readonly [effort: string, tokens: number])[] = [
  ['minimal', 1_024],
  ['low', 2_048],
  ['medium', 8_192],
  ['high', 16_384],
  ['xhigh', 32_768],
  ['max', 32_768],
];

/** Undefined for an effort that nobody knows, and for `none`. */
export function budgetOf(effort: string | undefined): number | undefined {
  return BUDGETS.find(([name]) => name === effort)?.[1];
}

/** The effort whose budget is the nearest from below; `low` below them all. */
export function effortOf(budget: number | undefined): 'low' | 'medium' | 'high' | undefined {
  if (budget === undefined) return undefined;
  if (budget >= 16_384) return 'high';
  return budget >= 8_192 ? 'medium' : 'low';
}
