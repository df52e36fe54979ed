// Examples are written as patterns: `{a|b}` is one of both, `{name}` one line of a list. Drawn with a seed, so that
// every training sees the same.

export type Lists = Readonly<Record<string, readonly string[]>>;

/** Mulberry32: small, and good enough to choose words. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const INNERMOST = /\{([^{}]*)\}/;

export function expand(pattern: string, lists: Lists, random: () => number): string {
  let text = pattern;
  for (let i = 0; i < 200; i++) {
    const found = INNERMOST.exec(text);
    if (!found) break;
    const [whole, inside] = found;
    const options = lists[inside!] ?? inside!.split('|');
    const chosen = options[Math.floor(random() * options.length)]!;
    text = text.slice(0, found.index) + chosen + text.slice(found.index + whole!.length);
  }
  return text.replaceAll('\u27e8', '{').replaceAll('\u27e9', '}');
}

/** One pattern a line. */
export const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
