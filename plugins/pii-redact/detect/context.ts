// Words near a candidate that make it more or less likely. All lists of words are one tree, so that a text is looked
// through once for the words of all of them (detect/mentions.ts).
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

const BUILT_IN: WordList[] = [];

/**
 * Words and phrases divided by `|`; a `*` at the end lets a word go on ("telefon*"). Punctuation in them stands for a
 * space, as it does in texts. For the lists of the built-in recognisers, which all texts are looked through for.
 */
export function wordsOf(...lists: string[]): WordList {
  const list = wordList(lists);
  BUILT_IN.push(list);
  return list;
}

/** The same for lists of a config: those that look for them name them to `vocabularyWith`. */
export function wordList(lists: readonly string[]): WordList {
  const words = lists
    .flatMap((list) => list.split(/[|\n]/))
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const unspaced = words.filter((word) => UNSPACED.test(word)).map((word) => normaliseText(word).text);
  const spaced = words.filter((word) => !UNSPACED.test(word));
  const tokens = (word: string): string => (contextText(word).match(TOKEN) ?? []).join(' ');
  return {
    phrases: new Set(spaced.filter((word) => !word.endsWith('*')).map(tokens)),
    stems: spaced.filter((word) => word.endsWith('*')).map((word) => tokens(word.slice(0, -1))),
    unspaced,
  };
}

/** Identifiers are read word by word: `userPhone` has the word phone. */
export function contextText(text: string): string {
  return text.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
}

/** A place in the tree of phrases. */
export interface PhraseNode {
  /** Lists that have the phrase that ends here. */
  lists: Set<WordList> | undefined;
  next: Map<string, PhraseNode> | undefined;
  /** Beginnings of the word that comes next, by their first letter. */
  stems: Map<string, Stem[]> | undefined;
}

interface Stem {
  stem: string;
  lists: Set<WordList>;
}

export interface Vocabulary {
  root: PhraseNode;
  unspaced: ReadonlyMap<string, ReadonlySet<WordList>>;
  /** By the hash of a word (`hashOf`): 1 when a phrase may begin with it. Most words of a text are none. */
  beginnings: Uint8Array;
  /** By the first two letters (`startOf`): 1 when a stem may begin so. */
  stemStarts: Uint8Array;
}

const node = (): PhraseNode => ({ lists: undefined, next: undefined, stems: undefined });

const HASHES = 1 << 16;
/** The hash of a word, letter by letter. */
export const hashOn = (hash: number, code: number): number => (Math.imul(hash, 31) + code) & (HASHES - 1);

function hashOf(word: string): number {
  let hash = 0;
  for (let at = 0; at < word.length; at++) hash = hashOn(hash, word.charCodeAt(at));
  return hash;
}

const STARTS = 1 << 10;
/** Five bits of each of the first two letters: what falls together only costs a look more. */
export const startOf = (first: number, second: number): number => ((first & 31) << 5) | (second & 31);

function makeVocabulary(lists: readonly WordList[]): Vocabulary {
  const root = node();
  const beginnings = new Uint8Array(HASHES);
  const stemStarts = new Uint8Array(STARTS);
  const unspaced = new Map<string, Set<WordList>>();
  for (const list of lists) {
    for (const phrase of list.phrases) {
      const words = phrase.split(' ');
      beginnings[hashOf(words[0]!)] = 1;
      const end = descend(root, words);
      end.lists = (end.lists ?? new Set()).add(list);
    }
    for (const stem of list.stems) {
      const words = stem.split(' ');
      const last = words.pop()!;
      if (words[0] === undefined) stemStarts[startOf(last.charCodeAt(0), last.charCodeAt(1))] = 1;
      else beginnings[hashOf(words[0])] = 1;
      const at = descend(root, words);
      at.stems ??= new Map();
      const stems = at.stems.get(last[0]!) ?? [];
      const known = stems.find((one) => one.stem === last);
      if (known) known.lists.add(list);
      else stems.push({ stem: last, lists: new Set([list]) });
      at.stems.set(last[0]!, stems);
    }
    for (const word of list.unspaced) unspaced.set(word, (unspaced.get(word) ?? new Set()).add(list));
  }
  return { root, beginnings, stemStarts, unspaced };
}

function descend(from: PhraseNode, words: readonly string[]): PhraseNode {
  let at = from;
  for (const word of words) {
    at.next ??= new Map();
    let following = at.next.get(word);
    if (!following) {
      following = node();
      at.next.set(word, following);
    }
    at = following;
  }
  return at;
}

let builtIn: Vocabulary | undefined;

/** The words of the built-in recognisers, and of those that a config adds. */
export function vocabularyWith(more: readonly WordList[]): Vocabulary {
  if (more.length > 0) return makeVocabulary([...BUILT_IN, ...more]);
  // Not before the modules that have the lists are loaded.
  builtIn ??= makeVocabulary(BUILT_IN);
  return builtIn;
}

const AGAINST = 0.35;
/** The most that words can add. */
export const MAX_BOOST = 0.45;
/** What a context that is required but missing leaves of a score. */
const WITHOUT = 0.3;
/** A word behind a candidate is as if it stood so much farther away before it. */
const BEHIND = 8;

/** How far from a place the nearest of some words is, in characters; Infinity when there is none. */
export interface Nearness {
  before(list: WordList): number;
  behind(list: WordList): number;
}

/** The score with its surroundings. Words before count more than words behind, near ones more than far ones. */
export function weigh(score: number, { near, against, requires }: Context, words: Nearness): number {
  const ahead = words.before(near);
  const behind = words.behind(near);
  const boost = Math.max(boostBefore(ahead), boostAfter(behind));
  if (against) {
    const opposed = Math.min(words.before(against), words.behind(against) + BEHIND);
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
