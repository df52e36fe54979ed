// POST /v1/embeddings of the demo model: hashed bags of words, so that texts with common words lie near each other.
import * as z from 'zod';
import { type Endpoint, parse, sendJson } from './http.ts';
import { countWords, hash } from './words.ts';

const DIMENSIONS = 256;
const MAX_DIMENSIONS = 3072;

const Text = z.string().min(1, 'expected a text that is not empty');
const Tokens = z.array(z.int().min(0)).min(1);
const Request = z.looseObject({
  model: z.string().min(1),
  input: z.union(
    [Text, z.array(Text).min(1), Tokens, z.array(Tokens).min(1)],
    'expected a text, an array of texts, or tokens, none of them empty',
  ),
  dimensions: z.int().min(1).max(MAX_DIMENSIONS).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
});

export const embeddings: Endpoint = (body, { response }) => {
  const { model, input, dimensions, encoding_format } = parse(Request, body);
  const texts = textsOf(input);
  const data = texts.map((text, index) => {
    const vector = embed(text, dimensions ?? DIMENSIONS);
    return { object: 'embedding', index, embedding: encoding_format === 'base64' ? base64(vector) : vector };
  });
  const tokens = texts.reduce((sum, text) => sum + countWords(text), 0);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  sendJson(response, 200, { object: 'list', data, model, usage });
};

function textsOf(input: string | (string | number | number[])[]): string[] {
  if (typeof input === 'string') return [input];
  if (typeof input[0] === 'number') return [input.join(' ')];
  return input.map((item) => (Array.isArray(item) ? item.join(' ') : String(item)));
}

/** A unit vector: each word adds 1 or -1 at the place that its hash names. */
export function embed(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  // A text without a word still needs a direction.
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]) {
    const place = hash(word);
    vector[place % dimensions]! += place & 0x8000_0000 ? -1 : 1;
  }
  const length = Math.hypot(...vector);
  if (length > 0) return vector.map((value) => value / length);
  // Words that cancel each other out leave no direction either.
  vector[hash(text) % dimensions] = 1;
  return vector;
}

// 32-bit floats, little-endian, as OpenAI encodes them (its Node client asks for this unless told otherwise).
function base64(vector: number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
