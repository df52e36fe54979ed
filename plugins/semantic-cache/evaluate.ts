// How well questions are told apart: precision, recall and false hits over pairs that somebody has judged.
import type { Check } from './gate.ts';
import { lexicalVector } from './lexical.ts';
import { ALL_CHECKS, compare, THRESHOLDS, type Verdict } from './match.ts';

/** One line of an evaluation file. */
export interface JudgedPair {
  a: string;
  b: string;
  /** An answer to one is an answer to the other. */
  duplicate: boolean;
  kind?: string;
}

export interface Evaluation {
  pairs: number;
  duplicates: number;
  hits: number;
  rightHits: number;
  /** Of the hits, those that are right; 1 when there is none. */
  precision: number;
  /** Of the duplicates, those that hit. */
  recall: number;
  kinds: { kind: string; pairs: number; hits: number; falseHits: number }[];
  verdicts: Verdict[];
}

export interface EvaluateOptions {
  /** Vectors of unit length; the built-in embedder when absent. */
  embed?: (text: string) => Promise<Float32Array>;
  threshold?: number;
  checks?: ReadonlySet<Check>;
}

export async function evaluate(
  pairs: readonly JudgedPair[],
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { embed, checks = ALL_CHECKS } = options;
  const threshold = options.threshold ?? (embed ? THRESHOLDS.endpoint : THRESHOLDS.lexical);
  const verdicts: Verdict[] = [];
  for (const { a, b } of pairs) {
    verdicts.push(
      await compare(a, b, {
        threshold,
        checks,
        embed: embed ?? ((_text, reading) => lexicalVector(reading)),
      }),
    );
  }
  return { ...summary(pairs, verdicts), verdicts };
}

function summary(pairs: readonly JudgedPair[], verdicts: readonly Verdict[]): Omit<Evaluation, 'verdicts'> {
  const kinds = new Map<string, Evaluation['kinds'][number]>();
  let [duplicates, hits, rightHits] = [0, 0, 0];
  for (const [i, { duplicate, kind = '' }] of pairs.entries()) {
    const row = kinds.get(kind) ?? { kind, pairs: 0, hits: 0, falseHits: 0 };
    kinds.set(kind, row);
    row.pairs += 1;
    if (duplicate) duplicates += 1;
    if (!verdicts[i]!.hit) continue;
    hits += 1;
    row.hits += 1;
    if (duplicate) rightHits += 1;
    else row.falseHits += 1;
  }
  return {
    pairs: pairs.length,
    duplicates,
    hits,
    rightHits,
    precision: hits === 0 ? 1 : rightHits / hits,
    recall: duplicates === 0 ? 1 : rightHits / duplicates,
    kinds: [...kinds.values()],
  };
}

/** @throws Error that names the line */
export function readPairs(text: string): JudgedPair[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    const pair = parse(line) as Partial<JudgedPair> | undefined;
    if (typeof pair?.a !== 'string' || typeof pair.b !== 'string' || typeof pair.duplicate !== 'boolean') {
      throw new Error(`line ${i + 1} is not {"a": "…", "b": "…", "duplicate": true or false}`);
    }
    return [
      {
        a: pair.a,
        b: pair.b,
        duplicate: pair.duplicate,
        ...(typeof pair.kind === 'string' && { kind: pair.kind }),
      },
    ];
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
