// The built-in embedder: hashed words and pieces of words. It finds questions that are written almost alike; of meaning
// it knows nothing.
import { normalise } from '../../kong/llm/vector.ts';
import { singular } from './text/english.ts';
import type { Reading } from './text/reading.ts';

export const LEXICAL_DIMENSIONS = 384;
const GRAM = 3;
const WORD = 0.5;
const PAIR = 0.2;
/** Of all pieces of a word together; then of its letters, which a slip of the finger leaves as they are. */
const PIECES = 0.6;
const LETTERS = 0.9;

export function lexicalVector({ tokens, asks }: Reading): Float32Array {
  const vector = new Float32Array(LEXICAL_DIMENSIONS);
  const forms = tokens.map(({ form }) => singular(form));
  add(vector, `?${asks}`, PAIR);
  for (const [i, form] of forms.entries()) {
    add(vector, `w${form}`, WORD);
    const padded = ` ${form} `;
    const grams = Math.max(1, padded.length - GRAM + 1);
    for (let at = 0; at < grams; at += 1)
      add(vector, `g${padded.slice(at, at + GRAM)}`, PIECES / Math.sqrt(grams));
    for (const letter of form) add(vector, `l${form[0]}${letter}`, LETTERS / Math.sqrt(form.length));
    if (i > 0) add(vector, `p${forms[i - 1]} ${form}`, PAIR);
  }
  return normalise(vector) ?? vector;
}

/** FNV-1a; one bit of it is the sign, so that collisions cancel out on average. */
function add(vector: Float32Array, feature: string, weight: number): void {
  let hash = 0x811c9dc5;
  for (let i = 0; i < feature.length; i += 1) hash = Math.imul(hash ^ feature.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  const at = (hash >>> 1) % LEXICAL_DIMENSIONS;
  vector[at]! += hash & 1 ? weight : -weight;
}
