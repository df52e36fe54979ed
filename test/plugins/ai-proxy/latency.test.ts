import { describe, expect, test } from 'vitest';
import { BREAKER_DEFAULTS, Breaker } from '../../../kong/relay/breaker.ts';
import type { Choice } from '../../../plugins/ai-proxy/balancer/index.ts';
import { lowestLatency } from '../../../plugins/ai-proxy/balancer/lowest-latency.ts';
import type { BalancerConfig } from '../../../plugins/ai-proxy/config.ts';
import type { Facts } from '../../../plugins/ai-proxy/facts.ts';
import { DecayingSum, PeakEwma, Recent } from '../../../plugins/ai-proxy/latency.ts';
import { type Target, TargetState } from '../../../plugins/ai-proxy/target.ts';
import { Upstream } from '../../../plugins/ai-proxy/upstream.ts';

describe('peak EWMA', () => {
  test('rises at once, comes down slowly, and falls while nobody measures', () => {
    const ewma = new PeakEwma();
    expect(ewma.current(0)).toBeUndefined();
    ewma.add(100, 0);
    ewma.add(1_000, 10);
    expect(ewma.current(10)).toBe(1_000);
    ewma.add(100, 20);
    expect(ewma.current(20)).toBeGreaterThan(990);
    expect(ewma.current(60_020)).toBeLessThan(30);
  });
});

test('the p95 of recent samples is not told before there are enough, and forgets the old ones', () => {
  const recent = new Recent();
  for (let i = 1; i < 20; i += 1) recent.add(i);
  expect(recent.p95()).toBeUndefined();
  recent.add(20);
  expect(recent.p95()).toBe(20);
  for (let i = 0; i < 64; i += 1) recent.add(7);
  expect(recent.p95()).toBe(7);
});

test('a decaying sum counts half after a minute', () => {
  const sum = new DecayingSum();
  sum.add(100, 0);
  sum.add(100, 60_000);
  expect(sum.current(60_000)).toBe(150);
  expect(sum.current(120_000)).toBe(75);
});

describe('lowest-latency', () => {
  function choice(
    name: string,
    { perToken, whole, active = 0 }: { perToken?: number; whole?: number; active?: number },
  ): Choice {
    const upstream = new Upstream(new Breaker(BREAKER_DEFAULTS));
    if (perToken !== undefined) upstream.perToken.add(perToken, Date.now());
    if (whole !== undefined) upstream.whole.add(whole, Date.now());
    const state = new TargetState();
    state.active = active;
    return { target: { name, weight: 100, state } as Target, model: 'm', at: {} as Choice['at'], upstream };
  }
  const pick = (strategy: BalancerConfig['latency_strategy'], choices: Choice[]): string =>
    lowestLatency({ latency_strategy: strategy } as BalancerConfig)(choices, {} as Facts).target.name;

  test('compares time per token or end to end, as it is told', () => {
    const choices = [choice('a', { perToken: 10, whole: 1_000 }), choice('b', { perToken: 50, whole: 200 })];
    expect([pick('tpot', choices), pick('e2e', choices)]).toEqual(['a', 'b']);
  });

  test('counts what is under way, and asks one that was never measured', () => {
    expect(pick('e2e', [choice('a', { whole: 100, active: 5 }), choice('b', { whole: 200 })])).toBe('b');
    expect(pick('e2e', [choice('a', { whole: 100 }), choice('b', { active: 3 })])).toBe('b');
  });

  test('of many, the slowest is never picked and no single one gets all', () => {
    const choices = [100, 110, 120, 10_000].map((whole, i) => choice(`${i}`, { whole }));
    const counts = new Map<string, number>();
    for (let i = 0; i < 300; i += 1) {
      const name = pick('e2e', choices);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(counts.get('3')).toBeUndefined();
    expect(counts.get('0')).toBeLessThan(220);
    expect(counts.get('1')).toBeGreaterThan(40);
  });
});
