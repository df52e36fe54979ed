// One window of folded text as the recognisers see it; what several of them need is worked out once, when first asked.
import { Units } from '../../../kong/llm/units.ts';
import { type Atom, atomsOf } from './atoms.ts';
import { isWordCode } from './chars.ts';
import { type Vocabulary, vocabularyWith } from './context.ts';
import { type DigitRun, digitRuns } from './digit-runs.ts';
import { type LongRun, longRuns } from './long-runs.ts';
import { Mentions } from './mentions.ts';
import type { Needed } from './needed.ts';
import { type Survey, survey } from './survey.ts';
import { capitalisedWords, type Word } from './words.ts';

const flat = new Units();

export class Scan {
  /** Folded text. */
  readonly text: string;
  readonly words: readonly Word[];
  /** Stretches of sixteen characters and more without a space. */
  readonly longRuns: readonly LongRun[];
  private readonly surveyed: Survey;
  private loweredText: string | undefined;
  private runs: DigitRun[] | undefined;
  private numbered: Atom[] | undefined;
  private readonly vocabulary: Vocabulary;
  private mentioned: Mentions | undefined;

  constructor(text: string, vocabulary: Vocabulary = vocabularyWith([])) {
    this.text = text;
    this.vocabulary = vocabulary;
    const units = flat.of(text);
    this.surveyed = survey(units, text.length);
    this.longRuns = longRuns(text, units);
    this.words = capitalisedWords(text, units, this.surveyed.marks);
  }

  get lower(): string {
    // Some letters change in length when they are lowered; offsets must stay the same.
    this.loweredText ??= sameLength(this.text, this.text.toLowerCase());
    return this.loweredText;
  }

  get hasDigit(): boolean {
    return this.surveyed.numbers.length > 0;
  }

  /** Places of capitals, of the signs of assignments, and of what is not ASCII. */
  get marks(): readonly number[] {
    return this.surveyed.marks;
  }

  get digitRuns(): readonly DigitRun[] {
    this.runs ??= this.hasDigit ? digitRuns(this.text, this.surveyed.numbers) : [];
    return this.runs;
  }

  get atoms(): readonly Atom[] {
    this.numbered ??= this.hasDigit ? atomsOf(this.text, this.surveyed.numbers) : [];
    return this.numbered;
  }

  /** The words of all lists of words, with their places. */
  get mentions(): Mentions {
    this.mentioned ??= new Mentions(this.text, this.lower, this.vocabulary);
    return this.mentioned;
  }

  /** One of the words is somewhere in the text, which says nothing of where: to pass over most texts quickly. */
  mayHave(needed: Needed): boolean {
    return (this.surveyed.needed & needed) !== 0;
  }

  /** Neither end cuts a word in two. */
  bounded(start: number, end: number): boolean {
    return !this.isWord(start - 1) && !this.isWord(end);
  }

  isWord(at: number): boolean {
    return isWordCode(this.text.charCodeAt(at));
  }

  /** All matches of a global expression that takes no space and at least sixteen characters, with their places. */
  *longMatches(expression: RegExp): Generator<{ start: number; text: string }> {
    for (const run of this.longRuns) {
      expression.lastIndex = 0;
      for (let match = expression.exec(run.text); match; match = expression.exec(run.text))
        yield { start: run.start + match.index, text: match[0] };
    }
  }

  /** Where runs of ASCII digits begin. */
  get numbers(): readonly number[] {
    return this.surveyed.numbers;
  }

  /**
   * All matches of a sticky expression whose first digit has none before it: tried where one can be, and nowhere else.
   * @param beginAt where a match begins whose first digit stands at `number`
   */
  *numberMatches(
    expression: RegExp,
    beginAt: (number: number) => number = (number) => number,
  ): Generator<RegExpExecArray> {
    let end = 0;
    for (const number of this.numbers) {
      const start = beginAt(number);
      if (start < end) continue;
      expression.lastIndex = start;
      const match = expression.exec(this.text);
      if (!match) continue;
      end = expression.lastIndex;
      yield match;
    }
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
