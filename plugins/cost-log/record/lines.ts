// The model calls of a request, each with its tokens and its price.
import { type Cost, costOf, type PricedCall } from '../../../kong/llm/prices.ts';
import type { PriceEntry } from '../../../kong/llm/prices-config.ts';
import { totalTokens, type Usage } from '../../../kong/llm/usage.ts';
import { Usd } from '../../../kong/llm/usd.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { finalUsage } from '../../../kong/relay/meter.ts';
import { pricedCall } from '../../../kong/relay/priced-call.ts';
import { defined } from './defined.ts';
import type { CostRecord, Line, RecordTokens } from './schema.ts';

export interface PricedCalls {
  lines: Line[];
  /** Of the answer; undefined when no provider gave one. */
  answer: { tokens: RecordTokens; cost: Cost | null } | undefined;
  total: Pick<CostRecord['cost'], 'total' | 'known'>;
}

interface Call {
  purpose: Line['purpose'];
  provider: string;
  model: string;
  usage: Usage | undefined;
  /** Of the answer. */
  call?: PricedCall;
  ms?: number;
}

export function priceCalls(exchange: Exchange, prices: readonly PriceEntry[]): PricedCalls {
  const lines: Line[] = [];
  let answer: PricedCalls['answer'];
  let sum = Usd.ZERO;
  let complete = true;
  for (const call of callsOf(exchange, prices)) {
    const { purpose, provider, model } = call;
    const tokens = tokensOf(call.usage);
    const cost = price(call, prices);
    if (cost) sum = sum.add(cost.total);
    else complete = false;
    if (purpose === 'answer') answer = { tokens, cost };
    const latency = call.ms === undefined ? undefined : { latency: call.ms };
    lines.push({ purpose, provider, model, ...tokens, ...latency, cost: cost && recordCost(cost) });
  }
  const known = sum.toUsd();
  return { lines, answer, total: { total: complete ? known : null, known } };
}

function callsOf(exchange: Exchange, prices: readonly PriceEntry[]): Call[] {
  const { model, attempts, sideCalls } = exchange;
  const usage = finalUsage(exchange);
  const used = attempts.at(-1);
  const calls: Call[] = [];
  // What no provider answered (refused, cached) has no usage and costs nothing.
  const call = pricedCall(exchange, usage, prices);
  if (totalTokens(usage) !== undefined || usage.raw !== undefined || call.images) {
    const provider = model.provider ?? used?.provider ?? '';
    calls.push({
      purpose: 'answer',
      provider,
      model: model.used ?? used?.model ?? model.requested ?? '',
      usage,
      call,
    });
  }
  // What discarded attempts and hedges used is among them.
  for (const side of sideCalls) calls.push({ ...side, usage: side.usage });
  return calls;
}

function price({ usage, model, provider, call = {} }: Call, prices: readonly PriceEntry[]): Cost | null {
  return usage ? costOf(usage, model, provider, prices, call) : null;
}

export function tokensOf(usage: Usage | undefined): RecordTokens {
  if (!usage) return {};
  const { input, output, estimated } = usage;
  return defined({
    prompt_tokens: input.total,
    completion_tokens: output.total,
    total_tokens: totalTokens(usage),
    cache_read_tokens: input.cacheRead,
    cache_write_tokens: input.cacheWrite,
    cache_write_1h_tokens: input.cacheWrite1h,
    prompt_audio_tokens: input.audio,
    reasoning_tokens: output.reasoning,
    completion_audio_tokens: output.audio,
    estimated,
  });
}

function recordCost(cost: Cost): NonNullable<Line['cost']> {
  const text = (amount: Usd): string => amount.toUsd();
  return {
    total: text(cost.total),
    input: text(cost.input),
    cache_read: text(cost.cacheRead),
    cache_write: text(cost.cacheWrite),
    output: text(cost.output),
    reasoning: text(cost.reasoning),
    other: text(cost.other),
  };
}
