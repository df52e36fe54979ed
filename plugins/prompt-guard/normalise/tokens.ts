// A normalised text as words that know where they stand, in one pass, with what the pass saw on its way: whoever looks
// for something special in the text can tell from it that there is nothing to look for.
import { classOf, GAP, JOINER, SINGLE, WORD } from './classes.ts';
import { foldWord } from './fold-word.ts';

export interface Tokens<W> {
  words: W[];
  /** Where each word begins and ends in the text, in UTF-16 units. */
  starts: number[];
  ends: number[];
  seen: Seen;
}

export interface Seen {
  /** By ASCII code: it stands somewhere between words. */
  gaps: Uint8Array;
  capitals: number;
  /** Characters of the longest word. */
  longest: number;
  /** Characters of the longest gap between words. */
  widest: number;
  /** Something beyond ASCII between words. */
  foreign: boolean;
}

/** Longer runs without a gap are cut: no word of any language is as long. */
const MAX_WORD = 64;

const CAPITAL = 4;
const ASCII = Uint8Array.from({ length: 128 }, (_, code) =>
  code >= 65 && code <= 90 ? CAPITAL : classOf(code),
);

/** FNV-1a, 32 bits. http://www.isthe.com/chongo/tech/comp/fnv/ */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

const SLOTS = 1 << 15;
/** Then the table begins anew: what a language's prose says again and again comes back at once. */
const MOST_WORDS = SLOTS / 2;
/** Longer words hardly come again. */
const MOST_CHARS = 24;

/**
 * Words that were met, so that what there is to know of a word is found out once. Found by a hash and then compared,
 * character by character: nobody can pass one word off as another.
 */
export class WordTable<W> {
  private readonly describe: (folded: string, raw: string) => W | undefined;
  private raws: (string | undefined)[] = [];
  private hashes = new Int32Array(0);
  private facts: (W | undefined)[] = [];
  private count = MOST_WORDS;
  private units = new Uint16Array(4096);

  /** @param describe gets the word folded and as it stands; undefined = it is none. */
  constructor(describe: (folded: string, raw: string) => W | undefined) {
    this.describe = describe;
  }

  /** @param text see kong/llm/normalise.ts */
  tokenize(text: string): Tokens<W> {
    const seen: Seen = { gaps: new Uint8Array(128), capitals: 0, longest: 0, widest: 0, foreign: false };
    const tokens: Tokens<W> = { words: [], starts: [], ends: [], seen };
    const { length } = text;
    const units = this.unitsOf(text);
    let start = -1;
    let hash = OFFSET;
    let capitals = 0;
    for (let i = 0; i < length; i++) {
      const code = units[i]!;
      let kind = code < 128 ? ASCII[code]! : 0;
      if (code >= 128) {
        let point = code;
        if (code >= 0xd800 && code < 0xdc00 && i + 1 < length) {
          point = (code - 0xd800) * 0x400 + units[i + 1]! - 0xdc00 + 0x10000;
        }
        kind = classOf(point);
        if (kind === GAP) seen.foreign = true;
        if (point > 0xffff) {
          if (start >= 0) this.push(tokens, start, i, hash);
          start = -1;
          if (kind === SINGLE) this.push(tokens, i, i + 2, point);
          i += 1;
          continue;
        }
      } else if (kind === CAPITAL) {
        capitals += 1;
        kind = WORD;
      }
      if (kind === WORD || kind === JOINER) {
        if (start >= 0 && i - start >= MAX_WORD) {
          this.push(tokens, start, i, hash);
          start = -1;
        }
        if (start >= 0) hash = Math.imul(hash ^ code, PRIME);
        else if (kind === WORD) {
          start = i;
          hash = Math.imul(OFFSET ^ code, PRIME);
        }
        continue;
      }
      if (start >= 0) this.push(tokens, start, i, hash);
      start = -1;
      if (kind === SINGLE) this.push(tokens, i, i + 1, code);
      else if (code < 128) seen.gaps[code] = 1;
    }
    if (start >= 0) this.push(tokens, start, length, hash);
    seen.widest = Math.max(seen.widest, length - (tokens.ends.at(-1) ?? 0));
    seen.capitals = capitals;
    return tokens;
  }

  /** One flat copy: a slice of a long text is slow to read character by character. */
  private unitsOf(text: string): Uint16Array {
    if (this.units.length < text.length) this.units = new Uint16Array(text.length * 2);
    const { units } = this;
    Buffer.from(units.buffer, units.byteOffset, units.byteLength).write(text, 'utf16le');
    return units;
  }

  private push(tokens: Tokens<W>, from: number, to: number, hash: number): void {
    const { seen, ends } = tokens;
    if (to - from > seen.longest) seen.longest = to - from;
    const gap = from - (ends.length === 0 ? 0 : ends[ends.length - 1]!);
    if (gap > seen.widest) seen.widest = gap;
    const word = this.find(from, to, hash);
    if (word === undefined) return;
    tokens.words.push(word);
    tokens.starts.push(from);
    tokens.ends.push(to);
  }

  private find(from: number, to: number, hash: number): W | undefined {
    if (to - from > MOST_CHARS) return this.describeRaw(this.textOf(from, to));
    if (this.count >= MOST_WORDS) this.clear();
    const { raws, hashes } = this;
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    for (let raw = raws[slot]; raw !== undefined; raw = raws[slot]) {
      if (hashes[slot] === hash && this.isAt(raw, from, to)) return this.facts[slot];
      slot = (slot + 1) & (SLOTS - 1);
    }
    const raw = this.textOf(from, to);
    const facts = this.describeRaw(raw);
    raws[slot] = raw;
    hashes[slot] = hash;
    this.facts[slot] = facts;
    this.count += 1;
    return facts;
  }

  private describeRaw(raw: string): W | undefined {
    return this.describe(foldWord(raw), raw);
  }

  private isAt(raw: string, from: number, to: number): boolean {
    const { units } = this;
    if (raw.length !== to - from) return false;
    for (let i = 0; i < raw.length; i++) if (raw.charCodeAt(i) !== units[from + i]) return false;
    return true;
  }

  /** Made anew: a slice would keep the whole prompt in memory. */
  private textOf(from: number, to: number): string {
    return String.fromCharCode.apply(null, this.units.subarray(from, to) as unknown as number[]);
  }

  private clear(): void {
    this.raws = new Array<string | undefined>(SLOTS).fill(undefined);
    this.facts = new Array<W | undefined>(SLOTS).fill(undefined);
    this.hashes = new Int32Array(SLOTS);
    this.count = 0;
  }
}

/** For a few words that need no table. */
const plain = new WordTable((folded) => (folded === '' ? undefined : folded));

/** @param text see kong/llm/normalise.ts */
export const wordsOf = (text: string): string[] => plain.tokenize(text).words;
