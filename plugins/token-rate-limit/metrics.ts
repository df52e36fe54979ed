// The plugin's metrics.
import { counterSeries, type Series } from '../../kong/relay/metric-series.ts';
import type { Metrics } from '../../kong/relay/metrics.ts';
import type { Limit } from './policy.ts';

const WAIT_BUCKETS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export type Decision = 'allowed' | 'refused' | 'logged';

export interface LimitMetrics {
  decided(limit: Limit, decision: Decision): void;
  passedThreshold(limit: Limit, share: number): void;
  waited(policy: string, ms: number): void;
  stoppedStream(policy: string): void;
}

export function limitMetrics(metrics: Metrics): LimitMetrics {
  const decisions = counterSeries(
    metrics.counter(
      'kong_ai_limit_decisions_total',
      'Requests by limit: allowed, refused, or logged (over a limit of action log).',
      ['policy', 'unit', 'decision'],
    ),
  );
  const allowed = new WeakMap<Limit, Series>();
  const seriesOf = (limit: Limit, decision: Decision): Series =>
    decisions.of({ policy: limit.policy.name, unit: limit.unit, decision });
  const thresholds = metrics.counter(
    'kong_ai_limit_soft_threshold_total',
    'How often a budget has passed a soft threshold (percent).',
    ['policy', 'unit', 'threshold'],
  );
  const waits = metrics.histogram(
    'kong_ai_limit_wait_seconds',
    'How long throttled requests have waited.',
    ['policy'],
    WAIT_BUCKETS_S,
  );
  const stopped = metrics.counter(
    'kong_ai_limit_stopped_streams_total',
    'Streams that were ended because a limit was reached.',
    ['policy'],
  );
  return {
    decided(limit, decision) {
      // Of each limit of each request.
      let series = decision === 'allowed' ? allowed.get(limit) : undefined;
      series ??= seriesOf(limit, decision);
      if (decision === 'allowed') allowed.set(limit, series);
      series.pending += 1;
    },
    passedThreshold: ({ policy, unit }, share) =>
      thresholds.inc({ policy: policy.name, unit, threshold: String(Math.round(share * 100)) }),
    waited: (policy, ms) => waits.observe({ policy }, ms / 1_000),
    stoppedStream: (policy) => stopped.inc({ policy }),
  };
}
