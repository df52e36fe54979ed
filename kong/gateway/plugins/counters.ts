// Counters with a time of expiry, in memory: what Kong's `local` policy keeps in a shared dictionary.

/** Above this many live counters the expired ones are dropped before a new one is made. */
const PRUNE_AT = 10_000;

export class Counters {
  private readonly counters = new Map<string, { value: number; expiresAt: number }>();

  get(key: string, now: number): number {
    const counter = this.counters.get(key);
    return counter && counter.expiresAt > now ? counter.value : 0;
  }

  /** `expiresAt` in unix ms. */
  add(key: string, amount: number, now: number, expiresAt: number): void {
    const value = this.get(key, now) + amount;
    if (this.counters.size >= PRUNE_AT && !this.counters.has(key)) this.prune(now);
    this.counters.set(key, { value, expiresAt });
  }

  private prune(now: number): void {
    for (const [key, counter] of this.counters) if (counter.expiresAt <= now) this.counters.delete(key);
  }
}
