// What the dashboard shows, added up by the minute, for a day. Sums are exact; percentiles are those of a histogram.
import { Usd } from '../../../kong/llm/usd.ts';
import { getOrMake } from '../get-or-make.ts';
import { BoundedValues } from '../metrics/bounded.ts';
import type { CostRecord } from '../record/schema.ts';

export const MINUTE_MS = 60_000;
/** Minutes that are kept. */
const KEPT = 24 * 60;
/** Models and consumers of a minute; the rest is `other`. */
const MAX_ROWS = 200;
const MAX_POINTS = 120;

/** Upper bounds of the latency histogram, ms: each a fifth more than the last, from 1 ms to about an hour. */
const BOUNDS = Array.from({ length: 84 }, (_, index) => 1.2 ** index);

class Sums {
  requests = 0;
  promptTokens = 0;
  completionTokens = 0;
  cachedTokens = 0;
  cost = Usd.ZERO;
  unpriced = 0;
  cacheHits = 0;
  cacheLookups = 0;
  blocked = 0;
  errors = 0;
  estimated = 0;
  readonly latency = new Uint32Array(BOUNDS.length + 1);
  readonly firstToken = new Uint32Array(BOUNDS.length + 1);

  add(record: CostRecord): void {
    const { usage, cache } = record.ai.proxy;
    this.requests += 1;
    this.promptTokens += usage.prompt_tokens ?? 0;
    this.completionTokens += usage.completion_tokens ?? 0;
    this.cachedTokens += usage.cache_read_tokens ?? 0;
    this.cost = this.cost.add(Usd.parse(record.cost.known));
    if (record.cost.total === null) this.unpriced += 1;
    if (usage.estimated) this.estimated += 1;
    if (cache?.cache_status === 'Hit') this.cacheHits += 1;
    if (cache?.cache_status === 'Hit' || cache?.cache_status === 'Miss') this.cacheLookups += 1;
    if (isBlocked(record)) this.blocked += 1;
    if (record.response.status >= 500 || record.outcome === 'failed') this.errors += 1;
    this.latency[slot(record.latencies.request)]! += 1;
    if (record.latencies.first_token !== undefined) this.firstToken[slot(record.latencies.first_token)]! += 1;
  }

  merge(other: Sums): void {
    for (const field of COUNTS) this[field] += other[field];
    this.cost = this.cost.add(other.cost);
    for (let index = 0; index < this.latency.length; index += 1) {
      this.latency[index]! += other.latency[index]!;
      this.firstToken[index]! += other.firstToken[index]!;
    }
  }

  toJSON() {
    return {
      ...(Object.fromEntries(COUNTS.map((field) => [field, this[field]])) as Record<
        (typeof COUNTS)[number],
        number
      >),
      cost: this.cost.toUsd(),
      latency: percentiles(this.latency),
      firstToken: percentiles(this.firstToken),
    };
  }
}

const COUNTS = [
  'requests',
  'promptTokens',
  'completionTokens',
  'cachedTokens',
  'unpriced',
  'cacheHits',
  'cacheLookups',
  'blocked',
  'errors',
  'estimated',
] as const;

interface Minute {
  all: Sums;
  models: Map<string, Sums>;
  consumers: Map<string, Sums>;
  unpriced: Set<string>;
  values: BoundedValues;
}

export class Tally {
  private readonly minutes = new Map<number, Minute>();

  add(record: CostRecord, now = Date.now()): void {
    const at = Math.floor(record.started_at / MINUTE_MS);
    const oldest = Math.floor(now / MINUTE_MS) - KEPT;
    if (at <= oldest) return;
    if (!this.minutes.has(at)) {
      for (const known of this.minutes.keys()) if (known <= oldest) this.minutes.delete(known);
    }
    const minute = getOrMake(this.minutes, at, newMinute);
    const { meta } = record.ai.proxy;
    const { consumer } = record;
    minute.all.add(record);
    const model = meta.request_model ?? meta.requested_model ?? '';
    row(minute, 'models', model).add(record);
    row(minute, 'consumers', consumer?.username ?? consumer?.custom_id ?? consumer?.id ?? '').add(record);
    for (const { provider, model: name, cost } of record.lines) {
      if (cost === null && minute.unpriced.size < MAX_ROWS) minute.unpriced.add(`${provider}/${name}`);
    }
  }

  /** @param minutes how far back */
  view(minutes: number, now = Date.now()) {
    const last = Math.floor(now / MINUTE_MS);
    const first = last - minutes + 1;
    const step = Math.ceil(minutes / MAX_POINTS);
    const total = new Sums();
    const models = new Map<string, Sums>();
    const consumers = new Map<string, Sums>();
    const unpriced = new Set<string>();
    const points = new Map<number, Sums>();
    for (const [at, minute] of this.minutes) {
      if (at < first || at > last) continue;
      total.merge(minute.all);
      mergeRows(models, minute.models);
      mergeRows(consumers, minute.consumers);
      for (const name of minute.unpriced) unpriced.add(name);
      const point = first + Math.floor((at - first) / step) * step;
      sumsOf(points, point).merge(minute.all);
    }
    const series = [];
    for (let at = first; at <= last; at += step) {
      series.push({ time: at * (MINUTE_MS / 1000), ...(points.get(at) ?? EMPTY).toJSON() });
    }
    return {
      minutes,
      stepSeconds: step * (MINUTE_MS / 1000),
      total: total.toJSON(),
      series,
      models: rows(models),
      consumers: rows(consumers),
      unpriced: [...unpriced].sort(),
    };
  }
}

const EMPTY = new Sums();

function newMinute(): Minute {
  return {
    all: new Sums(),
    models: new Map(),
    consumers: new Map(),
    unpriced: new Set(),
    values: new BoundedValues(MAX_ROWS),
  };
}

function row(minute: Minute, kind: 'models' | 'consumers', value: string): Sums {
  return sumsOf(minute[kind], minute.values.of(kind, value));
}

function sumsOf<K>(map: Map<K, Sums>, key: K): Sums {
  return getOrMake(map, key, () => new Sums());
}

function mergeRows(into: Map<string, Sums>, from: ReadonlyMap<string, Sums>): void {
  for (const [key, sums] of from) sumsOf(into, key).merge(sums);
}

/** The dearest first, then the busiest. */
function rows(map: ReadonlyMap<string, Sums>) {
  return [...map]
    .sort(([, a], [, b]) => Number(b.cost.picos - a.cost.picos) || b.requests - a.requests)
    .slice(0, MAX_ROWS)
    .map(([name, sums]) => ({ name, ...sums.toJSON() }));
}

/** Refused by the guard, for personal values, or by a limit. */
export function isBlocked({ guard, pii, limits }: CostRecord): boolean {
  return (
    guard?.verdict === 'blocked' ||
    pii?.blocked === true ||
    (limits?.some(({ state }) => state === 'limited') ?? false)
  );
}

function slot(ms: number): number {
  if (ms <= 1) return 0;
  return Math.min(BOUNDS.length, Math.ceil(Math.log(ms) / Math.log(1.2)));
}

/** Upper bounds, ms; null when nothing was measured. */
function percentiles(counts: Uint32Array): { p50: number | null; p95: number | null } {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const at = (part: number): number | null => {
    let left = Math.ceil(all * part);
    for (let index = 0; left > 0 && index < counts.length; index += 1) {
      left -= counts[index]!;
      if (left <= 0) return Math.round(BOUNDS[index] ?? BOUNDS.at(-1)!);
    }
    return null;
  };
  return { p50: at(0.5), p95: at(0.95) };
}
