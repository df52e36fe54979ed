// `action: throttle`: requests that do not fit wait in line, first come first served. Only the first in line asks the
// counters again, so that a long line costs no more than a short one.
import { setTimeout as pause } from 'node:timers/promises';

/** Budgets come free before their window says so when others use less than they reserved. */
const LOOK_AGAIN_MS = 250;
/** When nobody can know, as for requests under way elsewhere. */
const LOOK_AGAIN_SOON_MS = 50;

interface Waiter {
  /** Resolves when it is first in line. */
  turn: () => void;
}

/** What asking came to: done, or not yet and when it may be worth asking again. */
export type Asked<T> = { done: true; value: T } | { done: false; retryMs: number | undefined };

export type Waited<T> = { waited: true; value: T } | { waited: false; why: 'time' | 'line' };

export class Lines {
  private readonly lines = new Map<string, Waiter[]>();
  private readonly wakes = new Map<string, AbortController>();

  /** Somebody waits for one of these budgets: who comes now is behind them. */
  firstBusy(keys: readonly string[]): string | undefined {
    return keys.find((key) => this.lines.has(key));
  }

  /** A budget has become larger. */
  wake(key: string): void {
    this.wakes.get(key)?.abort();
  }

  /**
   * Waits in the line of `key` and asks when it is first.
   * @throws the signal's reason; what `ask` throws
   */
  async wait<T>(
    key: string,
    options: { maxWaitMs: number; maxWaiting: number; signal: AbortSignal; firstRetryMs: number | undefined },
    ask: () => Promise<Asked<T>>,
  ): Promise<Waited<T>> {
    const { maxWaitMs, maxWaiting, signal } = options;
    const line = this.lines.get(key) ?? [];
    if (line.length >= maxWaiting) return { waited: false, why: 'line' };
    const deadline = Date.now() + maxWaitMs;
    const me: Waiter = { turn: () => {} };
    line.push(me);
    this.lines.set(key, line);
    try {
      if (line[0] !== me) {
        const isFirst = await this.turnOf(me, maxWaitMs, signal);
        if (!isFirst) return { waited: false, why: 'time' };
      } else if (!(await this.pause(key, options.firstRetryMs, deadline, signal)))
        return { waited: false, why: 'time' };
      for (;;) {
        const asked = await ask();
        if (asked.done) return { waited: true, value: asked.value };
        if (!(await this.pause(key, asked.retryMs, deadline, signal))) return { waited: false, why: 'time' };
      }
    } finally {
      this.leave(key, me);
    }
  }

  private turnOf(me: Waiter, ms: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', gone);
        settle();
      };
      const gone = (): void => done(() => reject(signal.reason));
      const timer = setTimeout(() => done(() => resolve(false)), ms);
      me.turn = () => done(() => resolve(true));
      if (signal.aborted) gone();
      else signal.addEventListener('abort', gone, { once: true });
    });
  }

  /** False when it would be pointless to go on: it is not going to fit in time. */
  private async pause(
    key: string,
    retryMs: number | undefined,
    deadline: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const left = deadline - Date.now();
    if (left <= 0 || (retryMs ?? 0) > left) return false;
    const wake = new AbortController();
    this.wakes.set(key, wake);
    const ms = Math.min(retryMs ?? LOOK_AGAIN_SOON_MS, LOOK_AGAIN_MS, left);
    await pause(Math.max(1, ms), undefined, { signal: AbortSignal.any([wake.signal, signal]) }).catch(
      () => {},
    );
    this.wakes.delete(key);
    signal.throwIfAborted();
    return true;
  }

  private leave(key: string, me: Waiter): void {
    const line = this.lines.get(key) ?? [];
    const place = line.indexOf(me);
    line.splice(place, 1);
    if (line.length === 0) this.lines.delete(key);
    else if (place === 0) line[0]!.turn();
  }
}
