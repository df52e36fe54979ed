// Identical requests that are under way at the same time: the first one asks the provider, the others wait for its
// answer. When it fails, the next in order asks, and the others wait on.
import type { ChatAnswer } from '../../kong/llm/chat.ts';
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
  signal: AbortSignal;
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
  /** Of the provider's call: fires when nobody wants its answer any more. */
  private abort = new AbortController();
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

  /** The leader's call is bound to this signal, not to its client: others may wait for the answer. */
  lead(client: AbortSignal): AbortSignal {
    this.abort = new AbortController();
    this.leaderIsGone = false;
    const left = (): void => {
      this.leaderIsGone = true;
      this.abortIfAlone(client.reason as Error);
    };
    if (client.aborted) left();
    else client.addEventListener('abort', left, { once: true });
    return this.abort.signal;
  }

  wait({ streams, signal, timeoutMs, maxWaiting }: WaitOptions): Promise<Turn> | Turn {
    if (streams && this.shared) return this.shared.joinable ? { kind: 'stream', shared: this.shared } : ALONE;
    if (this.waiting.size >= maxWaiting) return ALONE;
    return new Promise((resolve) => {
      const done = (turn: Turn): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        this.waiting.delete(waiter);
        resolve(turn);
      };
      const waiter: Waiter = { streams, resolve: done };
      // Whoever has left is not served; its turn must come to an end all the same.
      const leave = (): void => {
        done(ALONE);
        this.abortIfAlone(signal.reason as Error);
      };
      const timer = setTimeout(() => done(ALONE), timeoutMs);
      this.waiting.add(waiter);
      signal.addEventListener('abort', leave, { once: true });
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

  private abortIfAlone(reason: Error): void {
    if (this.waiting.size > 0) return;
    if (this.shared) return this.shared.cancelIfUnused(reason);
    if (!this.leaderIsGone) return;
    this.onOver();
    this.abort.abort(reason);
  }
}

const copyOf = ({ answer, model }: CachedAnswer): CachedAnswer => ({
  answer: structuredClone(answer) as ChatAnswer,
  model,
});
