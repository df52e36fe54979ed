// A text is judged in windows of several sizes, so that a sentence in a long document weighs as much as it would alone.

/** In words, smallest first. */
export const WINDOW_SIZES: readonly number[] = [20, 60, 180];

export interface Window {
  /** Index into WINDOW_SIZES. */
  size: number;
  /** First word, and the one after the last. */
  from: number;
  to: number;
}

/** Overlapping by half. A text shorter than a size is one window of that size and needs no larger one. */
export function* windowsOf(words: number): Generator<Window> {
  for (const [size, length] of WINDOW_SIZES.entries()) {
    const step = length / 2;
    for (let from = 0; from === 0 || from + step < words; from += step) {
      yield { size, from, to: Math.min(words, from + length) };
    }
    if (words <= length) return;
  }
}
