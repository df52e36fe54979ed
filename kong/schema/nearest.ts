// Finds the name that someone probably meant.

/** The known name nearest to a misspelt one, if any is near: about a third of its letters may be wrong. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = canonical(name);
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const meant = canonical(candidate);
    const distance = editDistance(wanted, meant);
    if (distance < least && distance <= Math.max(1, Math.floor(Math.max(wanted.length, meant.length) / 3))) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** No field is called anything longer; bounds the work on a hostile name. */
const MAX_LETTERS = 64;

const canonical = (name: string) => name.toLowerCase().replaceAll(/[-_]/g, '').slice(0, MAX_LETTERS);

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
