// A normalised text as folded words that know where they stand.
import { classOf, GAP, SINGLE, WORD } from './classes.ts';
import { foldWord } from './fold-word.ts';

export interface Tokens {
  words: string[];
  /** Where each word begins and ends in the text, in UTF-16 units. */
  starts: number[];
  ends: number[];
}

/** Longer runs without a gap are cut: no word of any language is as long. */
const MAX_WORD = 64;

/** @param text see kong/llm/normalise.ts */
export function tokenize(text: string): Tokens {
  const tokens: Tokens = { words: [], starts: [], ends: [] };
  let start = -1;
  const push = (from: number, to: number): void => {
    const word = foldWord(text.slice(from, to));
    if (word === '') return;
    tokens.words.push(word);
    tokens.starts.push(from);
    tokens.ends.push(to);
  };
  const close = (end: number): void => {
    if (start >= 0) push(start, end);
    start = -1;
  };
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    const at = i;
    if (code >= 0xd800 && code < 0xdc00 && i + 1 < text.length) code = text.codePointAt(i++)!;
    const kind = classOf(code);
    if (kind === GAP || kind === SINGLE) close(at);
    else if (start >= 0 && at - start >= MAX_WORD) close(at);
    if (kind === SINGLE) push(at, i + 1);
    else if (kind === WORD && start < 0) start = at;
  }
  close(text.length);
  return tokens;
}
