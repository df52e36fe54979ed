// Makes the record of an exchange that has ended.
import { randomUUID } from 'node:crypto';
import type { PriceEntry } from '../../../kong/llm/prices-config.ts';
import type { Attempt, Exchange, Outcome } from '../../../kong/relay/exchange.ts';
import { clip } from './clip.ts';
import { defined } from './defined.ts';
import { type PricedCalls, priceCalls } from './lines.ts';
import type { StreamSeen } from './observe.ts';
import { type CostRecord, RECORD_VERSION } from './schema.ts';
import { type TagRules, tagsOf } from './tags.ts';
import { traceOf } from './trace.ts';

export interface RecordRules {
  pluginId: string;
  prices: readonly PriceEntry[];
  currency: string;
  tags: TagRules;
}

/** What was learnt while the exchange went on. */
export interface Seen {
  stream?: StreamSeen | undefined;
  payload?: { request?: string; response?: string } | undefined;
}

/** A client names the model. */
const MAX_MODEL_CHARS = 256;

export function buildRecord(
  exchange: Exchange,
  outcome: Outcome,
  seen: Seen,
  rules: RecordRules,
): CostRecord {
  const endedAt = Date.now();
  const id = randomUUID();
  const { identity, format, request, times } = exchange;
  const calls = priceCalls(exchange, rules.prices);
  const error = errorCode(outcome);
  return {
    schema: RECORD_VERSION,
    id,
    started_at: times.received,
    request: { id: exchange.id, method: request.method },
    response: { status: outcome.status },
    ...caller(exchange),
    plugin: { id: rules.pluginId },
    operation: format.operation,
    format: format.name,
    mode: streams(exchange) ? 'stream' : 'whole',
    outcome: outcome.kind,
    ...(error !== undefined && { error: { code: error } }),
    ...finishReasons(exchange, seen),
    latencies: latencies(exchange, seen, calls, endedAt),
    ai: { proxy: proxyFields(exchange, seen, calls, rules.pluginId, endedAt) },
    lines: calls.lines,
    cost: { currency: rules.currency, ...calls.total },
    attempts: exchange.attempts.map((attempt) => attemptFields(attempt, endedAt)),
    stages: exchange.stageTimes.map(({ stage, startedAt, endedAt: ended }) => ({
      name: stage,
      started_at: round(startedAt),
      latency: round(ended - startedAt),
    })),
    ...decisions(exchange),
    tags: tagsOf(exchange, rules.tags),
    trace: traceOf(request.headers.traceparent as string | undefined, id),
  };

  function caller({ identity: who }: Exchange) {
    return defined({
      client_ip: who.ip,
      consumer: who.consumer && {
        id: who.consumer.id,
        ...defined({ username: who.consumer.username, custom_id: who.consumer.customId }),
      },
      authenticated_entity: identity.credential === undefined ? undefined : { id: identity.credential },
      route: who.route && { id: who.route.id, ...defined({ name: who.route.name }) },
      service: who.service && { id: who.service.id, ...defined({ name: who.service.name }) },
    });
  }
}

/** The table's code; what Node or a stage calls an error that is none of ours is not a client's to know, but a log's. */
function errorCode({ kind, error }: Outcome): string | undefined {
  if (error) return typeof error.code === 'string' ? error.code : 'stage_failed';
  return kind === 'aborted' ? 'client_gone' : undefined;
}

/** A body that is no JSON has been refused, and wants nothing. */
function streams(exchange: Exchange): boolean {
  try {
    return exchange.streams;
  } catch {
    return false;
  }
}

function finishReasons({ answer, format }: Exchange, { stream }: Seen): Pick<CostRecord, 'finish_reasons'> {
  const reasons =
    stream?.finishReasons() ?? (answer?.kind === 'whole' ? format.answer.finishReasons(answer.body) : []);
  return reasons.length > 0 ? { finish_reasons: reasons } : {};
}

function latencies(
  exchange: Exchange,
  { stream }: Seen,
  { answer }: PricedCalls,
  endedAt: number,
): CostRecord['latencies'] {
  const { received, firstToken, lastToken } = exchange.times;
  const last = lastToken ?? stream?.lastTextAt;
  const tokens = answer?.tokens.completion_tokens ?? 0;
  const between =
    stream && firstToken !== undefined && last !== undefined && tokens > 1
      ? (last - firstToken) / (tokens - 1)
      : undefined;
  return {
    request: endedAt - received,
    gateway: round(endedAt - received - providerTime(exchange, endedAt)),
    ...defined({
      first_token: firstToken === undefined ? undefined : firstToken - received,
      last_token: last === undefined ? undefined : last - received,
      per_output_token: between === undefined ? undefined : round(between),
    }),
  };
}

/** During which at least one provider was asked, ms. Hedged calls overlap. */
function providerTime(exchange: Exchange, endedAt: number): number {
  let sum = 0;
  let until = 0;
  for (const [from, to] of calls(exchange, endedAt).sort((a, b) => a[0] - b[0])) {
    sum += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return Math.min(sum, endedAt - exchange.times.received);
}

function calls({ attempts, answer, times }: Exchange, endedAt: number): [number, number][] {
  const spans = attempts.map(({ startedAt, endedAt: end }): [number, number] => [startedAt, end ?? endedAt]);
  // A stream goes on after its stage has returned.
  if (answer?.kind === 'stream' && times.firstToken !== undefined && attempts.length > 0) {
    spans.push([times.firstToken, times.lastToken ?? endedAt]);
  }
  return spans;
}

function proxyFields(
  exchange: Exchange,
  seen: Seen,
  { answer }: PricedCalls,
  pluginId: string,
  endedAt: number,
): CostRecord['ai']['proxy'] {
  const { model, notes, format, times } = exchange;
  const used = answeringAttempt(exchange);
  const latency = used && (used.endedAt ?? times.lastToken ?? endedAt) - used.startedAt;
  const tokens = answer?.tokens ?? {};
  const named = exchange.answer?.kind === 'whole' ? format.answer.model(exchange.answer.body) : undefined;
  const { cache } = notes;
  const completion = tokens.completion_tokens ?? 0;
  return {
    meta: {
      plugin_id: pluginId,
      ...defined({
        provider_name: model.provider,
        request_model: short(model.used),
        response_model: short(named ?? model.used),
        requested_model: short(model.requested),
        target: model.target,
        llm_latency: latency,
      }),
    },
    // Not spread: see "Objects" in docs/performance.md.
    usage: Object.assign(
      {},
      tokens,
      latency !== undefined && completion > 0 && { time_per_token: round(latency / completion) },
      answer && { cost: answer.cost === null ? null : answer.cost.total.toNumber() },
    ),
    ...(cache && {
      cache: {
        cache_status: cache.status,
        ...defined({ tier: cache.tier, similarity: cache.similarity, reason: cache.reason }),
      },
    }),
    ...(seen.payload && { payload: seen.payload }),
  };
}

/** Of several that were under way at once, the one whose answer it is. */
function answeringAttempt({ attempts, model }: Exchange): Attempt | undefined {
  return attempts.findLast(({ target }) => target === model.target) ?? attempts.at(-1);
}

function attemptFields(attempt: Attempt, endedAt: number): CostRecord['attempts'][number] {
  const { target, provider, model, startedAt, status, code } = attempt;
  const latency = (attempt.endedAt ?? endedAt) - startedAt;
  return {
    target,
    provider,
    model: short(model) ?? '',
    started_at: startedAt,
    latency,
    ...defined({ status, code }),
  };
}

function decisions({ notes }: Exchange): Partial<Pick<CostRecord, 'guard' | 'pii' | 'limits'>> {
  return defined({ guard: notes.guard, pii: notes.pii, limits: notes.limits }) as Partial<
    Pick<CostRecord, 'guard' | 'pii' | 'limits'>
  >;
}

const short = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : clip(text, MAX_MODEL_CHARS);

/** Microseconds are enough. */
const round = (ms: number): number => Math.round(ms * 1000) / 1000;
