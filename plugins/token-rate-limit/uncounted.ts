// Requests under way whose prompts nobody has counted: they hold the most that they can have. Counting a prompt costs
// more than all the rest of the limiter, and far from a limit nobody needs to know. Near it everybody does: then they
// are counted, and what they held too much comes free before anybody is refused.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Wanted } from './entry.ts';

/** A request that can still be counted. */
export interface Holder {
  /** Counts the prompt, once, and gives back what it holds too much. Never rejects. */
  countPrompt(): Promise<void>;
}

/**
 * Of a limit that other processes count against too, what this one's uncounted requests may hold together: others
 * cannot have them counted, and must not be refused for much that nobody uses.
 */
const SHARED_PART = 1 / 64;
/** After a limit was near, prompts are counted at once for so long: asking with the most first would be in vain. */
const NEAR_MS = 1_000;
const MAX_NEAR = 10_000;
/** Budgets without uncounted requests that are kept. */
const MAX_IDLE = 10_000;

interface OfKey {
  holders: Map<Holder, number>;
  amount: number;
}

export class Uncounted {
  private readonly byKey = new Map<string, OfKey>();
  private readonly near = new Map<string, number>();

  /** These may be asked for with the most that the prompt can have. @param shared other processes count there too */
  admits(wanted: readonly Wanted[], shared: boolean): boolean {
    for (const { byPrompt, want } of wanted) {
      if (!byPrompt) continue;
      const until = this.near.get(want.key);
      if (until !== undefined && Date.now() < until) return false;
      if (!shared) continue;
      const held = this.byKey.get(want.key)?.amount ?? 0;
      if (held + want.amount > want.limit * SHARED_PART) return false;
    }
    return true;
  }

  /** They were asked for so, and did not fit. */
  isNear(keys: readonly string[]): void {
    if (this.near.size >= MAX_NEAR) this.near.clear();
    for (const key of keys) this.near.set(key, Date.now() + NEAR_MS);
  }

  add(holder: Holder, key: string, amount: number): void {
    let known = this.byKey.get(key);
    if (!known) {
      known = { holders: new Map(), amount: 0 };
      this.byKey.set(key, known);
    }
    known.holders.set(holder, (known.holders.get(holder) ?? 0) + amount);
    known.amount += amount;
  }

  /** It is over, or counted. @param amount as it was added */
  remove(holder: Holder, key: string, amount: number): void {
    const known = this.byKey.get(key);
    const held = known?.holders.get(holder);
    if (!known || held === undefined) return;
    if (held > amount) known.holders.set(holder, held - amount);
    else known.holders.delete(holder);
    known.amount -= amount;
    // The next request of the same budget comes soon.
    if (known.holders.size === 0 && this.byKey.size > MAX_IDLE) this.byKey.delete(key);
  }

  /** Has all counted that hold something of these. @returns whether there were any */
  async countAll(keys: readonly string[]): Promise<boolean> {
    const holders = new Set(keys.flatMap((key) => [...(this.byKey.get(key)?.holders.keys() ?? [])]));
    const counting: Promise<void>[] = [];
    for (const holder of holders) {
      counting.push(holder.countPrompt());
      // One prompt at a time: a thousand of them are 0.1 s.
      await nextTurn();
    }
    await Promise.all(counting);
    return holders.size > 0;
  }
}
