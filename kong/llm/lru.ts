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
  /**
   * Everything before its place is gone or was used again. A new iterator steps over the places of all that were deleted
   * before it, which in a full cache of 5,000 takes 2 us, and of 100,000 twenty times as much.
   */
  private oldest = this.entries.entries();
  /** Since `oldest` was made: an iterator that is left alone keeps every table alive that the map has outgrown. */
  private removals = 0;

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
    this.remove(key);
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
    this.remove(key);
    this.used -= entry.bytes;
  }

  private remove(key: string): void {
    this.entries.delete(key);
    this.removals += 1;
    if (this.removals <= this.entries.size) return;
    this.oldest = this.entries.entries();
    this.removals = 0;
  }

  private makeRoom(): void {
    while (this.used > this.maxBytes) {
      const { value: next } = this.oldest.next();
      if (next) {
        const [key, { value }] = next;
        this.delete(key);
        this.onEvict(key, value);
      } else this.oldest = this.entries.entries();
    }
  }
}
