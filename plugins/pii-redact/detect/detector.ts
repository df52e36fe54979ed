// From a text to the findings in it: folded, scanned window by window, weighed, allowed values taken out, overlaps
// resolved.
import { atOnce, type Work } from '../pace.ts';
import { RECOGNISERS } from '../recognisers/index.ts';
import { MAX_BOOST, type Vocabulary, vocabularyWith, type WordList } from './context.ts';
import { fold } from './fold.ts';
import { Settler } from './overlap.ts';
import { Scan } from './scan.ts';
import type { Finding, Recogniser } from './types.ts';
import { type Window, windowsOf } from './windows.ts';

export interface DetectorOptions {
  /** Lowest score at which a finding of the type counts. */
  minScore(type: string): number;
  /** Findings of these types are dropped once they have kept others from their place. */
  ignored(type: string): boolean;
  /** Values that are never findings. */
  allowed(value: string): boolean;
  /** Recognisers of the config, beside the built-in ones. */
  custom: readonly Recogniser[];
  /** Words that those have near them. */
  words: readonly WordList[];
}

export const DEFAULT_MIN_SCORE = 0.5;

export const DEFAULT_OPTIONS: DetectorOptions = {
  minScore: () => DEFAULT_MIN_SCORE,
  ignored: () => false,
  allowed: () => false,
  custom: [],
  words: [],
};

export class Detector {
  private readonly options: DetectorOptions;
  private readonly recognisers: readonly Recogniser[];
  private readonly vocabulary: Vocabulary;

  constructor(options: DetectorOptions = DEFAULT_OPTIONS) {
    this.options = options;
    this.recognisers = [...RECOGNISERS, ...options.custom];
    this.vocabulary = vocabularyWith(options.words);
  }

  /**
   * In one go: for texts of bounded length.
   * @param lead what stands before the text, for example the key of a JSON value; nothing is found in it.
   */
  find(text: string, lead = ''): Finding[] {
    return atOnce(this.finding(text, lead));
  }

  /** For texts of any length: a unit is one recogniser over one window. Findings are in order and do not overlap. */
  *finding(text: string, lead = ''): Work<Finding[]> {
    const settler = new Settler();
    const whole = lead + text;
    for (const window of windowsOf(whole)) {
      const found: Finding[] = [];
      yield* this.scan(whole, window, found);
      this.settle(settler, text, found, window, lead.length);
    }
    return settler.settled;
  }

  /** Types that are let pass keep others from their place; values that are let pass do not. */
  private settle(
    settler: Settler,
    text: string,
    found: readonly Finding[],
    { end }: Window,
    lead: number,
  ): void {
    const { ignored, allowed } = this.options;
    const own = lead === 0 ? found : found.flatMap((finding) => shift(finding, lead));
    const last = end === text.length + lead ? Number.POSITIVE_INFINITY : end - lead;
    const before = settler.settled.length;
    settler.add(own, last);
    const fresh = settler.settled.splice(before);
    for (const finding of fresh) {
      if (!ignored(finding.type) && !allowed(text.slice(finding.start, finding.end)))
        settler.settled.push(finding);
    }
  }

  /** Yields after each recogniser: a window of nothing but digits takes some of them milliseconds. */
  private *scan(text: string, { from, to, start, end }: Window, found: Finding[]): Work<void> {
    const folded = fold(text.slice(from, to));
    const scan = new Scan(folded.text, this.vocabulary);
    const { minScore } = this.options;
    for (const recognise of this.recognisers) {
      recognise(scan, (type, at, behind, score, context) => {
        if (score + MAX_BOOST < minScore(type)) return;
        const weighed = context ? scan.mentions.weigh(score, at, behind, context) : score;
        if (weighed < minScore(type)) return;
        const [first, last] = folded.original(at, behind);
        if (from + first < start || from + first >= end) return;
        found.push({ type, start: from + first, end: from + last, score: Math.round(weighed * 100) / 100 });
      });
      yield;
    }
  }
}

function shift(finding: Finding, by: number): Finding[] {
  if (finding.end <= by) return [];
  return [{ ...finding, start: Math.max(0, finding.start - by), end: finding.end - by }];
}
