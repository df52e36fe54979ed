// What the record needs to know of a stream while it passes: why it stopped, when it ended, and, if asked, its text.
import type { Exchange } from '../../../kong/relay/exchange.ts';

export interface StreamSeen {
  finishReasons: string[];
  /** ms since the epoch; of the last event that carried text. */
  lastTextAt: number | undefined;
  text: string;
}

/** Watches the stream that `exchange.answer` is, if it is one. @param maxChars of text to keep; 0 keeps none. */
export function observeAnswer(exchange: Exchange, maxChars: number): StreamSeen | undefined {
  const { answer, format } = exchange;
  if (answer?.kind !== 'stream') return;
  const seen: StreamSeen = { finishReasons: [], lastTextAt: undefined, text: '' };
  answer.stream.use({
    event(event, next) {
      const deltas = format.stream.deltas(event);
      if (deltas.length > 0) seen.lastTextAt = Date.now();
      for (const { text } of deltas) {
        if (seen.text.length < maxChars) seen.text += text.slice(0, maxChars - seen.text.length);
      }
      seen.finishReasons.push(...format.stream.finishReasons(event));
      next.event(event);
    },
  });
  return seen;
}
