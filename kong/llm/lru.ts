// Least recently used cache, bounded by the bytes that its values take.

interface Entry<V> {
  value: V;
  bytes: number;
}

/** What a key and its place in the map take. */
const OVERHEAD = 150;

export class ByteLru<V> {
  private readonly entries = new Map<string, Entry<V>>();
  private maxBytes: number;
  private readonly onEvict: (key: string, value: V) => void;
  private used = 0;

  /** @param maxBytes 0 = keeps nothing. @param onEvict told of what had to make room. */
  constructor(maxBytes: number, onEvict: (key: string, value: V) => void = () => {}) {
    this.maxBytes = maxBytes;
    this.onEvict = onEvict;
  }

  get size(): number {
    return this.entries.size;
  }

  /** Without counting as a use; least recently used first. */
  *values(): IterableIterator<V> {
    for (const { value } of this.entries.values()) yield value;
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
    this.makeRoom();
  }

  resize(maxBytes: number): void {
    this.maxBytes = maxBytes;
    this.makeRoom();
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.used -= entry.bytes;
  }

  private makeRoom(): void {
    for (const [oldest, entry] of this.entries) {
      if (this.used <= this.maxBytes) break;
      this.delete(oldest);
      this.onEvict(oldest, entry.value);
    }
  }
}
