// Groups of digits that belong together by their separators: what phone and card numbers are looked for in.

export interface DigitGroup {
  start: number;
  end: number;
}

/** Digits in groups, with at most two separators between them. */
export interface DigitRun {
  groups: DigitGroup[];
  /** Digits in all groups. */
  digits: number;
}

const MAX_GROUPS = 16;
const MAX_DIGITS = 40;
/** Most separators between two groups, as in `) - `. */
const MAX_SEPARATORS = 3;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const SEPARATORS = new Set([...' -./()_'].map((char) => char.charCodeAt(0)));

/** @param numbers where runs of digits begin */
export function digitRuns(text: string, numbers: readonly number[]): DigitRun[] {
  const runs: DigitRun[] = [];
  let groups: DigitGroup[] = [];
  let digits = 0;
  const close = (): void => {
    if (digits >= 6 && !isList(groups, digits)) runs.push({ groups, digits });
    groups = [];
    digits = 0;
  };
  for (const start of numbers) {
    let at = start + 1;
    while (isDigit(text.charCodeAt(at))) at++;
    const last = groups.at(-1);
    if (last && (!joined(text, last.end, start) || groups.length >= MAX_GROUPS || digits > MAX_DIGITS))
      close();
    groups.push({ start, end: at });
    digits += at - start;
  }
  close();
  return runs;
}

/** So many short groups in a row are numbers of a table or a count. */
const isList = (groups: readonly DigitGroup[], digits: number): boolean =>
  groups.length >= 12 && digits <= groups.length * 3;

function joined(text: string, from: number, to: number): boolean {
  if (to - from > MAX_SEPARATORS) return false;
  for (let at = from; at < to; at++) if (!SEPARATORS.has(text.charCodeAt(at))) return false;
  return true;
}

export const digitsOf = (text: string): string => text.replaceAll(/\D/g, '');
