// Adds up records for the report. Each id counts once, however often it was delivered.
import { Usd } from '../../../kong/llm/usd.ts';
import { getOrMake } from '../get-or-make.ts';
import { isBlocked } from '../node/tally.ts';
import type { CostRecord, Line } from '../record/schema.ts';

export type Dimension = 'consumer' | 'model' | 'provider' | 'route' | 'service' | 'day' | `tag:${string}`;

export interface ReportRow {
  name: string;
  requests: number;
  prompt_tokens: number;
  completion_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  reasoning_tokens: number;
  /** Of all model calls whose price is known, exact, USD. */
  cost: string;
  /** Model calls whose price is not known. */
  unpriced: number;
  estimated: number;
  cache_hits: number;
  blocked: number;
  errors: number;
}

export interface Report {
  records: number;
  duplicates: number;
  /** ms since the epoch; of the first and the last record. */
  from: number;
  to: number;
  total: ReportRow;
  groups: { by: Dimension; rows: ReportRow[] }[];
  /** `provider/model` of calls without a known price. */
  unpriced: string[];
}

const COUNTS = [
  'requests',
  'prompt_tokens',
  'completion_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'unpriced',
  'estimated',
  'cache_hits',
  'blocked',
  'errors',
] as const;

class Row {
  readonly name: string;
  cost = Usd.ZERO;
  readonly counts = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<
    (typeof COUNTS)[number],
    number
  >;

  constructor(name: string) {
    this.name = name;
  }

  addRequest(record: CostRecord): void {
    const { counts } = this;
    counts.requests += 1;
    if (record.ai.proxy.usage.estimated) counts.estimated += 1;
    if (record.ai.proxy.cache?.cache_status === 'Hit') counts.cache_hits += 1;
    if (isBlocked(record)) counts.blocked += 1;
    if (record.response.status >= 500 || record.outcome === 'failed') counts.errors += 1;
  }

  addLine(line: Line): void {
    const { counts } = this;
    counts.prompt_tokens += line.prompt_tokens ?? 0;
    counts.completion_tokens += line.completion_tokens ?? 0;
    counts.cache_read_tokens += line.cache_read_tokens ?? 0;
    counts.cache_write_tokens += line.cache_write_tokens ?? 0;
    counts.reasoning_tokens += line.reasoning_tokens ?? 0;
    if (line.cost) this.cost = this.cost.add(Usd.parse(line.cost.total));
    else counts.unpriced += 1;
  }

  toRow(): ReportRow {
    return { name: this.name, ...this.counts, cost: this.cost.toUsd() };
  }
}

export class Summary {
  private readonly dimensions: readonly Dimension[];
  private readonly total = new Row('');
  private readonly groups: Map<string, Row>[];
  private readonly unpriced = new Set<string>();
  private readonly seen = new Set<string>();
  private duplicates = 0;
  private from = Number.POSITIVE_INFINITY;
  private to = 0;

  constructor(dimensions: readonly Dimension[]) {
    this.dimensions = dimensions;
    this.groups = dimensions.map(() => new Map());
  }

  add(record: CostRecord): void {
    if (this.seen.has(record.id)) {
      this.duplicates += 1;
      return;
    }
    this.seen.add(record.id);
    this.from = Math.min(this.from, record.started_at);
    this.to = Math.max(this.to, record.started_at);
    this.total.addRequest(record);
    for (const line of record.lines) {
      this.total.addLine(line);
      if (line.cost === null) this.unpriced.add(`${line.provider}/${line.model}`);
    }
    this.dimensions.forEach((dimension, index) => {
      addTo(this.groups[index]!, dimension, record);
    });
  }

  report(): Report {
    return {
      records: this.seen.size,
      duplicates: this.duplicates,
      from: this.seen.size > 0 ? this.from : 0,
      to: this.to,
      total: this.total.toRow(),
      groups: this.dimensions.map((by, index) => ({
        by,
        rows: [...this.groups[index]!.values()]
          .sort(by === 'day' ? byName : byCost)
          .map((row) => row.toRow()),
      })),
      unpriced: [...this.unpriced].sort(),
    };
  }
}

const byName = (a: Row, b: Row): number => (a.name < b.name ? -1 : 1);
const byCost = (a: Row, b: Row): number =>
  a.cost.picos === b.cost.picos
    ? b.counts.requests - a.counts.requests
    : b.cost.picos > a.cost.picos
      ? 1
      : -1;

/** A call of another model than the answer's is that model's cost, but the request is the answering model's. */
function addTo(group: Map<string, Row>, dimension: Dimension, record: CostRecord): void {
  const rowOf = (name: string): Row => getOrMake(group, name, () => new Row(name));
  rowOf(nameOf(record, dimension)).addRequest(record);
  for (const line of record.lines)
    rowOf(lineName(line, dimension) ?? nameOf(record, dimension)).addLine(line);
}

function lineName({ model, provider }: Line, dimension: Dimension): string | undefined {
  return dimension === 'model' ? model : dimension === 'provider' ? provider : undefined;
}

function nameOf(record: CostRecord, dimension: Dimension): string {
  const { consumer, route, service, ai, lines, tags, started_at } = record;
  if (dimension.startsWith('tag:')) return tags[dimension.slice('tag:'.length)] ?? '';
  switch (dimension) {
    case 'consumer':
      return consumer?.username ?? consumer?.custom_id ?? consumer?.id ?? '';
    case 'route':
      return route?.name ?? route?.id ?? '';
    case 'service':
      return service?.name ?? service?.id ?? '';
    case 'day':
      return new Date(started_at).toISOString().slice(0, 10);
    case 'provider':
      return lines[0]?.provider ?? ai.proxy.meta.provider_name ?? '';
    default:
      return lines[0]?.model ?? ai.proxy.meta.request_model ?? ai.proxy.meta.requested_model ?? '';
  }
}
