// One window of folded text as the recognisers see it; what several of them need is worked out once, when first asked.
import { type Atom, atomsOf } from './atoms.ts';
import { CONTEXT_AFTER, CONTEXT_BEFORE, type Context, Surroundings, weigh } from './context.ts';
import { type DigitRun, digitRuns } from './digit-runs.ts';
import { capitalisedWords, type Word } from './words.ts';

const DIGIT = /\d/;
/** Scripts without spaces between words bound a number as a space does. */
const WORD = /(?![\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}])[\p{L}\p{N}_]/u;

export class Scan {
  /** Folded text. */
  readonly text: string;
  readonly hasDigit: boolean;
  private loweredText: string | undefined;
  private runs: DigitRun[] | undefined;
  private numbered: Atom[] | undefined;
  private capitalised: Word[] | undefined;
  /** Of the last candidate: several recognisers weigh the same one in a row. */
  private around: { start: number; end: number; before: Surroundings; after: Surroundings } | undefined;

  constructor(text: string) {
    this.text = text;
    this.hasDigit = DIGIT.test(text);
  }

  get lower(): string {
    // Some letters change in length when they are lowered; offsets must stay the same.
    this.loweredText ??= sameLength(this.text, this.text.toLowerCase());
    return this.loweredText;
  }

  get digitRuns(): readonly DigitRun[] {
    this.runs ??= this.hasDigit ? digitRuns(this.text) : [];
    return this.runs;
  }

  get atoms(): readonly Atom[] {
    this.numbered ??= this.hasDigit ? atomsOf(this.text) : [];
    return this.numbered;
  }

  get words(): readonly Word[] {
    this.capitalised ??= capitalisedWords(this.text);
    return this.capitalised;
  }

  /** One of the words is somewhere in the text, which says nothing of where: to pass over most texts quickly. */
  mentions(words: readonly string[]): boolean {
    return words.some((word) => this.lower.includes(word));
  }

  /** The score of a candidate with the words around it. */
  weigh(score: number, start: number, end: number, context: Context): number {
    if (this.around?.start !== start || this.around.end !== end) {
      const before = new Surroundings(this.text.slice(Math.max(0, start - CONTEXT_BEFORE), start));
      const after = new Surroundings(this.text.slice(end, end + CONTEXT_AFTER));
      this.around = { start, end, before, after };
    }
    return weigh(score, context, this.around.before, this.around.after);
  }

  /** Neither end cuts a word in two. */
  bounded(start: number, end: number): boolean {
    return !this.isWord(start - 1) && !this.isWord(end);
  }

  isWord(at: number): boolean {
    const char = this.text[at];
    return char !== undefined && WORD.test(char);
  }

  /** All matches of a global expression, whose every quantifier must have a bound. */
  *matches(expression: RegExp): Generator<RegExpExecArray> {
    expression.lastIndex = 0;
    for (let match = expression.exec(this.text); match; match = expression.exec(this.text)) yield match;
  }
}

function sameLength(text: string, lower: string): string {
  if (lower.length === text.length) return lower;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!.toLowerCase();
    out += char.length === 1 ? char : text[i];
  }
  return out;
}
