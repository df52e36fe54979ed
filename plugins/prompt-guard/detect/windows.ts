// A text is judged in windows of several sizes, so that a sentence in a long document weighs as much as it would alone.

/** In words, smallest first. A window is known by the index of its size, its first word and the one after its last. */
export const WINDOW_SIZES: readonly number[] = [20, 60, 180];

/**
 * Overlapping by half. A text shorter than a size is one window of that size and needs no larger one.
 * @param visit called in the order of the sizes, and of the text.
 */
export function eachWindow(words: number, visit: (size: number, from: number, to: number) => void): void {
  for (let size = 0; size < WINDOW_SIZES.length; size++) {
    const length = WINDOW_SIZES[size]!;
    const step = length / 2;
    for (let from = 0; from === 0 || from + step < words; from += step) {
      visit(size, from, Math.min(words, from + length));
    }
    if (words <= length) return;
  }
}

/** As which size a window counts of which only so many words are new: repetition alone makes it no larger. */
export function sizeOf(size: number, words: number, fresh: number): number {
  if (words === fresh) return size;
  const smaller = WINDOW_SIZES.findIndex((length) => fresh <= length);
  return smaller < size && words > WINDOW_SIZES[smaller]! ? smaller : size;
}
