// Names with `*` for any characters, as in `gpt-4o*`. Not a regular expression: nothing else is special.

/** Case does not matter. Takes at most the product of both lengths. */
export function matchesGlob(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = name.toLowerCase();
  let at = 0;
  let i = 0;
  /** Where the last `*` was, and how far into the name it reaches so far. */
  let star = -1;
  let reach = 0;
  while (i < given.length) {
    if (wanted[at] === '*') {
      star = at;
      reach = i;
      at += 1;
    } else if (wanted[at] === given[i]) {
      at += 1;
      i += 1;
    } else if (star >= 0) {
      reach += 1;
      i = reach;
      at = star + 1;
    } else return false;
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}
