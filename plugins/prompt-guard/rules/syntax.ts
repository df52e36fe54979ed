// Reads an RE2 expression as far as must be known to say something of its matches without running it: how long they
// are, what they must hold. It does not check: the engine has.

export type Node =
  /** One UTF-16 unit that stands for itself; with `fold`, in either case. */
  | { kind: 'char'; char: string; fold: boolean }
  /** Anything of at most so many UTF-16 units. */
  | { kind: 'any'; longest: number }
  | { kind: 'sequence'; of: readonly Node[] }
  | { kind: 'either'; of: readonly Node[] }
  | { kind: 'repeat'; of: Node; least: number; most: number };

/** Undefined: it is not understood. */
export function parse(source: string): Node | undefined {
  const reader = new Reader(source);
  const node = reader.alternatives();
  return reader.done ? node : undefined;
}

const FLAGS = /^\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/;
const NAME = /^\?P?<[^>!=]+>/;
const QUANTIFIER = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/;
const QUANTIFIERS: Record<string, [least: number, most: number]> = {
  '*': [0, Infinity],
  '+': [1, Infinity],
  '?': [0, 1],
};

/** A character may be a surrogate pair. */
const ANY: Node = { kind: 'any', longest: 2 };
const NOTHING: Node = { kind: 'sequence', of: [] };

class Reader {
  private readonly source: string;
  private at = 0;
  private fold = false;

  constructor(source: string) {
    this.source = source;
  }

  get done(): boolean {
    return this.at >= this.source.length;
  }

  alternatives(): Node {
    const of = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at += 1;
      of.push(this.sequence());
    }
    return of.length === 1 ? of[0]! : { kind: 'either', of };
  }

  private sequence(): Node {
    const of: Node[] = [];
    while (!this.done && !'|)'.includes(this.source[this.at]!)) {
      const node = this.repeated();
      // (?:ab)c is abc
      if (node.kind === 'sequence') of.push(...node.of);
      else of.push(node);
    }
    return { kind: 'sequence', of };
  }

  private repeated(): Node {
    let of = this.atom();
    for (let times = this.times(); times !== undefined; times = this.times()) {
      const [least, most] = times;
      of = { kind: 'repeat', of, least, most };
    }
    return of;
  }

  private times(): [least: number, most: number] | undefined {
    const [all, mark, least, comma, most] = QUANTIFIER.exec(this.source.slice(this.at)) ?? [];
    if (all === undefined) return undefined;
    this.at += all.length;
    if (mark) return QUANTIFIERS[mark];
    return [Number(least), !comma ? Number(least) : most ? Number(most) : Infinity];
  }

  private atom(): Node {
    const char = this.source[this.at++]!;
    if (char === '^' || char === '$') return NOTHING;
    if (char === '(') return this.group();
    if (char === '[') return this.class();
    if (char === '.') return ANY;
    return char === '\\' ? this.escaped() : { kind: 'char', char, fold: this.fold };
  }

  private escaped(): Node {
    const char = this.source.charAt(this.at++);
    if (/[^\p{L}\p{N}]/u.test(char)) return { kind: 'char', char, fold: this.fold };
    if ('AzbB'.includes(char)) return NOTHING;
    if (char === 'Q') return { kind: 'any', longest: this.skipTo('\\E') };
    if ('pP'.includes(char) && this.source[this.at] === '{') this.skipTo('}');
    else if ('pP'.includes(char)) this.at += 1;
    else if (char === 'x' && this.source[this.at] === '{') this.skipTo('}');
    else if (char === 'x') this.at += 2;
    else if (/[0-7]/.test(char)) this.at += /^[0-7]{0,2}/.exec(this.source.slice(this.at))![0].length;
    return ANY;
  }

  /** Flags hold to the end of the group that they stand in. */
  private group(): Node {
    const rest = this.source.slice(this.at);
    const [all, on, off, end] = FLAGS.exec(rest) ?? [];
    const outside = this.fold;
    if (on?.includes('i')) this.fold = true;
    if (off?.includes('i')) this.fold = false;
    this.at += all?.length ?? NAME.exec(rest)?.[0].length ?? 0;
    if (end === ')') return NOTHING;
    const node = this.alternatives();
    this.fold = outside;
    this.at += 1;
    return node;
  }

  private class(): Node {
    if (this.source[this.at] === '^') this.at += 1;
    if (this.source[this.at] === ']') this.at += 1;
    while (!this.done && this.source[this.at] !== ']') {
      if (this.source.startsWith('[:', this.at)) this.skipTo(':]');
      else this.at += this.source[this.at] === '\\' ? 2 : 1;
    }
    this.at += 1;
    return ANY;
  }

  /** Past the mark; the length of what stands before it. */
  private skipTo(mark: string): number {
    const end = this.source.indexOf(mark, this.at);
    const length = (end < 0 ? this.source.length : end) - this.at;
    this.at = end < 0 ? this.source.length : end + mark.length;
    return length;
  }
}
