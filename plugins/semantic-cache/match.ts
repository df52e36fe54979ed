// Whether an answer to one question may be served for another: similarity first, then the safety gate.
import { dot } from '../../kong/llm/vector.ts';
import { CHECKS, type Check, differences } from './gate.ts';
import { type Reading, read } from './text/reading.ts';

export interface Verdict {
  hit: boolean;
  /** Cosine; 1 for the same question. */
  similarity: number;
  /** What the gate found, when the similarity sufficed. */
  veto?: Check[];
}

/** Where nothing else is configured. Precision first: whoever wants more hits lowers it and watches `cache-eval`. */
export const THRESHOLDS = { lexical: 0.65, endpoint: 0.9 } as const;
export const ALL_CHECKS: ReadonlySet<Check> = new Set(CHECKS);

/** Longer questions are served by the exact tier alone: comparing them word by word takes too long. */
export const MAX_COMPARED_CHARS = 2_000;

/** What the exact tier takes for the same: the question without spaces around it, in one Unicode form. */
export function exactForm(question: string): string {
  return question.normalize('NFC').replaceAll('\r\n', '\n').trim();
}

export function judge(
  similarity: number,
  threshold: number,
  a: Reading,
  b: Reading,
  checks: ReadonlySet<Check>,
): Verdict {
  if (similarity < threshold) return { hit: false, similarity };
  const veto = differences(a, b, checks);
  return veto.length > 0 ? { hit: false, similarity, veto } : { hit: true, similarity };
}

/** Two questions, by themselves. @param embed gives vectors of unit length */
export async function compare(
  a: string,
  b: string,
  options: {
    embed(text: string, reading: Reading): Promise<Float32Array> | Float32Array;
    threshold: number;
    checks: ReadonlySet<Check>;
  },
): Promise<Verdict> {
  if (exactForm(a) === exactForm(b)) return { hit: true, similarity: 1 };
  if (a.length > MAX_COMPARED_CHARS || b.length > MAX_COMPARED_CHARS) return { hit: false, similarity: 0 };
  const [one, other] = [read(a), read(b)];
  const similarity = dot(await options.embed(a, one), await options.embed(b, other));
  return judge(similarity, options.threshold, one, other, options.checks);
}
