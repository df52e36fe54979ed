// An example as the windows that the classifier sees.
import { normaliseText } from '../../../kong/llm/normalise.ts';
import { afterOne, afterTwo, ownBuckets } from '../detect/ngrams.ts';
import { findRepeats, repeatedIn } from '../detect/repeats.ts';
import { distinct, normOf } from '../detect/score.ts';
import { findSigns } from '../detect/signs.ts';
import { eachWindow, sizeOf } from '../detect/windows.ts';
import type { Example } from './examples.ts';

export interface WindowFeatures {
  size: number;
  /** What each bucket and sign of the window is divided by. */
  norm: number;
  /** First and last index into the example's lists. */
  from: number;
  to: number;
  /** Words that the window has said already, by index: they count for nothing. */
  repeated: readonly number[];
  signals: readonly number[];
}

export interface Featured {
  example: Example;
  /** Buckets and signs of word i stand from `bucketStarts[i]` to `bucketStarts[i + 1]`. */
  buckets: Int32Array;
  bucketStarts: Int32Array;
  signs: Int32Array;
  signStarts: Int32Array;
  windows: WindowFeatures[];
}

/** Texts beyond this many characters are cut: they would only repeat themselves. */
const MAX_CHARS = 6000;

export function featuresOf(example: Example): Featured {
  const { tokens, places, signals } = findSigns(normaliseText(example.text.slice(0, MAX_CHARS)).text);
  const { words } = tokens;
  const buckets: number[] = [];
  const bucketStarts = [0];
  for (let i = 0; i < words.length; i++) {
    const { folded, hash, isNumber } = words[i]!;
    buckets.push(...ownBuckets(folded, hash));
    if (!isNumber && i > 0) buckets.push(afterOne(words[i - 1]!.hash, hash));
    if (!isNumber && i > 1) buckets.push(afterTwo(words[i - 2]!.hash, hash));
    bucketStarts.push(buckets.length);
  }
  const bySign: number[][] = words.map(() => []);
  for (const [sign, list] of places.entries()) for (const { at } of list) bySign[at]?.push(sign);
  const signs: number[] = [];
  const signStarts = [0];
  for (const list of bySign) {
    signs.push(...list);
    signStarts.push(signs.length);
  }
  signals.sort((a, b) => a.at - b.at);
  const repeats = findRepeats(words);
  const windows: WindowFeatures[] = [];
  eachWindow(words.length, (size, from, to) => {
    const repeated = repeatedIn(repeats, from, to);
    const fresh = to - from - repeated.length;
    windows.push({
      size: sizeOf(size, to - from, fresh),
      norm: normOf(fresh),
      from,
      to,
      repeated,
      signals: distinct(signals, from, to),
    });
  });
  return {
    example,
    buckets: Int32Array.from(buckets),
    bucketStarts: Int32Array.from(bucketStarts),
    signs: Int32Array.from(signs),
    signStarts: Int32Array.from(signStarts),
    windows: words.length === 0 ? [] : windows,
  };
}
