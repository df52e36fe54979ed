// What a text says again says nothing new: without this, a harmless sentence many times over becomes an attack, since
// the evidence of a window grows faster than what it is divided by.

/** So many words in a row as they stood before are a repetition. Two are the stock phrases of a language. */
const RUN = 3;

/** Last place of each run, by its hash; a run that meets another one there is taken for new. */
const SLOTS = 1 << 12;
const PRIME = 0x85ebca6b;
const ended = new Int32Array(SLOTS);

/** Words that stood before in such a run, in the order of the text, each with the place where it stood last. */
export interface Repeats {
  at: readonly number[];
  before: readonly number[];
}

const NO_REPEATS: Repeats = { at: [], before: [] };

export function findRepeats(words: readonly { hash: number }[]): Repeats {
  ended.fill(0);
  let before: Int32Array | undefined;
  for (let end = RUN - 1; end < words.length; end++) {
    let hash = 0;
    for (let i = end - RUN + 1; i <= end; i++) hash = Math.imul(hash ^ words[i]!.hash, PRIME);
    const slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
    const last = ended[slot]!;
    ended[slot] = end;
    if (last === 0 || !sameRun(words, last, end)) continue;
    before ??= new Int32Array(words.length).fill(-1);
    for (let i = 0; i < RUN; i++) before[end - i] = Math.max(before[end - i]!, last - i);
  }
  return before ? listed(before) : NO_REPEATS;
}

function sameRun(words: readonly { hash: number }[], a: number, b: number): boolean {
  for (let i = 0; i < RUN; i++) if (words[a - i]!.hash !== words[b - i]!.hash) return false;
  return true;
}

function listed(places: Int32Array): Repeats {
  const at: number[] = [];
  const before: number[] = [];
  for (let i = 0; i < places.length; i++) {
    if (places[i]! < 0) continue;
    at.push(i);
    before.push(places[i]!);
  }
  return { at, before };
}

const NONE: readonly number[] = [];

/**
 * The words of a window that stood in it before.
 * @param first the first of the repeats that may be inside
 */
export function repeatedIn({ at, before }: Repeats, from: number, to: number, first = 0): readonly number[] {
  // Of most windows.
  if (first >= at.length || at[first]! >= to) return NONE;
  const found: number[] = [];
  for (let i = first; i < at.length && at[i]! < to; i++) {
    // Where it stood before implies that it stands in the window itself.
    if (before[i]! >= from) found.push(at[i]!);
  }
  return found;
}
