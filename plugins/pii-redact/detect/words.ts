// The capitalised words of a text: where names of persons, places and companies are looked for.

export interface Word {
  start: number;
  end: number;
  text: string;
  /** Lower case, without accents, without a possessive 's. */
  plain: string;
}

const WORD = /\p{Lu}[\p{L}\p{M}]*(?:['’-]\p{Lu}?[\p{L}\p{M}]+)*/gu;
const JOINED_BEFORE = /[\p{L}\p{N}_@/\\.#$-]/u;
const JOINED_BEHIND = /[\d_@(/\\=]/;
const ASCII = /^[\0-\x7f]*$/;

/** Parts of identifiers, paths and addresses are none. */
export function capitalisedWords(text: string): Word[] {
  const words: Word[] = [];
  WORD.lastIndex = 0;
  for (let match = WORD.exec(text); match; match = WORD.exec(text)) {
    const start = match.index;
    const end = start + match[0].length;
    if (start > 0 && JOINED_BEFORE.test(text[start - 1]!)) continue;
    if (end < text.length && JOINED_BEHIND.test(text[end]!)) continue;
    words.push({ start, end, text: match[0], plain: plain(match[0]) });
  }
  return words;
}

export function plain(word: string): string {
  const lower = word.toLowerCase();
  const bare = lower.endsWith("'s") || lower.endsWith('’s') ? lower.slice(0, -2) : lower;
  if (ASCII.test(bare)) return bare.includes("'") ? bare.replaceAll("'", '') : bare;
  return bare
    .normalize('NFD')
    .replaceAll(/[\p{M}'’]/gu, '')
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o')
    .replaceAll('ß', 'ss');
}
