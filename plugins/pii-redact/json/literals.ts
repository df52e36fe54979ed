// The strings and numbers of a JSON text with their places, so that some can be replaced and all else stays as it was.

import type { Work } from '../pace.ts';

export interface Literal {
  /** With the quotes of a string. */
  start: number;
  end: number;
  kind: 'string' | 'number';
  /** The name of the field that it is the value of; of the array's field for an element. */
  key: string;
  /** Without quotes and escapes. */
  text: string;
}

const LITERALS_AT_ONCE = 256;

/** Undefined when the text is no JSON object or array. */
export function* jsonLiterals(text: string): Work<Literal[] | undefined> {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const literals: Literal[] = [];
  /** The field at each depth that is open. */
  const keys: string[] = [];
  let key = '';
  let at = 0;
  const next = new RegExp(INTERESTING);
  let steps = 0;
  for (let match = next.exec(text); match; match = next.exec(text)) {
    if (++steps % LITERALS_AT_ONCE === 0) yield;
    if (!BETWEEN.test(text.slice(at, match.index))) return undefined;
    at = match.index;
    const char = text[at]!;
    if (char === '"') {
      const end = stringEnd(text, at);
      const value = end < 0 ? undefined : unquoted(text.slice(at, end));
      if (value === undefined) return undefined;
      if (isKey(text, end)) key = value;
      else literals.push({ start: at, end, kind: 'string', key, text: value });
      at = end;
    } else if (char === '{' || char === '[') {
      keys.push(key);
      at += 1;
    } else if (char === '}' || char === ']') {
      if (keys.length === 0) return undefined;
      key = keys.pop()!;
      at += 1;
    } else {
      const end = numberEnd(text, at);
      literals.push({ start: at, end, kind: 'number', key, text: text.slice(at, end) });
      at = end;
    }
    next.lastIndex = at;
  }
  return keys.length === 0 && BETWEEN.test(text.slice(at)) ? literals : undefined;
}

const INTERESTING = /["{}[\]\d-]/g;
/** Commas, colons, spaces, `true`, `false`, `null`. */
const BETWEEN = /^[\s,:a-z]*$/;

function stringEnd(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return -1;
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

function numberEnd(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && /[\d.eE+-]/.test(text[end]!)) end++;
  return end;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text[at] ?? '')) at++;
  return text[at] === ':';
}

function unquoted(literal: string): string | undefined {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}

/** As it stands between the quotes of a JSON string. */
export const jsonEscaped = (text: string): string => JSON.stringify(text).slice(1, -1);
