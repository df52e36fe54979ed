// A word in its place as hashed features: itself, itself after the words before it, and the pieces that it is made of.

export const BUCKETS = 1 << 16;
const MASK = BUCKETS - 1;
/** Pieces of one word beyond this say nothing more. */
const MAX_PIECES = 14;

// FNV-1a, 32 bits. http://www.isthe.com/chongo/tech/comp/fnv/
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

export function hashWord(word: string): number {
  let hash = OFFSET;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), PRIME);
  return hash;
}

const fold = (hash: number): number => (hash ^ (hash >>> 16)) & MASK;
const pair = (first: number, second: number, salt: number): number =>
  fold(Math.imul(Math.imul(first, PRIME) ^ second ^ salt, 0x85ebca6b));

/** The bucket of a word after the one before it. @param before, own see hashWord */
export const afterOne = (before: number, own: number): number => pair(before, own, 0x51);
/** The bucket of a word after the one two before it. */
export const afterTwo = (before: number, own: number): number => pair(before, own, 0x52);

/** A number is a number: which one, and after what, teaches nothing. */
export function isNumber(word: string): boolean {
  const first = word.charCodeAt(0);
  return first >= 48 && first <= 57;
}

/** Buckets of a word by itself and of its pieces. @param hash see hashWord */
export function ownBuckets(word: string, hash: number): Int32Array {
  if (isNumber(word)) return new Int32Array(0);
  const buckets = [fold(hash)];
  const size = word.charCodeAt(0) < 0x250 ? 4 : 2;
  const last = word.length <= size ? -1 : Math.min(word.length - size, MAX_PIECES - 1);
  for (let at = 0; at <= last; at++) {
    let piece = at === 0 ? 0x5bd1e995 : OFFSET ^ 0x33;
    for (let k = at; k < at + size; k++) piece = Math.imul(piece ^ word.charCodeAt(k), PRIME);
    buckets.push(fold(piece));
  }
  return Int32Array.from(buckets);
}
