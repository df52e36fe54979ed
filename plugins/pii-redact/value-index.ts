// Many values that are looked for in a text at once: by their first word, then by their lengths, so that ten thousand
// values that begin alike cost no more than one.

/** A run of letters and digits, or a single sign: where a value may begin. */
export const RUN = /[\p{L}\p{M}\p{N}]{1,64}|[^\s\p{L}\p{M}\p{N}]/gu;
const FIRST = /^(?:[\p{L}\p{M}\p{N}]{1,64}|[^\s])/u;
const WORD = /[\p{L}\p{M}\p{N}]/u;

export class ValueIndex<T> {
  private readonly byValue = new Map<string, T>();
  /** Lengths of the values that begin with a run, longest first. */
  private readonly lengths = new Map<string, number[]>();

  get size(): number {
    return this.byValue.size;
  }

  /** The first thing said of a value stays. */
  add(value: string, what: T): void {
    const first = FIRST.exec(value)?.[0];
    if (first === undefined || this.byValue.has(value)) return;
    this.byValue.set(value, what);
    const lengths = this.lengths.get(first);
    if (!lengths) this.lengths.set(first, [value.length]);
    else if (!lengths.includes(value.length)) {
      const at = lengths.findIndex((length) => length < value.length);
      lengths.splice(at < 0 ? lengths.length : at, 0, value.length);
    }
  }

  /** The longest value that stands at `start` as a whole word; `run` is what RUN matched there. */
  at(text: string, start: number, run: string): { value: string; what: T } | undefined {
    for (const length of this.lengths.get(run) ?? []) {
      const value = text.slice(start, start + length);
      const what = this.byValue.get(value);
      if (what !== undefined && isWhole(text, start, start + length)) return { value, what };
    }
    return undefined;
  }
}

/** Neither end cuts a word in two. */
const isWhole = (text: string, start: number, end: number): boolean =>
  !(WORD.test(text[start]!) && WORD.test(text[start - 1] ?? ' ')) &&
  !(WORD.test(text[end - 1]!) && WORD.test(text[end] ?? ' '));
