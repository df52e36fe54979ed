// Where counters are kept, as the requests see it: wants and debts go in, leases come out.
import type { Batch, BatchResult, ReserveOp, SettleOp } from './counting.ts';
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

/**
 * @param now which windows it is counted in, ms since the epoch
 * @param clock by which leases end and buckets drain, ms
 */
export function toBatch(
  debts: readonly Debt[],
  wants: readonly Want[],
  now: number,
  leaseMs: number,
  clock = now,
): Batch {
  return {
    now: clock,
    leaseId: newLeaseId(),
    leaseUntil: clock + leaseMs,
    settle: debts.map((debt) => settleOp(debt, now)),
    reserve: wants.map((want) => reserveOp(want, now)),
  };
}

// Field by field: a spread costs more than all the rest of it.
function settleOp({ key, window, leases, actual, unsure }: Debt, now: number): SettleOp {
  const { kind, at, keep, rate, ttl } = window.ref(now);
  const op: SettleOp = { key, kind, at, keep, rate, ttl, leases, actual };
  if (unsure) op.unsure = true;
  return op;
}

function reserveOp({ key, window, amount, limit, force }: Want, now: number): ReserveOp {
  const { kind, at, keep, rate, ttl } = window.ref(now);
  return { key, kind, at, keep, rate, ttl, amount, limit, force };
}
