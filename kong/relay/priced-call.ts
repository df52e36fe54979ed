// What of an answered request decides its price besides its tokens.
import type { PricedCall } from '../llm/prices.ts';
import type { PriceEntry } from '../llm/prices-config.ts';
import { bag, objects } from '../llm/slots.ts';
import { SseEvent } from '../llm/sse.ts';
import type { Usage } from '../llm/usage.ts';
import type { Exchange } from './exchange.ts';

/** @param usage see finalUsage @param prices whether service tiers matter */
export function pricedCall(exchange: Exchange, usage: Usage, prices: readonly PriceEntry[]): PricedCall {
  const tiers = prices.some(({ service_tiers }) => service_tiers !== undefined);
  return {
    ...(tiers && { serviceTier: serviceTierOf(exchange, usage) }),
    ...(exchange.format.operation === 'image' && { images: imagesOf(exchange) }),
  };
}

/**
 * The tier that served the request: Anthropic says it within the usage, OpenAI beside it, in each event of a stream (of
 * the Responses API, in the response that the last event has). Else the one that was asked for.
 */
function serviceTierOf({ request, answer, metered }: Exchange, { raw }: Usage): string | undefined {
  const { first, last } = metered.stream ?? {};
  const said = [
    raw,
    answer?.kind === 'whole' ? answer.body : undefined,
    last && bag(last.json).response,
    first && SseEvent.fromBytes(first).json,
    request.body,
  ];
  for (const value of said) {
    const { service_tier: tier } = bag(value);
    if (typeof tier === 'string' && tier !== 'auto') return tier;
  }
  return;
}

/** As many as came; where nobody has read the answer, as many as were asked for. */
function imagesOf({ answer, attempts, request }: Exchange): number {
  if (answer === undefined || !attempts.some(({ status = 0 }) => status >= 200 && status < 300)) return 0;
  if (answer.kind === 'whole') return objects(answer.body.data).length;
  const { n } = request.body;
  return typeof n === 'number' && Number.isSafeInteger(n) && n > 0 ? n : 1;
}
