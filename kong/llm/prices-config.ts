// The `prices` of a plugin's config: what models cost here, over what is publicly known.
import { z } from 'zod';
import { price, set, text } from '../schema/index.ts';

const perMillion = (what: string) => price().optional().describe(`USD per 1M ${what}.`);

const rates = {
  input: perMillion('prompt tokens'),
  output: perMillion('completion tokens'),
  cache_read: perMillion('prompt tokens read from the provider’s cache; as input when absent'),
  cache_write: perMillion('prompt tokens written to the provider’s cache; as input when absent'),
  cache_write_1h: perMillion('tokens written to the cache for an hour; as cache_write when absent'),
  reasoning: perMillion('reasoning tokens; as output when absent'),
  audio_input: perMillion('audio tokens of the prompt; as input when absent'),
  audio_output: perMillion('audio tokens of the completion; as output when absent'),
};

const entry = z.object({
  provider: text().optional().describe('Only for this provider.'),
  model: text().default('*').describe('Model name; * stands for any characters.'),
  service_tiers: set(text())
    .optional()
    .describe('Only for answers of these service tiers: flex, priority, batch.'),
  ...rates,
  image: price().optional().describe('USD per generated image.'),
  per_request: price().optional().describe('USD per request, besides the tokens.'),
  tiers: z
    .array(z.object({ above: z.int().min(1).describe('Prompts of more tokens than this.'), ...rates }))
    .optional()
    .describe('Prices by length of the prompt. The longest that applies prices the whole request.'),
  multiplier: z.number().min(0).default(1).describe('Multiplies the cost: a discount or a surcharge.'),
});

/** The first entry that matches decides. One without any price scales what is publicly known. */
export const pricesConfig = z.array(entry).default([]);

export type PriceEntry = z.output<typeof entry>;
