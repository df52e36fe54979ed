// What operators see of targets. Labels are names from the config: nothing that a client can choose.
import type { Metrics } from '../../kong/relay/metrics.ts';

/** Seconds; as OpenTelemetry's buckets for gen_ai.server.time_to_first_token. */
const FIRST_TOKEN_BUCKETS = [0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30];
/** Seconds; as gen_ai.client.operation.duration. */
const DURATION_BUCKETS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];

const BREAKER_STATES = { closed: 0, half_open: 1, open: 2 } as const;

export interface TargetMetrics {
  /** @param code `ok`, or a code from the error table. */
  attempt(code: string): void;
  firstToken(ms: number): void;
  duration(ms: number): void;
  breaker(state: keyof typeof BREAKER_STATES): void;
}

export function targetMetrics(metrics: Metrics, plugin: string, target: string): TargetMetrics {
  const labels = { plugin, target };
  const names = ['plugin', 'target'] as const;
  const attempts = metrics.counter('kong_ai_attempts_total', 'Calls of providers, by how they ended.', [
    ...names,
    'code',
  ]);
  const firstTokens = metrics
    .histogram('kong_ai_first_token_seconds', 'Time to the first content.', names, FIRST_TOKEN_BUCKETS)
    .labels(labels);
  const durations = metrics
    .histogram(
      'kong_ai_attempt_seconds',
      'Time of answers, whole or to the end of the stream.',
      names,
      DURATION_BUCKETS,
    )
    .labels(labels);
  const breakers = metrics
    .gauge('kong_ai_breaker_state', '0 closed, 1 half open, 2 open.', names, 'max')
    .labels(labels);
  const ok = attempts.labels({ ...labels, code: 'ok' });
  return {
    attempt: (code) => (code === 'ok' ? ok.inc() : attempts.inc({ ...labels, code })),
    firstToken: (ms) => firstTokens.observe(ms / 1000),
    duration: (ms) => durations.observe(ms / 1000),
    breaker: (state) => breakers.set(BREAKER_STATES[state]),
  };
}
