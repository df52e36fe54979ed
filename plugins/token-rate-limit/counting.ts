// What the two places that count (this machine's memory and Redis) are asked, and what they answer. Plain JSON.
//
// A counter holds what was used, in whole units (see units.ts), reservations included. Of a `window` counter the use
// lies in numbered buckets, of which the last `keep` count; of a `drain` counter it flows off at `rate`. A reservation
// is use with a lease: a lease that nobody settles or renews runs out, and what it holds is given back.

export interface CounterRef {
  key: string;
  kind: 'window' | 'drain';
  /** `window`: number of the bucket that now falls into. */
  at: number;
  /** `window`: how many buckets count. `drain`: ms for which a clock that went back is waited for. */
  keep: number;
  /** `drain`: units per ms. */
  rate: number;
  /** ms after which an untouched counter may be forgotten. */
  ttl: number;
}

export interface ReserveOp extends CounterRef {
  /** 0 reserves nothing, and is refused when nothing is left. */
  amount: number;
  limit: number;
  /** Counted even when it does not fit, and keeps nothing else from being reserved. */
  force: boolean;
}

export interface SettleOp extends CounterRef {
  /** What was reserved; ended by this. */
  leases: readonly string[];
  /** What was really used. */
  actual: number;
  /** It may have been settled before: what has no lease any more is left as it is. */
  unsure?: boolean;
}

export interface Batch {
  /** ms, by a clock that all who use the counters share: Redis's, or the machine's own that never jumps. */
  now: number;
  /** Unique for ever. */
  leaseId: string;
  leaseUntil: number;
  settle: readonly SettleOp[];
  /** All or, when one that is not forced does not fit, none. */
  reserve: readonly ReserveOp[];
}

export interface Counted {
  /** After the reservation; when nothing was reserved, before. */
  used: number;
  /** `window`: the bucket that counts now, which is ahead of `at` while a clock that went back is waited for. */
  at: number;
  fits: boolean;
  /**
   * When it does not fit: `window`: the bucket in which it would, as far as is known; `drain`: ms until it would.
   * -1: never, it is more than the limit.
   */
  retry: number;
  /** Absent when nothing was reserved. */
  lease?: string;
}

export interface BatchResult {
  /** In the order of `settle`: what is used after it. */
  settled: number[];
  reserved: boolean;
  counted: Counted[];
}

/** `<id>|<bucket>|<amount>`: says what to give back when it runs out. */
export const leaseName = (id: string, bucket: number, amount: number): string => `${id}|${bucket}|${amount}`;

export function readLease(lease: string): { bucket: number; amount: number } {
  const first = lease.indexOf('|');
  const second = lease.indexOf('|', first + 1);
  return { bucket: Number(lease.slice(first + 1, second)), amount: Number(lease.slice(second + 1)) };
}

export interface Renewal {
  key: string;
  lease: string;
  /** ms, by the clock of `Batch.now`. */
  until: number;
  /** As in CounterRef. */
  ttl: number;
}
