// The `embeddings` record of a plugin's config.
import { z } from 'zod';
import { headerName, httpUrl, ms, secret, text } from '../schema/index.ts';

export const embeddingsConfig = z.object({
  url: httpUrl().describe('Full URL of an OpenAI-compatible endpoint: https://api.openai.com/v1/embeddings.'),
  model: text().describe('The embedding model.'),
  provider: text().default('openai').describe('Whose prices apply.'),
  auth: z.object({
    header_name: headerName().default('authorization').describe('Header that carries the key.'),
    header_value: secret()
      .optional()
      .describe('The header’s whole value (Bearer …), or env://NAME or file:///path that holds it.'),
  }),
  timeout: ms().default(5000).describe('Milliseconds until an answer.'),
  dimensions: z
    .int()
    .min(1)
    .max(16_384)
    .optional()
    .describe('Asks for vectors of this length, where the model can.'),
  encoding_format: z
    .enum(['float', 'base64'])
    .default('float')
    .describe('How vectors travel: base64 is smaller and faster to read, but not every server has it.'),
  cache_bytes: z
    .int()
    .min(0)
    .default(32 * 1024 * 1024)
    .describe('Bytes of vectors kept in the memory of each process; 0 keeps none.'),
});

export type EmbeddingsConfig = z.output<typeof embeddingsConfig>;
