// An external service that finds entities, over the API of Microsoft Presidio's analyzer: POST /analyze.
// https://microsoft.github.io/presidio/api-docs/api-docs.html
import { GatewayError } from '../../kong/relay/errors.ts';
import { secretRef } from '../../kong/relay/secret-ref.ts';
import type { PiiRedactConfig } from './config.ts';
import { resolveOverlaps } from './detect/overlap.ts';
import type { Finding } from './detect/types.ts';
import { typeByName } from './entities.ts';

export type NerConfig = NonNullable<PiiRedactConfig['ner']>;

/** Several texts at once, but not a flood. */
const MAX_AT_ONCE = 4;
/** Analyzers refuse long texts (spaCy: a million characters), and take long over them: longer ones are asked in parts. */
const MAX_PART = 32_768;
/** A text without two letters in a row has no name in it. */
const WORTH_ASKING = /\p{L}{2}/u;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export interface NerClient {
  /** Findings by text, in the order of the texts; those of a text are in order too, without overlaps. @throws GatewayError pii_detector_unavailable */
  find(texts: readonly string[], signal: AbortSignal): Promise<Finding[][]>;
}

/** @param failed called when the service failed and the request goes on without it */
export function nerClient(config: NerConfig, failed: (reason: string) => void): NerClient {
  const key = config.header_value === undefined ? undefined : secretRef(config.header_value);
  const ask = async (text: string, signal: AbortSignal): Promise<Finding[]> => {
    if (!WORTH_ASKING.test(text)) return [];
    const response = await fetch(`${config.url.replace(/\/+$/, '')}/analyze`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(config.header_name && key ? { [config.header_name]: key() } : {}),
      },
      body: JSON.stringify({
        text,
        language: config.language,
        score_threshold: config.min_score,
        ...(config.entities ? { entities: config.entities } : {}),
      }),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(config.timeout)]),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const body = await response.text();
    if (body.length > MAX_ANSWER_BYTES) throw new Error('answer too large');
    return readFindings(text, JSON.parse(body), config.min_score);
  };
  return {
    async find(texts, signal) {
      const parts = partsOf(texts);
      const found: Finding[][] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        for (let at = next++; at < parts.length; at = next++) found[at] = await ask(parts[at]!.text, signal);
      };
      try {
        await Promise.all(Array.from({ length: Math.min(MAX_AT_ONCE, parts.length) }, work));
        const byText: Finding[][] = texts.map(() => []);
        for (const [at, { of, from }] of parts.entries())
          for (const { start, end, type, score } of resolveOverlaps(found[at]!))
            byText[of]!.push({ start: start + from, end: end + from, type, score });
        return byText;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        const reason = reasonOf(error);
        // The cause may quote the text that was sent.
        if (config.on_error === 'fail')
          throw new GatewayError('pii_detector_unavailable', { cause: new Error(`NER service: ${reason}`) });
        failed(reason);
        return texts.map(() => []);
      }
    },
  };
}

interface Part {
  text: string;
  /** Index of the text that it is of, and its place in there. */
  of: number;
  from: number;
}

/** Cut where a space is, since a name that is cut in two is not found. */
function partsOf(texts: readonly string[]): Part[] {
  const parts: Part[] = [];
  for (const [of, text] of texts.entries()) {
    for (let from = 0; from < text.length; ) {
      let end = Math.min(text.length, from + MAX_PART);
      if (end < text.length) {
        const space = Math.max(text.lastIndexOf('\n', end), text.lastIndexOf('. ', end) + 1);
        if (space > from + MAX_PART / 2) end = space;
        else end = Math.max(text.lastIndexOf(' ', end), from + MAX_PART / 2);
        // Not in the middle of a character.
        if (isLowSurrogate(text.charCodeAt(end))) end += 1;
      }
      parts.push({ text: text.slice(from, end), of, from });
      from = end;
    }
  }
  return parts;
}

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

function reasonOf(error: unknown): string {
  const { name, message } = error as Error;
  if (name === 'TimeoutError') return 'timeout';
  if (/^status \d+$|^answer /.test(message)) return message;
  return name === 'SyntaxError' ? 'answer is not JSON' : 'cannot be reached';
}

interface Answered {
  start: number;
  end: number;
  entity_type: string;
  score: number;
}

/** Presidio counts in code points, JavaScript in UTF-16 units. */
function readFindings(text: string, answer: unknown, minScore: number): Finding[] {
  if (!Array.isArray(answer)) throw new Error('answer is no list');
  const unitOf = unitsByCodePoint(text);
  return answer.filter(isAnswered).flatMap(({ start, end, entity_type, score }) => {
    const [from, to] = [unitOf(start), unitOf(end)];
    if (from === undefined || to === undefined || from >= to || score < minScore) return [];
    return [
      { start: from, end: to, type: typeByName(entity_type) ?? entity_type, score: Math.min(1, score) },
    ];
  });
}

function isAnswered(value: unknown): value is Answered {
  const found = value as Partial<Answered> | null;
  return (
    Number.isSafeInteger(found?.start) &&
    Number.isSafeInteger(found?.end) &&
    typeof found?.entity_type === 'string' &&
    /^\w{1,64}$/.test(found.entity_type) &&
    typeof found.score === 'number'
  );
}

const SURROGATE = /[\ud800-\udfff]/;

function unitsByCodePoint(text: string): (point: number) => number | undefined {
  if (!SURROGATE.test(text)) return (point) => (point >= 0 && point <= text.length ? point : undefined);
  const units: number[] = [];
  let at = 0;
  for (const char of text) {
    units.push(at);
    at += char.length;
  }
  units.push(at);
  return (point) => units[point];
}
