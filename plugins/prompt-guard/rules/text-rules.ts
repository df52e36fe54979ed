// Rules that look at a text alone, patterns and phrases, against one piece of text and what is hidden in it.
import type { NormalisedText } from '../../../kong/llm/normalise.ts';
import { Reading, type View } from '../normalise/views.ts';
import type { Span } from './pattern.ts';
import { PatternSet } from './pattern-set.ts';
import { Phrases } from './phrases.ts';

export interface TextRule {
  pattern?: string | undefined;
  phrase?: string | undefined;
}

export interface RuleHit<R> {
  rule: R;
  /** In the text as it came. */
  span: Span;
}

export class TextRules<R extends TextRule> {
  private readonly patternRules: R[];
  private readonly patterns: PatternSet;
  private readonly phraseRules: R[];
  private readonly phrases: Phrases;
  private readonly disguises: boolean;

  /** @param disguises look under them too. */
  constructor(rules: readonly R[], disguises: boolean) {
    this.patternRules = rules.filter(({ pattern }) => pattern !== undefined);
    this.patterns = new PatternSet(this.patternRules.map(({ pattern }) => pattern!));
    this.phraseRules = rules.filter(({ phrase }) => phrase !== undefined);
    this.phrases = new Phrases(this.phraseRules.map(({ phrase }) => phrase!));
    this.disguises = disguises;
  }

  get size(): number {
    return this.patterns.size + this.phraseRules.length;
  }

  /** Characters that a match has at most; Infinity when a pattern has no limit. */
  get longest(): number {
    return Math.max(this.phrases.longest, this.patterns.longest);
  }

  /** @param piece of a few thousand characters at most: it is done in one go. */
  find(piece: string, reading = new Reading(piece)): RuleHit<R>[] {
    if (this.size === 0) return [];
    const { normalised, plain } = reading;
    const hits = this.inView(plain).map(({ rule, span }) => ({
      rule,
      span: backTo(span, normalised),
    }));
    // Phrases are compared without regard to what normalisation takes away.
    if (normalised.text !== piece) hits.push(...this.patternsIn(piece));
    if (this.disguises) {
      for (const view of reading.views) {
        if (view === plain) continue;
        // Where in the piece the hidden text stands is not known: all of it is meant.
        for (const { rule } of this.inView(view)) hits.push({ rule, span: { start: 0, end: piece.length } });
      }
    }
    return hits;
  }

  private inView(view: View): RuleHit<R>[] {
    const hits = this.patternsIn(view.text);
    if (this.phraseRules.length > 0) {
      for (const { phrase, span } of this.phrases.spans(view.tokens))
        hits.push({ rule: this.phraseRules[phrase]!, span });
    }
    return hits;
  }

  private patternsIn(text: string): RuleHit<R>[] {
    return this.patterns
      .spans(text)
      .map(({ pattern, span }) => ({ rule: this.patternRules[pattern]!, span }));
  }
}

function backTo({ start, end }: Span, normalised: NormalisedText): Span {
  const [from, to] = normalised.original(start, end);
  return { start: from, end: to };
}
