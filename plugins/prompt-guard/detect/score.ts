// One text, already decoded and short enough for one go, against the model: its most suspicious window.
import type { Tokens } from '../normalise/tokens.ts';
import type { Family } from './families.ts';
import type { Model } from './model.ts';
import { bucketsOf, hashWord, MAX_BUCKETS_PER_WORD } from './ngrams.ts';
import { SIGN_FAMILIES, SIGNALS } from './rules.ts';
import { findSigns, type Signs } from './signs.ts';
import { windowsOf } from './windows.ts';

export interface Scored {
  /** Log-odds of the model. */
  z: number;
  /** Where in the text, in UTF-16 units. */
  start: number;
  end: number;
  /** Numbers of the signals in that window, each once. */
  signals: number[];
  /** That most of the evidence speaks for. */
  family: Family;
}

/** Shorter windows are divided by this many words' worth. */
export const LEAST_WORDS = 6;

const scratch = new Int32Array(MAX_BUCKETS_PER_WORD);

/** @param muted signals that do not count, by number. */
export function scoreText(
  { text, tokens }: { text: string; tokens: Tokens },
  model: Model,
  muted: ReadonlySet<number>,
): Scored | undefined {
  const signs = findSigns(text, tokens);
  const count = tokens.words.length;
  if (count === 0) return undefined;
  const sums = prefixSums(signs, model);
  const signals = signs.signals.filter(({ signal }) => !muted.has(signal)).sort((a, b) => a.at - b.at);
  let best: { z: number; from: number; to: number; signals: number[] } | undefined;
  for (const { size, from, to } of windowsOf(count)) {
    const inside = distinct(signals, from, to);
    let z = model.bias[size]! + (sums[to]! - sums[from]!) / Math.sqrt(Math.max(LEAST_WORDS, to - from));
    for (const signal of inside) z += model.signals[signal]!;
    if (!best || z > best.z) best = { z, from, to, signals: inside };
  }
  const { z, from, to } = best!;
  return {
    z,
    start: tokens.starts[from]!,
    end: tokens.ends[to - 1]!,
    signals: best!.signals,
    family: familyOf(signs, best!, model),
  };
}

function familyOf(
  { places }: Signs,
  { from, to, signals }: { from: number; to: number; signals: number[] },
  model: Model,
): Family {
  const votes = new Map<Family, number>();
  const vote = (family: Family, by: number): void => void votes.set(family, (votes.get(family) ?? 0) + by);
  for (const signal of signals) {
    const { family } = SIGNALS[signal]!;
    // That a document gives orders says more than which orders.
    const weight = family === 'indirect' ? 3 : 1;
    if (family !== 'harmless') vote(family, weight * Math.max(0, model.signals[signal]!));
  }
  // Without a signal the learned weights have spoken: the concepts in the window say of what.
  if (votes.size === 0) {
    for (const [sign, list] of places.entries()) {
      const inside = list.some(({ at }) => at >= from && at < to);
      if (inside) vote(SIGN_FAMILIES[sign]!, Math.max(0, model.signs[sign]!));
    }
  }
  let best: Family = 'override';
  for (const [family, votesFor] of votes) if (votesFor > (votes.get(best) ?? 0)) best = family;
  return best;
}

/** What the words before each word are worth together. */
function prefixSums({ tokens: { words }, places }: Signs, model: Model): Float64Array {
  const own = new Float64Array(words.length + 1);
  const hashes = Int32Array.from(words, hashWord);
  for (let i = 0; i < words.length; i++) {
    const count = bucketsOf(words, hashes, i, scratch);
    let sum = 0;
    for (let k = 0; k < count; k++) sum += model.ngrams[scratch[k]!]!;
    own[i + 1] = sum * model.scale;
  }
  for (const [sign, list] of places.entries()) for (const { at } of list) own[at + 1]! += model.signs[sign]!;
  for (let i = 1; i < own.length; i++) own[i]! += own[i - 1]!;
  return own;
}

export function distinct(
  signals: readonly { signal: number; at: number }[],
  from: number,
  to: number,
): number[] {
  const found: number[] = [];
  for (const { signal, at } of signals) {
    if (at >= to) break;
    if (at >= from && !found.includes(signal)) found.push(signal);
  }
  return found;
}
