// Counts records in the metrics of the admin listener. Kong's own names, labels and buckets where Kong has them
// (kong/plugins/prometheus/exporter.lua of 3.9), so that dashboards made for Kong work; OpenTelemetry's for the rest.
import { Usd } from '../../../kong/llm/usd.ts';
import { counterSeries, histogramSeries, type Series } from '../../../kong/relay/metric-series.ts';
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
type Observe = (value: number) => void;
type Pay = (amount: Usd) => void;

/** What is counted for one provider, model and cache status. */
interface LlmSeries {
  requests: Series;
  tokens: Record<'prompt_tokens' | 'completion_tokens' | 'total_tokens', Series>;
  cost: Pay;
  providerLatency: Observe;
  cacheLatency: Observe;
  embeddingsLatency: Observe;
}

interface WhoSeries {
  who: Record<(typeof WHO)[number], string>;
  cost: Pay;
  tokens: Series;
  gateway: Observe;
}

interface GenAiSeries {
  duration: Observe;
  firstToken: Observe;
  perToken: Observe;
}

export class RecordMetrics {
  private readonly values: BoundedValues;
  private readonly made: ReturnType<typeof instruments>;
  private readonly llm = new Map<string, LlmSeries>();
  private readonly whos = new Map<string, WhoSeries>();
  private readonly genAi = new Map<string, GenAiSeries>();

  constructor(metrics: Metrics, maxLabelValues: number) {
    this.values = new BoundedValues(maxLabelValues);
    this.made = instruments(metrics);
  }

  count(record: CostRecord): void {
    this.countLlm(record);
    const who = this.whoOf(record);
    this.countWho(record, who);
    who.gateway(record.latencies.gateway);
    this.countTimes(record);
    this.countDecisions(record);
    for (const line of record.lines) this.countLine(line);
  }

  /** Kong counts what was served by a model, or by the cache in its place. */
  private countLlm(record: CostRecord): void {
    const { meta, usage, cache } = record.ai.proxy;
    const answer = record.lines.find(({ purpose }) => purpose === 'answer');
    const hit = cache?.cache_status === 'Hit';
    if (!answer && !hit) return;
    const series = this.llmOf(record);
    series.requests.pending += 1;
    series.tokens.prompt_tokens.pending += usage.prompt_tokens ?? 0;
    series.tokens.completion_tokens.pending += usage.completion_tokens ?? 0;
    series.tokens.total_tokens.pending += usage.total_tokens ?? 0;
    const cost = answer?.cost;
    if (cost && cost.total !== '0') series.cost(Usd.parse(cost.total));
    if (meta.llm_latency) series.providerLatency(meta.llm_latency);
    const fetched = hit ? record.stages.find(({ name }) => name === 'semantic-cache') : undefined;
    if (fetched) series.cacheLatency(fetched.latency);
    const embedded = record.lines.find(({ purpose }) => purpose === 'embedding')?.latency;
    if (embedded) series.embeddingsLatency(embedded);
  }

  private llmOf(record: CostRecord): LlmSeries {
    const { meta, cache } = record.ai.proxy;
    const embedding = record.lines.find(({ purpose }) => purpose === 'embedding');
    const labels: LlmLabels = {
      ai_provider: meta.provider_name ?? '',
      ai_model: this.values.of('model', meta.request_model ?? meta.requested_model ?? ''),
      // As in Kong's documentation: hit, miss.
      cache_status: cache?.cache_status.toLowerCase() ?? '',
      vector_db: cache?.tier === 'semantic' ? 'redis' : '',
      embeddings_provider: embedding?.provider ?? '',
      embeddings_model: embedding ? this.values.of('model', embedding.model) : '',
      workspace: WORKSPACE,
    };
    return getOrMake(this.llm, Object.values(labels).join('\n'), () => this.newLlm(labels));
  }

  private newLlm(labels: LlmLabels): LlmSeries {
    const { requests, tokens, cost, providerLatency, cacheLatency, embeddingsLatency } = this.made;
    const ofType = (token_type: string): Series => tokens.of({ ...labels, token_type });
    return {
      requests: requests.of(labels),
      tokens: {
        prompt_tokens: ofType('prompt_tokens'),
        completion_tokens: ofType('completion_tokens'),
        total_tokens: ofType('total_tokens'),
      },
      cost: cost.of(labels),
      providerLatency: histogramSeries(providerLatency, labels, PROVIDER_LATENCY_MS),
      cacheLatency: histogramSeries(cacheLatency, labels, PROVIDER_LATENCY_MS),
      embeddingsLatency: histogramSeries(embeddingsLatency, labels, PROVIDER_LATENCY_MS),
    };
  }

  private countWho(record: CostRecord, { who, cost, tokens }: WhoSeries): void {
    const { response, outcome, mode } = record;
    const { consumer, route } = who;
    this.made.outcomes.add({ consumer, route, code: String(response.status), outcome, mode });
    if (record.cost.known !== '0') cost(Usd.parse(record.cost.known));
    const { total_tokens: total, estimated } = record.ai.proxy.usage;
    if (total) tokens.pending += total;
    if (estimated) this.made.estimated.add({});
  }

  private whoOf({ consumer, route }: CostRecord): WhoSeries {
    const who = {
      consumer: this.values.of('consumer', consumer?.username ?? consumer?.custom_id ?? consumer?.id ?? ''),
      route: this.values.of('route', route?.name ?? route?.id ?? ''),
    };
    const { costByConsumer, tokensByConsumer, gateway } = this.made;
    return getOrMake(this.whos, `${who.consumer}\n${who.route}`, () => ({
      who,
      cost: costByConsumer.of(who),
      tokens: tokensByConsumer.of(who),
      gateway: histogramSeries(gateway, { route: who.route }, GATEWAY_MS),
    }));
  }

  private countTimes({ latencies, ai, operation, mode, outcome }: CostRecord): void {
    const { provider_name: provider, request_model: model = '' } = ai.proxy.meta;
    if (provider === undefined) return;
    const series = this.genAiOf(operation, provider, this.values.of('model', model));
    series.duration(latencies.request / 1000);
    if (mode !== 'stream' || outcome === 'failed') return;
    if (latencies.first_token !== undefined) series.firstToken(latencies.first_token / 1000);
    if (latencies.per_output_token !== undefined) series.perToken(latencies.per_output_token / 1000);
  }

  private genAiOf(operation: string, provider: string, model: string): GenAiSeries {
    return getOrMake(this.genAi, `${operation}\n${provider}\n${model}`, () => {
      const labels = {
        gen_ai_operation_name: otelOperation(operation),
        gen_ai_provider_name: otelProvider(provider),
        gen_ai_request_model: model,
      };
      const { duration, firstToken, perToken } = this.made;
      return {
        duration: histogramSeries(duration, labels, DURATION_BUCKETS),
        firstToken: histogramSeries(firstToken, labels, TIME_TO_FIRST_TOKEN_BUCKETS),
        perToken: histogramSeries(perToken, labels, TIME_PER_OUTPUT_TOKEN_BUCKETS),
      };
    });
  }

  private countDecisions({ ai, guard, pii, limits }: CostRecord): void {
    const { made } = this;
    const { cache } = ai.proxy;
    if (cache) made.cache.add({ status: cache.cache_status.toLowerCase(), tier: cache.tier ?? '' });
    if (guard) made.guard.add({ verdict: guard.verdict });
    for (const { rule, direction } of guard?.matches ?? []) {
      made.guardMatches.add({ rule: this.values.of('rule', rule), direction });
    }
    for (const direction of ['request', 'response'] as const) {
      for (const [entity, count] of Object.entries(pii?.[direction] ?? {})) {
        made.pii.add({ entity: this.values.of('entity', entity), direction }, count);
      }
    }
    if (pii?.blocked) made.piiBlocked.add({});
    for (const { policy, state } of limits ?? []) {
      made.limits.add({ policy: this.values.of('policy', policy), state });
    }
  }

  private countLine({ purpose, provider, model, cost, total_tokens }: Line): void {
    if (cost !== null && purpose === 'answer') return;
    const labels = { ai_provider: provider, ai_model: this.values.of('model', model) };
    if (cost === null) this.made.unpriced.add(labels);
    if (purpose === 'answer') return;
    this.made.sideCalls.add({ ...labels, purpose });
    if (total_tokens) this.made.sideTokens.add({ ...labels, purpose }, total_tokens);
    if (cost && cost.total !== '0') this.made.sideCost.add({ ...labels, purpose }, Usd.parse(cost.total));
  }
}

function instruments(metrics: Metrics) {
  const counter = <L extends string>(name: string, help: string, labels: readonly L[] = []) =>
    counterSeries(metrics.counter(name, help, labels));
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
    embeddingsLatency: histogram(
      'kong_ai_cache_embeddings_latency',
      'Time of the embeddings for the cache, ms.',
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
