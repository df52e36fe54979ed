// Escapes that programs read and people do not: entities, percent signs, backslashes. The text stays as long as it is,
// with the escapes read.
import { hasAny, marksOf } from './marks.ts';
import type { Seen } from './tokens.ts';

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  Tab: '\t',
  NewLine: '\n',
  excl: '!',
  colon: ':',
  period: '.',
  comma: ',',
  lpar: '(',
  rpar: ')',
  sol: '/',
  num: '#',
  ast: '*',
  lowbar: '_',
  hyphen: '-',
};

const MARKS = marksOf('&%\\+');

export const mayBeEscaped = ({ gaps }: Seen): boolean => hasAny(gaps, MARKS);

/** Undefined when there are too few to be a disguise or a whole escaped text. */
export function unescapeText(text: string): string | undefined {
  let out = text;
  out = replaced(
    out,
    /&(?:#(\d{2,6})|#[xX]([0-9a-fA-F]{2,5})|([a-zA-Z]{2,8}));?/g,
    (_all, decimal, hexa, name) =>
      decimal ? point(Number(decimal)) : hexa ? point(Number.parseInt(hexa, 16)) : NAMED[name as string],
  );
  out = replaced(out, /(?:%[0-9a-fA-F]{2})+/g, percent);
  out = replaced(
    out,
    /\\u\{([0-9a-fA-F]{2,6})\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|U\+([0-9A-F]{4,5}) ?/g,
    (_all, a, b, c, d) => point(Number.parseInt((a ?? b ?? c ?? d) as string, 16)),
  );
  out = replaced(out, /\\([0-3][0-7]{2})/g, (_all, octal) => point(Number.parseInt(octal as string, 8)));
  return out === text ? undefined : out;
}

const FEWEST = 3;

function replaced(
  text: string,
  pattern: RegExp,
  read: (all: string, ...groups: (string | undefined)[]) => string | undefined,
): string {
  let read3 = 0;
  const out = text.replace(pattern, (all: string, ...rest: unknown[]) => {
    const plain = read(all, ...(rest as (string | undefined)[]));
    if (plain === undefined) return all;
    read3 += 1;
    return plain;
  });
  return read3 >= FEWEST || (read3 > 0 && out.length * 2 < text.length) ? out : text;
}

function point(code: number): string | undefined {
  return code >= 9 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    ? String.fromCodePoint(code)
    : undefined;
}

function percent(run: string): string | undefined {
  try {
    return decodeURIComponent(run);
  } catch {
    return undefined;
  }
}
