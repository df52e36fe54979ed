// From a configured limit to the counter that holds it: which bucket an instant falls into, and when it comes free.
import { type Calendar, type CalendarUnit, CalendarWindows } from './calendar.ts';
import type { CounterRef } from './counting.ts';

export type WindowSpec =
  | { type: 'fixed' | 'sliding'; ms: number }
  | { type: 'calendar'; calendar: Calendar }
  /** Refills `limit` units in `ms`, evenly. */
  | { type: 'token_bucket'; ms: number; limit: number }
  /** Not over time: what is under way. */
  | { type: 'concurrency' };

export interface Window {
  /** All of a counter but its key. */
  ref(now: number): Omit<CounterRef, 'key'>;
  /** ms until everything that is counted has run out, were nothing more used. @param at see Counted */
  resetIn(now: number, counted: { used: number; at: number }): number;
  /** ms until a refused request would fit; undefined when nobody can know. @param retry see Counted; not -1. */
  retryIn(now: number, retry: number): number | undefined;
}

/** Months of windows that follow no calendar, as in Kong. */
const NAMED: Record<CalendarUnit, number> = {
  minute: 60,
  hour: 3_600,
  day: 86_400,
  week: 604_800,
  month: 2_592_000,
};

export const isNamed = (window: string): window is CalendarUnit => Object.hasOwn(NAMED, window);

/** ms of `minute` … `month`, or of a number of seconds. */
export const windowMs = (window: string): number =>
  (isNamed(window) ? NAMED[window] : Number(window)) * 1_000;

/** A sliding window is counted in so many buckets; what was used leaves it at most one of them late, never early. */
const SLICES = 60;
/** Leases of requests under way are renewed long before. */
const CONCURRENCY_TTL = 3_600_000;

export function makeWindow(spec: WindowSpec): Window {
  switch (spec.type) {
    case 'fixed':
      return buckets(spec.ms, 1);
    case 'sliding': {
      const size = Math.max(1, Math.ceil(spec.ms / SLICES));
      // One more than fills the window: the oldest is partly outside.
      return buckets(size, Math.ceil(spec.ms / size) + 1);
    }
    case 'calendar':
      return calendarWindow(spec.calendar);
    case 'token_bucket':
      return tokenBucket(spec);
    case 'concurrency':
      return {
        ref: () => ({ kind: 'window', at: 0, keep: 1, rate: 0, ttl: CONCURRENCY_TTL }),
        resetIn: () => 0,
        retryIn: () => undefined,
      };
  }
}

function buckets(size: number, keep: number): Window {
  return {
    ref: (now) => ({
      kind: 'window',
      at: Math.floor(now / size),
      keep,
      rate: 0,
      ttl: 2 * size * keep,
    }),
    resetIn: (now, { used, at }) => (used > 0 ? Math.max(0, (at + keep) * size - now) : 0),
    retryIn: (now, retry) => Math.max(0, retry * size - now),
  };
}

function calendarWindow(calendar: Calendar): Window {
  const windows = new CalendarWindows(calendar);
  const untilEnd = (now: number): number => windows.end(now) - now;
  return {
    ref: (now) => ({ kind: 'window', at: windows.at(now), keep: 1, rate: 0, ttl: 2 * windows.longest }),
    resetIn: untilEnd,
    retryIn: untilEnd,
  };
}

function tokenBucket({ ms, limit }: { ms: number; limit: number }): Window {
  const rate = limit / ms;
  return {
    ref: () => ({ kind: 'drain', at: 0, keep: ms, rate, ttl: 2 * ms }),
    resetIn: (_now, { used }) => Math.ceil(used / rate),
    retryIn: (_now, retry) => retry,
  };
}
