// Rules that look at a text alone, patterns and phrases, against one piece of text and what is hidden in it.
import { type NormalisedText, normaliseText } from '../../../kong/llm/normalise.ts';
import { trie } from '../detect/signs.ts';
import { viewsOf } from '../normalise/views.ts';
import { Pattern, type Span } from './pattern.ts';
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
  private readonly patterns: { rule: R; pattern: Pattern }[];
  private readonly phraseRules: R[];
  private readonly phrases: Phrases;
  private readonly disguises: boolean;

  /** @param disguises look under them too. */
  constructor(rules: readonly R[], disguises: boolean) {
    this.patterns = rules.flatMap((rule) =>
      rule.pattern === undefined ? [] : [{ rule, pattern: new Pattern(rule.pattern) }],
    );
    this.phraseRules = rules.filter(({ phrase }) => phrase !== undefined);
    this.phrases = new Phrases(this.phraseRules.map(({ phrase }) => phrase!));
    this.disguises = disguises;
  }

  get size(): number {
    return this.patterns.length + this.phraseRules.length;
  }

  /** Characters that a match has at most; Infinity when a pattern has no limit. */
  get longest(): number {
    return Math.max(this.phrases.longest, ...this.patterns.map(({ pattern }) => pattern.longest));
  }

  /** @param piece of a few thousand characters at most: it is done in one go. */
  find(piece: string): RuleHit<R>[] {
    if (this.size === 0) return [];
    const normalised = normaliseText(piece);
    const hits = this.inText(normalised.text).map(({ rule, span }) => ({
      rule,
      span: backTo(span, normalised),
    }));
    // Phrases are compared without regard to what normalisation takes away.
    if (normalised.text !== piece) hits.push(...this.patternsIn(piece));
    if (this.disguises) {
      for (const { text, layers } of viewsOf(piece, normalised, trie.vocabulary)) {
        if (layers.length === 0) continue;
        // Where in the piece the hidden text stands is not known: all of it is meant.
        for (const { rule } of this.inText(text)) hits.push({ rule, span: { start: 0, end: piece.length } });
      }
    }
    return hits;
  }

  private inText(text: string): RuleHit<R>[] {
    const hits = this.patternsIn(text);
    if (this.phraseRules.length > 0) {
      for (const { phrase, span } of this.phrases.spans(text))
        hits.push({ rule: this.phraseRules[phrase]!, span });
    }
    return hits;
  }

  private patternsIn(text: string): RuleHit<R>[] {
    return this.patterns.flatMap(({ rule, pattern }) => pattern.spans(text).map((span) => ({ rule, span })));
  }
}

function backTo({ start, end }: Span, normalised: NormalisedText): Span {
  const [from, to] = normalised.original(start, end);
  return { start: from, end: to };
}
