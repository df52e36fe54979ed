// Stretches without spaces: what keys, tokens and wallets are looked for in.

export interface LongRun {
  start: number;
  text: string;
}

/** Keys, tokens and wallets have no space inside and are no shorter. */
const LONG = 16;
const SPACE = 32;

/**
 * A run that begins here has no space up to `LONG` behind: read backwards from there, most of a text is passed over.
 * @param units those of the text
 */
export function longRuns(text: string, units: Uint16Array): LongRun[] {
  const runs: LongRun[] = [];
  for (let start = 0; start + LONG <= text.length; ) {
    let space = start + LONG - 1;
    while (space >= start && units[space]! > SPACE) space--;
    if (space < start) {
      let end = start + LONG;
      while (end < text.length && units[end]! > SPACE) end++;
      runs.push({ start, text: text.slice(start, end) });
      space = end;
    }
    start = space + 1;
  }
  return runs;
}
