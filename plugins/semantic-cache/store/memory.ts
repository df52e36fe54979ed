// Answers in the memory of this process, packed, least recently used out first.
import type { CachedAnswer, Entry, EntryMeta } from './entry.ts';
import { compress, decompress, MIN_COMPRESSED } from './entry.ts';
import { type Candidate, matches, type PurgeFilter, type Store, type StoreStats } from './index.ts';
import { LocalIndex } from './local-index.ts';

interface Packed {
  json: Buffer;
  compressed: boolean;
}

export class MemoryStore implements Store {
  private readonly index: LocalIndex<Packed>;

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
    const { json, compressed } = kept.payload;
    const plain = compressed ? await decompress(json) : json;
    return { ...(JSON.parse(plain.toString('utf8')) as CachedAnswer), meta: kept.meta };
  }

  current(key: string): EntryMeta | undefined {
    return this.index.get(key)?.meta;
  }

  mayHaveAlike(partition: string, embedder: string): boolean {
    return this.index.has(partition, embedder);
  }

  near(...asked: Parameters<Store['near']>): Promise<Candidate[]> {
    return this.index.near(...asked);
  }

  async put(meta: EntryMeta, { answer, model }: CachedAnswer): Promise<void> {
    const json = Buffer.from(JSON.stringify({ answer, model }));
    const compressed = json.length >= MIN_COMPRESSED;
    const packed = { json: compressed ? await compress(json) : json, compressed };
    this.index.set(meta, packed, packed.json.length);
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
