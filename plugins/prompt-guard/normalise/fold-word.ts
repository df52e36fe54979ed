// The form of a word that the detector compares: lower case, without accents, Arabic without vowel signs.

const NOT_ASCII = /[^\x00-\x7f]/;
const DROPPED = /[\u0300-\u036f\u0640\u064b-\u065f\u0670']/g;

// Letters whose stroke is part of them, and Arabic letters that are written in several ways.
const PLAIN: Record<string, string> = {
  ß: 'ss',
  ı: 'i',
  đ: 'd',
  ø: 'o',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ð: 'd',
  ħ: 'h',
  ى: 'ي',
  ة: 'ه',
  ی: 'ي',
  ک: 'ك',
};

// l'instruction, d'ignorer, qu'avant: the article is no part of the word.
const ELISION = /^(?:[cdjlmnst]|qu)'(?=..)/i;

/** @param word letters, digits and apostrophes of a normalised text. */
export function foldWord(word: string): string {
  if (!NOT_ASCII.test(word)) {
    const lower = word.toLowerCase();
    return lower.includes("'") ? lower.replace(ELISION, '').replaceAll("'", '') : lower;
  }
  const bare = word
    .replace(ELISION, '')
    .normalize('NFKD')
    .replace(DROPPED, '')
    .normalize('NFC')
    .toLowerCase();
  if (!NOT_ASCII.test(bare)) return bare;
  let out = '';
  for (const char of bare) out += PLAIN[char] ?? char;
  return out;
}
