// What kind of character a UTF-16 unit is, looked up instead of matched: recognisers ask for almost every character.

export const LETTER = 2;
export const MARK = 4;
/** Digits and other numbers of all scripts. */
export const NUMBER = 8;
/** Of a script that is written without spaces between words: it bounds a number as a space does. */
export const UNSPACED = 16;
/** Half of a character beyond the Basic Plane. */
export const SURROGATE = 32;
/** An upper-case letter. */
export const CAPITAL = 64;
const KNOWN = 1;

/** Of units; 0 = not met yet. */
const kinds = new Uint8Array(0x10000);

/** The kinds of a unit, a bit each; 0 for NaN, which is what charCodeAt gives outside of a text. */
export function kindsOf(code: number): number {
  return kinds[code] || classify(code);
}

function classify(code: number): number {
  if (Number.isNaN(code)) return 0;
  const char = String.fromCharCode(code);
  const is = (expression: RegExp, kind: number): number => (expression.test(char) ? kind : 0);
  const found =
    KNOWN |
    is(/\p{L}/u, LETTER) |
    is(/\p{Lu}/u, CAPITAL) |
    is(/\p{M}/u, MARK) |
    is(/\p{N}/u, NUMBER) |
    is(/[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}]/u, UNSPACED) |
    is(/\p{Cs}/u, SURROGATE);
  kinds[code] = found;
  return found;
}

/** A letter, a number or an underscore, of a script that has spaces between words. */
export const isWordCode = (code: number): boolean => {
  const found = kindsOf(code);
  return code === 95 || ((found & (LETTER | NUMBER)) !== 0 && (found & UNSPACED) === 0);
};

export const isDigitCode = (code: number): boolean => code >= 48 && code <= 57;
export const isCapitalCode = (code: number): boolean => code >= 65 && code <= 90;
export const isSmallCode = (code: number): boolean => code >= 97 && code <= 122;
