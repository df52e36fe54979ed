import { expect, test } from 'vitest';
import { counterSeries, histogramSeries } from '../../kong/relay/metric-series.ts';
import { Metrics } from '../../kong/relay/metrics.ts';

test('a series that is added to directly shows what prom-client itself would', async () => {
  const [plain, direct] = [new Metrics(), new Metrics()];
  const bounds = [1, 10, 100];
  const values = [0.5, 1, 1.5, 10, 99, 100, 101, 1e9, 0];
  const labels = [
    { a: 'x', b: '1' },
    { a: 'y', b: '1' },
    { a: 'x', b: '2' },
  ];
  const [one, other] = [plain, direct].map((metrics) => ({
    counter: metrics.counter('c_total', 'help', ['a', 'b']),
    histogram: metrics.histogram('h', 'help', ['a', 'b'], bounds),
  }));
  const series = counterSeries(other!.counter);
  for (const label of labels) {
    const observe = histogramSeries(other!.histogram, label, bounds);
    for (const value of values) {
      one!.counter.inc(label, value);
      one!.histogram.observe(label, value);
      series.add(label, value);
      observe(value);
    }
  }
  expect(await direct.registry.metrics()).toBe(await plain.registry.metrics());
  // Looked at once more: nothing is told twice, and what came since is there.
  series.add(labels[0]!, 2);
  one!.counter.inc(labels[0]!, 2);
  expect(await direct.registry.getMetricsAsJSON()).toEqual(await plain.registry.getMetricsAsJSON());
  expect(counterSeries(other!.counter), 'one per counter, whoever asks').toBe(series);
});
