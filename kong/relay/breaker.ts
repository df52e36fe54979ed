// Circuit breaker: stops asking what keeps failing, and finds out carefully when it works again.

export interface BreakerOptions {
  /** Failures in a row that open it; 0 = never. */
  failures: number;
  /** Share of failures within the window that opens it, in 0..1; 0 = never. */
  errorRate: number;
  /** Calls within the window below which the rate says nothing. */
  minCalls: number;
  windowMs: number;
  /** How long it stays open before it lets probes through. */
  openMs: number;
  /** Calls at a time, and successes in a row, that close it again. */
  probes: number;
  /** ms; for tests. */
  now?: () => number;
  /** @param told another process has seen it, not this one */
  onChange?: (state: BreakerState, told: boolean) => void;
}

export type BreakerState = 'closed' | 'open' | 'half_open';

/** One admitted call. The first of its methods counts, later ones do nothing; one must be called. */
export interface BreakerPass {
  success(): void;
  failure(): void;
  /** Says nothing of the other side: the caller gave up, or was wrong itself. */
  ignore(): void;
}

export const BREAKER_DEFAULTS = {
  failures: 5,
  errorRate: 0.5,
  minCalls: 20,
  windowMs: 30_000,
  openMs: 10_000,
  probes: 1,
} as const satisfies BreakerOptions;

const BUCKETS = 10;

export class Breaker {
  private readonly options: BreakerOptions;
  private readonly now: () => number;
  private readonly window: Window;
  private current: BreakerState = 'closed';
  /** ms since the epoch until when it stays open. */
  private until = 0;
  /** Another process opened it. */
  private told = false;
  private inARow = 0;
  /** Half open: probes under way, and those that went well. */
  private probing = 0;
  private recovered = 0;
  private probedAt = 0;
  /** Counts changes: what began before one says nothing of the state after it. */
  private era = 0;

  constructor(options: BreakerOptions) {
    this.options = options;
    this.now = options.now ?? Date.now;
    this.window = new Window(options.windowMs / BUCKETS);
  }

  get state(): BreakerState {
    const isOver = this.current === 'open' && this.now() >= this.until;
    if (isOver) this.change('half_open');
    return this.current;
  }

  /** Whether `admit` would admit, for choosing between targets. */
  get admits(): boolean {
    const { state } = this;
    return state === 'closed' || (state === 'half_open' && this.hasRoom());
  }

  /** ms until it may be asked again; 0 when it may be now. */
  get retryInMs(): number {
    return this.state === 'open' ? this.until - this.now() : 0;
  }

  /** ms since the epoch until when it stays open; undefined when it is not. */
  get openUntil(): number | undefined {
    return this.current === 'open' ? this.until : undefined;
  }

  /**
   * Another process has opened its own, and will probe then: this one waits for its word half as long again, so that
   * one process probes, not all of them.
   */
  toldOpen(until: number): void {
    const { failures, errorRate, openMs } = this.options;
    const never = failures === 0 && errorRate === 0;
    if (never || until <= this.now() || (this.state === 'open' && !this.told)) return;
    this.change('open', until + openMs / 2);
  }

  /** The other side works again, another process has found. */
  toldClosed(): void {
    if (this.state !== 'closed') this.change('closed', 0);
  }

  /** Undefined: do not call. */
  admit(): BreakerPass | undefined {
    if (!this.admits) return;
    if (this.current === 'half_open') this.begin();
    const { era } = this;
    let done = false;
    const settle = (then: () => void) => (): void => {
      if (!done && era === this.era) then();
      done = true;
    };
    return {
      success: settle(() => this.succeeded()),
      failure: settle(() => this.failed()),
      ignore: settle(() => {
        if (this.current === 'half_open') this.probing -= 1;
      }),
    };
  }

  /** A probe that takes very long, or that nobody settled, does not keep the next one out. */
  private hasRoom(): boolean {
    return this.probing < this.options.probes || this.now() - this.probedAt >= this.options.openMs;
  }

  private begin(): void {
    this.probing = Math.min(this.probing + 1, this.options.probes);
    this.probedAt = this.now();
  }

  private succeeded(): void {
    if (this.current === 'half_open') {
      this.probing -= 1;
      this.recovered += 1;
      if (this.recovered >= this.options.probes) this.change('closed');
      return;
    }
    this.inARow = 0;
    this.window.add(this.now(), false);
  }

  private failed(): void {
    if (this.current === 'half_open') return this.change('open');
    this.inARow += 1;
    this.window.add(this.now(), true);
    const { failures, errorRate, minCalls } = this.options;
    const { calls, failed } = this.window.sum(this.now());
    const tooMany = failures > 0 && this.inARow >= failures;
    if (tooMany || (errorRate > 0 && calls >= minCalls && failed / calls >= errorRate)) this.change('open');
  }

  /** @param told until when it is open, when another process said so */
  private change(state: BreakerState, told?: number): void {
    this.current = state;
    this.told = told !== undefined;
    this.era += 1;
    this.probing = 0;
    this.recovered = 0;
    this.inARow = 0;
    this.window.clear();
    if (state === 'open') this.until = told ?? this.now() + this.options.openMs;
    this.options.onChange?.(state, this.told);
  }
}

interface Bucket {
  slot: number;
  calls: number;
  failed: number;
}

/** Counts of the last ten slots of time. */
class Window {
  private readonly slotMs: number;
  private buckets: Bucket[] = [];

  constructor(slotMs: number) {
    this.slotMs = slotMs;
  }

  add(now: number, failed: boolean): void {
    const slot = Math.floor(now / this.slotMs);
    let last = this.buckets.at(-1);
    if (last?.slot !== slot) {
      last = { slot, calls: 0, failed: 0 };
      this.buckets.push(last);
      if (this.buckets.length > BUCKETS) this.buckets.shift();
    }
    last.calls += 1;
    if (failed) last.failed += 1;
  }

  sum(now: number): { calls: number; failed: number } {
    const oldest = Math.floor(now / this.slotMs) - BUCKETS;
    const sum = { calls: 0, failed: 0 };
    for (const { slot, calls, failed } of this.buckets) {
      if (slot <= oldest) continue;
      sum.calls += calls;
      sum.failed += failed;
    }
    return sum;
  }

  clear(): void {
    this.buckets = [];
  }
}
