// A vector in 256 bits: the sides of 256 planes on which it lies. Two vectors at an angle θ differ in a share θ/π of
// them (Charikar, 2002), so what differs in too many bits cannot be similar enough. The planes are those of a random
// rotation made of signs and Hadamard transforms (Andoni and others, 2015): n log n sums for n dimensions. Planes of their
// own take 256 n, which for 384 dimensions was nine times as long.

const PLANES = 256;
/** Of a sketch. */
export const WORDS = PLANES / 32;
const HALF = WORDS / 2;
/** Standard deviations of slack: one in some 300,000 similar vectors is missed. */
const SLACK = 4.5;
/** After three any vector is spread over all of them, also one of a few dimensions. */
const ROUNDS = 3;

interface Rotation {
  /** Signs of all rounds. */
  signs: Int8Array;
  /** What is being rotated; used within one call. */
  values: Float64Array;
}

/** By size. The same in every process. */
const rotations = new Map<number, Rotation>();

function rotationFor(dimensions: number): Rotation {
  const size = 2 ** Math.ceil(Math.log2(Math.max(PLANES, dimensions)));
  let made = rotations.get(size);
  if (!made) {
    made = { signs: new Int8Array(size * ROUNDS), values: new Float64Array(size) };
    let state = 0x9e3779b9;
    for (let i = 0; i < made.signs.length; i += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      made.signs[i] = state & 0x10000 ? 1 : -1;
    }
    rotations.set(size, made);
  }
  return made;
}

export function sketch(vector: Int8Array): Int32Array {
  const { signs, values } = rotationFor(vector.length);
  const { length } = values;
  values.set(vector);
  values.fill(0, vector.length);
  for (let from = 0; from < signs.length; from += length) {
    for (let i = 0; i < length; i += 1) values[i]! *= signs[from + i]!;
    transform(values);
  }
  const bits = new Int32Array(WORDS);
  for (let plane = 0; plane < PLANES; plane += 1)
    if (values[plane]! > 0) bits[plane >> 5]! |= 1 << (plane & 31);
  return bits;
}

/** Walsh and Hadamard's, in place. */
function transform(values: Float64Array): void {
  const { length } = values;
  for (let half = 1; half < length; half *= 2) {
    for (let from = 0; from < length; from += 2 * half) {
      for (let i = from; i < from + half; i += 1) {
        const a = values[i]!;
        const b = values[i + half]!;
        values[i] = a + b;
        values[i + half] = a - b;
      }
    }
  }
}

/** Of two vectors that are that similar, so many bits of their sketches may differ. */
export function mostBits(similarity: number): number {
  const share = Math.acos(Math.min(1, Math.max(-1, similarity))) / Math.PI;
  return Math.floor(PLANES * share + SLACK * Math.sqrt(PLANES * share * (1 - share)) + 1);
}

/** The first of the sketches in `[from, to)` that differs from `own` in no more than `limit` bits; `to` when none does. */
export function nextWithin(
  sketches: Int32Array,
  from: number,
  to: number,
  own: Int32Array,
  limit: number,
): number {
  for (let at = from; at < to; at += 1) {
    // Most that differ in more can be told by the first half.
    const bits = halfDiffers(sketches, at * WORDS, own, 0);
    if (bits <= limit && bits + halfDiffers(sketches, at * WORDS + HALF, own, HALF) <= limit) return at;
  }
  return to;
}

/** Bits of four words, added up while they are still in fields of two, four and eight bits. */
function halfDiffers(sketches: Int32Array, at: number, own: Int32Array, word: number): number {
  const a = nibbles(sketches[at]! ^ own[word]!) + nibbles(sketches[at + 1]! ^ own[word + 1]!);
  const b = nibbles(sketches[at + 2]! ^ own[word + 2]!) + nibbles(sketches[at + 3]! ^ own[word + 3]!);
  return Math.imul(bytes(a) + bytes(b), 0x01010101) >>> 24;
}

/** How many bits are set in each four of them. */
function nibbles(x: number): number {
  const pairs = x - ((x >>> 1) & 0x55555555);
  return (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
}

const bytes = (sums: number): number => (sums & 0x0f0f0f0f) + ((sums >>> 4) & 0x0f0f0f0f);
