// The tokens of an exchange: as the provider reported them, else counted here. Answers that broke off and providers
// that report nothing must not be free.
import { countRequest, countRequestAsync, mostRequestTokens } from '../llm/chat-tokens.ts';
import type { Format } from '../llm/format.ts';
import { SseEvent } from '../llm/sse.ts';
import { countText, type TokenCount } from '../llm/tokens.ts';
import type { Usage } from '../llm/usage.ts';
import type { Exchange } from './exchange.ts';

/** As much of a stream as is kept to be counted, some 700 events; of what comes after only the length. */
const HEAD_BYTES = 128 * 1024;

/** An event that passes is kept, not read: most providers say in the end what they wrote, and then nobody needs it. */
interface Meter {
  /** Events as they came, and the texts of those that stages have changed. */
  head: (Buffer | string)[];
  headBytes: number;
  /** As it came. */
  first: Buffer | undefined;
  bytes: number;
  last: SseEvent | undefined;
}

/** What is known of an exchange, which keeps it: a WeakMap of all exchanges costs the garbage collector more. */
export interface Metered {
  stream?: Meter;
  prompt?: TokenCount;
  usage?: Usage;
}

/**
 * Watches the stream that `exchange.answer` is, if it is one. To be called after `next()`; the first call counts,
 * later ones do nothing. What is measured is the text as it is at that layer.
 */
export function meterOutput(exchange: Exchange): void {
  const { answer, format } = exchange;
  if (answer?.kind !== 'stream' || exchange.metered.stream) return;
  const meter: Meter = { head: [], headBytes: 0, first: undefined, bytes: 0, last: undefined };
  exchange.metered.stream = meter;
  answer.stream.use({
    event(event, next) {
      const kept = event.raw ?? textOf(format, event);
      meter.bytes += kept.length;
      if (meter.headBytes < HEAD_BYTES) {
        meter.head.push(kept);
        meter.headBytes += kept.length;
      }
      meter.first ??= event.raw;
      meter.last = event;
      next.event(event);
    },
  });
}

/** What an event says for the first time. */
function textOf({ stream }: Format, event: SseEvent): string {
  let all = '';
  for (const { text, repeat } of stream.deltas(event)) if (!repeat) all += text;
  return all;
}

/** The prompt's tokens, counted once per exchange, for those who must know before the provider does. */
export async function promptTokens(exchange: Exchange): Promise<TokenCount> {
  const known = exchange.metered.prompt;
  if (known) return known;
  const { request, format } = exchange;
  exchange.metered.prompt = await countRequestAsync(format, modelOf(exchange), request.body);
  return exchange.metered.prompt;
}

/** No fewer than promptTokens says, and at no cost. Once the prompt was counted, that. */
export function mostPromptTokens(exchange: Exchange): number {
  const known = exchange.metered.prompt;
  if (known) return known.tokens;
  const { request, format } = exchange;
  return mostRequestTokens(format, modelOf(exchange), request.body);
}

/**
 * For finish hooks. What the provider reported stands; what it did not is counted and the usage marked `estimated`.
 * A field is absent when it is not known: an answer that no provider gave (refused, cached) has none.
 */
export function finalUsage(exchange: Exchange): Usage {
  exchange.metered.usage ??= measure(exchange);
  return exchange.metered.usage;
}

function measure(exchange: Exchange): Usage {
  const reported = exchange.usage;
  const usage: Usage = { ...reported, input: { ...reported?.input }, output: { ...reported?.output } };
  if (!wasAsked(exchange)) return usage;
  if (usage.input.total === undefined) {
    usage.input.total = countPrompt(exchange).tokens;
    usage.estimated = true;
  }
  const counted = completion(exchange);
  if (counted !== undefined && counted > (usage.output.total ?? -1)) {
    usage.output.total = counted;
    usage.estimated = true;
  }
  return usage;
}

/**
 * A provider worked on it: it gave the answer, which may have broken off since, or was about to when the client left.
 */
function wasAsked({ attempts, answer, usage }: Exchange): boolean {
  if (usage !== undefined) return true;
  if (answer !== undefined) return attempts.some(({ status = 0 }) => status >= 200 && status < 300);
  const last = attempts.at(-1);
  return last !== undefined && last.code === undefined;
}

/** As promptTokens, but at once: of a long prompt the head is counted. */
export function countPrompt(exchange: Exchange): TokenCount {
  const { request, format, metered } = exchange;
  metered.prompt ??= countRequest(format, modelOf(exchange), request.body);
  return metered.prompt;
}

/** Undefined when the provider has said it, or nobody can. */
function completion(exchange: Exchange): number | undefined {
  const { answer, format } = exchange;
  const reported = exchange.usage?.output.total;
  const meter = exchange.metered.stream;
  if (meter) {
    // Some report a count at the beginning of a stream, which is no more than a beginning when it breaks.
    const complete = meter.last !== undefined && format.stream.isTerminal(meter.last);
    if (reported !== undefined && complete) return;
    const texts = meter.head.map((kept) =>
      typeof kept === 'string' ? kept : textOf(format, SseEvent.fromBytes(kept)),
    );
    const head = countText(modelOf(exchange), texts.join('')).tokens;
    return meter.bytes > meter.headBytes ? Math.ceil(head * (meter.bytes / meter.headBytes)) : head;
  }
  if (reported !== undefined || answer?.kind !== 'whole') return;
  const texts = format.answer.texts(answer.body).flatMap(({ text, repeat }) => (repeat ? [] : [text]));
  return countText(modelOf(exchange), texts.join('\n')).tokens;
}

const modelOf = ({ model }: Exchange): string | undefined => model.used ?? model.requested;
