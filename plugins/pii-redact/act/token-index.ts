// Which replacements have a text in them, or are in it, without comparing with each of thousands. Upper and lower case
// are the same.
const RUN = /[\p{L}\p{M}\p{N}]+/gu;

/** Its runs of letters and digits, in lower case. */
export const runsOf = (text: string): string[] => text.toLowerCase().match(RUN) ?? [];

export class TokenIndex {
  private readonly byRun = new Map<string, string[]>();
  private readonly byFirst = new Map<string, string[]>();

  add(text: string): void {
    const lower = text.toLowerCase();
    const runs = new Set(runsOf(text));
    for (const run of runs) push(this.byRun, run, lower);
    const [first] = runs;
    if (first !== undefined) push(this.byFirst, first, lower);
  }

  /** The text is a replacement, or whole words of one. */
  isPart(text: string): boolean {
    let fewest: string[] | undefined;
    for (const run of runsOf(text)) {
      const having = this.byRun.get(run);
      if (!having) return false;
      if (!fewest || having.length < fewest.length) fewest = having;
    }
    const lower = text.toLowerCase();
    return fewest?.some((other) => other.includes(lower)) ?? false;
  }

  /** A replacement is in the text. */
  isIn(text: string): boolean {
    const lower = text.toLowerCase();
    return runsOf(text).some((run) => this.byFirst.get(run)?.some((other) => lower.includes(other)));
  }
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
