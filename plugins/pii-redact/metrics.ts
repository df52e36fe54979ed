// Metrics of pii-redact: how many values of which entity, never which.
import type { Metrics } from '../../kong/relay/metrics.ts';
import type { Counts } from './redactor.ts';
import type { Settings } from './settings.ts';

export interface PiiMetrics {
  found(counts: Counts, direction: 'request' | 'response', settings: Settings): void;
  blocked: { inc(): void };
  nerFailures: { inc(): void };
}

export function makeMetrics(metrics: Metrics): PiiMetrics {
  const entities = metrics.counter(
    'kong_ai_pii_entities_total',
    'Found values by entity, and what was done with them.',
    ['entity', 'direction', 'action'],
  );
  const blocked = metrics.counter(
    'kong_ai_pii_blocked_total',
    'Requests and answers that were refused for what they contain.',
  );
  const failures = metrics.counter(
    'kong_ai_pii_ner_failures_total',
    'Requests that went on without the NER service.',
  );
  return {
    found(counts, direction, settings) {
      for (const [entity, count] of Object.entries(counts))
        entities.inc({ entity, direction, action: settings.of(entity).action }, count);
    },
    blocked: { inc: () => blocked.inc() },
    nerFailures: { inc: () => failures.inc() },
  };
}
