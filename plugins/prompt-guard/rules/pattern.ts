// Expressions that users write: RE2, so that no text takes more than linear time, compiled once.
import { RE2JS } from 're2js';

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
 * An upper bound of a match's length, read off the expression. What it does not understand has no bound, which is
 * always safe.
 */
export function longestMatch(source: string): number {
  const reader = new LengthReader(source);
  const length = reader.alternatives();
  return reader.done ? length : Infinity;
}

class LengthReader {
  private readonly source: string;
  private at = 0;

  constructor(source: string) {
    this.source = source;
  }

  get done(): boolean {
    return this.at >= this.source.length;
  }

  alternatives(): number {
    let longest = this.sequence();
    while (this.source[this.at] === '|') {
      this.at += 1;
      longest = Math.max(longest, this.sequence());
    }
    return longest;
  }

  private sequence(): number {
    let length = 0;
    while (!this.done && !'|)'.includes(this.source[this.at]!)) length += this.repeated();
    return length;
  }

  private repeated(): number {
    let length = this.atom();
    for (let times = this.times(); times !== undefined; times = this.times()) {
      // Nothing without end, or without end no times: Infinity * 0 is no number.
      length = length === 0 || times === 0 ? 0 : length * times;
    }
    return length;
  }

  /** The most repetitions that a quantifier here allows. */
  private times(): number | undefined {
    const rest = this.source.slice(this.at);
    const [quantifier, least, comma, most] = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(rest) ?? [];
    if (quantifier === undefined) return undefined;
    this.at += quantifier.length;
    if (quantifier.startsWith('?')) return 1;
    if (!quantifier.startsWith('{')) return Infinity;
    if (!comma) return Number(least);
    return most ? Number(most) : Infinity;
  }

  /** Two units: a character may be a surrogate pair. */
  private atom(): number {
    const char = this.source[this.at++]!;
    if (char === '^' || char === '$') return 0;
    if (char === '(') return this.group();
    if (char === '[') return this.class();
    if (char !== '\\') return char === '.' ? 2 : 1;
    const escaped = this.source.charAt(this.at++);
    if ('AzbB'.includes(escaped)) return 0;
    if (escaped === 'Q') return this.skipTo('\\E');
    if ('pP'.includes(escaped) && this.source[this.at] === '{') this.skipTo('}');
    else if ('pP'.includes(escaped)) this.at += 1;
    else if (escaped === 'x' && this.source[this.at] === '{') this.skipTo('}');
    else if (escaped === 'x') this.at += 2;
    else if (/[0-7]/.test(escaped)) this.at += /^[0-7]{0,2}/.exec(this.source.slice(this.at))![0].length;
    return 2;
  }

  private group(): number {
    const prefix =
      /^\?(?:[a-zA-Z-]*:|P?<[^>!=]+>|[a-zA-Z-]+(?=\)))/.exec(this.source.slice(this.at))?.[0] ?? '';
    this.at += prefix.length;
    const length = this.alternatives();
    this.at += 1;
    return length;
  }

  private class(): number {
    if (this.source[this.at] === '^') this.at += 1;
    if (this.source[this.at] === ']') this.at += 1;
    while (!this.done && this.source[this.at] !== ']') {
      if (this.source.startsWith('[:', this.at)) this.skipTo(':]');
      else this.at += this.source[this.at] === '\\' ? 2 : 1;
    }
    this.at += 1;
    return 2;
  }

  /** Past the mark; the length of what stands before it. */
  private skipTo(mark: string): number {
    const end = this.source.indexOf(mark, this.at);
    const length = (end < 0 ? this.source.length : end) - this.at;
    this.at = end < 0 ? this.source.length : end + mark.length;
    return length;
  }
}
