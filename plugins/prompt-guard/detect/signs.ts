// Everything in a text that the rules and the classifier look at: its words, the concepts and structural signs in it
// with their places, and the signals that come of them.
import { CONCEPTS } from './lexicon/index.ts';
import type { TrieNode } from './phrase-trie.ts';
import { SIGN_NAMES, SIGNALS } from './rules.ts';
import { markDensity, STRUCTURE } from './structure.ts';
import { tokenize, trie, type Word, type WordTokens } from './words.ts';

const FIRST_STRUCTURE = CONCEPTS.length;
const FIRST_MARKS = FIRST_STRUCTURE + STRUCTURE.length;
const SIGN_NUMBERS = new Map(SIGN_NAMES.map((name, number) => [name, number]));

interface Place {
  at: number;
  length: number;
}

/** Most signs are in no text. */
const NO_PLACES: Place[] = [];

function put(places: Place[][], sign: number, place: Place): void {
  if (places[sign] === NO_PLACES) places[sign] = [place];
  else places[sign]!.push(place);
}

export interface Signs {
  tokens: WordTokens;
  /** By sign: first word and length of each occurrence, in the order of the text. */
  places: Place[][];
  /** Signals with the word of their anchor and the last word that they need, in no order. */
  signals: { signal: number; at: number; from: number; to: number }[];
}

function firstsOf(word: Word): readonly TrieNode[] {
  word.firsts ??= trie.firsts(word.folded);
  return word.firsts;
}

/** @param text see kong/llm/normalise.ts */
export function findSigns(text: string, tokens: WordTokens = tokenize(text)): Signs {
  const places: Signs['places'] = new Array<Place[]>(SIGN_NAMES.length).fill(NO_PLACES);
  trie.match(tokens.words, firstsOf, (concept, at, length) => {
    const last = places[concept]!.at(-1);
    // The longest of several phrases that begin at one word stands for all of them.
    if (last?.at === at) last.length = Math.max(last.length, length);
    else put(places, concept, { at, length });
  });
  findStructure(text, tokens, places);
  return { tokens, places, signals: findSignals(tokens, places) };
}

function findStructure(text: string, { starts, seen }: WordTokens, places: Signs['places']): void {
  for (let i = 0; i < STRUCTURE.length; i++) {
    const { pattern, needs, confirm } = STRUCTURE[i]!;
    if (!needs(seen, text)) continue;
    pattern.lastIndex = 0;
    for (const { 0: found, index } of text.matchAll(pattern)) {
      if (confirm && !confirm(found)) continue;
      put(places, FIRST_STRUCTURE + i, { at: wordAt(starts, index), length: 0 });
    }
  }
  const density = markDensity(text);
  const step = density > 6 ? 2 : density > 3.5 ? 1 : density > 2 ? 0 : -1;
  if (step >= 0) put(places, FIRST_MARKS + step, { at: 0, length: 0 });
}

/** The first word that begins at or after the place; the last word when there is none. */
function wordAt(starts: readonly number[], place: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! < place) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, Math.min(low, starts.length - 1));
}

interface Compiled {
  signal: number;
  anchors: number[];
  others: number[][];
  within: number;
  ordered: boolean;
}

const numbersOf = (names: readonly string[]): number[] =>
  names.map((name) => {
    const number = SIGN_NUMBERS.get(name);
    if (number === undefined) throw new Error(`there is no sign ${name}`);
    return number;
  });

const COMPILED: readonly Compiled[] = SIGNALS.map(({ of, within, ordered }, signal) => {
  const [anchors, ...others] = of.map(numbersOf);
  return { signal, anchors: anchors!, others, within, ordered };
});

function findSignals({ words }: WordTokens, places: Signs['places']): Signs['signals'] {
  const found: Signs['signals'] = [];
  for (const { signal, anchors, others, within, ordered } of COMPILED) {
    for (const anchor of anchors) {
      for (const place of places[anchor]!) {
        const reach = words[place.at]?.wide ? within * 2 : within;
        const span = reachAll(place, others, places, reach, ordered);
        if (span) found.push({ signal, at: place.at, ...span });
      }
    }
  }
  return found;
}

function reachAll(
  anchor: { at: number; length: number },
  others: readonly number[][],
  places: Signs['places'],
  reach: number,
  ordered: boolean,
): { from: number; to: number } | undefined {
  let from = anchor.at;
  let to = anchor.at + Math.max(1, anchor.length) - 1;
  const low = ordered ? anchor.at : anchor.at - reach;
  const high = anchor.at + anchor.length + reach;
  for (const signs of others) {
    const near = nearest(anchor, signs, places, low, high);
    if (!near) return undefined;
    from = Math.min(from, near.at);
    to = Math.max(to, near.at + near.length - 1);
  }
  return { from, to };
}

function nearest(
  anchor: { at: number; length: number },
  signs: readonly number[],
  places: Signs['places'],
  low: number,
  high: number,
): { at: number; length: number } | undefined {
  for (const sign of signs) {
    const list = places[sign]!;
    for (let i = firstFrom(list, low); i < list.length && list[i]!.at <= high; i++) {
      const place = list[i]!;
      // The same words do not count for two concepts.
      const apart = place.at >= anchor.at + anchor.length || place.at + place.length <= anchor.at;
      if (apart) return place;
    }
  }
  return undefined;
}

function firstFrom(list: readonly { at: number }[], from: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.at < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
