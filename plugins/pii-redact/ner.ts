// An external service that finds entities, over the API of Microsoft Presidio's analyzer: POST /analyze.
// https://microsoft.github.io/presidio/api-docs/api-docs.html
import { GatewayError } from '../../kong/relay/errors.ts';
import { secretRef } from '../../kong/relay/secret-ref.ts';
import type { PiiRedactConfig } from './config.ts';
import type { Finding } from './detect/types.ts';
import { typeByName } from './entities.ts';

export type NerConfig = NonNullable<PiiRedactConfig['ner']>;

/** Several texts at once, but not a flood. */
const MAX_AT_ONCE = 4;
/** A text without two letters in a row has no name in it. */
const WORTH_ASKING = /\p{L}{2}/u;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export interface NerClient {
  /** Findings by text, in the order of the texts. @throws GatewayError pii_detector_unavailable */
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
      const found: Finding[][] = texts.map(() => []);
      let next = 0;
      const work = async (): Promise<void> => {
        for (let at = next++; at < texts.length; at = next++) found[at] = await ask(texts[at]!, signal);
      };
      try {
        await Promise.all(Array.from({ length: Math.min(MAX_AT_ONCE, texts.length) }, work));
        return found;
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
