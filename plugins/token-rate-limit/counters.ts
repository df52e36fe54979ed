// Counting in memory. The same algorithm as script.ts, step by step; both are tested against one model.
import {
  type Batch,
  type BatchResult,
  type Counted,
  type CounterRef,
  leaseName,
  type Renewal,
  type ReserveOp,
  readLease,
  type SettleOp,
} from './counting.ts';

interface Counter {
  used: number;
  /** `window`: the latest bucket; `drain`: the time of the last flow, ms. */
  at: number;
  buckets: Map<number, number>;
  /** Lease to its end. */
  leases: Map<string, number>;
  /** Not after the end of any lease. */
  firstEnd: number;
  forgetAt: number;
}

/** Counters of partitions that come and go (client addresses) must not pile up: past this many, stale ones go at once. */
const MANY = 100_000;
const SWEEP_MS = 60_000;

export class Counters {
  private readonly counters = new Map<string, Counter>();
  private sweepAt = 0;

  apply(batch: Batch): BatchResult {
    this.sweep(batch.now);
    const settled = batch.settle.map((op) => this.settle(op, batch.now));
    const looked = batch.reserve.map((op) => this.look(op, batch.now));
    const reserved = looked.every(({ fits }, i) => fits || batch.reserve[i]!.force);
    if (!reserved || looked.length === 0) return { settled, reserved, counted: looked };
    return { settled, reserved, counted: looked.map((seen, i) => this.take(batch.reserve[i]!, seen, batch)) };
  }

  /** Leases that are still there last until then. */
  renew(leases: readonly Renewal[]): void {
    for (const { key, lease, until } of leases) {
      const counter = this.counters.get(key);
      if (!counter?.leases.has(lease)) continue;
      counter.leases.set(lease, until);
      counter.forgetAt = Math.max(counter.forgetAt, until);
    }
  }

  /** Keys that begin so. */
  names(prefix: string): string[] {
    return [...this.counters.keys()].filter((key) => key.startsWith(prefix));
  }

  /** How many reservations a counter holds. */
  reservations(key: string): number {
    return this.counters.get(key)?.leases.size ?? 0;
  }

  reset(key: string): boolean {
    return this.counters.delete(key);
  }

  private look(op: ReserveOp, now: number): Counted {
    const counter = this.present(op, now);
    touch(counter, op, now);
    const { used, at } = counter;
    const fits = used + op.amount <= op.limit && (op.amount > 0 || used < op.limit);
    return { used, at, fits, retry: fits ? 0 : retryOf(counter, op) };
  }

  private take(op: ReserveOp, seen: Counted, { now, leaseId, leaseUntil }: Batch): Counted {
    if (op.amount === 0) return seen;
    const counter = this.counters.get(op.key)!;
    const bucket = op.kind === 'window' ? counter.at : 0;
    const lease = leaseName(leaseId, bucket, op.amount);
    add(counter, op, op.amount);
    counter.leases.set(lease, leaseUntil);
    counter.firstEnd = Math.min(counter.firstEnd, leaseUntil);
    touch(counter, op, now);
    counter.forgetAt = Math.max(counter.forgetAt, leaseUntil);
    return { used: counter.used, at: seen.at, fits: seen.fits, retry: seen.retry, lease };
  }

  /** Refunds go back to where they were taken, charges go where the clock is. */
  private settle(op: SettleOp, now: number): number {
    const counter = this.present(op, now);
    let open = op.actual;
    let lost = false;
    for (const lease of op.leases) {
      if (!counter.leases.delete(lease)) {
        lost = true;
        continue;
      }
      const { bucket, amount } = readLease(lease);
      const kept = Math.min(amount, open);
      open -= kept;
      giveBack(counter, op, bucket, amount - kept);
    }
    if (open > 0 && !(lost && op.unsure)) add(counter, op, open);
    touch(counter, op, now);
    return counter.used;
  }

  /** The counter as it is now: what has run out is gone. */
  private present(op: CounterRef, now: number): Counter {
    let counter = this.counters.get(op.key);
    if (!counter) {
      const at = op.kind === 'window' ? op.at : now;
      counter = { used: 0, at, buckets: new Map(), leases: new Map(), firstEnd: Infinity, forgetAt: 0 };
      this.counters.set(op.key, counter);
    }
    if (op.kind === 'window') advance(counter, op);
    else drain(counter, op, now);
    if (counter.firstEnd <= now) endLeases(counter, op, now);
    return counter;
  }

  private sweep(now: number): void {
    if (now < this.sweepAt && this.counters.size < MANY && this.sweepAt - now <= SWEEP_MS) return;
    this.sweepAt = now + (this.counters.size < MANY ? SWEEP_MS : SWEEP_MS / 60);
    for (const [key, { forgetAt }] of this.counters) if (forgetAt <= now) this.counters.delete(key);
  }
}

/** A counter that drains is needed until it is empty. */
function touch(counter: Counter, { kind, ttl, rate }: CounterRef, now: number): void {
  const needed = kind === 'drain' ? ttl + Math.ceil(counter.used / rate) : ttl;
  counter.forgetAt = Math.max(counter.forgetAt, now + needed);
}

function advance(counter: Counter, { at, keep }: CounterRef): void {
  const ahead = counter.at - at;
  if (ahead === 0) return;
  // A clock that went back is waited for, so that nobody gets a window twice; but not for ever: one that was so far
  // ahead was wrong.
  if (ahead > 0 && ahead <= keep) return;
  if (ahead > 0 || -ahead >= keep) {
    counter.used = 0;
    counter.buckets.clear();
  } else {
    for (let bucket = counter.at - keep + 1; bucket <= at - keep; bucket += 1) {
      counter.used -= counter.buckets.get(bucket) ?? 0;
      counter.buckets.delete(bucket);
    }
  }
  counter.at = at;
}

function drain(counter: Counter, { rate, keep }: CounterRef, now: number): void {
  const passed = now - counter.at;
  if (passed < 0 && -passed <= keep) return;
  if (passed > 0) counter.used = Math.max(0, counter.used - passed * rate);
  counter.at = now;
}

function endLeases(counter: Counter, op: CounterRef, now: number): void {
  counter.firstEnd = Infinity;
  for (const [lease, end] of counter.leases) {
    if (end > now) {
      counter.firstEnd = Math.min(counter.firstEnd, end);
      continue;
    }
    counter.leases.delete(lease);
    const { bucket, amount } = readLease(lease);
    giveBack(counter, op, bucket, amount);
  }
}

function add(counter: Counter, { kind }: CounterRef, amount: number): void {
  counter.used += amount;
  if (kind === 'window') counter.buckets.set(counter.at, (counter.buckets.get(counter.at) ?? 0) + amount);
}

function giveBack(counter: Counter, { kind, keep }: CounterRef, bucket: number, amount: number): void {
  if (kind === 'drain') {
    counter.used = Math.max(0, counter.used - amount);
    return;
  }
  if (bucket <= counter.at - keep || bucket > counter.at) return;
  const held = counter.buckets.get(bucket) ?? 0;
  const back = Math.min(amount, held);
  counter.used -= back;
  counter.buckets.set(bucket, held - back);
}

function retryOf(counter: Counter, { kind, keep, rate, amount, limit }: ReserveOp): number {
  if (amount > limit) return -1;
  const excess = counter.used + amount - limit;
  if (kind === 'drain') return Math.ceil(excess / rate);
  let freed = 0;
  for (let bucket = counter.at - keep + 1; bucket <= counter.at; bucket += 1) {
    freed += counter.buckets.get(bucket) ?? 0;
    if (freed > 0 && freed >= excess) return bucket + keep;
  }
  return counter.at + keep;
}
