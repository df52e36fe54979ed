// Nearest vectors of one partition. Every vector is looked at, but for most of them only at a sketch of 256 bits: the
// sides of 256 planes on which it lies. Two vectors at an angle θ differ in a share θ/π of them (Charikar, 2002), so
// what differs in too many bits cannot be similar enough. There is no graph to build, and what is deleted is gone.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QuantisedVector } from './entry.ts';

const PLANES = 256;
const WORDS = PLANES / 32;
/** Fewer are compared directly. */
const SKETCH_FROM = 256;
/** Standard deviations of slack: one in some 300,000 similar vectors is missed. */
const SLACK = 4.5;
/** Others have their turn after so many ms; looked at after so many sketches, or products of so many dimensions. */
const TURN_MS = 1;
const SKETCHES_PER_LOOK = 1_024;
const DIMENSIONS_PER_LOOK = 65_536;
/** Vectors of a block. A full one stays where it is, so that growing never copies more than one of them. */
const BLOCK = 512;

export interface Near {
  key: string;
  /** Cosine; within 0.005 of the exact one. */
  similarity: number;
}

export function quantise(vector: Float32Array): QuantisedVector {
  let max = 0;
  for (let i = 0; i < vector.length; i += 1) max = Math.max(max, Math.abs(vector[i]!));
  const scale = max / 127 || 1;
  const bytes = new Int8Array(vector.length);
  for (let i = 0; i < vector.length; i += 1) bytes[i] = Math.round(vector[i]! / scale);
  return { bytes, scale };
}

/** Vectors side by side: the first block grows as needed, the others are full from the beginning. */
class Block {
  data: Int8Array;
  scales: Float32Array;
  sketches: Uint32Array;

  constructor(dimensions: number, capacity: number) {
    this.data = new Int8Array(capacity * dimensions);
    this.scales = new Float32Array(capacity);
    this.sketches = new Uint32Array(capacity * WORDS);
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
  add(key: string, { bytes, scale }: QuantisedVector): void {
    if (bytes.length !== this.dimensions) throw new Error('vectors of one shelf have one length');
    const place = this.places.get(key) ?? this.keys.length;
    const block = this.blockFor(place);
    const at = place % BLOCK;
    this.keys[place] = key;
    this.places.set(key, place);
    block.data.set(bytes, at * this.dimensions);
    block.scales[at] = scale;
    block.sketches.set(sketch(bytes), at * WORDS);
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

  /** At most `count` of those that are at least that similar, most similar first. @param query of unit length */
  async search(query: Float32Array, count: number, threshold: number): Promise<Near[]> {
    const found: Near[] = [];
    if (query.length !== this.dimensions) return found;
    const sketched = this.size >= SKETCH_FROM;
    const own = sketched ? sketch(quantise(query).bytes) : undefined;
    // Both become stricter as more is found: among many that are much alike only a few are worth a product.
    let least = threshold;
    let limit = mostBits(least);
    const perProduct = SKETCHES_PER_LOOK * (this.dimensions / DIMENSIONS_PER_LOOK);
    let until = performance.now() + TURN_MS;
    let work = 0;
    // Entries may come and go while others have their turn: the size is asked anew.
    for (let place = 0; place < this.size; place += 1) {
      work += 1;
      if (work > SKETCHES_PER_LOOK) {
        work = 0;
        if (performance.now() >= until) {
          await nextTurn();
          until = performance.now() + TURN_MS;
          if (place >= this.size) break;
        }
      }
      const { sketches, data, scales } = this.blocks[(place / BLOCK) | 0]!;
      const at = place % BLOCK;
      if (own && isFarther(sketches, at * WORDS, own, limit)) continue;
      work += perProduct;
      const similarity = Math.min(1, dot(query, data, at * this.dimensions) * scales[at]!);
      if (similarity < least) continue;
      insert(found, { key: this.keys[place]!, similarity }, count);
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

/** Of two vectors that are that similar, so many bits of their sketches may differ. */
function mostBits(threshold: number): number {
  const share = Math.acos(Math.min(1, Math.max(-1, threshold))) / Math.PI;
  return Math.floor(PLANES * share + SLACK * Math.sqrt(PLANES * share * (1 - share)) + 1);
}

function dot(query: Float32Array, data: Int8Array, from: number): number {
  // Several sums, which do not wait for one another.
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (const end = query.length - 3; i < end; i += 4) {
    a += query[i]! * data[from + i]!;
    b += query[i + 1]! * data[from + i + 1]!;
    c += query[i + 2]! * data[from + i + 2]!;
    d += query[i + 3]! * data[from + i + 3]!;
  }
  for (; i < query.length; i += 1) a += query[i]! * data[from + i]!;
  return a + b + c + d;
}

function insert(found: Near[], near: Near, count: number): void {
  let at = found.length;
  while (at > 0 && found[at - 1]!.similarity < near.similarity) at -= 1;
  if (at >= count) return;
  found.splice(at, 0, near);
  if (found.length > count) found.pop();
}

/** Whether more than `limit` bits differ. Most that do can be told by the first of them. */
function isFarther(sketches: Uint32Array, at: number, own: Uint32Array, limit: number): boolean {
  let bits = 0;
  for (let word = 0; word < WORDS && bits <= limit; word += 1) {
    let x = sketches[at + word]! ^ own[word]!;
    x -= (x >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
    bits += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return bits > limit;
}

/** For each dimension, the sides of all planes: a set bit is +1, a clear one -1. The same in every process. */
const planes = new Map<number, Int8Array>();

function planesOf(dimensions: number): Int8Array {
  let made = planes.get(dimensions);
  if (!made) {
    made = new Int8Array(dimensions * PLANES);
    let state = 0x9e3779b9;
    for (let i = 0; i < made.length; i += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      made[i] = state & 0x10000 ? 1 : -1;
    }
    planes.set(dimensions, made);
  }
  return made;
}

function sketch(vector: Int8Array): Uint32Array {
  const signs = planesOf(vector.length);
  const sums = new Int32Array(PLANES);
  for (let i = 0; i < vector.length; i += 1) {
    const value = vector[i]!;
    if (value === 0) continue;
    const at = i * PLANES;
    for (let plane = 0; plane < PLANES; plane += 1) sums[plane]! += value * signs[at + plane]!;
  }
  const bits = new Uint32Array(WORDS);
  for (let plane = 0; plane < PLANES; plane += 1)
    if (sums[plane]! > 0) bits[plane >> 5]! |= 1 << (plane & 31);
  return bits;
}
