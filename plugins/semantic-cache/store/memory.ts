// Answers in the memory of this process, packed, least recently used out first.
import type { CachedAnswer, Entry, EntryMeta } from './entry.ts';
import { isAnswer, pack, unpack } from './entry.ts';
import { type Candidate, matches, type PurgeFilter, type Store, type StoreStats } from './index.ts';
import { LocalIndex } from './local-index.ts';

export class MemoryStore implements Store {
  private readonly index: LocalIndex<Buffer>;

  constructor(maxBytes: number) {
    this.index = new LocalIndex(maxBytes);
  }

  resize(maxBytes: number): void {
    this.index.resize(maxBytes);
  }

  async get(key: string): Promise<Entry | undefined> {
    const kept = this.index.get(key);
    if (!kept) return;
    if (kept.meta.keptUntil <= Date.now()) {
      this.index.delete(key);
      return;
    }
    const cached = await unpack(kept.payload, key, undefined);
    return isAnswer(cached) ? { ...cached, meta: kept.meta } : undefined;
  }

  current(key: string): EntryMeta | undefined {
    return this.index.get(key)?.meta;
  }

  mayHaveAlike(partition: string, embedder: string): boolean {
    return this.index.has(partition, embedder);
  }

  near(partition: string, embedder: string, vector: Float32Array, threshold: number): Promise<Candidate[]> {
    return this.index.near(partition, embedder, vector, threshold);
  }

  async put(meta: EntryMeta, { answer, model }: CachedAnswer): Promise<void> {
    const packed = await pack({ answer, model }, meta.key, undefined);
    this.index.set(meta, packed, packed.length);
  }

  async delete(key: string): Promise<void> {
    this.index.delete(key);
  }

  async purge(filter: PurgeFilter): Promise<number> {
    const keys = [...this.index.metas()].filter((meta) => matches(meta, filter)).map(({ key }) => key);
    for (const key of keys) this.index.delete(key);
    return keys.length;
  }

  stats(): StoreStats {
    return { strategy: 'memory', entries: this.index.size, bytes: this.index.bytes };
  }

  close(): void {}
}
