// Soft thresholds: says once when a budget passes one, and again only after it has been well below.
import type { Limit } from './policy.ts';

/** A share of the limit that a budget must fall below a threshold, so that refunds do not make it say so again. */
const REARM = 0.05;
const MAX_BUDGETS = 50_000;

export class SoftThresholds {
  /** Highest threshold that each budget has passed. */
  private readonly passed = new Map<string, number>();

  /** The threshold that has just been passed, as a share, if one has. */
  crossed(limit: Limit, key: string, used: number): number | undefined {
    const { softThresholds } = limit.policy;
    if (softThresholds.length === 0) return;
    const share = used / limit.capacity;
    const before = this.passed.get(key) ?? 0;
    const now = softThresholds.findLast((threshold) => share >= threshold) ?? 0;
    if (now > before) {
      if (this.passed.size >= MAX_BUDGETS) this.passed.clear();
      this.passed.set(key, now);
      return now;
    }
    if (now < before && share < before - REARM) {
      if (now === 0) this.passed.delete(key);
      else this.passed.set(key, now);
    }
    return;
  }
}
