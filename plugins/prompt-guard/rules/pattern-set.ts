// Many expressions at the price of one, or of none: a text that holds no literal of theirs is not walked, and which of
// many match at all is found in one walk.
import { RE2Set } from 're2js';
import { literalsOf } from './literals.ts';
import { Pattern, type Span } from './pattern.ts';

/** More expressions than these are tried together. */
const FEW = 2;
/** To look for more literals takes longer than to walk. */
const MOST_LITERALS = 64;

export class PatternSet {
  private readonly patterns: readonly Pattern[];
  private readonly all: readonly number[];
  /** Expressions that may match any text. */
  private readonly open: readonly number[];
  /** By expression: what is in each match. */
  private readonly literals: readonly (RegExp | undefined)[];
  /** The same of all; undefined: not worth the time. Two expressions on 1 MB of prose: 1 ms in place of 16. */
  private readonly anyLiteral: RegExp | undefined;
  /** Undefined: each is tried by itself. */
  private readonly set: RE2Set | undefined;

  /** @throws what re2js throws for what is no RE2 expression */
  constructor(sources: readonly string[]) {
    this.patterns = sources.map((source) => new Pattern(source));
    this.set = sources.length > FEW ? compileSet(sources) : undefined;
    const literals = sources.map(literalsOf);
    const known = literals.flatMap((of) => of ?? []);
    this.all = [...sources.keys()];
    this.open = this.all.filter((n) => literals[n] === undefined);
    this.literals = literals.map((of) => of && new RegExp(of.join('|')));
    const worth = known.length > 0 && known.length <= MOST_LITERALS && this.open.length <= FEW;
    this.anyLiteral = worth ? new RegExp(known.join('|')) : undefined;
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
    const possible = this.possible(text);
    const matching = this.set && possible.length > FEW ? this.set.match(text) : possible;
    return matching.flatMap((pattern) =>
      this.patterns[pattern]!.spans(text).map((span) => ({ pattern, span })),
    );
  }

  private possible(text: string): readonly number[] {
    if (!this.anyLiteral) return this.all;
    if (!this.anyLiteral.test(text)) return this.open;
    return this.all.filter((n) => this.literals[n]?.test(text) ?? true);
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
