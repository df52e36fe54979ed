// Does a string look as if a machine had drawn it?

/** Shannon's entropy of the characters, in bits per character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

const kindOf = (code: number): number =>
  code >= 48 && code <= 57
    ? DIGIT
    : code >= 97 && code <= 122
      ? SMALL
      : code >= 65 && code <= 90
        ? CAPITAL
        : SIGN;
const DIGIT = 0;
const SMALL = 1;
const CAPITAL = 2;
const SIGN = 3;

/** How often the kind of character changes, and how often to or from digits: `a8Fk2x0` often, `release2024` once. */
function turnsOf(text: string): { kinds: number; digits: number } {
  let kinds = 0;
  let digits = 0;
  for (let at = 1; at < text.length; at++) {
    const [before, now] = [kindOf(text.charCodeAt(at - 1)), kindOf(text.charCodeAt(at))];
    if (before === now) continue;
    kinds += 1;
    if (before === DIGIT || now === DIGIT) digits += 1;
  }
  return { kinds, digits };
}

/** Random enough for a key: digits strewn among letters, or cases, many different characters, in no pattern. */
export function looksRandom(text: string): boolean {
  if (text.length < 12 || !/\d/.test(text) || !/[a-z]/i.test(text)) return false;
  if (/^(.{1,4})\1+$/.test(text)) return false;
  const need = text.length >= 32 ? 3.2 : text.length >= 20 ? 3.1 : 2.9;
  if (entropy(text) < need) return false;
  const { kinds, digits } = turnsOf(text);
  if (digits >= Math.max(3, text.length / 10)) return true;
  return (
    text.length >= 20 &&
    /[a-z]/.test(text) &&
    /[A-Z]/.test(text) &&
    kinds >= text.length * 0.35 &&
    !isWordy(text, 0.65)
  );
}

/** Made of words, as identifiers and file names are. */
export function isWordy(text: string, share = 0.5): boolean {
  const inWords = (text.match(/[A-Za-z]?[a-z]{3,}|[A-Z]{4,}/g) ?? []).join('').length;
  return inWords > text.length * share;
}
