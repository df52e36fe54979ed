// What Prometheus is told of the cache.
import type { Metrics } from '../../kong/relay/metrics.ts';
import type { CacheNote } from '../../kong/relay/notes.ts';

const LOOKUP_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

export type CacheMetrics = ReturnType<typeof newMetrics>;

export function newMetrics(metrics: Metrics) {
  const requests = metrics.counter('kong_ai_cache_requests_total', 'Requests by what the cache did.', [
    'status',
    'tier',
    'reason',
  ]);
  const lookups = metrics.histogram(
    'kong_ai_cache_lookup_seconds',
    'Time that looking up takes, embedding included.',
    [],
    LOOKUP_SECONDS,
  );
  const vetoes = metrics.counter('kong_ai_cache_vetoes_total', 'Similar questions that the gate refused.', [
    'check',
  ]);
  const stores = metrics.counter('kong_ai_cache_stored_total', 'Answers that were kept.');
  const errors = metrics.counter('kong_ai_cache_errors_total', 'Failures of the cache by step.', ['step']);
  const dryRuns = metrics.counter('kong_ai_cache_dry_run_hits_total', 'Hits that dry_run kept back.', [
    'tier',
  ]);
  return {
    request: ({ status, tier, reason = '' }: CacheNote) => requests.inc({ status, tier: tier ?? '', reason }),
    lookup: (seconds: number) => lookups.observe(seconds),
    veto: (check: string) => vetoes.inc({ check }),
    stored: () => stores.inc(),
    error: (step: string) => errors.inc({ step }),
    dryRun: (tier: string) => dryRuns.inc({ tier }),
  };
}
