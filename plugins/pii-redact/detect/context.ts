// Words near a candidate that make it more or less likely. Lists of words, looked up word by word: no expression has to
// be compiled or run for them.

import { normaliseText } from '../../../kong/llm/normalise.ts';

/** How far before and behind a candidate words count, in characters. */
export const CONTEXT_BEFORE = 80;
export const CONTEXT_AFTER = 40;

export interface Context {
  /** Words that speak for it. */
  near: WordList;
  /** Words that speak against it, when they stand nearer than any that speaks for it. */
  against?: WordList;
  /** Score is capped without a word that speaks for it. */
  requires?: true;
}

/** Longest phrase of a list, in words. */
const MAX_PHRASE = 4;
/** Begins with a letter: a number is no word, and none goes into a phrase. */
const TOKEN = /\p{L}[\p{L}\p{M}\p{N}]*/gu;
/** Scripts that are written without spaces between words. */
const UNSPACED = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}]/u;

export interface WordList {
  phrases: ReadonlySet<string>;
  /** Beginnings of words. */
  stems: readonly string[];
  /** Of scripts without spaces: found anywhere. */
  unspaced: readonly string[];
}

/**
 * Words and phrases divided by `|`; a `*` at the end lets a word go on ("telefon*"). Punctuation in them stands for a
 * space, as it does in texts.
 */
export function wordsOf(...lists: string[]): WordList {
  const words = lists
    .flatMap((list) => list.split(/[|\n]/))
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const unspaced = words.filter((word) => UNSPACED.test(word)).map((word) => normaliseText(word).text);
  const spaced = words.filter((word) => !UNSPACED.test(word));
  return {
    phrases: new Set(
      spaced
        .filter((word) => !word.endsWith('*'))
        .map((word) => (contextText(word).match(TOKEN) ?? []).join(' ')),
    ),
    stems: spaced
      .filter((word) => word.endsWith('*'))
      .map((word) => (contextText(word.slice(0, -1)).match(TOKEN) ?? []).join(' ')),
    unspaced,
  };
}

/** Identifiers are read word by word: `userPhone` has the word phone. */
function contextText(text: string): string {
  return text.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
}

/** The words of a stretch of text, and the phrases that they make. */
export class Surroundings {
  private readonly text: string;
  /** Phrases with their places, by index. */
  private readonly phrases: string[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  constructor(text: string) {
    this.text = text.toLowerCase();
    const words: string[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
      const [token] = match;
      const end = match.index + token.length;
      const humps = HUMP.test(token) ? contextText(token).split(' ') : [token.toLowerCase()];
      // A word in camel case is its parts, and is a phrase as a whole too ("WhatsApp").
      if (humps.length > 1) this.add(token.toLowerCase(), match.index, end);
      for (const hump of humps) {
        words.push(hump);
        starts.push(match.index);
        ends.push(end);
      }
    }
    for (let first = 0; first < words.length; first++) {
      let phrase = words[first]!;
      this.add(phrase, starts[first]!, ends[first]!);
      const last = Math.min(words.length, first + MAX_PHRASE);
      for (let at = first + 1; at < last; at++) {
        phrase += ` ${words[at]}`;
        this.add(phrase, starts[first]!, ends[at]!);
      }
    }
  }

  private add(phrase: string, start: number, end: number): void {
    this.phrases.push(phrase);
    this.starts.push(start);
    this.ends.push(end);
  }

  has(words: WordList): boolean {
    return this.distanceToStart(words) < Number.POSITIVE_INFINITY;
  }

  /** From the end of the last of the words to the end of the text, or Infinity. */
  distanceToEnd(list: WordList): number {
    let end = -1;
    for (let at = 0; at < this.phrases.length; at++) {
      if (this.ends[at]! > end && isListed(list, this.phrases[at]!)) end = this.ends[at]!;
    }
    for (const word of list.unspaced) {
      const at = this.text.lastIndexOf(word);
      if (at >= 0) end = Math.max(end, at + word.length);
    }
    return end < 0 ? Number.POSITIVE_INFINITY : this.text.length - end;
  }

  /** From the start of the text to the first of the words, or Infinity. */
  distanceToStart(list: WordList): number {
    let start = Number.POSITIVE_INFINITY;
    for (let at = 0; at < this.phrases.length; at++) {
      if (this.starts[at]! < start && isListed(list, this.phrases[at]!)) start = this.starts[at]!;
    }
    for (const word of list.unspaced) {
      const at = this.text.indexOf(word);
      if (at >= 0) start = Math.min(start, at);
    }
    return start;
  }
}

const HUMP = /[a-z0-9][A-Z]/;

function isListed({ phrases, stems }: WordList, phrase: string): boolean {
  if (phrases.has(phrase)) return true;
  for (const stem of stems) if (phrase.startsWith(stem)) return true;
  return false;
}

const AGAINST = 0.35;
/** The most that words can add. */
export const MAX_BOOST = 0.45;
/** What a context that is required but missing leaves of a score. */
const WITHOUT = 0.3;
/** A word behind a candidate is as if it stood so much farther away before it. */
const BEHIND = 8;

/** The score with its surroundings. Words before count more than words behind, near ones more than far ones. */
export function weigh(
  score: number,
  { near, against, requires }: Context,
  before: Surroundings,
  after: Surroundings,
): number {
  const ahead = before.distanceToEnd(near);
  const behind = after.distanceToStart(near);
  const boost = Math.max(boostBefore(ahead), boostAfter(behind));
  if (against) {
    const opposed = Math.min(before.distanceToEnd(against), after.distanceToStart(against) + BEHIND);
    if (opposed < Math.min(ahead, behind + BEHIND)) return score - AGAINST;
  }
  return boost === 0 && requires ? Math.min(score, WITHOUT) : Math.min(1, score + boost);
}

function boostBefore(distance: number): number {
  if (distance <= 12) return MAX_BOOST;
  if (distance <= 32) return 0.4;
  return distance <= CONTEXT_BEFORE ? 0.3 : 0;
}

function boostAfter(distance: number): number {
  if (distance <= 12) return 0.35;
  return distance <= CONTEXT_AFTER ? 0.2 : 0;
}
