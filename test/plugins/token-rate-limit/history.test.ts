// Random histories: the counters in memory and the Lua script against the reference model, for every kind of window.
import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Counters } from '../../../plugins/token-rate-limit/counters.ts';
import type { Batch, BatchResult, CounterRef } from '../../../plugins/token-rate-limit/counting.ts';
import { fromScript, SCRIPT, toScript } from '../../../plugins/token-rate-limit/script.ts';
import { makeWindow, type Window } from '../../../plugins/token-rate-limit/windows.ts';
import { REDIS_MISSING, redisAvailable, startRedis, type TestRedis } from '../../support/redis.ts';
import { ModelBucket, ModelWindow } from './support/model.ts';

const calendar = (unit: 'hour' | 'day' | 'week' | 'month', timezone: string, monthDay = 1) =>
  ({ type: 'calendar', calendar: { unit, timezone, weekStart: 1, monthDay } }) as const;

const WINDOWS = {
  'fixed minute': makeWindow({ type: 'fixed', ms: 60_000 }),
  'sliding minute': makeWindow({ type: 'sliding', ms: 60_000 }),
  'sliding 7 seconds': makeWindow({ type: 'sliding', ms: 7_000 }),
  'token bucket': makeWindow({ type: 'token_bucket', ms: 60_000, limit: 70 }),
  concurrency: makeWindow({ type: 'concurrency' }),
  'calendar hour': makeWindow(calendar('hour', 'Australia/Lord_Howe')),
  'calendar day': makeWindow(calendar('day', 'Europe/Berlin')),
  'calendar week': makeWindow(calendar('week', 'America/Havana')),
  'calendar month': makeWindow(calendar('month', 'Pacific/Apia', 31)),
};

/** An hour before the clocks of Berlin go forward, which is also near the end of a month. */
const START = Date.UTC(2026, 2, 28, 23, 59);
const LIMIT = 100;
const LEASE_MS = 90_000;

type Step =
  | { do: 'reserve'; amount: number; force: boolean }
  /** Settles one of those reserved before, which may have run out. */
  | { do: 'settle'; which: number; actual: number }
  | { do: 'wait'; ms: number };

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('reserve' as const),
        amount: fc.integer({ min: 0, max: 60 }),
        force: fc.constant(false),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('reserve' as const),
        amount: fc.integer({ min: 0, max: 60 }),
        force: fc.constant(true),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('settle' as const),
        which: fc.nat(20),
        actual: fc.integer({ min: 0, max: 90 }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        ms: fc.oneof(
          fc.integer({ min: 0, max: 20_000 }),
          fc.integer({ min: -30_000, max: 120_000 }),
          // A clock that jumps, and calendars that need days to turn.
          fc.integer({ min: -40 * 86_400_000, max: 40 * 86_400_000 }),
        ),
      }),
    },
  ),
  { maxLength: 40 },
);

type Apply = (batch: Batch) => BatchResult | Promise<BatchResult>;

async function holdsTo(apply: Apply, window: Window, key: string, history: readonly Step[]): Promise<void> {
  const ref = (now: number): CounterRef => ({ key, ...window.ref(now) });
  const { kind, keep, rate } = ref(START);
  const model = kind === 'window' ? new ModelWindow(keep) : new ModelBucket(rate, keep);
  const held: { id: string; lease: string }[] = [];
  let now = START;
  for (const [i, step] of history.entries()) {
    if (step.do === 'wait') {
      now += step.ms;
      continue;
    }
    if (step.do === 'settle' && held.length === 0) continue;
    const op = ref(now);
    const before = model.used(now, op.at);
    const batch = { now, leaseId: `${key}-${i}`, leaseUntil: now + LEASE_MS };
    if (step.do === 'reserve') {
      const { amount, force } = step;
      const result = await apply({ ...batch, settle: [], reserve: [{ ...op, amount, force, limit: LIMIT }] });
      const fits = before + amount <= LIMIT && (amount > 0 || before < LIMIT);
      expect(result.counted[0]!.fits).toBe(fits);
      expect(result.reserved).toBe(fits || force);
      if (result.reserved) model.reserve(batch.leaseId, amount, batch.leaseUntil);
      const { lease } = result.counted[0]!;
      if (lease !== undefined) held.push({ id: batch.leaseId, lease });
      expect(result.counted[0]!.used).toBeCloseTo(model.used(now, op.at), 6);
    } else {
      const [{ id, lease }] = held.splice(step.which % held.length, 1) as [(typeof held)[0]];
      // What is under way leaves nothing behind.
      const actual = window === WINDOWS.concurrency ? 0 : step.actual;
      const settle = [{ ...op, leases: [lease], actual }];
      const result = await apply({ ...batch, settle, reserve: [] });
      model.settle(id, actual);
      expect(result.settled[0]).toBeCloseTo(model.used(now, op.at), 6);
    }
  }
}

describe.each(Object.entries(WINDOWS))('%s', (_name, window) => {
  test('in memory, any history counts as the model says', async () => {
    await fc.assert(
      fc.asyncProperty(steps, (history) => {
        const counters = new Counters();
        return holdsTo((batch) => counters.apply(batch), window, 'k', history);
      }),
      { numRuns: 300 },
    );
  });

  describe.skipIf(!redisAvailable)(`in Redis${redisAvailable ? '' : ` (${REDIS_MISSING})`}`, () => {
    let server: TestRedis;
    let redis: Redis;
    beforeAll(async () => {
      server = await startRedis();
      redis = new Redis(server.url, { protocol: 2 });
    });
    afterAll(async () => {
      redis?.disconnect();
      await server?.stop();
    });

    test('any history counts as the model says', async () => {
      let run = 0;
      const apply: Apply = async (batch) => {
        const { keys, args } = toScript(batch, (name) => name);
        return fromScript(batch, await redis.eval(SCRIPT, keys.length, ...keys, ...args));
      };
      await fc.assert(
        fc.asyncProperty(steps, async (history) => {
          run += 1;
          await holdsTo(apply, window, `k${run}`, history);
        }),
        { numRuns: 60 },
      );
    });
  });
});
