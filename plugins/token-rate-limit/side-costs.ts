// What a request costs beside its answer: embeddings for the cache, judges of the guard. Money is money, whoever asked;
// tokens are the client's own, and these are not.
import type { PriceEntry } from '../../kong/llm/prices-config.ts';
import type { AttemptChoice, Exchange } from '../../kong/relay/exchange.ts';
import { priceOf } from './estimate.ts';

export interface SideCost {
  choice: AttemptChoice;
  costUsd: number;
}

/** Without discarded attempts and hedges, which are attempts. What has no price is free. */
export function sideCosts({ sideCalls }: Exchange, prices: readonly PriceEntry[]): SideCost[] {
  return sideCalls.flatMap(({ purpose, provider, model, usage }) => {
    if (usage === undefined || (purpose !== 'embedding' && purpose !== 'judge')) return [];
    const costUsd = priceOf(usage, { provider, model }, prices) ?? 0;
    return costUsd > 0 ? [{ choice: { target: purpose, provider, model }, costUsd }] : [];
  });
}
