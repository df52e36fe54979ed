// Counts records in the metrics of the admin listener. Kong's own names, labels and buckets where Kong has them
// (kong/plugins/prometheus/exporter.lua of 3.9), so that dashboards made for Kong work; OpenTelemetry's for the rest.
import { Usd } from '../../../kong/llm/usd.ts';
import type { Metrics } from '../../../kong/relay/metrics.ts';
import { getOrMake } from '../get-or-make.ts';
import type { CostRecord, Line } from '../record/schema.ts';
import { BoundedValues } from './bounded.ts';
import { ExactCounter } from './exact-counter.ts';
import {
  DURATION_BUCKETS,
  otelOperation,
  otelProvider,
  TIME_PER_OUTPUT_TOKEN_BUCKETS,
  TIME_TO_FIRST_TOKEN_BUCKETS,
} from './gen-ai.ts';

const LLM = [
  'ai_provider',
  'ai_model',
  'cache_status',
  'vector_db',
  'embeddings_provider',
  'embeddings_model',
  'workspace',
] as const;
const GEN_AI = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'] as const;
const WHO = ['consumer', 'route'] as const;

/** Kong's, in exporter.lua. */
const PROVIDER_LATENCY_MS = [
  250, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 10_000, 30_000, 60_000,
];
/** Kong's own latency, in exporter.lua. */
const GATEWAY_MS = [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000, 3000, 6000];

/** Entities live in workspaces, which the PDK of plugin servers does not tell; the free Kong has this one. */
const WORKSPACE = 'default';

type LlmLabels = Record<(typeof LLM)[number], string>;

export class RecordMetrics {
  private readonly values: BoundedValues;
  private readonly made: ReturnType<typeof instruments>;

  constructor(metrics: Metrics, maxLabelValues: number) {
    this.values = new BoundedValues(maxLabelValues);
    this.made = instruments(metrics);
  }

  count(record: CostRecord): void {
    this.countLlm(record);
    this.countWho(record);
    this.countTimes(record);
    this.countDecisions(record);
    for (const line of record.lines) this.countLine(line);
  }

  /** Kong counts what was served by a model, or by the cache in its place. */
  private countLlm(record: CostRecord): void {
    const { meta, usage, cache } = record.ai.proxy;
    const served = record.lines.some(({ purpose }) => purpose === 'answer') || cache?.cache_status === 'Hit';
    if (!served) return;
    const labels = this.llmLabels(record);
    this.made.requests.inc(labels);
    const counts = [
      ['prompt_tokens', usage.prompt_tokens],
      ['completion_tokens', usage.completion_tokens],
      ['total_tokens', usage.total_tokens],
    ] as const;
    for (const [token_type, tokens] of counts)
      if (tokens) this.made.tokens.inc({ ...labels, token_type }, tokens);
    const cost = record.lines.find(({ purpose }) => purpose === 'answer')?.cost;
    if (cost && cost.total !== '0') this.made.cost.add(labels, Usd.parse(cost.total));
    if (meta.llm_latency) this.made.providerLatency.observe(labels, meta.llm_latency);
    const fetched = record.stages.find(({ name }) => name === 'semantic-cache');
    if (cache?.cache_status === 'Hit' && fetched) this.made.cacheLatency.observe(labels, fetched.latency);
  }

  private llmLabels(record: CostRecord): LlmLabels {
    const { meta, cache } = record.ai.proxy;
    const embedding = record.lines.find(({ purpose }) => purpose === 'embedding');
    return {
      ai_provider: meta.provider_name ?? '',
      ai_model: this.values.of('model', meta.request_model ?? meta.requested_model ?? ''),
      // As in Kong's documentation: hit, miss.
      cache_status: cache?.cache_status.toLowerCase() ?? '',
      vector_db: cache?.tier === 'semantic' ? 'redis' : '',
      embeddings_provider: embedding?.provider ?? '',
      embeddings_model: embedding ? this.values.of('model', embedding.model) : '',
      workspace: WORKSPACE,
    };
  }

  private countWho(record: CostRecord): void {
    const who = this.who(record);
    const { response, outcome, mode } = record;
    this.made.outcomes.inc({ ...who, code: String(response.status), outcome, mode });
    const known = Usd.parse(record.cost.known);
    if (known.picos > 0n) this.made.costByConsumer.add(who, known);
    const { total_tokens: total } = record.ai.proxy.usage;
    if (total) this.made.tokensByConsumer.inc(who, total);
    if (record.ai.proxy.usage.estimated) this.made.estimated.inc();
  }

  private who({ consumer, route }: CostRecord): Record<(typeof WHO)[number], string> {
    return {
      consumer: this.values.of('consumer', consumer?.username ?? consumer?.custom_id ?? consumer?.id ?? ''),
      route: this.values.of('route', route?.name ?? route?.id ?? ''),
    };
  }

  private countTimes(record: CostRecord): void {
    const { latencies, ai, operation } = record;
    const { who, made } = { who: this.who(record), made: this.made };
    made.gateway.observe({ route: who.route }, latencies.gateway);
    if (ai.proxy.meta.provider_name === undefined) return;
    const labels = {
      gen_ai_operation_name: otelOperation(operation),
      gen_ai_provider_name: otelProvider(ai.proxy.meta.provider_name),
      gen_ai_request_model: this.values.of('model', ai.proxy.meta.request_model ?? ''),
    };
    made.duration.observe(labels, latencies.request / 1000);
    if (record.mode !== 'stream' || record.outcome === 'failed') return;
    if (latencies.first_token !== undefined) made.firstToken.observe(labels, latencies.first_token / 1000);
    if (latencies.per_output_token !== undefined)
      made.perToken.observe(labels, latencies.per_output_token / 1000);
  }

  private countDecisions({ ai, guard, pii, limits }: CostRecord): void {
    const { made } = this;
    const { cache } = ai.proxy;
    if (cache) made.cache.inc({ status: cache.cache_status.toLowerCase(), tier: cache.tier ?? '' });
    if (guard) made.guard.inc({ verdict: guard.verdict });
    for (const { rule, direction } of guard?.matches ?? []) {
      made.guardMatches.inc({ rule: this.values.of('rule', rule), direction });
    }
    for (const direction of ['request', 'response'] as const) {
      for (const [entity, count] of Object.entries(pii?.[direction] ?? {})) {
        made.pii.inc({ entity: this.values.of('entity', entity), direction }, count);
      }
    }
    if (pii?.blocked) made.piiBlocked.inc();
    for (const { policy, state } of limits ?? []) {
      made.limits.inc({ policy: this.values.of('policy', policy), state });
    }
  }

  private countLine({ purpose, provider, model, cost, total_tokens }: Line): void {
    const labels = { ai_provider: provider, ai_model: this.values.of('model', model) };
    if (cost === null) this.made.unpriced.inc(labels);
    if (purpose === 'answer') return;
    this.made.sideCalls.inc({ ...labels, purpose });
    if (total_tokens) this.made.sideTokens.inc({ ...labels, purpose }, total_tokens);
    if (cost && cost.total !== '0') this.made.sideCost.add({ ...labels, purpose }, Usd.parse(cost.total));
  }
}

function instruments(metrics: Metrics) {
  const counter = metrics.counter.bind(metrics);
  const histogram = metrics.histogram.bind(metrics);
  const money = <L extends string>(name: string, help: string, labels: readonly L[]): ExactCounter<L> =>
    exactCounter(metrics, name, help, labels);
  const model = ['ai_provider', 'ai_model'] as const;
  const side = [...model, 'purpose'] as const;
  return {
    requests: counter('kong_ai_llm_requests_total', 'AI requests by provider and model.', LLM),
    tokens: counter('kong_ai_llm_tokens_total', 'Tokens of AI requests.', [...LLM, 'token_type']),
    cost: money(
      'kong_ai_llm_cost_total',
      'Cost of AI requests, USD. What has no known price is not in it.',
      LLM,
    ),
    providerLatency: histogram(
      'kong_ai_llm_provider_latency_ms',
      'Time of the provider’s answer, ms.',
      LLM,
      PROVIDER_LATENCY_MS,
    ),
    cacheLatency: histogram(
      'kong_ai_cache_fetch_latency',
      'Time of an answer from the cache, ms.',
      LLM,
      PROVIDER_LATENCY_MS,
    ),
    outcomes: counter('kong_ai_requests_total', 'Requests, refused ones included.', [
      ...WHO,
      'code',
      'outcome',
      'mode',
    ]),
    costByConsumer: money('kong_ai_cost_total', 'Cost of all model calls, USD, by consumer and route.', WHO),
    tokensByConsumer: counter('kong_ai_tokens_total', 'Tokens of answers by consumer and route.', WHO),
    estimated: counter('kong_ai_estimated_usage_total', 'Answers whose tokens were counted by the gateway.'),
    unpriced: counter('kong_ai_unpriced_calls_total', 'Model calls without a known price.', model),
    sideCalls: counter('kong_ai_side_calls_total', 'Model calls beside the answer.', side),
    sideTokens: counter('kong_ai_side_call_tokens_total', 'Their tokens.', side),
    sideCost: money('kong_ai_side_call_cost_total', 'Their cost, USD.', side),
    gateway: histogram(
      'kong_ai_gateway_latency_ms',
      'Time of a request in which no provider was asked, ms.',
      ['route'],
      GATEWAY_MS,
    ),
    duration: histogram(
      'gen_ai_client_operation_duration_seconds',
      'Duration of a request.',
      GEN_AI,
      DURATION_BUCKETS,
    ),
    firstToken: histogram(
      'gen_ai_server_time_to_first_token_seconds',
      'Time to the first token of a stream.',
      GEN_AI,
      TIME_TO_FIRST_TOKEN_BUCKETS,
    ),
    perToken: histogram(
      'gen_ai_server_time_per_output_token_seconds',
      'Time per token after the first.',
      GEN_AI,
      TIME_PER_OUTPUT_TOKEN_BUCKETS,
    ),
    cache: counter('kong_ai_request_cache_total', 'Requests by cache status.', ['status', 'tier']),
    guard: counter('kong_ai_request_guard_total', 'Requests by the guard’s verdict.', ['verdict']),
    guardMatches: counter('kong_ai_request_guard_matches_total', 'Rules that matched.', [
      'rule',
      'direction',
    ]),
    pii: counter('kong_ai_request_pii_values_total', 'Personal values found.', ['entity', 'direction']),
    piiBlocked: counter('kong_ai_request_pii_blocked_total', 'Requests refused for personal values.'),
    limits: counter('kong_ai_request_limits_total', 'Requests by limit policy and state.', [
      'policy',
      'state',
    ]),
  };
}

const exactCounters = new WeakMap<Metrics, Map<string, ExactCounter<string>>>();

/** One per metric: two would both believe that they know what the counter shows. */
function exactCounter<L extends string>(
  metrics: Metrics,
  name: string,
  help: string,
  labels: readonly L[],
): ExactCounter<L> {
  const known = getOrMake(exactCounters, metrics, () => new Map<string, ExactCounter<string>>());
  const found = getOrMake(known, name, () => new ExactCounter<string>(metrics.counter(name, help, labels)));
  return found as unknown as ExactCounter<L>;
}
