// Finds the name that someone probably meant.

/** The known name nearest to a misspelt one, if any is near: up to a third of its letters may be wrong. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  const wanted = canonical(name).slice(0, MAX_LETTERS);
  for (const candidate of known) {
    const distance = editDistance(wanted, canonical(candidate).slice(0, MAX_LETTERS));
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** No field is called anything longer; bounds the work on a hostile name. */
const MAX_LETTERS = 64;

const canonical = (name: string) => name.toLowerCase().replaceAll(/[-_]/g, '');

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
