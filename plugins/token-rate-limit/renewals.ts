// Keeps the leases of requests under way alive, those of this process.
import type { Counted, Renewal } from './counting.ts';
import type { Debt, Want } from './store.ts';

interface Active {
  key: string;
  leaseMs: number;
  ttl: number;
  due: number;
}

/** Often enough to renew the shortest lease (3 s) well before its end. */
const TICK_MS = 500;

export class Renewals {
  /** By lease. Two counters of one batch may have leases of one name. */
  private readonly active = new Map<string, Active[]>();
  private readonly renew: (leases: Renewal[]) => unknown;
  private readonly clock: () => number;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param renew may fail: a lease that ran out is charged whole when it is settled
   * @param clock ms, the one by which leases end
   */
  constructor(renew: (leases: Renewal[]) => unknown, clock: () => number) {
    this.renew = renew;
    this.clock = clock;
  }

  /** Something is under way. */
  get busy(): boolean {
    return this.active.size > 0;
  }

  add(wants: readonly Want[], counted: readonly Counted[], now: number, leaseMs: number): void {
    for (let i = 0; i < counted.length; i += 1) {
      const { lease } = counted[i]!;
      if (lease === undefined) continue;
      const { key, window } = wants[i]!;
      const active = { key, leaseMs, ttl: window.ref(now).ttl, due: this.clock() + leaseMs / 3 };
      const same = this.active.get(lease);
      if (same) same.push(active);
      else this.active.set(lease, [active]);
    }
    if (this.active.size === 0 || this.timer) return;
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.timer.unref();
  }

  remove(debts: readonly Debt[]): void {
    for (const { key, leases } of debts) for (const lease of leases) this.removeOne(lease, key);
  }

  private removeOne(lease: string, key: string): void {
    const same = this.active.get(lease);
    if (!same) return;
    const left = same.length === 1 && same[0]!.key === key ? [] : same.filter((one) => one.key !== key);
    if (left.length === 0) this.active.delete(lease);
    else this.active.set(lease, left);
  }

  private tick(): void {
    if (this.active.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    const now = this.clock();
    const due: Renewal[] = [];
    for (const [lease, same] of this.active) {
      for (const active of same) {
        if (active.due > now) continue;
        active.due = now + active.leaseMs / 3;
        due.push({ key: active.key, lease, until: now + active.leaseMs, ttl: active.ttl + active.leaseMs });
      }
    }
    if (due.length > 0) this.renew(due);
  }
}
