// Runs of ASCII letters and digits around every digit of a text: what numbered identities are made of.

export interface Atom {
  start: number;
  end: number;
  /** Has a digit. */
  digits: boolean;
}

/** Letters that belong to a number stand beside it, in groups as short as these ("RSS MRA 85T10", "12345678 Z"). */
const MAX_LETTERS = 6;
const MAX_GROUPS_BEFORE = 2;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
const isAlnum = (code: number): boolean => isDigit(code) || isLetter(code);
/** Space, hyphen, dot, slash. */
const isSeparator = (code: number): boolean => code === 32 || code === 45 || code === 46 || code === 47;

/** @param numbers where runs of digits begin */
export function atomsOf(text: string, numbers: readonly number[]): Atom[] {
  const atoms: Atom[] = [];
  let reached = 0;
  for (const at of numbers) {
    if (at < reached) continue;
    let start = at;
    while (start > 0 && isAlnum(text.charCodeAt(start - 1))) start--;
    let end = at + 1;
    while (end < text.length && isAlnum(text.charCodeAt(end))) end++;
    addBefore(atoms, text, start);
    atoms.push({ start, end, digits: true });
    const next = end + 1 < text.length && isSeparator(text.charCodeAt(end)) ? lettersAt(text, end + 1) : 0;
    if (next > end + 1) {
      atoms.push({ start: end + 1, end: next, digits: false });
      end = next;
    }
    reached = end + 1;
  }
  return atoms;
}

/** Groups of letters that end right before a group with digits, unless they are there already. */
function addBefore(atoms: Atom[], text: string, start: number): void {
  const added: Atom[] = [];
  let from = start;
  for (let groups = 0; groups < MAX_GROUPS_BEFORE; groups++) {
    const end = from - 1;
    if (end <= 0 || !isSeparator(text.charCodeAt(end))) break;
    let first = end;
    while (first > 0 && isLetter(text.charCodeAt(first - 1))) first--;
    if (
      first === end ||
      end - first > MAX_LETTERS ||
      (first > 0 && isAlnum(text.charCodeAt(first - 1))) ||
      first < (atoms.at(-1)?.end ?? 0)
    )
      break;
    added.unshift({ start: first, end, digits: false });
    from = first;
  }
  atoms.push(...added);
}

/** The end of a short group of letters, or `from` when there is none. */
function lettersAt(text: string, from: number): number {
  let end = from;
  while (end < text.length && isLetter(text.charCodeAt(end))) end++;
  return end - from > MAX_LETTERS || (end < text.length && isDigit(text.charCodeAt(end))) ? from : end;
}
