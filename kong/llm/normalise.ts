// Text as a reader sees it, for those who look for patterns in it: one form for what looks the same, nothing
// invisible, and the way back to the original.
import { LOOK_ALIKE_PUNCTUATION, LOOK_ALIKES } from './confusables.ts';
import { pointAt, Units } from './units.ts';

export interface NormalisedText {
  text: string;
  /** Invisible characters that were left out: more than a few in a text are a disguise. */
  removed: number;
  /** Where `[start, end)` of `text` stands in the original, in UTF-16 units. */
  original(start: number, end: number): [start: number, end: number];
}

/**
 * NFKC (which has fullwidth, mathematical, circled and superscript forms), invisible characters taken out, digits of
 * all scripts as 0-9, look-alike punctuation as ASCII, combining marks that belong to no letter taken off ASCII, and
 * look-alike letters as Latin ones in words that mix scripts: a word of one script is a word of its language.
 * Case and accents stay. ASCII comes back as the same string. Linear in the text, at 0.05 to 0.2 µs for a character that
 * is not ASCII: texts of more than some 30k of them are for the caller to slice.
 */
export function normaliseText(text: string): NormalisedText {
  if (ASCII.test(text)) return { text, removed: 0, original: (start, end) => [start, end] };
  const { length } = text;
  const units = flat.of(text);
  const map = new OffsetMap();
  const pieces: string[] = [];
  let removed = 0;
  let copied = 0;
  let i = 0;
  const copyUpTo = (end: number): void => {
    if (end === copied) return;
    pieces.push(text.slice(copied, end));
    map.copy(end - copied);
  };
  while (i < length) {
    const code = pointAt(units, i, length);
    let end = i + (code > 0xffff ? 2 : 1);
    const kind = kindOf(code);
    const joined = end < length && kindOf(pointAt(units, end, length)) === MARK;
    if (kind === SAME && !joined) {
      i = end;
      continue;
    }
    copyUpTo(i);
    if (kind === INVISIBLE) {
      removed += 1;
      map.replace(end - i, 0);
    } else {
      if (joined) end = clusterEnd(text, end);
      const visible = joined || kind === MARK ? cluster(text.slice(i, end)) : changed(code);
      pieces.push(visible);
      map.replace(end - i, visible.length);
    }
    i = end;
    copied = end;
  }
  copyUpTo(length);
  return { text: foldWords(pieces.join('')), removed, original: (start, end) => map.original(start, end) };
}

const ASCII = /^[\0-\x7f]*$/;

const flat = new Units();

const SAME = 1;
const INVISIBLE = 2;
/** Joins what stands before it. */
const MARK = 3;
const CHANGED = 4;
type Kind = typeof SAME | typeof INVISIBLE | typeof MARK | typeof CHANGED;

/** Soft hyphen, joiners, zero widths, bidi controls, fillers, variation selectors, tags, interlinear annotation. */
const INVISIBLE_CHAR =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: it is only ever given one code point
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;
/** Besides combining marks: the later letters of a Korean syllable, and the voicing marks of narrow Japanese. */
const JOINING = /[\p{M}\u1161-\u1175\u11a8-\u11c2\uff9e\uff9f\uffc2-\uffdc]/u;
const DIGIT = /\p{Nd}/u;

/** Of the characters met so far; 0 = not yet. */
const kinds = new Uint8Array(0x110000);

function kindOf(code: number): Kind {
  if (code < 0x80) return SAME;
  const known = kinds[code] as Kind | 0;
  if (known !== 0) return known;
  const kind = classify(String.fromCodePoint(code));
  kinds[code] = kind;
  return kind;
}

function classify(char: string): Kind {
  if (INVISIBLE_CHAR.test(char)) return INVISIBLE;
  if (JOINING.test(char)) return MARK;
  return visibleForm(char) === char ? SAME : CHANGED;
}

/** Longer piles of marks are no text (Unicode's Stream-Safe Text Format has 30), and would take long to order. */
const MAX_MARKS = 30;

function clusterEnd(text: string, from: number): number {
  let end = from;
  for (let marks = 0; marks < MAX_MARKS && end < text.length; marks += 1) {
    const code = text.codePointAt(end)!;
    if (kindOf(code) !== MARK) break;
    end += code > 0xffff ? 2 : 1;
  }
  return end;
}

/** What strikes out or decorates an ASCII letter and makes no letter with it. */
// biome-ignore lint/suspicious/noMisleadingCharacterClass: the marks are what it looks for.
const DECORATION = /(?<=^[\0-\x7f])[\u0300-\u036f\u0483-\u0489\u20d0-\u20f0]+/;

function cluster(text: string): string {
  return visibleForm(text.normalize('NFKC')).replace(DECORATION, '');
}

const forms = new Map<number, string>();

function changed(code: number): string {
  let form = forms.get(code);
  if (form === undefined) {
    form = visibleForm(String.fromCodePoint(code));
    forms.set(code, form);
  }
  return form;
}

function visibleForm(char: string): string {
  let out = '';
  for (const part of char.normalize('NFKC'))
    out += LOOK_ALIKE_PUNCTUATION.get(part) ?? letterInBox(part) ?? digit(part);
  return out;
}

/** Negative circled and squared letters and regional indicators, which NFKC leaves as they are. */
function letterInBox(char: string): string | undefined {
  const code = char.codePointAt(0)!;
  for (const first of [0x1f150, 0x1f170, 0x1f1e6]) {
    if (code >= first && code < first + 26) return String.fromCharCode(0x41 + code - first);
  }
  return;
}

/** The decimal digits of a script stand in a row from 0 to 9; some rows touch. */
function digit(char: string): string {
  if (!DIGIT.test(char)) return char;
  const code = char.codePointAt(0)!;
  let first = code;
  while (DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((code - first) % 10);
}

const WORDS = /[\p{L}\p{N}\p{M}]+/gu;
const LATIN = /\p{Script=Latin}/u;

const LETTER = /\p{L}/u;
const IN_WORD = /[\p{N}\p{M}]/u;

const BETWEEN = 1;
/** Numbers and marks, which are of any script. */
const ANY_SCRIPT = 2;
const OTHER_LETTER = 4;
const LATIN_LETTER = 8;
const LOOK_ALIKE = 16;

/** Of the characters met so far; 0 = not yet. */
const scripts = new Uint8Array(0x110000);

function scriptOf(code: number): number {
  const char = String.fromCodePoint(code);
  const letter = LETTER.test(char) ? OTHER_LETTER : IN_WORD.test(char) ? ANY_SCRIPT : BETWEEN;
  const script = LATIN.test(char) ? LATIN_LETTER : letter;
  scripts[code] = script | (LOOK_ALIKES.has(char) ? LOOK_ALIKE : 0);
  return scripts[code]!;
}

/**
 * Whether any word may have to be changed, which takes longer to find out of each: there are look-alikes, and some are
 * Latin (small capitals and the like: a word of them is of one script) or some word mixes Latin and another script. One
 * walk: expressions took ten times as long.
 */
function mayHaveLookAlikes(text: string): boolean {
  const { length } = text;
  const units = flat.of(text);
  let any = false;
  let disguised = false;
  let before = BETWEEN;
  for (let i = 0; i < length; i += 1) {
    const code = pointAt(units, i, length);
    if (code > 0xffff) i += 1;
    const script = scripts[code]! || scriptOf(code);
    const letter = script & (LATIN_LETTER | OTHER_LETTER);
    if (script & LOOK_ALIKE) {
      any = true;
      if (letter === LATIN_LETTER) disguised = true;
    }
    if (letter === 0) {
      if (script & BETWEEN) before = BETWEEN;
    } else {
      if (letter + before === LATIN_LETTER + OTHER_LETTER) disguised = true;
      before = letter;
    }
    if (any && disguised) return true;
  }
  return false;
}

/** Unit for unit, so that offsets hold. */
function foldWords(text: string): string {
  if (!mayHaveLookAlikes(text)) return text;
  return text.replace(WORDS, (word) => {
    if (ASCII.test(word) || !LATIN.test(word)) return word;
    let out = '';
    for (let i = 0; i < word.length; i += 1) out += LOOK_ALIKES.get(word[i]!) ?? word[i];
    return out;
  });
}

/** Chunks of both texts that belong together, in order. */
class OffsetMap {
  private readonly normalised: number[] = [0];
  private readonly originals: number[] = [0];
  /** Chunks of which one unit is one unit. */
  private readonly copies: boolean[] = [];

  copy(length: number): void {
    this.push(length, length, true);
  }

  replace(originalLength: number, length: number): void {
    this.push(originalLength, length, false);
  }

  original(start: number, end: number): [number, number] {
    const first = this.chunkAt(start);
    if (end <= start) {
      const at = this.place(first, start, 0);
      return [at, at];
    }
    return [this.place(first, start, 0), this.place(this.chunkAt(end - 1), end - 1, 1)];
  }

  /** The original place of a unit, or with `side` 1 the place behind it. */
  private place(chunk: number, unit: number, side: 0 | 1): number {
    if (chunk >= this.copies.length) return this.originals.at(-1)!;
    if (this.copies[chunk]) return this.originals[chunk]! + unit - this.normalised[chunk]! + side;
    return this.originals[chunk + side]!;
  }

  /** The last chunk that begins at or before the unit: those before it at the same place are empty. */
  private chunkAt(unit: number): number {
    let low = 0;
    let high = this.normalised.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.normalised[middle]! <= unit) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private push(originalLength: number, length: number, isCopy: boolean): void {
    this.copies.push(isCopy);
    this.normalised.push(this.normalised.at(-1)! + length);
    this.originals.push(this.originals.at(-1)! + originalLength);
  }
}
