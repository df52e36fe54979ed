// Disguises of letters: leetspeak, letters set apart, reversed text, shifted alphabets. Each gives the text as it would
// be without, but only when words of the vocabulary appear: otherwise every text with a number in it would have one.

import type { Hints } from './codecs.ts';
import { hasAny, marksOf } from './marks.ts';
import { MAX_WORD } from './tokens.ts';

export type Vocabulary = ReadonlySet<string>;

/** Words of the vocabulary that must appear. */
const FEWEST = 2;

// --- leetspeak ---------------------------------------------------------------------------------------------------------

const LEET: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
};
/** A text in leetspeak has some word that is changed in its middle. */
const LEET_HINT = /[a-z][0134579@$!|][a-z]/i;
const LEET_CHUNK = /[a-z][0-9@$!|]+[a-z]|^[0-9@$]+[a-z]|[a-z][0-9@$]+$/i;
const MOST_CHUNK = 40;

/** In every chunk of letters and marks. To look for it took a fifth of the time that looking at each character took. */
const LETTER_AND_MARK = /[a-z][0-9@$!|]|[0-9@$!|][a-z]/gi;
const IN_CHUNK = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[a-z0-9@$!|]/i.test(String.fromCharCode(code))),
);
const isInChunk = (text: string, at: number): boolean => IN_CHUNK[text.charCodeAt(at)] === 1;

const LEET_GAPS = marksOf('@$!|');

export function mayBeLeet({ leet, seen: { gaps, longest } }: Hints): boolean {
  // A long word is cut anywhere.
  return leet || longest >= MAX_WORD || hasAny(gaps, LEET_GAPS);
}

export function unleet(text: string, vocabulary: Vocabulary): string | undefined {
  if (!LEET_HINT.test(text)) return undefined;
  let known = 0;
  let out = '';
  let copied = 0;
  LETTER_AND_MARK.lastIndex = 0;
  for (let found = LETTER_AND_MARK.exec(text); found; found = LETTER_AND_MARK.exec(text)) {
    let start = found.index;
    let end = start + 2;
    while (isInChunk(text, start - 1)) start -= 1;
    while (isInChunk(text, end)) end += 1;
    LETTER_AND_MARK.lastIndex = end;
    if (end - start > MOST_CHUNK) continue;
    const chunk = text.slice(start, end);
    const plain = LEET_CHUNK.test(chunk) ? leetWord(chunk.toLowerCase(), vocabulary) : undefined;
    if (plain === undefined) continue;
    out += text.slice(copied, start) + plain;
    copied = end;
    known += 1;
  }
  return known >= FEWEST ? out + text.slice(copied) : undefined;
}

function leetWord(chunk: string, vocabulary: Vocabulary): string | undefined {
  for (const one of ['i', 'l']) {
    let plain = '';
    for (const char of chunk) plain += char === '1' ? one : (LEET[char] ?? char);
    if (vocabulary.has(plain)) return plain;
    const bare = plain.replace(/[^a-z]/g, '').replace(/i$/, '');
    if (vocabulary.has(bare)) return bare;
  }
  return undefined;
}

// --- letters set apart -------------------------------------------------------------------------------------------------

// Single letters with the same few separators between them: i g n o r e, i.g.n.o.r.e, i-g-n-o-r-e
const APART = /(?<![\p{L}\p{N}])\p{L}(?:[ .\-_*|/\\,~+\u00b7]{1,3}\p{L}(?![\p{L}\p{N}])){3,}/gu;

const RUN = 4;

export const mayBeApart = ({ letters }: Hints): boolean => letters >= RUN;

export function joinApart(text: string, vocabulary: Vocabulary): string | undefined {
  let known = 0;
  const out = text.replace(APART, (run) => {
    const parts = wordsApart(run);
    const joined = parts.length > 1 ? parts : split(parts[0]!, vocabulary);
    const found = joined.filter((word) => vocabulary.has(word));
    // Letters without any gap between words can be cut in many ways: most of them must make sense.
    if (parts.length === 1 && lengthOf(found) < lengthOf(joined) * MOST_OF_IT) return run;
    known += found.length;
    return joined.join(' ');
  });
  return known >= 1 ? out : undefined;
}

const MOST_OF_IT = 0.45;

const lengthOf = (words: readonly string[]): number => words.reduce((sum, { length }) => sum + length, 0);

const lettersOf = (text: string): string => text.replace(/[^\p{L}]/gu, '').toLowerCase();

/** Between words the gaps are wider, or they are spaces where other marks stand between letters. */
function wordsApart(run: string): string[] {
  const wide = run.split(/ {2,}| ?[/|] ?/).map(lettersOf);
  if (wide.length > 1) return wide;
  const narrow = run.split(' ').map(lettersOf);
  return narrow.some(({ length }) => length > 2) ? narrow : wide;
}

const SMALL = new Set(
  'a an and are as at be by can do for from give have how i in is it me my no not now of on or out say so tell that the them then this to up us was we what who will with you your all'.split(
    ' ',
  ),
);
const LONGEST = 24;

/** Cuts letters without gaps into known words, the longest first; what is not known stays together. */
export function split(letters: string, vocabulary: Vocabulary): string[] {
  const words: string[] = [];
  let rest = '';
  for (let i = 0; i < letters.length; ) {
    let length = Math.min(LONGEST, letters.length - i);
    for (; length > 0; length--) {
      const word = letters.slice(i, i + length);
      if (vocabulary.has(word) || SMALL.has(word)) break;
    }
    if (length > 0) {
      if (rest !== '') words.push(rest);
      rest = '';
      words.push(letters.slice(i, i + length));
    }
    rest += length > 0 ? '' : letters[i];
    i += Math.max(1, length);
  }
  if (rest !== '') words.push(rest);
  return words;
}

// --- the alphabet or the direction changed -----------------------------------------------------------------------------

/** What a word may be a word of the vocabulary in. */
export interface Disguise {
  reversed: boolean;
  mirrored: boolean;
  /** By how many letters the alphabet was shifted. */
  shift: number | undefined;
}

/** The vocabulary's longer words in each disguise: a word of a text is looked up, not transformed. */
interface Disguised {
  reversed: Set<string>;
  mirrored: Set<string>;
  /** By the steps from each letter to the next, which are the same for every shift of the alphabet. */
  shifted: Map<number, string>;
}

const SHORTEST = 5;
const known = new WeakMap<Vocabulary, Disguised>();

function disguisesOf(vocabulary: Vocabulary): Disguised {
  let found = known.get(vocabulary);
  if (!found) {
    found = { reversed: new Set(), mirrored: new Set(), shifted: new Map() };
    for (const word of vocabulary) {
      if (word.length < SHORTEST) continue;
      const backwards = reverse(word);
      if (!vocabulary.has(backwards)) found.reversed.add(backwards);
      if (!/^[a-z]+$/.test(word)) continue;
      found.mirrored.add(word.replace(/./g, mirror));
      if (word.length > SHORTEST) found.shifted.set(steps(word), word);
    }
    known.set(vocabulary, found);
  }
  return found;
}

/** @param word folded. */
export function disguiseOf(word: string, vocabulary: Vocabulary): Disguise | undefined {
  if (word.length < SHORTEST || word.length > LONGEST || vocabulary.has(word)) return undefined;
  const all = disguisesOf(vocabulary);
  const reversed = all.reversed.has(word);
  const mirrored = all.mirrored.has(word);
  const plain = word.length > SHORTEST ? all.shifted.get(steps(word)) : undefined;
  const shift = plain === undefined ? undefined : (word.charCodeAt(0) - plain.charCodeAt(0) + 26) % 26;
  return reversed || mirrored || shift !== undefined ? { reversed, mirrored, shift } : undefined;
}

/** FNV-1a over the steps. 0 for what is not a word of Latin letters. */
function steps(word: string): number {
  let hash = 0x811c9dc5;
  let before = 0;
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (code < 97 || code > 122) return 0;
    if (i > 0) hash = Math.imul(hash ^ ((code - before + 26) % 26), 0x01000193);
    before = code;
  }
  return hash ^ word.length;
}

export const mayBeScrambled = ({ disguised }: Hints): boolean => disguised >= FEWEST;

/** Reversed, ROT13 or any other shift, Atbash. */
export function unscramble(
  text: string,
  words: readonly { disguise: Disguise | undefined }[],
): [layer: string, text: string][] {
  const votes = new Map<number, number>();
  let backwards = 0;
  let mirrors = 0;
  for (const { disguise } of words) {
    if (!disguise) continue;
    const { reversed, mirrored, shift } = disguise;
    if (reversed) backwards += 1;
    if (mirrored) mirrors += 1;
    if (shift !== undefined) votes.set(shift, (votes.get(shift) ?? 0) + 1);
  }
  const found: [string, string][] = [];
  if (backwards >= FEWEST) found.push(['reversed', reverse(text)]);
  const [best] = [...votes].sort((a, b) => b[1] - a[1]);
  if (best && best[1] >= FEWEST) {
    found.push(['shifted', text.replace(/[a-zA-Z]/g, (char) => shiftBack(char, 26 - best[0]))]);
  }
  if (mirrors >= FEWEST) found.push(['mirrored', text.toLowerCase().replace(/[a-z]/g, mirror)]);
  return found;
}

const reverse = (text: string): string => [...text].reverse().join('');

const mirror = (char: string): string => String.fromCharCode(219 - char.charCodeAt(0));

function shiftBack(char: string, by: number): string {
  const base = char < 'a' ? 65 : 97;
  return String.fromCharCode(base + ((char.charCodeAt(0) - base + by) % 26));
}
