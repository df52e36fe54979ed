// The reference: what a limit means, said as plainly as can be, from the whole history. Slow, and counts nothing twice
// because it counts nothing: it keeps every charge and adds them up anew each time.

interface Charge {
  bucket: number;
  amount: number;
  /** A reservation's end, until it is settled. */
  until: number | undefined;
  id: string | undefined;
}

export class ModelWindow {
  private charges: Charge[] = [];
  private at: number | undefined;
  private readonly keep: number;

  constructor(keep: number) {
    this.keep = keep;
  }

  used(now: number, at: number): number {
    // A clock that goes back by no more than what is kept stands still; further, and everything was a mistake.
    if (this.at !== undefined && this.at > at && this.at - at > this.keep) {
      for (const charge of this.charges) charge.bucket = -Infinity;
      this.at = at;
    } else this.at = Math.max(this.at ?? at, at);
    this.charges = this.charges.filter(({ until }) => until === undefined || until > now);
    const current = this.at;
    return this.charges
      .filter(({ bucket }) => bucket > current - this.keep && bucket <= current)
      .reduce((sum, { amount }) => sum + amount, 0);
  }

  reserve(id: string, amount: number, until: number): void {
    if (amount > 0) this.charges.push({ bucket: this.at!, amount, until, id });
  }

  settle(id: string, actual: number): void {
    const held = this.charges.find((charge) => charge.id === id);
    const kept = Math.min(held?.amount ?? 0, actual);
    if (held) Object.assign(held, { amount: kept, until: undefined, id: undefined });
    if (actual > kept)
      this.charges.push({ bucket: this.at!, amount: actual - kept, until: undefined, id: undefined });
  }
}

/** A bucket that drains: the water level after each event, by the definition. */
export class ModelBucket {
  private level = 0;
  private last: number | undefined;
  private leases = new Map<string, { amount: number; until: number }>();
  private readonly rate: number;
  private readonly patience: number;

  constructor(rate: number, patience: number) {
    this.rate = rate;
    this.patience = patience;
  }

  used(now: number): number {
    this.last ??= now;
    if (now > this.last) {
      this.level = Math.max(0, this.level - (now - this.last) * this.rate);
      this.last = now;
    } else if (this.last - now > this.patience) this.last = now;
    for (const [id, { amount, until }] of this.leases) {
      if (until > now) continue;
      this.leases.delete(id);
      this.level = Math.max(0, this.level - amount);
    }
    return this.level;
  }

  reserve(id: string, amount: number, until: number): void {
    if (amount === 0) return;
    this.level += amount;
    this.leases.set(id, { amount, until });
  }

  settle(id: string, actual: number): void {
    const held = this.leases.get(id)?.amount ?? 0;
    this.leases.delete(id);
    if (actual < held) this.level = Math.max(0, this.level - (held - actual));
    else this.level += actual - held;
  }
}
