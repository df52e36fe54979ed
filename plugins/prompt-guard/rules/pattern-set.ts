// Many expressions at the price of one: which of them match a text at all is found in one walk over it.
import { RE2Set } from 're2js';
import { Pattern, type Span } from './pattern.ts';

export class PatternSet {
  private readonly patterns: readonly Pattern[];
  /** Undefined: each is tried by itself. */
  private readonly set: RE2Set | undefined;

  /** @throws what re2js throws for what is no RE2 expression */
  constructor(sources: readonly string[]) {
    this.patterns = sources.map((source) => new Pattern(source));
    this.set = sources.length > 1 ? compileSet(sources) : undefined;
  }

  get size(): number {
    return this.patterns.length;
  }

  /** Characters that a match has at most; Infinity when one of them has no limit. */
  get longest(): number {
    return Math.max(0, ...this.patterns.map(({ longest }) => longest));
  }

  /** All matches that are not empty, by number of the expression. Linear in the text. */
  spans(text: string): { pattern: number; span: Span }[] {
    const matching = this.set ? this.set.match(text) : this.patterns.keys();
    return [...matching].flatMap((pattern) =>
      this.patterns[pattern]!.spans(text).map((span) => ({ pattern, span })),
    );
  }
}

function compileSet(sources: readonly string[]): RE2Set | undefined {
  try {
    const set = new RE2Set();
    for (const source of sources) set.add(source);
    set.compile();
    return set;
  } catch {
    // Together they are more than one automaton may be.
    return undefined;
  }
}
