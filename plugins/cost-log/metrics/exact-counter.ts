// A Prometheus counter of US dollars whose value does not drift, however many small amounts it is made of.
import type { Counter } from 'prom-client';
import { Usd } from '../../../kong/llm/usd.ts';
import { CounterSeries, type Labels, type Series } from '../../../kong/relay/metric-series.ts';

/** Exact sums; the counter is told the difference to what it shows when somebody looks. */
export class ExactCounter<L extends string> {
  private readonly series: CounterSeries<L>;
  private readonly sums = new Map<Series, { exact: Usd; shown: number }>();

  constructor(counter: Counter<L>) {
    this.series = new CounterSeries(counter, (series) => this.step(series));
  }

  of(labels: Labels<L>): (amount: Usd) => void {
    const series = this.series.of(labels);
    const sum = this.sums.get(series) ?? { exact: Usd.ZERO, shown: 0 };
    this.sums.set(series, sum);
    return (amount) => {
      sum.exact = sum.exact.add(amount);
    };
  }

  add(labels: Labels<L>, amount: Usd): void {
    this.of(labels)(amount);
  }

  /** The counter adds floats; the difference to the exact sum corrects what the last addition lost. */
  private step(series: Series): number {
    const sum = this.sums.get(series)!;
    const step = Math.max(0, sum.exact.toNumber() - sum.shown);
    sum.shown += step;
    return step;
  }
}
