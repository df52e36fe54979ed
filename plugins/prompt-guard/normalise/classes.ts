// What a character is to the tokeniser: part of a word, a word of its own (scripts that write no spaces), what joins
// the parts of a word, or a gap between words.
export const GAP = 0;
export const WORD = 1;
export const SINGLE = 2;
export const JOINER = 3;
export type CharClass = 0 | 1 | 2 | 3;

const SINGLE_CHARS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc\u3005]/u;
const WORD_CHARS = /[\p{L}\p{N}\p{M}]/u;

/** Filled as characters are met: 0 = not met yet, else class + 1. */
const known = new Uint8Array(0x10000);

/** @param code a code point of a normalised text. */
export function classOf(code: number): CharClass {
  if (code > 0xffff) return code >= 0x20000 && code <= 0x3ffff ? SINGLE : GAP;
  const seen = known[code]!;
  if (seen !== 0) return (seen - 1) as CharClass;
  const found = classify(String.fromCharCode(code));
  known[code] = found + 1;
  return found;
}

function classify(char: string): CharClass {
  // don't, l'instruction
  if (char === "'") return JOINER;
  if (SINGLE_CHARS.test(char)) return SINGLE;
  return WORD_CHARS.test(char) ? WORD : GAP;
}
