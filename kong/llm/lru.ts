// Least recently used cache, bounded by the bytes that its values take.

interface Entry<V> {
  value: V;
  bytes: number;
}

/** What a key and its place in the map take. */
const OVERHEAD = 150;

export class ByteLru<V> {
  private readonly entries = new Map<string, Entry<V>>();
  private readonly maxBytes: number;
  private used = 0;

  /** @param maxBytes 0 = keeps nothing. */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.used;
  }

  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  /** A value that is larger than all the room is not kept. */
  set(key: string, value: V, valueBytes: number): void {
    this.delete(key);
    const bytes = valueBytes + OVERHEAD;
    if (bytes > this.maxBytes) return;
    this.entries.set(key, { value, bytes });
    this.used += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.used <= this.maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.used -= entry.bytes;
  }
}
