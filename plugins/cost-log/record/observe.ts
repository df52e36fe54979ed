// What the record needs to know of a stream while it passes: why it stopped, when it ended, and, if asked, its text.
import type { SseEvent } from '../../../kong/llm/sse.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';

export interface StreamSeen {
  /** Read when it is over: an event that passes costs next to nothing. */
  finishReasons(): string[];
  /** ms since the epoch; of the last event before the one that ends the stream. */
  readonly lastTextAt: number | undefined;
  text: string;
}

/** Why it stopped is said near the end: before the usage and the terminator, once per choice. */
const LAST_EVENTS = 8;

/** Watches the stream that `exchange.answer` is, if it is one. @param maxChars of text to keep; 0 keeps none. */
export function observeAnswer(exchange: Exchange, maxChars: number): StreamSeen | undefined {
  const { answer, format } = exchange;
  if (answer?.kind !== 'stream') return;
  const last: SseEvent[] = [];
  /** Of the last event, and of the one before. */
  let at: number | undefined;
  let before: number | undefined;
  const seen: StreamSeen = {
    finishReasons: () => last.flatMap((event) => format.stream.finishReasons(event)),
    get lastTextAt() {
      const end = last.at(-1);
      return end && format.stream.isTerminal(end) ? before : at;
    },
    text: '',
  };
  answer.stream.use({
    event(event, next) {
      before = at;
      at = Date.now();
      if (last.length === LAST_EVENTS) last.shift();
      last.push(event);
      if (seen.text.length < maxChars) keepText(event);
      next.event(event);
    },
  });
  return seen;

  function keepText(event: SseEvent): void {
    for (const { text, repeat } of format.stream.deltas(event)) {
      if (repeat) continue;
      if (seen.text.length < maxChars) seen.text += text.slice(0, maxChars - seen.text.length);
    }
  }
}
