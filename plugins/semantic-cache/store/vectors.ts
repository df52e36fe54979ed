// Nearest vectors of one partition. Every vector is looked at, but for most of them only at a sketch of 256 bits. There is
// no graph to build, and what is deleted is gone.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QuantisedVector } from './entry.ts';
import { mostBits, nextWithin, sketch, WORDS } from './sketch.ts';

/** Fewer are compared directly. */
const SKETCH_FROM = 256;
/** Others have their turn after so many ms; looked at after so many sketches, or comparisons of so many dimensions. */
const TURN_MS = 1;
const SKETCHES_PER_LOOK = 1_024;
const DIMENSIONS_PER_LOOK = 65_536;
/** Vectors of a block. A full one stays where it is, so that growing never copies more than one of them. */
const BLOCK = 512;
/**
 * The first so many are searched for what is that similar, before all are: where there is enough of it, the others are
 * told by their sketches. Else hundreds of them are compared until the search has become strict.
 */
const FIRST = 1_024;
const ALIKE = 0.99;
/** Dimensions after which a comparison looks whether it is lost. */
const STRIDE = 16;

export interface Near {
  key: string;
  /** Cosine; within 0.005 of the exact one. */
  similarity: number;
}

interface Search {
  query: Float32Array;
  /** Its sketch; absent: everything is compared. */
  own: Int32Array | undefined;
  count: number;
  /** When others have their turn. */
  until: number;
}

export function quantise(vector: Float32Array): QuantisedVector {
  let max = 0;
  for (let i = 0; i < vector.length; i += 1) max = Math.max(max, Math.abs(vector[i]!));
  const scale = max / 127 || 1;
  const bytes = new Int8Array(vector.length);
  for (let i = 0; i < vector.length; i += 1) bytes[i] = Math.round(vector[i]! / scale);
  return { bytes, scale, sketch: undefined };
}

/** Made once for a vector that is looked for and then kept. */
function sketchOf(vector: QuantisedVector): Int32Array {
  vector.sketch ??= sketch(vector.bytes);
  return vector.sketch;
}

/** Vectors side by side: the first block grows as needed, the others are full from the beginning. */
class Block {
  data: Int8Array;
  /** What makes them of unit length: by the scale that they came with they are, but for what rounding has taken. */
  scales: Float32Array;
  sketches: Int32Array;

  constructor(dimensions: number, capacity: number) {
    this.data = new Int8Array(capacity * dimensions);
    this.scales = new Float32Array(capacity);
    this.sketches = new Int32Array(capacity * WORDS);
  }

  get capacity(): number {
    return this.scales.length;
  }

  copyFrom(from: Block): void {
    this.data.set(from.data);
    this.scales.set(from.scales);
    this.sketches.set(from.sketches);
  }
}

export class VectorShelf {
  private readonly dimensions: number;
  private readonly keys: string[] = [];
  private readonly places = new Map<string, number>();
  private readonly blocks: Block[] = [];

  constructor(dimensions: number) {
    this.dimensions = dimensions;
  }

  get size(): number {
    return this.keys.length;
  }

  /** Bytes that one vector takes. */
  static bytesPer(dimensions: number): number {
    return dimensions + 4 + WORDS * 4;
  }

  /** Replaces the vector that has the key. */
  add(key: string, vector: QuantisedVector): void {
    const { bytes } = vector;
    if (bytes.length !== this.dimensions) throw new Error('vectors of one shelf have one length');
    const place = this.places.get(key) ?? this.keys.length;
    const block = this.blockFor(place);
    const at = place % BLOCK;
    this.keys[place] = key;
    this.places.set(key, place);
    block.data.set(bytes, at * this.dimensions);
    block.scales[at] = 1 / Math.sqrt(squareOf(bytes));
    block.sketches.set(sketchOf(vector), at * WORDS);
  }

  delete(key: string): void {
    const place = this.places.get(key);
    if (place === undefined) return;
    const last = this.keys.length - 1;
    const moved = this.keys[last]!;
    this.keys[place] = moved;
    this.places.set(moved, place);
    this.move(last, place);
    this.keys.pop();
    this.places.delete(key);
    if (last % BLOCK === 0) this.blocks.pop();
  }

  /**
   * At most `count` of those that are at least that similar, most similar first.
   * @param query of unit length
   * @param quantised the same, where the caller has it already
   */
  async search(
    query: Float32Array,
    count: number,
    threshold: number,
    quantised?: QuantisedVector,
  ): Promise<Near[]> {
    if (query.length !== this.dimensions) return [];
    const own = this.size >= SKETCH_FROM ? sketchOf(quantised ?? quantise(query)) : undefined;
    const search: Search = { query, own, count, until: performance.now() + TURN_MS };
    if (!own) return this.walk(search, threshold);
    const first = await this.walk(search, Math.max(threshold, ALIKE), FIRST);
    // As many as are wanted: what is less similar than all of them need not be compared.
    return this.walk(search, first.length === count ? first.at(-1)!.similarity : threshold);
  }

  private async walk(search: Search, threshold: number, places = Number.POSITIVE_INFINITY): Promise<Near[]> {
    const { query, own, count } = search;
    const found: Near[] = [];
    // Both become stricter as more is found: among many that are much alike only a few are worth a comparison.
    let least = threshold;
    let limit = mostBits(least);
    const perComparison = SKETCHES_PER_LOOK * (this.dimensions / DIMENSIONS_PER_LOOK);
    let work = 0;
    // Entries may come and go while others have their turn: the size is asked anew.
    for (let place = 0; place < Math.min(this.size, places); ) {
      if (work > SKETCHES_PER_LOOK) {
        work = 0;
        if (performance.now() >= search.until) {
          await nextTurn();
          search.until = performance.now() + TURN_MS;
          continue;
        }
      }
      const block = this.blocks[(place / BLOCK) | 0]!;
      const from = place % BLOCK;
      const start = place - from;
      const end = Math.min(BLOCK, this.size - start);
      const at = own ? nextWithin(block.sketches, from, end, own, limit) : from;
      work += at - from + 1;
      place = start + at + 1;
      if (at === end) {
        place = start + end;
        continue;
      }
      work += perComparison;
      const similarity = cosine(query, block, at, least);
      // Also what is no number, as of a vector of zeros.
      if (!(similarity >= least)) continue;
      insert(found, { key: this.keys[start + at]!, similarity }, count);
      if (found.length < count || found.at(-1)!.similarity <= least) continue;
      least = found.at(-1)!.similarity;
      limit = mostBits(least);
    }
    return found;
  }

  private blockFor(place: number): Block {
    const number = (place / BLOCK) | 0;
    const block = this.blocks[number];
    const needed = (place % BLOCK) + 1;
    if (block && needed <= block.capacity) return block;
    const capacity = number > 0 ? BLOCK : Math.min(BLOCK, Math.max(4, needed + (needed >> 1)));
    const made = new Block(this.dimensions, capacity);
    if (block) made.copyFrom(block);
    this.blocks[number] = made;
    return made;
  }

  private move(from: number, to: number): void {
    const source = this.blocks[(from / BLOCK) | 0]!;
    const target = this.blocks[(to / BLOCK) | 0]!;
    const [i, j] = [from % BLOCK, to % BLOCK];
    const { dimensions } = this;
    target.data.set(source.data.subarray(i * dimensions, (i + 1) * dimensions), j * dimensions);
    target.scales[j] = source.scales[i]!;
    target.sketches.set(source.sketches.subarray(i * WORDS, (i + 1) * WORDS), j * WORDS);
  }
}

/**
 * From the square of the distance, 2 - 2 cos. That only grows from dimension to dimension, so that what is not similar
 * enough is left after a few of them; then what comes back is less than `least`, and no more is known.
 */
function cosine(query: Float32Array, { data, scales }: Block, at: number, least: number): number {
  const { length } = query;
  const scale = scales[at]!;
  const from = at * length;
  const most = 2 - 2 * least;
  let distance = 0;
  let i = 0;
  for (const whole = length - STRIDE; i <= whole && distance <= most; ) {
    // Several sums, which do not wait for one another.
    let [a, b, c, d] = [0, 0, 0, 0];
    for (const end = i + STRIDE; i < end; i += 4) {
      const p = query[i]! - scale * data[from + i]!;
      const q = query[i + 1]! - scale * data[from + i + 1]!;
      const r = query[i + 2]! - scale * data[from + i + 2]!;
      const s = query[i + 3]! - scale * data[from + i + 3]!;
      a += p * p;
      b += q * q;
      c += r * r;
      d += s * s;
    }
    distance += a + b + c + d;
  }
  for (; i < length && distance <= most; i += 1) distance += (query[i]! - scale * data[from + i]!) ** 2;
  return 1 - distance / 2;
}

function squareOf(vector: Float32Array | Int8Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i += 1) sum += vector[i]! * vector[i]!;
  return sum;
}

function insert(found: Near[], near: Near, count: number): void {
  let at = found.length;
  while (at > 0 && found[at - 1]!.similarity < near.similarity) at -= 1;
  if (at >= count) return;
  found.splice(at, 0, near);
  if (found.length > count) found.pop();
}
