// What one pass over a window tells. A pass for each recogniser, and a search for each word, took five times as long.
import { automaton, CLASSES, type Needed } from './needed.ts';

export interface Survey {
  /** Where runs of ASCII digits begin. */
  numbers: readonly number[];
  /** Places of capitals, of `:;<=>?@[\]^_,(` and backticks, and of all that is not ASCII. */
  marks: readonly number[];
  /** Lists of words of which one is in the text. */
  needed: Needed;
}

const MARK = 1;
const DIGIT = 2;
/** By unit. */
const kinds = Uint8Array.from({ length: 0x10000 }, (_, unit) => {
  const char = String.fromCharCode(unit);
  return /[A-Z:;<=>?@[\]^_,(`\x80-\uffff]/.test(char) ? MARK : /[0-9]/.test(char) ? DIGIT : 0;
});

/** @param length of the text whose units they are */
export function survey(units: Uint16Array, length: number): Survey {
  const { classes, next, ends } = automaton();
  const marks: number[] = [];
  const numbers: number[] = [];
  let needed = 0;
  let state = 0;
  let before = 0;
  for (let at = 0; at < length; at++) {
    const unit = units[at]!;
    state = next[state + classes[unit]!]!;
    needed |= ends[state >> CLASSES]!;
    const kind = kinds[unit]!;
    if (kind === MARK) marks.push(at);
    else if (kind === DIGIT && before !== DIGIT) numbers.push(at);
    before = kind;
  }
  return { numbers, marks, needed };
}
