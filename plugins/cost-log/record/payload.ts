// Prompts and answers for the record: their texts only, without personal values, cut to a bounded length.
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { clip } from './clip.ts';

export interface PayloadRules {
  maxChars: number;
  redact(text: string): string;
}

/** As the stages have left it: what was sent on. */
export function requestText({ format, request }: Exchange, { maxChars, redact }: PayloadRules): string {
  const texts = format.request
    .texts(request.body)
    .flatMap(({ role, text, repeat }) => (repeat ? [] : [`${role}: ${text}`]));
  return bounded(texts, maxChars, redact);
}

/** @param streamed the text that was seen of a stream */
export function responseText(
  { answer, format }: Exchange,
  streamed: string | undefined,
  { maxChars, redact }: PayloadRules,
): string | undefined {
  if (streamed !== undefined) return bounded([streamed], maxChars, redact);
  if (answer?.kind !== 'whole') return;
  return bounded(
    format.answer.texts(answer.body).flatMap(({ text, repeat }) => (repeat ? [] : [text])),
    maxChars,
    redact,
  );
}

/**
 * Cut, redacted, and cut again: the redactor's work is bounded, and a value at the edge that was cut in half may no
 * longer be found, so the last word goes too.
 */
function bounded(texts: string[], maxChars: number, redact: (text: string) => string): string {
  const all = texts.join('\n');
  if (all.length <= maxChars) return clip(redact(all), maxChars);
  const cut = clip(all, maxChars).replace(EDGE, '');
  return `${clip(redact(cut), maxChars)}…`;
}

/** Long enough for an address, an IBAN with spaces, or a phone number. */
const EDGE = /\s?[^\n]{0,64}$/;
