// The built-in embedder: hashed words and pieces of words. It finds questions that are written almost alike; of meaning
// it knows nothing.
import { normalise } from '../../kong/llm/vector.ts';
import { singular } from './text/english.ts';
import type { Reading } from './text/reading.ts';
import { remembered } from './text/remembered.ts';

export const LEXICAL_DIMENSIONS = 384;
const GRAM = 3;
const WORD = 0.5;
const PAIR = 0.2;
/** Of all pieces of a word together; then of its letters, which a slip of the finger leaves as they are. */
const PIECES = 0.6;
const LETTERS = 0.9;

export function lexicalVector({ tokens, asks }: Reading): Float32Array {
  const vector = new Float32Array(LEXICAL_DIMENSIONS);
  add(vector, featureOf(`?${asks}`), PAIR);
  let before: string | undefined;
  for (const token of tokens) {
    const { form, grams, features } = partsOf(token.form);
    const ofPiece = PIECES / Math.sqrt(grams);
    const ofLetter = LETTERS / Math.sqrt(form.length);
    add(vector, features[0]!, WORD);
    for (let i = 1; i < features.length; i += 1) add(vector, features[i]!, i <= grams ? ofPiece : ofLetter);
    if (before !== undefined) add(vector, featureOf(form, featureOf(' ', featureOf(before, PAIRED))), PAIR);
    before = form;
  }
  return normalise(vector) ?? vector;
}

interface Parts {
  form: string;
  grams: number;
  /** Of the word, then of its pieces, then of its letters. */
  features: number[];
}

const partsOf = remembered((word): Parts => {
  const form = singular(word);
  const features = [featureOf(`w${form}`)];
  const padded = ` ${form} `;
  const grams = Math.max(1, padded.length - GRAM + 1);
  for (let at = 0; at < grams; at += 1) features.push(featureOf(`g${padded.slice(at, at + GRAM)}`));
  for (const letter of form) features.push(featureOf(`l${form[0]}${letter}`));
  return { form, grams, features };
});

/** FNV-1a, before it is mixed. @param from of what stands before the text */
function featureOf(text: string, from = 0x811c9dc5): number {
  let hash = from;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

const PAIRED = featureOf('p');

/** One bit of the hash is the sign, so that collisions cancel out on average. */
function add(vector: Float32Array, feature: number, weight: number): void {
  const hash = feature ^ (feature >>> 15);
  const at = (hash >>> 1) % LEXICAL_DIMENSIONS;
  vector[at]! += hash & 1 ? weight : -weight;
}
