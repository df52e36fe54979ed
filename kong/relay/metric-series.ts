// One series of a metric, found once and then only added to. prom-client checks and joins the labels at each call, which
// for seven labels costs more than all that was measured.
import type { Counter, Histogram } from 'prom-client';

export type Labels<L extends string> = Readonly<Record<L, string>>;

export interface Series {
  labels: Record<string, string>;
  /** Not yet in the counter. */
  pending: number;
}

/** Adds up beside the counter, and tells it when somebody looks. */
export class CounterSeries<L extends string> {
  private readonly series = new Map<string, Series>();

  /** @param take what a series has to add now; by default what is pending */
  constructor(counter: Counter<L>, take: (series: Series) => number = takePending) {
    // prom-client calls it before it reads the values, for a scrape and for a worker's share of one.
    const shown = counter as { collect?: () => void };
    const others = shown.collect;
    shown.collect = () => {
      others?.call(counter);
      for (const series of this.series.values()) {
        const step = take(series);
        if (step > 0) counter.inc(series.labels as never, step);
      }
    };
  }

  add(labels: Labels<L>, value = 1): void {
    this.of(labels).pending += value;
  }

  of(labels: Labels<L>): Series {
    const key = Object.values(labels).join('\n');
    let series = this.series.get(key);
    if (!series) {
      series = { labels: { ...labels }, pending: 0 };
      this.series.set(key, series);
    }
    return series;
  }
}

const known = new WeakMap<object, CounterSeries<string>>();

/** One per counter: each config change makes new users of it. */
export function counterSeries<L extends string>(counter: Counter<L>): CounterSeries<L> {
  let made = known.get(counter);
  if (!made) {
    made = new CounterSeries(counter) as unknown as CounterSeries<string>;
    known.set(counter, made);
  }
  return made as unknown as CounterSeries<L>;
}

function takePending(series: Series): number {
  const { pending } = series;
  series.pending = 0;
  return pending;
}

/** As prom-client keeps a series of a histogram. */
interface Buckets {
  labels: Record<string, string>;
  bucketValues: Record<string, number>;
  sum: number;
  count: number;
}

/**
 * Observes one series. What prom-client keeps of it is written directly once it is there; if a later version keeps it
 * otherwise, each value goes through `observe`.
 */
export function histogramSeries<L extends string>(
  histogram: Histogram<L>,
  labels: Labels<L>,
  bounds: readonly number[],
): (value: number) => void {
  let known: Buckets | undefined;
  return (value) => {
    if (!known) {
      histogram.observe(labels as never, value);
      known = find(histogram, labels);
      return;
    }
    known.sum += value;
    known.count += 1;
    for (const bound of bounds) {
      if (value > bound) continue;
      known.bucketValues[bound]! += 1;
      return;
    }
  };
}

function find(histogram: unknown, labels: Readonly<Record<string, string>>): Buckets | undefined {
  const { hashMap = {} } = histogram as { hashMap?: Record<string, Buckets> };
  const names = Object.keys(labels);
  return Object.values(hashMap).find(
    (one) =>
      typeof one.sum === 'number' &&
      typeof one.count === 'number' &&
      typeof one.bucketValues === 'object' &&
      names.every((name) => one.labels[name] === labels[name]),
  );
}
