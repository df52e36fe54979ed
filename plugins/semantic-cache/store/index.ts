// What a store is: entries by key, and the questions of a partition by likeness.
import type { CachedAnswer, Entry, EntryMeta, QuantisedVector } from './entry.ts';

export interface Candidate {
  key: string;
  question: string;
  similarity: number;
}

/** Which entries to purge. */
export type PurgeFilter = { by: 'all' } | { by: 'key' | 'partition' | 'tag' | 'consumer'; value: string };

export interface StoreStats {
  strategy: 'memory' | 'redis';
  entries: number;
  /** Of this process. */
  bytes: number;
}

/** Methods reject when the store is not to be reached. */
export interface Store {
  /** The entry, also when it is stale; undefined when there is none, or it cannot be read. */
  get(key: string): Promise<Entry | undefined>;
  /** What is known of the entry now, without waiting. Absent where only a server can tell. */
  current?(key: string): EntryMeta | undefined;
  /** False when `near` would find nothing, whatever the vector. */
  mayHaveAlike(partition: string, embedder: string): boolean;
  /**
   * Questions of the partition that are at least that similar, most similar first.
   * @param quantised the vector once more, where the caller has it already
   */
  near(
    partition: string,
    embedder: string,
    vector: Float32Array,
    threshold: number,
    quantised?: QuantisedVector,
  ): Promise<Candidate[]>;
  put(meta: EntryMeta, answer: CachedAnswer): Promise<void>;
  delete(key: string): Promise<void>;
  /** Returns how many are gone. */
  purge(filter: PurgeFilter): Promise<number>;
  stats(): StoreStats;
  close(): void;
}

export function matches(meta: EntryMeta, filter: PurgeFilter): boolean {
  if (filter.by === 'all') return true;
  if (filter.by === 'tag') return meta.tags.includes(filter.value);
  if (filter.by === 'consumer') return meta.consumer.includes(filter.value);
  return meta[filter.by] === filter.value;
}
