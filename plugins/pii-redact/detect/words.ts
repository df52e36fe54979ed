// The capitalised words of a text: where names of persons, places and companies are looked for.
import { CAPITAL, kindsOf, LETTER, MARK, NUMBER, SURROGATE } from './chars.ts';

export interface Word {
  start: number;
  end: number;
  text: string;
  lower: string;
  /** Lower case, without accents, without a possessive 's. */
  plain: string;
}

const codesOf = (chars: string): ReadonlySet<number> => new Set([...chars].map((char) => char.charCodeAt(0)));
/** Between two parts of a word, of which the second need not be capitalised. */
const JOINTS = codesOf("'’-");
/** Besides letters and numbers. */
const JOINED_BEFORE = codesOf('_@/\\.#$-');
const JOINED_BEHIND = codesOf('0123456789_@(/\\=');
const ASCII = /^[\0-\x7f]*$/;
const PLAIN = /^[a-z]*$/;

/**
 * Parts of identifiers, paths and addresses are none. An expression takes three times as long.
 * @param units those of the text, and a zero
 * @param marks places of all capitals, and perhaps of other characters
 */
export function capitalisedWords(text: string, units: Uint16Array, marks: readonly number[]): Word[] {
  const words: Word[] = [];
  let end = 0;
  for (const start of marks) {
    if (start < end) continue;
    const length = letterAt(text, units, start, CAPITAL);
    if (length === 0) continue;
    end = wordEnd(text, units, start + length);
    if (!isJoined(units, start, end)) words.push(wordAt(text, start, end));
  }
  return words;
}

function wordEnd(text: string, units: Uint16Array, from: number): number {
  for (let end = lettersEnd(text, units, from); ; ) {
    if (!JOINTS.has(units[end]!)) return end;
    const next = lettersEnd(text, units, end + 1);
    if (next === end + 1) return end;
    end = next;
  }
}

function lettersEnd(text: string, units: Uint16Array, from: number): number {
  let at = from;
  for (let length = 1; length > 0; at += length) length = letterAt(text, units, at, LETTER | MARK);
  return at;
}

/** Units of the character at a place when it is of one of the kinds, else 0. */
function letterAt(text: string, units: Uint16Array, at: number, kinds: number): number {
  const found = kindsOf(units[at]!);
  if ((found & kinds) !== 0) return 1;
  if ((found & SURROGATE) === 0) return 0;
  return (kinds === CAPITAL ? WIDE_CAPITAL : WIDE_LETTER).test(text.slice(at, at + 2)) ? 2 : 0;
}

/** Beyond the Basic Plane. */
const WIDE_CAPITAL = /^[\u{10000}-\u{10ffff}]$(?<=\p{Lu})/u;
const WIDE_LETTER = /^[\u{10000}-\u{10ffff}]$(?<=[\p{L}\p{M}])/u;

const isJoined = (units: Uint16Array, start: number, end: number): boolean =>
  (start > 0 &&
    ((kindsOf(units[start - 1]!) & (LETTER | NUMBER)) !== 0 || JOINED_BEFORE.has(units[start - 1]!))) ||
  JOINED_BEHIND.has(units[end]!);

function wordAt(text: string, start: number, end: number): Word {
  const word = text.slice(start, end);
  const lower = word.toLowerCase();
  return { start, end, text: word, lower, plain: plain(lower) };
}

/** @param lower a word in lower case */
function plain(lower: string): string {
  if (PLAIN.test(lower)) return lower;
  const bare = lower.endsWith("'s") || lower.endsWith('’s') ? lower.slice(0, -2) : lower;
  if (ASCII.test(bare)) return bare.includes("'") ? bare.replaceAll("'", '') : bare;
  return bare
    .normalize('NFD')
    .replaceAll(/[\p{M}'’]/gu, '')
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o')
    .replaceAll('ß', 'ss');
}
