// One text, already decoded and short enough for one go, against the model: its most suspicious window.
import type { Family } from './families.ts';
import type { Model } from './model.ts';
import { afterOne, afterTwo, ownBuckets } from './ngrams.ts';
import { findRepeats, repeatedIn } from './repeats.ts';
import { SIGN_FAMILIES, SIGNALS } from './rules.ts';
import { findSigns, type Signs } from './signs.ts';
import { eachWindow, sizeOf } from './windows.ts';
import type { Word, WordTokens } from './words.ts';

export interface Scored {
  /** Log-odds of the model. */
  z: number;
  /** Where in the text, in UTF-16 units. */
  start: number;
  end: number;
  /** Numbers of the signals in that window, each once. */
  signals: readonly number[];
  /** That most of the evidence speaks for. */
  family: Family;
}

/** Shorter windows are divided by this many words' worth. */
const LEAST_WORDS = 6;

/** What the evidence of so many words is divided by. */
export const normOf = (words: number): number => Math.sqrt(Math.max(LEAST_WORDS, words));

/** @param muted signals that do not count, by number. */
export function scoreText(
  { text, tokens }: { text: string; tokens: WordTokens },
  model: Model,
  muted: ReadonlySet<number>,
): Scored | undefined {
  const signs = findSigns(text, tokens);
  const count = tokens.words.length;
  if (count === 0) return undefined;
  const sums = prefixSums(signs, model);
  const signals = signs.signals.filter(({ signal }) => !muted.has(signal)).sort((a, b) => a.at - b.at);
  const repeats = findRepeats(tokens.words);
  let best = NO_WINDOW;
  let first = 0;
  let firstRepeat = 0;
  eachWindow(count, (size, from, to) => {
    // Windows of one size come in order.
    if (from === 0) first = firstRepeat = 0;
    while (first < signals.length && signals[first]!.at < from) first += 1;
    while (firstRepeat < repeats.at.length && repeats.at[firstRepeat]! < from) firstRepeat += 1;
    const inside = distinct(signals, from, to, first);
    const again = repeatedIn(repeats, from, to, firstRepeat);
    let sum = sums[to]! - sums[from]!;
    for (let i = 0; i < again.length; i++) sum -= sums[again[i]! + 1]! - sums[again[i]!]!;
    const fresh = to - from - again.length;
    let z = model.bias[sizeOf(size, to - from, fresh)]! + sum / normOf(fresh);
    for (let i = 0; i < inside.length; i++) z += model.signals[inside[i]!]!;
    if (z > best.z) best = { z, from, to, signals: inside };
  });
  const { z, from, to } = best;
  return {
    z,
    start: tokens.starts[from]!,
    end: tokens.ends[to - 1]!,
    signals: best.signals,
    family: familyOf(signs, best, model),
  };
}

interface Judged {
  z: number;
  from: number;
  to: number;
  signals: readonly number[];
}

const NO_WINDOW: Judged = { z: -Infinity, from: 0, to: 0, signals: [] };

function familyOf({ places }: Signs, { from, to, signals }: Judged, model: Model): Family {
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
    for (let sign = 0; sign < places.length; sign++) {
      if (isIn(places[sign]!, from, to)) vote(SIGN_FAMILIES[sign]!, Math.max(0, model.signs[sign]!));
    }
  }
  let best: Family = 'override';
  for (const [family, votesFor] of votes) if (votesFor > (votes.get(best) ?? 0)) best = family;
  return best;
}

function isIn(list: readonly { at: number }[], from: number, to: number): boolean {
  for (let i = 0; i < list.length; i++) if (list[i]!.at >= from && list[i]!.at < to) return true;
  return false;
}

function weigh(word: Word, ngrams: Int8Array): number {
  let sum = 0;
  for (const bucket of ownBuckets(word.folded, word.hash)) sum += ngrams[bucket]!;
  word.weight = sum;
  word.weighedBy = ngrams;
  return sum;
}

/** What the words before each word are worth together. */
function prefixSums({ tokens: { words }, places }: Signs, model: Model): Float64Array {
  const own = new Float64Array(words.length + 1);
  const { ngrams, scale } = model;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word.isNumber) continue;
    const { hash } = word;
    let sum = word.weighedBy === ngrams ? word.weight : weigh(word, ngrams);
    if (i > 0) sum += ngrams[afterOne(words[i - 1]!.hash, hash)]!;
    if (i > 1) sum += ngrams[afterTwo(words[i - 2]!.hash, hash)]!;
    own[i + 1] = sum * scale;
  }
  for (let sign = 0; sign < places.length; sign++) {
    const list = places[sign]!;
    for (let i = 0; i < list.length; i++) own[list[i]!.at + 1]! += model.signs[sign]!;
  }
  for (let i = 1; i < own.length; i++) own[i]! += own[i - 1]!;
  return own;
}

const NONE: readonly number[] = [];

/**
 * @param signals in the order of the text
 * @param first the first of them that may be inside
 */
export function distinct(
  signals: readonly { signal: number; at: number }[],
  from: number,
  to: number,
  first = 0,
): readonly number[] {
  // Of most windows.
  if (first === signals.length || signals[first]!.at >= to) return NONE;
  const found: number[] = [];
  for (let i = first; i < signals.length; i++) {
    const { signal, at } = signals[i]!;
    if (at >= to) break;
    if (at >= from && !found.includes(signal)) found.push(signal);
  }
  return found;
}
