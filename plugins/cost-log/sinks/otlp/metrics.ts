// Records as OpenTelemetry's GenAI metrics: sums and histograms since the start of the process.
import { Usd } from '../../../../kong/llm/usd.ts';
import {
  DURATION_BUCKETS,
  TIME_PER_OUTPUT_TOKEN_BUCKETS,
  TIME_TO_FIRST_TOKEN_BUCKETS,
  TOKEN_BUCKETS,
} from '../../metrics/gen-ai.ts';
import type { CostRecord } from '../../record/schema.ts';
import { modelAttributes } from './attributes.ts';
import { type Attributes, encodeAttributes, nanos } from './encode.ts';

const CUMULATIVE = 2;
/** Series of one metric; clients name models. */
const MAX_SERIES = 1000;
const OVERFLOW: Attributes = { 'otel.metric.overflow': true };

export class OtlpMetrics {
  private readonly startedAt: number;
  private readonly instruments = {
    tokens: new Histogram('gen_ai.client.token.usage', '{token}', TOKEN_BUCKETS),
    duration: new Histogram('gen_ai.client.operation.duration', 's', DURATION_BUCKETS),
    firstToken: new Histogram('gen_ai.server.time_to_first_token', 's', TIME_TO_FIRST_TOKEN_BUCKETS),
    perToken: new Histogram('gen_ai.server.time_per_output_token', 's', TIME_PER_OUTPUT_TOKEN_BUCKETS),
    cost: new Sum('kong_ai.cost', '{USD}'),
  };

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  add(record: CostRecord): void {
    const { tokens, duration, firstToken, perToken, cost } = this.instruments;
    const { ai, latencies, error } = record;
    if (ai.proxy.meta.provider_name === undefined) return;
    const model = modelAttributes(record);
    const { usage } = ai.proxy;
    const typed = (type: string): Attributes => ({ ...model, 'gen_ai.token.type': type });
    if (usage.prompt_tokens !== undefined) tokens.record(typed('input'), usage.prompt_tokens);
    if (usage.completion_tokens !== undefined) tokens.record(typed('output'), usage.completion_tokens);
    duration.record({ ...model, 'error.type': error?.code }, latencies.request / 1000);
    cost.add(model, Usd.parse(record.cost.known));
    if (record.mode !== 'stream' || error) return;
    if (latencies.first_token !== undefined) firstToken.record(model, latencies.first_token / 1000);
    if (latencies.per_output_token !== undefined) perToken.record(model, latencies.per_output_token / 1000);
  }

  encode(now: number): object[] {
    const times = { startTimeUnixNano: nanos(this.startedAt), timeUnixNano: nanos(now) };
    return Object.values(this.instruments)
      .filter(({ series }) => series.size > 0)
      .map((instrument) => instrument.encode(times));
  }
}

interface Times {
  startTimeUnixNano: string;
  timeUnixNano: string;
}

abstract class Instrument<V extends object> {
  readonly series = new Map<string, { attributes: Attributes; value: V }>();
  protected readonly name: string;
  protected readonly unit: string;

  constructor(name: string, unit: string) {
    this.name = name;
    this.unit = unit;
  }

  protected abstract start(): V;

  protected of(attributes: Attributes): V {
    const key = JSON.stringify(attributes);
    const known = this.series.get(key);
    if (known) return known.value;
    if (this.series.size >= MAX_SERIES && attributes !== OVERFLOW) return this.of(OVERFLOW);
    const value = this.start();
    this.series.set(key, { attributes, value });
    return value;
  }
}

class Histogram extends Instrument<{ counts: number[]; sum: number; count: number }> {
  private readonly bounds: number[];

  constructor(name: string, unit: string, bounds: number[]) {
    super(name, unit);
    this.bounds = bounds;
  }

  record(attributes: Attributes, value: number): void {
    const point = this.of(attributes);
    const index = this.bounds.findIndex((bound) => value <= bound);
    point.counts[index < 0 ? this.bounds.length : index]! += 1;
    point.sum += value;
    point.count += 1;
  }

  encode(times: Times): object {
    const dataPoints = [...this.series.values()].map(({ attributes, value }) => ({
      ...times,
      attributes: encodeAttributes(attributes),
      count: String(value.count),
      sum: value.sum,
      bucketCounts: value.counts.map(String),
      explicitBounds: this.bounds,
    }));
    return {
      name: this.name,
      unit: this.unit,
      histogram: { aggregationTemporality: CUMULATIVE, dataPoints },
    };
  }

  protected override start() {
    return { counts: new Array<number>(this.bounds.length + 1).fill(0), sum: 0, count: 0 };
  }
}

class Sum extends Instrument<{ amount: Usd }> {
  add(attributes: Attributes, amount: Usd): void {
    const point = this.of(attributes);
    point.amount = point.amount.add(amount);
  }

  encode(times: Times): object {
    const dataPoints = [...this.series.values()].map(({ attributes, value }) => ({
      ...times,
      attributes: encodeAttributes(attributes),
      asDouble: value.amount.toNumber(),
    }));
    const sum = { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints };
    return { name: this.name, unit: this.unit, sum };
  }

  protected override start() {
    return { amount: Usd.ZERO };
  }
}
