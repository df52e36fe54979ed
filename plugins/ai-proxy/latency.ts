// How fast an upstream has been: peak EWMA for choosing, and the p95 of the times to first token for hedging.

/** A sample loses two thirds of its weight in so many ms. */
const DECAY_MS = 15_000;

/** Rises at once to a slow sample, and comes down with time (as Finagle's peak EWMA does). */
export class PeakEwma {
  private value: number | undefined;
  private at = 0;

  /** @param sample ms. @param now ms since the epoch. */
  add(sample: number, now: number): void {
    const { value } = this;
    if (value === undefined || sample > value) this.value = sample;
    else {
      const keep = this.keep(now);
      this.value = value * keep + sample * (1 - keep);
    }
    this.at = now;
  }

  /** Undefined until there is a sample. Falls with time, so that one that was slow is asked again some day. */
  current(now: number): number | undefined {
    return this.value === undefined ? undefined : this.value * this.keep(now);
  }

  private keep(now: number): number {
    return Math.exp(-Math.max(0, now - this.at) / DECAY_MS);
  }
}

const SAMPLES = 64;
/** A p95 of fewer says nothing. */
const MIN_SAMPLES = 20;

/** The last samples, for a percentile. */
export class Recent {
  private readonly samples: number[] = [];
  private next = 0;

  add(sample: number): void {
    this.samples[this.next] = sample;
    this.next = (this.next + 1) % SAMPLES;
  }

  /** Undefined while there are too few samples. */
  p95(): number | undefined {
    if (this.samples.length < MIN_SAMPLES) return undefined;
    const sorted = [...this.samples].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.95)];
  }
}

/** A sum that forgets: what was added counts half after a minute. */
export class DecayingSum {
  private value = 0;
  private at = 0;

  add(amount: number, now: number): void {
    this.value = this.current(now) + amount;
    this.at = now;
  }

  current(now: number): number {
    return this.value * 2 ** (-Math.max(0, now - this.at) / HALF_LIFE_MS);
  }
}

const HALF_LIFE_MS = 60_000;
