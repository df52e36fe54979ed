// Whether one word is another one mistyped. Two words that both exist are never that: a typo of "affect" is "afect",
// not "effect".
import { encoderOf } from '../../../kong/llm/tokenizers.ts';
import { remembered } from './remembered.ts';

const MIN_LENGTH = 5;

/** Neighbours of a key on the QWERTY keyboard; a slip of the finger lands on one of them. */
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const VOWELS = new Set('aeiouyáéíóúàèìòùâêîôûäëïöü');
const NEGATING = /^(?:a|an|un|in|im|il|ir|dis|non|mis|de|anti|ab|ad|pre|re)$/;

/** @param careful words that name something: only letters that changed places. */
export function isTypo(a: string, b: string, careful = false): boolean {
  if (Math.min(a.length, b.length) < MIN_LENGTH) return false;
  if (fold(a) === fold(b)) return !careful && onlyOneKnown(a, b);
  if (!isSlip(a, b, careful)) return false;
  return onlyOneKnown(a, b);
}

function isSlip(a: string, b: string, careful: boolean): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1 || short[0] !== long[0]) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  // The last letter is grammar (number, case, tense) more often than a slip.
  if (at >= short.length - 1 && short.length === long.length && !isSwap(a, b, at - 1)) return false;
  if (at === short.length) return false;
  if (isSwap(a, b, at)) return true;
  if (careful) return false;
  if (short.length === long.length)
    return short.slice(at + 1) === long.slice(at + 1) && isNearby(short[at]!, long[at]!);
  if (short.slice(at) !== long.slice(at + 1)) return false;
  // A letter too many or too few: within the word, and no prefix that turns the meaning.
  return at >= 2 && at < long.length - 1 && !NEGATING.test(long.slice(0, at + 1));
}

function isSwap(a: string, b: string, at: number): boolean {
  return (
    a.length === b.length &&
    at >= 1 &&
    a[at] === b[at + 1] &&
    a[at + 1] === b[at] &&
    a[at] !== a[at + 1] &&
    a.slice(at + 2) === b.slice(at + 2) &&
    a.slice(0, at) === b.slice(0, at)
  );
}

function isNearby(a: string, b: string): boolean {
  if (VOWELS.has(a) && VOWELS.has(b)) return true;
  for (const [row, keys] of ROWS.entries()) {
    const at = keys.indexOf(a);
    if (at < 0) continue;
    const near = [
      keys[at - 1],
      keys[at + 1],
      ...[ROWS[row - 1], ROWS[row + 1]].flatMap((other) => [other?.[at - 1], other?.[at], other?.[at + 1]]),
    ];
    return near.includes(b);
  }
  return false;
}

const MARKS = /\p{M}+/gu;
const fold = (word: string): string => word.normalize('NFD').replace(MARKS, '');

/** Words that are written wrongly so often that they look like words. */
const WELL_KNOWN = new Set(
  'seperate seperated definately recieve recieved occured untill wich tommorow begining beleive calender cemetary collegue comming concious enviroment existance foriegn freind goverment grammer gaurd happend harrass independant knowlege liason libary lisence maintainance millenium mispell neccessary noticable occassion persistant posession prefered publically recomend refered relevent religous rythm seige sieze succesful suprise tendancy therefor threshhold truely wierd writting'.split(
    ' ',
  ),
);
/** Words that exist, one slip from another one. */
const OTHER_WORDS = new Set(
  'prostrate profusion perfusion ordnance calvary venial lumbar broach discreet ilium ileum canon corpse marten ionic'.split(
    ' ',
  ),
);

/** What a tokenizer of 200,000 pieces has as one piece (a long one: as two) is a word that is in use. */
function onlyOneKnown(a: string, b: string): boolean {
  if (OTHER_WORDS.has(a) || OTHER_WORDS.has(b)) return false;
  if (WELL_KNOWN.has(a) || WELL_KNOWN.has(b)) return true;
  const [known, other] = pieces(a) < pieces(b) ? [a, b] : [b, a];
  const enough = known.length >= LONG ? 2 : 1;
  return pieces(known) <= enough && pieces(other) > pieces(known) && !isRareWord(other, known);
}

const LONG = 10;

const pieces = remembered((word): number => {
  const encoder = encoderOf('o200k_base');
  return Math.min(encoder.encode_ordinary(` ${word}`).length, encoder.encode_ordinary(word).length);
});

/**
 * Words that exist although they are rare, one letter from a common one: chemistry, medicine, grammar. A change of the
 * vowel before the last consonants is how such words are made (propane, propene; nitrate, nitrite).
 */
const ENDINGS = /^(.*[^aeiou])([aeiou])(n|t|d|l|ll|s)(e|es|s)?$/;

function isRareWord(rare: string, common: string): boolean {
  const [a, b] = [ENDINGS.exec(rare), ENDINGS.exec(common)];
  return (
    a !== null &&
    b !== null &&
    a[1] === b[1] &&
    a[2] !== b[2] &&
    a[3] === b[3] &&
    a[4] === b[4] &&
    !/(?:an|en)t$|[ae]nce?$/.test(rare)
  );
}
