// What a character is to the tokeniser: part of a word, a word of its own (scripts that write no spaces), what joins
// the parts of a word, or a gap between words.
export const GAP = 1;
export const SINGLE = 2;
export const JOINER = 4;
export const WORD = 8;
/** The first half of a pair: what the pair is decides `classOfPoint`. */
export const HALF = 16;
export type CharClass = typeof GAP | typeof SINGLE | typeof JOINER | typeof WORD | typeof HALF;

const SINGLE_CHARS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc\u3005]/u;
const WORD_CHARS = /[\p{L}\p{N}\p{M}]/u;

/** Of the UTF-16 units of a normalised text, filled as they are met; 0 = not met yet. */
export const CLASSES = new Uint8Array(0x10000);

for (let unit = 0; unit < 128; unit++) classify(unit);

/** Of a unit that is met for the first time. */
export function classify(unit: number): CharClass {
  const found = classOf(unit);
  CLASSES[unit] = found;
  return found;
}

/** @param point beyond 0xffff. */
export const classOfPoint = (point: number): typeof SINGLE | typeof GAP =>
  point >= 0x20000 && point <= 0x3ffff ? SINGLE : GAP;

function classOf(unit: number): CharClass {
  if (unit >= 0xd800 && unit < 0xdc00) return HALF;
  const char = String.fromCharCode(unit);
  // don't, l'instruction
  if (char === "'") return JOINER;
  if (SINGLE_CHARS.test(char)) return SINGLE;
  return WORD_CHARS.test(char) ? WORD : GAP;
}
