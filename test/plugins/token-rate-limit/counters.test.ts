// The counters in memory, step by step: what a change of one operator or constant would break.
import { describe, expect, it } from 'vitest';
import { Counters } from '../../../plugins/token-rate-limit/counters.ts';
import type { Batch, CounterRef } from '../../../plugins/token-rate-limit/counting.ts';
import { makeWindow } from '../../../plugins/token-rate-limit/windows.ts';

const T0 = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;

const batch = (now: number, more: Partial<Batch>): Batch => ({
  now,
  leaseId: `l${now}`,
  leaseUntil: now + 10 * MINUTE,
  settle: [],
  reserve: [],
  ...more,
});
const take = (
  counters: Counters,
  now: number,
  ref: CounterRef,
  amount: number,
  limit = 100,
  leaseUntil = now + 10 * MINUTE,
) => counters.apply(batch(now, { leaseUntil, reserve: [{ ...ref, amount, limit, force: false }] }));
const refOf = (window: ReturnType<typeof makeWindow>, now: number): CounterRef => ({
  key: 'k',
  ...window.ref(now),
});

describe('a fixed window', () => {
  const window = makeWindow({ type: 'fixed', ms: MINUTE });

  it('has all of its room again exactly when the next one begins', () => {
    const counters = new Counters();
    expect(take(counters, T0, refOf(window, T0), 100).reserved).toBe(true);
    const last = T0 + MINUTE - 1;
    expect(take(counters, last, refOf(window, last), 1).reserved).toBe(false);
    expect(take(counters, T0 + MINUTE, refOf(window, T0 + MINUTE), 100).reserved).toBe(true);
  });

  it('says when that is', () => {
    const now = T0 + 10_000;
    const { at } = window.ref(now);
    expect(window.resetIn(now, { used: 5, at } as never)).toBe(50_000);
    expect(window.resetIn(now, { used: 0, at } as never)).toBe(0);
    expect(window.resetIn(T0 + 2 * MINUTE, { used: 5, at } as never)).toBe(0);
    expect(window.retryIn(now, at + 1)).toBe(50_000);
  });
});

it('a sliding window forgets in sixtieths, at most one of them late', () => {
  const window = makeWindow({ type: 'sliding', ms: MINUTE });
  const counters = new Counters();
  expect(take(counters, T0, refOf(window, T0), 100).reserved).toBe(true);
  const whole = T0 + MINUTE;
  expect(take(counters, whole, refOf(window, whole), 1).reserved).toBe(false);
  expect(take(counters, whole + 1_000, refOf(window, whole + 1_000), 100).reserved).toBe(true);
});

describe('a calendar window', () => {
  const calendar = { unit: 'day', timezone: 'UTC', weekStart: 'monday', monthDay: 1 } as never;

  it('has the use of its own day alone', () => {
    const window = makeWindow({ type: 'calendar', calendar });
    const counters = new Counters();
    const midnight = Date.UTC(2026, 0, 2);
    expect(take(counters, T0, refOf(window, T0), 100, 100, 2 * midnight).reserved).toBe(true);
    expect(take(counters, midnight - 1, refOf(window, midnight - 1), 1).reserved).toBe(false);
    expect(take(counters, midnight, refOf(window, midnight), 100).reserved).toBe(true);
    expect(window.resetIn(T0, {} as never)).toBe(12 * 60 * MINUTE);
  });
});

describe('a token bucket', () => {
  const window = makeWindow({ type: 'token_bucket', ms: 100_000, limit: 100 });

  it('flows back one unit in each of its steps', () => {
    const counters = new Counters();
    expect(take(counters, T0, refOf(window, T0), 100).reserved).toBe(true);
    const refused = take(counters, T0, refOf(window, T0), 2);
    expect(refused.counted[0]).toMatchObject({ fits: false, retry: 2_000 });
    expect(take(counters, T0 + 1_999, refOf(window, T0 + 1_999), 2).reserved).toBe(false);
    expect(take(counters, T0 + 2_000, refOf(window, T0 + 2_000), 2).reserved).toBe(true);
    expect(window.resetIn(T0, { used: 50 } as never)).toBe(50_000);
  });

  it('flows in single milliseconds too', () => {
    const quick = makeWindow({ type: 'token_bucket', ms: 10, limit: 100 });
    const counters = new Counters();
    expect(take(counters, T0, refOf(quick, T0), 100).reserved).toBe(true);
    for (let ms = 1; ms <= 5; ms += 1) {
      expect(take(counters, T0 + ms, refOf(quick, T0 + ms), 10).reserved, `${ms} ms`).toBe(true);
    }
  });
});

it('a lease ends at its moment, and what it held is given back', () => {
  const window = makeWindow({ type: 'fixed', ms: 60 * MINUTE });
  const counters = new Counters();
  take(counters, T0, refOf(window, T0), 100, 100, T0 + 1_000);
  expect(take(counters, T0 + 999, refOf(window, T0), 1).reserved).toBe(false);
  expect(take(counters, T0 + 1_000, refOf(window, T0), 100).reserved).toBe(true);
});

it('counters that nobody has used for long are forgotten, and those that still drain are not', () => {
  const fixed = makeWindow({ type: 'fixed', ms: MINUTE });
  const slow = makeWindow({ type: 'token_bucket', ms: MINUTE, limit: 1 });
  const counters = new Counters();
  take(counters, T0, { key: 'old', ...fixed.ref(T0) }, 1, 100, T0 + 1);
  // It takes 50 minutes until it is empty.
  const ref = { key: 'slow', ...slow.ref(T0) };
  const [held] = take(counters, T0, ref, 50, 100).counted;
  counters.apply(batch(T0 + 1, { settle: [{ ...ref, leases: [held!.lease!], actual: 50 }] }));
  const later = T0 + 40 * MINUTE;
  take(counters, later, { key: 'new', ...fixed.ref(later) }, 1);
  expect(counters.names('').sort()).toEqual(['new', 'slow']);
});

it('a bucket that was charged after its lease had ended is kept until it is empty', () => {
  const slow = makeWindow({ type: 'token_bucket', ms: MINUTE, limit: 1 });
  const counters = new Counters();
  const ref = { key: 'slow', ...slow.ref(T0) };
  const [held] = take(counters, T0, ref, 1, 100, T0 + 1_000).counted;
  const late = T0 + 2_000;
  // Far more than was thought: it takes 100 minutes to drain.
  counters.apply(batch(late, { settle: [{ ...ref, leases: [held!.lease!], actual: 100 }] }));
  const later = late + 50 * MINUTE;
  take(counters, later, { key: 'another', ...slow.ref(later) }, 1);
  expect(take(counters, later, ref, 51).counted[0]).toMatchObject({ used: 50, fits: false });
});

it('what was used while a clock was far ahead is not given back when its time comes', () => {
  const window = makeWindow({ type: 'sliding', ms: MINUTE });
  const counters = new Counters();
  const ahead = T0 + 3 * MINUTE;
  take(counters, ahead, refOf(window, ahead), 100, 100, ahead + 60 * MINUTE);
  // Set right: that window is gone, and all of the room is there again, once.
  const later = ahead + MINUTE + 1_000;
  for (let now = T0; now < later; now += MINUTE / 4) take(counters, now, refOf(window, now), 1);
  expect(take(counters, later, refOf(window, later), 100).reserved).toBe(false);
});

describe('a settlement that may be a second one', () => {
  const window = makeWindow({ type: 'fixed', ms: MINUTE });
  const used = (times: number, unsure: boolean): number => {
    const counters = new Counters();
    const ref = refOf(window, T0);
    const leases = [take(counters, T0, ref, 10).counted[0]!.lease!];
    for (let time = 0; time < times; time += 1)
      counters.apply(batch(T0, { settle: [{ ...ref, leases, actual: 30, unsure }] }));
    return take(counters, T0, ref, 0).counted[0]!.used;
  };

  it('is charged when it is the first: what was held, and what is more than that', () => {
    expect(used(1, true)).toBe(30);
  });

  it('is not charged again, unless it is known that it must be', () => {
    expect(used(2, true)).toBe(30);
    expect(used(2, false)).toBe(60);
  });
});
