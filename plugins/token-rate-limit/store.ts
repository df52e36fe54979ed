// Where counters are kept, as the requests see it: wants and debts go in, leases come out.
import type { Batch, BatchResult } from './counting.ts';
import { newLeaseId } from './lease-id.ts';
import type { Window } from './windows.ts';

export interface Want {
  key: string;
  window: Window;
  amount: number;
  limit: number;
  /** Counted even when it does not fit. */
  force: boolean;
}

export interface Debt {
  key: string;
  window: Window;
  leases: readonly string[];
  actual: number;
  /** See SettleOp. */
  unsure?: boolean;
}

export interface Outcome extends BatchResult {
  /** The store's clock, ms since the epoch. */
  now: number;
}

export interface Store {
  /** In one step, settling first. @throws when it cannot be known whether it was done */
  apply(debts: readonly Debt[], wants: readonly Want[], leaseMs: number): Outcome | Promise<Outcome>;
}

export function toBatch(debts: readonly Debt[], wants: readonly Want[], now: number, leaseMs: number): Batch {
  return {
    now,
    leaseId: newLeaseId(),
    leaseUntil: now + leaseMs,
    settle: debts.map(({ key, window, leases, actual, unsure }) => ({
      key,
      ...window.ref(now),
      leases,
      actual,
      ...(unsure ? { unsure } : {}),
    })),
    reserve: wants.map(({ key, window, amount, limit, force }) => ({
      key,
      ...window.ref(now),
      amount,
      limit,
      force,
    })),
  };
}
