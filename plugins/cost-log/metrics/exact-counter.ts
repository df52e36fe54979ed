// A Prometheus counter of US dollars whose value does not drift, however many small amounts it is made of.
import type { Counter } from 'prom-client';
import { Usd } from '../../../kong/llm/usd.ts';

export class ExactCounter<L extends string> {
  private readonly counter: Counter<L>;
  private readonly sums = new Map<string, { exact: Usd; shown: number }>();

  constructor(counter: Counter<L>) {
    this.counter = counter;
  }

  add(labels: Record<L, string>, amount: Usd): void {
    const key = Object.values(labels).join('\n');
    const sum = this.sums.get(key) ?? { exact: Usd.ZERO, shown: 0 };
    sum.exact = sum.exact.add(amount);
    // The counter adds floats; adding the difference to the exact sum corrects what the last addition lost.
    const step = Math.max(0, sum.exact.toNumber() - sum.shown);
    this.counter.inc(labels as never, step);
    sum.shown += step;
    this.sums.set(key, sum);
  }
}
