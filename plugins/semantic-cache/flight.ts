// Identical requests that are under way at the same time: the first one asks the provider, the others wait for its
// answer. When it fails, the next in order asks, and the others wait on.
import type { ChatAnswer } from '../../kong/llm/chat.ts';
import { Cancellation } from '../../kong/relay/cancellation.ts';
import type { SharedStream } from './shared-stream.ts';
import type { CachedAnswer } from './store/entry.ts';

export type Turn =
  /** Ask the provider, for all who wait. */
  | { kind: 'lead' }
  | { kind: 'answer'; cached: CachedAnswer }
  | { kind: 'stream'; shared: SharedStream }
  /** Ask the provider for this request alone. */
  | { kind: 'alone' };

interface Waiter {
  /** Takes a stream that has begun; else it waits for the whole answer. */
  streams: boolean;
  resolve(turn: Turn): void;
}

export interface WaitOptions {
  streams: boolean;
  cancellation: Cancellation;
  timeoutMs: number;
  maxWaiting: number;
}

const LEAD: Turn = { kind: 'lead' };
const ALONE: Turn = { kind: 'alone' };

export class Flights {
  private readonly byKey = new Map<string, Flight>();

  get size(): number {
    return this.byKey.size;
  }

  /** Leads when nobody does yet. */
  take(key: string, options: WaitOptions): { flight: Flight; turn: Promise<Turn> | Turn } {
    const known = this.byKey.get(key);
    if (known) return { flight: known, turn: known.wait(options) };
    const flight: Flight = new Flight(() => {
      if (this.byKey.get(key) === flight) this.byKey.delete(key);
    });
    this.byKey.set(key, flight);
    return { flight, turn: LEAD };
  }
}

export class Flight {
  /** Of the provider's call: happens when nobody wants its answer any more. */
  private call = new Cancellation();
  private readonly waiting = new Set<Waiter>();
  private shared: SharedStream | undefined;
  private leaderIsGone = false;
  private readonly onOver: () => void;

  constructor(onOver: () => void) {
    this.onOver = onOver;
  }

  get waiters(): number {
    return this.waiting.size;
  }

  /** The leader's call is bound to this, not to its client: others may wait for the answer. */
  lead(client: Cancellation): Cancellation {
    this.call = new Cancellation();
    this.leaderIsGone = false;
    const left = (): void => {
      this.leaderIsGone = true;
      this.cancelIfAlone(client.reason!);
    };
    if (client.reason) left();
    else client.onCancel(left);
    return this.call;
  }

  wait({ streams, cancellation, timeoutMs, maxWaiting }: WaitOptions): Promise<Turn> | Turn {
    if (streams && this.shared) return this.shared.joinable ? { kind: 'stream', shared: this.shared } : ALONE;
    if (this.waiting.size >= maxWaiting) return ALONE;
    return new Promise((resolve) => {
      const done = (turn: Turn): void => {
        clearTimeout(timer);
        cancellation.offCancel(leave);
        this.waiting.delete(waiter);
        resolve(turn);
      };
      const waiter: Waiter = { streams, resolve: done };
      // Whoever has left is not served; its turn must come to an end all the same.
      const leave = (): void => {
        done(ALONE);
        this.cancelIfAlone(cancellation.reason!);
      };
      const timer = setTimeout(() => done(ALONE), timeoutMs);
      this.waiting.add(waiter);
      cancellation.onCancel(leave);
    });
  }

  /** The provider streams: whoever streams too goes with it, the others wait for the end. */
  begin(shared: SharedStream): void {
    this.shared = shared;
    for (const waiter of [...this.waiting]) if (waiter.streams) waiter.resolve({ kind: 'stream', shared });
  }

  complete(cached: CachedAnswer): void {
    this.onOver();
    for (const waiter of [...this.waiting]) waiter.resolve({ kind: 'answer', cached: copyOf(cached) });
  }

  /** There is an answer, but not one that others may have. */
  release(): void {
    this.onOver();
    for (const waiter of [...this.waiting]) waiter.resolve(ALONE);
  }

  /** The next in order asks. */
  fail(): void {
    this.shared = undefined;
    const [next] = this.waiting;
    if (next) next.resolve(LEAD);
    else this.onOver();
  }

  private cancelIfAlone(reason: Error): void {
    if (this.waiting.size > 0) return;
    if (this.shared) return this.shared.cancelIfUnused(reason);
    if (!this.leaderIsGone) return;
    this.onOver();
    this.call.cancel(reason);
  }
}

const copyOf = ({ answer, model }: CachedAnswer): CachedAnswer => ({
  answer: structuredClone(answer) as ChatAnswer,
  model,
});
