// The questions that this process knows of, by partition, bounded by bytes.
import { ByteLru } from '../../../kong/llm/lru.ts';
import type { EntryMeta, QuantisedVector } from './entry.ts';
import type { Candidate } from './index.ts';
import { VectorShelf } from './vectors.ts';

/** So many are looked at by the gate. */
const CANDIDATES = 8;
/** Strings and objects of an entry, beside its texts. */
const OVERHEAD = 600;

interface Kept<P> {
  meta: EntryMeta;
  payload: P;
}

/** @typeParam P what is kept beside the question */
export class LocalIndex<P> {
  private readonly entries: ByteLru<Kept<P>>;
  private readonly shelves = new Map<string, VectorShelf>();

  constructor(maxBytes: number) {
    this.entries = new ByteLru(maxBytes, (_key, kept) => this.unshelve(kept.meta));
  }

  get size(): number {
    return this.entries.size;
  }

  resize(maxBytes: number): void {
    this.entries.resize(maxBytes);
  }

  get bytes(): number {
    return this.entries.bytes;
  }

  get(key: string): Kept<P> | undefined {
    return this.entries.get(key);
  }

  *metas(): IterableIterator<EntryMeta> {
    for (const { meta } of this.entries.values()) yield meta;
  }

  set(meta: EntryMeta, payload: P, payloadBytes: number): void {
    this.delete(meta.key);
    const { vector, ...rest } = meta;
    const bytes =
      payloadBytes +
      OVERHEAD +
      meta.question.length * 2 +
      (vector ? VectorShelf.bytesPer(vector.bytes.length) : 0);
    // On the shelf first: what is too large for the whole cache is taken off again by the eviction below.
    if (vector) this.shelve(meta);
    this.entries.set(meta.key, { meta: rest, payload }, bytes);
    if (vector && !this.entries.get(meta.key)) this.unshelve(meta);
  }

  delete(key: string): void {
    const kept = this.entries.get(key);
    if (!kept) return;
    this.entries.delete(key);
    this.unshelve(kept.meta);
  }

  /** Whether there is anything to compare with. */
  has(partition: string, embedder: string): boolean {
    return this.shelves.has(shelfName(partition, embedder));
  }

  async near(
    partition: string,
    embedder: string,
    vector: Float32Array,
    threshold: number,
    quantised?: QuantisedVector,
  ): Promise<Candidate[]> {
    const shelf = this.shelves.get(shelfName(partition, embedder));
    const found = (await shelf?.search(vector, CANDIDATES, threshold, quantised)) ?? [];
    return found.flatMap(({ key, similarity }) => {
      const meta = this.entries.get(key)?.meta;
      return meta ? [{ key, similarity, question: meta.question }] : [];
    });
  }

  private shelve({ key, partition, embedder = '', vector }: EntryMeta): void {
    const name = shelfName(partition, embedder);
    let shelf = this.shelves.get(name);
    if (!shelf) {
      shelf = new VectorShelf(vector!.bytes.length);
      this.shelves.set(name, shelf);
    }
    shelf.add(key, vector!);
  }

  private unshelve({ key, partition, embedder }: EntryMeta): void {
    if (embedder === undefined) return;
    const name = shelfName(partition, embedder);
    const shelf = this.shelves.get(name);
    shelf?.delete(key);
    if (shelf?.size === 0) this.shelves.delete(name);
  }
}

const shelfName = (partition: string, embedder: string): string => `${partition} ${embedder}`;
