// Public list prices, from https://github.com/pydantic/genai-prices.
import { createRequire } from 'node:module';
import type { ModelPrice } from '@pydantic/genai-prices';
import { RATE_NAMES, type RateName, type Rates } from './rates.ts';

/** Our providers that have another name there. */
const THEIR_NAMES: Readonly<Record<string, string>> = {
  bedrock: 'aws',
  gemini: 'google',
  vertex: 'google',
  xai: 'x-ai',
};

const THEIR_RATES: Readonly<Record<RateName, string>> = {
  input: 'input_mtok',
  output: 'output_mtok',
  cache_read: 'cache_read_mtok',
  cache_write: 'cache_write_mtok',
  cache_write_1h: 'cache_write_1h_mtok',
  reasoning: 'output_reasoning_mtok',
  audio_input: 'input_audio_mtok',
  audio_output: 'output_audio_mtok',
};

type Library = typeof import('@pydantic/genai-prices');
const require = createRequire(import.meta.url);
let library: Library | undefined;

/** Loading takes some 30 ms: call this before the first request comes. */
export function loadPublicPrices(): Library {
  // Required, not imported: who only wants a plugin's schema does not pay for it.
  library ??= require('@pydantic/genai-prices') as Library;
  return library;
}

interface Cached {
  rates: Rates | undefined;
  until: number;
}

/** Some prices depend on the time of day. */
const CACHE_MS = 60_000;
const MAX_CACHED = 1000;
const cache = new Map<string, Cached>();

/** Undefined for what is not known; a provider must be known by its very name. */
export function publicRates(provider: string, model: string): Rates | undefined {
  const key = `${provider}/${model}`;
  const now = Date.now();
  const known = cache.get(key);
  if (known && known.until > now) return known.rates;
  if (cache.size >= MAX_CACHED) cache.clear();
  const rates = lookUp(THEIR_NAMES[provider] ?? provider, model);
  cache.set(key, { rates, until: now + CACHE_MS });
  return rates;
}

function lookUp(provider: string, model: string): Rates | undefined {
  const { calcPrice, findProvider } = loadPublicPrices();
  // It matches loosely: `openai-compatible` is not OpenAI.
  if (findProvider({ providerId: provider })?.id !== provider) return;
  const found = calcPrice({}, model, { providerId: provider });
  return found ? toRates(found.model_price) : undefined;
}

function toRates(price: ModelPrice): Rates {
  const rates: Rates = { tokens: {} };
  for (const name of RATE_NAMES) {
    const value = price[THEIR_RATES[name]];
    if (value === undefined) continue;
    rates.tokens[name] =
      typeof value === 'number'
        ? { base: value, tiers: [] }
        : { base: value.base, tiers: value.tiers.map((tier) => ({ above: tier.start, price: tier.price })) };
  }
  const perThousand = price.requests_kcount;
  if (typeof perThousand === 'number') rates.perRequest = perThousand / 1000;
  return rates;
}
