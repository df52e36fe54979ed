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
/** What is done before others have their turn: about 1 ms. */
const SKETCHES_PER_TURN = 32_768;
const PRODUCTS_PER_TURN = 800_000;

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

export class VectorShelf {
  private readonly dimensions: number;
  private keys: string[] = [];
  private readonly places = new Map<string, number>();
  private data: Int8Array;
  private scales: Float32Array;
  private sketches: Uint32Array;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.data = new Int8Array(dimensions);
    this.scales = new Float32Array(1);
    this.sketches = new Uint32Array(WORDS);
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
    if (place === this.scales.length) this.grow();
    this.keys[place] = key;
    this.places.set(key, place);
    this.data.set(bytes, place * this.dimensions);
    this.scales[place] = scale;
    this.sketches.set(sketch(bytes), place * WORDS);
  }

  delete(key: string): void {
    const place = this.places.get(key);
    if (place === undefined) return;
    const last = this.keys.length - 1;
    const moved = this.keys[last]!;
    this.keys[place] = moved;
    this.places.set(moved, place);
    this.data.copyWithin(place * this.dimensions, last * this.dimensions, (last + 1) * this.dimensions);
    this.scales[place] = this.scales[last]!;
    this.sketches.copyWithin(place * WORDS, last * WORDS, (last + 1) * WORDS);
    this.keys.pop();
    this.places.delete(key);
  }

  /** At most `count` of those that are at least that similar, most similar first. @param query of unit length */
  async search(query: Float32Array, count: number, threshold: number): Promise<Near[]> {
    if (query.length !== this.dimensions) return [];
    const found: Near[] = [];
    let products = 0;
    for await (const places of this.candidates(query, threshold)) {
      for (const place of places) {
        const key = this.keys[place];
        // Entries may have gone while others had their turn.
        if (key === undefined) continue;
        const similarity = this.dot(query, place);
        if (similarity >= threshold) insert(found, { key, similarity }, count);
        products += this.dimensions;
        if (products < PRODUCTS_PER_TURN) continue;
        products = 0;
        await nextTurn();
      }
    }
    return found;
  }

  private async *candidates(query: Float32Array, threshold: number): AsyncGenerator<number[]> {
    if (this.size < SKETCH_FROM) return yield Array.from({ length: this.size }, (_, place) => place);
    const share = Math.acos(Math.min(1, Math.max(-1, threshold))) / Math.PI;
    const limit = PLANES * share + SLACK * Math.sqrt(PLANES * share * (1 - share)) + 1;
    const own = sketch(quantise(query).bytes);
    for (let from = 0; from < this.size; from += SKETCHES_PER_TURN) {
      if (from > 0) await nextTurn();
      const to = Math.min(this.size, from + SKETCHES_PER_TURN);
      const places: number[] = [];
      for (let place = from; place < to; place += 1)
        if (distance(this.sketches, place * WORDS, own) <= limit) places.push(place);
      yield places;
    }
  }

  private dot(query: Float32Array, place: number): number {
    const { data, dimensions } = this;
    const at = place * dimensions;
    let sum = 0;
    for (let i = 0; i < dimensions; i += 1) sum += query[i]! * data[at + i]!;
    return Math.min(1, sum * this.scales[place]!);
  }

  private grow(): void {
    const capacity = Math.max(4, this.scales.length + (this.scales.length >> 1));
    this.data = grown(this.data, new Int8Array(capacity * this.dimensions));
    this.scales = grown(this.scales, new Float32Array(capacity));
    this.sketches = grown(this.sketches, new Uint32Array(capacity * WORDS));
  }
}

function grown<T extends Int8Array | Float32Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function insert(found: Near[], near: Near, count: number): void {
  let at = found.length;
  while (at > 0 && found[at - 1]!.similarity < near.similarity) at -= 1;
  if (at >= count) return;
  found.splice(at, 0, near);
  if (found.length > count) found.pop();
}

function distance(sketches: Uint32Array, at: number, own: Uint32Array): number {
  let bits = 0;
  for (let word = 0; word < WORDS; word += 1) {
    let x = sketches[at + word]! ^ own[word]!;
    x -= (x >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
    bits += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return bits;
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
