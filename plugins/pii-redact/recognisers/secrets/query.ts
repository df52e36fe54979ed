// Where a secret ends that is a parameter of a query string or of a form: `token=…&user=…`. A password may contain `&`,
// so the sign alone ends nothing.

const NAME = /[\w.[\]%-]/;
const MAX_NAME = 80;

/** `&name=` with a value behind it, or an empty one that is not the last. */
const parameter = (first: string): RegExp =>
  new RegExp(
    `&(?:amp;)?${first}[\\w.-]{0,63}(?:\\[\\w{0,63}\\]|%5[Bb]\\w{0,63}%5[Dd])?=(?=[\\w%+~.&-])`,
    'y',
  );
const PARAMETER = parameter('[A-Za-z_]');
/** Where it is less certain that this is a query, the names that most parameters have: `&user=`, `&userId=`. */
const LIKELY_PARAMETER = parameter('[a-z_]');
/** A value as it is written there: other signs would be escaped. */
const VALUE = /^[\w.~%+*!:@/?=&-]+$/;

/**
 * @param equals where the `=` stands that the value begins behind
 * @param end how far the value goes when it is of no query string
 * @returns where the next parameter begins before that, if one does
 */
export function nextParameter(text: string, equals: number, end: number): number | undefined {
  let at = text.indexOf('&', equals);
  if (at < 0 || at >= end) return undefined;
  const next = formOfNext(text, equals);
  for (; next && at >= 0 && at < end; at = text.indexOf('&', at + 1)) {
    next.lastIndex = at;
    if (next.test(text)) return VALUE.test(text.slice(equals + 1, at)) ? at : undefined;
  }
  return undefined;
}

/** By what stands before the name. Options of commands and variables in capitals are given alone. */
function formOfNext(text: string, equals: number): RegExp | undefined {
  let start = equals;
  while (start > 0 && equals - start < MAX_NAME && NAME.test(text[start - 1]!)) start--;
  if (/[?&#]/.test(text[start - 1] ?? '') || text.endsWith('&amp;', start)) return PARAMETER;
  const name = text.slice(start, equals);
  return /[a-z]/.test(name) && !name.startsWith('-') ? LIKELY_PARAMETER : undefined;
}
