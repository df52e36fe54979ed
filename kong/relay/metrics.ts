// Metrics of this process. A worker's are added up by the primary process (see kong/serve/).
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Get-or-create by name, so that two instances of a plugin count into one metric. */
export class Metrics {
  readonly registry = new Registry();

  /** CPU, memory and event loop of this process. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    const known = this.known<Counter<L>>(name, labelNames);
    return known ?? new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** @param aggregator what the values of several workers come to */
  gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    aggregator: 'sum' | 'max' = 'sum',
  ): Gauge<L> {
    const known = this.known<Gauge<L>>(name, labelNames);
    return known ?? new Gauge({ name, help, labelNames, aggregator, registers: [this.registry] });
  }

  /** @param buckets upper bounds in the metric's unit. */
  histogram<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: number[],
  ): Histogram<L> {
    const known = this.known<Histogram<L>>(name, labelNames);
    return known ?? new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }

  /** @throws Error when another plugin has the name with other labels: one of the two would count into nothing. */
  private known<M>(name: string, labelNames: readonly string[]): M | undefined {
    const metric = this.registry.getSingleMetric(name) as { labelNames?: string[] } | undefined;
    if (metric && String(metric.labelNames) !== String(labelNames)) {
      throw new Error(`metric ${name} has the labels ${metric.labelNames}, not ${labelNames}`);
    }
    return metric as M | undefined;
  }
}
