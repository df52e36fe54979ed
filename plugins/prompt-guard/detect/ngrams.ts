// A word in its place as hashed features: itself, itself after the words before it, and the pieces that it is made of.

export const BUCKETS = 1 << 16;
const MASK = BUCKETS - 1;
/** Pieces of one word beyond this say nothing more. */
const MAX_PIECES = 14;
export const MAX_BUCKETS_PER_WORD = 3 + MAX_PIECES;

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
  Math.imul(Math.imul(first, PRIME) ^ second ^ salt, 0x85ebca6b);

/**
 * Writes the buckets of the word at `i` to `out`, without those given twice in a row.
 * @param hashes of all words, see hashWord
 * @returns how many
 */
export function bucketsOf(words: readonly string[], hashes: Int32Array, i: number, out: Int32Array): number {
  const word = words[i]!;
  const own = hashes[i]!;
  let count = 0;
  // A number is a number.
  const first = word.charCodeAt(0);
  if (first >= 48 && first <= 57) return 0;
  out[count++] = fold(own);
  if (i > 0) out[count++] = fold(pair(hashes[i - 1]!, own, 0x51));
  if (i > 1) out[count++] = fold(pair(hashes[i - 2]!, own, 0x52));
  const size = first < 0x250 ? 4 : 2;
  if (word.length <= size) return count;
  const last = Math.min(word.length - size, MAX_PIECES - 1);
  for (let at = 0; at <= last; at++) {
    let hash = at === 0 ? 0x5bd1e995 : OFFSET ^ 0x33;
    for (let k = at; k < at + size; k++) hash = Math.imul(hash ^ word.charCodeAt(k), PRIME);
    out[count++] = fold(hash);
  }
  return count;
}
