// Expressions that users write: RE2, so that no text takes more than linear time, compiled once.
import { RE2JS } from 're2js';
import { type Node, parse } from './syntax.ts';

export interface Span {
  /** UTF-16 units. */
  start: number;
  end: number;
}

export class Pattern {
  private readonly re: RE2JS;
  /** Characters that a match may have; Infinity when there is no limit. */
  readonly longest: number;

  /** @throws what re2js throws for what is no RE2 expression */
  constructor(source: string) {
    this.re = RE2JS.compile(source);
    this.longest = longestMatch(source);
  }

  test(text: string): boolean {
    return this.re.test(text);
  }

  /** All matches that are not empty. */
  spans(text: string): Span[] {
    if (!this.re.test(text)) return [];
    const found: Span[] = [];
    const matcher = this.re.matcher(text);
    while (matcher.find()) {
      const span = { start: matcher.start(), end: matcher.end() };
      if (span.end > span.start) found.push(span);
    }
    return found;
  }
}

/** Why it is not an expression that this plugin takes, or undefined. */
export function patternProblem(source: string): string | undefined {
  try {
    const re = RE2JS.compile(source);
    return re.test('') ? 'must not match an empty text: it would match every text' : undefined;
  } catch (error) {
    return `must be a regular expression in RE2 syntax (${(error as Error).message})`;
  }
}

/**
 * An upper bound of a match's length, read off the expression. What is not understood has no bound, which is always
 * safe.
 */
export function longestMatch(source: string): number {
  const node = parse(source);
  return node ? longest(node) : Infinity;
}

function longest(node: Node): number {
  switch (node.kind) {
    case 'char':
      return 1;
    case 'any':
      return node.longest;
    case 'sequence':
      return node.of.reduce((sum, part) => sum + longest(part), 0);
    case 'either':
      return Math.max(...node.of.map(longest));
    case 'repeat': {
      const once = longest(node.of);
      // Nothing without end, or without end no times: Infinity * 0 is no number.
      return once === 0 || node.most === 0 ? 0 : once * node.most;
    }
  }
}
