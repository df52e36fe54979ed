// A normalised text as words that know where they stand, in one pass, with what the pass saw on its way: whoever looks
// for something special in the text can tell from it that there is nothing to look for.

import { pointAt, Units } from '../../../kong/llm/units.ts';
import { CLASSES, classify, classOfPoint, GAP, HALF, JOINER, SINGLE, WORD } from './classes.ts';
import { foldWord } from './fold-word.ts';
import { addMark, type Marks, noMarks } from './marks.ts';

export interface Tokens<W> {
  words: W[];
  /** Where each word begins and ends in the text, in UTF-16 units. */
  starts: number[];
  ends: number[];
  seen: Seen;
}

export interface Seen {
  /** What stands somewhere between words. */
  gaps: Marks;
  /** ASCII ones, in all words. */
  capitals: number;
  /** Characters of the longest word. */
  longest: number;
  /** Characters of the longest gap between words. */
  widest: number;
  /** Something beyond ASCII between words. */
  foreign: boolean;
}

/** Longer runs without a gap are cut: no word of any language is as long. */
export const MAX_WORD = 64;

/** FNV-1a, 32 bits. http://www.isthe.com/chongo/tech/comp/fnv/ */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** Longer words hardly come again. */
const MOST_CHARS = 31;
/** A word's units and a zero behind them, which no word holds. */
const ROOM = MOST_CHARS + 1;
/** Places that a word may be in: nobody can make a table slow by words of one hash. */
const WAYS = 4;

/** What the table asks of what is known of a word. */
export interface Known {
  /** ASCII capitals in it: counted once per word, not in every text. */
  capitals: number;
}

/**
 * Words that were met, so that what there is to know of a word is found out once. Found by a hash and then compared,
 * unit by unit: nobody can pass one word off as another.
 */
export class WordTable<W extends Known> {
  private readonly describe: (folded: string, raw: string) => W | undefined;
  private readonly mask: number;
  /** By place: the word as it stands in a text. Flat: to compare with strings took twice as long. */
  private readonly raws: Uint16Array;
  private readonly facts: (W | undefined)[];
  private oldest = 0;
  private readonly flat = new Units();
  /** Of the text that is read now. */
  private units: Uint16Array = new Uint16Array();
  // Lists to fill are kept: to let new ones grow took as long as to find the words.
  private readonly words: W[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  /**
   * @param describe gets the word folded and as it stands; undefined = it is none.
   * @param size words that are remembered, a power of 2.
   */
  constructor(describe: (folded: string, raw: string) => W | undefined, size: number) {
    this.describe = describe;
    this.mask = size - WAYS;
    this.raws = new Uint16Array(size * ROOM);
    this.facts = new Array<W | undefined>(size).fill(undefined);
  }

  /** @param text see kong/llm/normalise.ts */
  tokenize(text: string): Tokens<W> {
    const { words, starts, ends } = this;
    const { length } = text;
    const units = this.flat.of(text);
    this.units = units;
    const gaps = noMarks();
    let foreign = false;
    let capitals = 0;
    let longest = 0;
    let widest = 0;
    let count = 0;
    /** Of the last word. */
    let end = 0;
    for (let at = 0; at < length; ) {
      const start = at;
      const unit = units[at++]!;
      let kind = CLASSES[unit]! || classify(unit);
      let hash = unit;
      if (kind & WORD) {
        const most = Math.min(length, start + MAX_WORD);
        hash = Math.imul(OFFSET ^ unit, PRIME);
        for (; at < most; at++) {
          const next = units[at]!;
          kind = CLASSES[next]! || classify(next);
          if (!(kind & (WORD | JOINER))) break;
          hash = Math.imul(hash ^ next, PRIME);
        }
      } else {
        if (kind === HALF) {
          hash = pointAt(units, start, length);
          if (hash > 0xffff) at += 1;
          kind = classOfPoint(hash);
        }
        if (kind !== SINGLE) {
          if (unit >= 128) foreign = true;
          else if (kind === GAP) addMark(gaps, unit);
          continue;
        }
      }
      if (at - start > longest) longest = at - start;
      if (start - end > widest) widest = start - end;
      const word = this.find(start, at, hash);
      if (word === undefined) continue;
      capitals += word.capitals;
      words[count] = word;
      starts[count] = start;
      ends[count] = at;
      count += 1;
      end = at;
    }
    return {
      words: words.slice(0, count),
      starts: starts.slice(0, count),
      ends: ends.slice(0, count),
      seen: { gaps, capitals, longest, widest: Math.max(widest, length - end), foreign },
    };
  }

  private find(from: number, to: number, hash: number): W | undefined {
    const { raws, units } = this;
    const length = to - from;
    if (length > MOST_CHARS) return this.describeRaw(this.textOf(from, to));
    const first = (hash ^ (hash >>> 15)) & this.mask;
    let place = first + (this.oldest & (WAYS - 1));
    for (let way = first; way < first + WAYS; way++) {
      const raw = way * ROOM;
      if (raws[raw] === 0) {
        place = way;
        break;
      }
      let same = 0;
      while (same < length && raws[raw + same] === units[from + same]) same += 1;
      if (same === length && raws[raw + length] === 0) return this.facts[way];
    }
    this.oldest += 1;
    const facts = this.describeRaw(this.textOf(from, to));
    raws.set(units.subarray(from, to), place * ROOM);
    raws[place * ROOM + length] = 0;
    this.facts[place] = facts;
    return facts;
  }

  private describeRaw(raw: string): W | undefined {
    return this.describe(foldWord(raw), raw);
  }

  /** Made anew: a slice would keep the whole prompt in memory. */
  private textOf(from: number, to: number): string {
    return String.fromCharCode.apply(null, this.units.subarray(from, to) as unknown as number[]);
  }
}

/** For a few words that need no table. */
const plain = new WordTable((folded) => (folded === '' ? undefined : { folded, capitals: 0 }), 1 << 8);

/** @param text see kong/llm/normalise.ts */
export const wordsOf = (text: string): string[] => plain.tokenize(text).words.map(({ folded }) => folded);
