// What a model call costs: the plugin's own prices first, else public list prices. Unknown is null, never 0.
import { matchesGlob } from './glob.ts';
import type { PriceEntry } from './prices-config.ts';
import { publicRates } from './public-prices.ts';
import { RATE_NAMES, type RateName, type Rates, rateFor } from './rates.ts';
import type { Usage } from './usage.ts';
import { Usd } from './usd.ts';

/** The parts add up to `total`. */
export interface Cost {
  total: Usd;
  /** Prompt tokens read afresh, audio among them. */
  input: Usd;
  cacheRead: Usd;
  cacheWrite: Usd;
  /** Completion tokens without reasoning, audio among them. */
  output: Usd;
  reasoning: Usd;
  /** Images, and what is charged per request. */
  other: Usd;
}

export interface PricedCall {
  /** As the provider's answer says: `flex`, `priority`, … */
  serviceTier?: string | undefined;
  /** Generated images. */
  images?: number;
}

const PARTS = ['input', 'cacheRead', 'cacheWrite', 'output', 'reasoning', 'other'] as const;

export const NO_COST: Cost = costOfParts({});

/**
 * Null when something that was used has no known price, or when it is not known what was used.
 * @param overrides first match decides
 */
export function costOf(
  usage: Usage,
  model: string,
  provider: string,
  overrides: readonly PriceEntry[] = [],
  call: PricedCall = {},
): Cost | null {
  const entry = overrides.find((candidate) => applies(candidate, model, provider, call.serviceTier));
  const rates = (entry && ownRates(entry)) ?? publicRates(provider, model);
  const cost = rates && price(usage, rates, call.images ?? 0);
  return cost ? times(cost, entry?.multiplier ?? 1) : null;
}

export function addCosts(a: Cost, b: Cost): Cost {
  return eachPart((part) => a[part].add(b[part]));
}

function applies(
  entry: PriceEntry,
  model: string,
  provider: string,
  serviceTier: string | undefined,
): boolean {
  if (entry.provider !== undefined && entry.provider !== provider) return false;
  if (entry.service_tiers && !entry.service_tiers.includes(serviceTier ?? 'default')) return false;
  return matchesGlob(entry.model, model);
}

/** Undefined when the entry has no price of its own. */
function ownRates(entry: PriceEntry): Rates | undefined {
  const rates: Rates = { tokens: {} };
  for (const name of RATE_NAMES) {
    const tiers = (entry.tiers ?? []).flatMap(({ above, [name]: price }) =>
      price === undefined ? [] : [{ above, price }],
    );
    const base = entry[name];
    if (base !== undefined) rates.tokens[name] = { base, tiers };
  }
  if (entry.per_request !== undefined) rates.perRequest = entry.per_request;
  if (entry.image !== undefined) rates.image = entry.image;
  const priced =
    Object.keys(rates.tokens).length > 0 || rates.perRequest !== undefined || rates.image !== undefined;
  return priced ? rates : undefined;
}

const NO_TOKENS: Usage = { input: {}, output: {} };

function price(usage: Usage, rates: Rates, images: number): Cost | undefined {
  const { input, output } = usage;
  const nothingKnown = input.total === undefined && output.total === undefined && images === 0;
  if (nothingKnown && rates.perRequest === undefined) return;
  // Images that have a price each: tokens that nobody reported are not what they cost.
  if (usage.estimated && images > 0 && rates.image !== undefined) return price(NO_TOKENS, rates, images);
  const prompt = input.total ?? 0;
  let unknown = false;
  const tokens = (count: number, name: RateName): Usd => {
    if (count <= 0) return Usd.ZERO;
    const rate = rateFor(rates, name, prompt);
    unknown ||= rate === undefined;
    return Usd.ofTokens(count, rate ?? 0);
  };
  const { cacheRead = 0, cacheWrite = 0, cacheWrite1h = 0, audio = 0 } = input;
  const fresh = input.noCache ?? Math.max(0, prompt - cacheRead - cacheWrite);
  const audioIn = Math.min(audio, fresh);
  const { total = 0, reasoning = 0, audio: audioOut = 0 } = output;
  const cost = costOfParts({
    input: tokens(fresh - audioIn, 'input').add(tokens(audioIn, 'audio_input')),
    cacheRead: tokens(cacheRead, 'cache_read'),
    cacheWrite: tokens(cacheWrite - cacheWrite1h, 'cache_write').add(tokens(cacheWrite1h, 'cache_write_1h')),
    output: tokens(total - reasoning - audioOut, 'output').add(tokens(audioOut, 'audio_output')),
    reasoning: tokens(reasoning, 'reasoning'),
    other: Usd.ofEach(1, rates.perRequest ?? 0).add(Usd.ofEach(images, rates.image ?? 0)),
  });
  unknown ||= images > 0 && rates.image === undefined && rates.perRequest === undefined && total === 0;
  return unknown ? undefined : cost;
}

function times(cost: Cost, factor: number): Cost {
  return factor === 1 ? cost : eachPart((part) => cost[part].times(factor));
}

function eachPart(make: (part: (typeof PARTS)[number]) => Usd): Cost {
  return costOfParts(Object.fromEntries(PARTS.map((part) => [part, make(part)])));
}

function costOfParts(parts: Partial<Record<(typeof PARTS)[number], Usd>>): Cost {
  const { input = Usd.ZERO, cacheRead = Usd.ZERO, cacheWrite = Usd.ZERO } = parts;
  const { output = Usd.ZERO, reasoning = Usd.ZERO, other = Usd.ZERO } = parts;
  const total = input.add(cacheRead).add(cacheWrite).add(output).add(reasoning).add(other);
  return { total, input, cacheRead, cacheWrite, output, reasoning, other };
}
