// Logistic regression over windows: an example is as suspicious as its most suspicious window. Weights of rules are
// drawn towards what their author thought, all others towards zero.
import { BUCKETS } from '../detect/ngrams.ts';
import { SIGN_NAMES, SIGNALS } from '../detect/rules.ts';
import { WINDOW_SIZES } from '../detect/windows.ts';
import type { Featured, WindowFeatures } from './features.ts';
import { randomOf } from './grammar.ts';

export interface Weights {
  ngrams: Float64Array;
  signs: Float64Array;
  signals: Float64Array;
  bias: Float64Array;
}

export interface LearnOptions {
  epochs: number;
  rate: number;
  /** Per epoch, towards zero or the prior. */
  ngramDecay: number;
  signDecay: number;
  signalDecay: number;
  /** A bucket counts only when it is in texts of this many groups: what one source says alone is its own habit. */
  groups: number;
  /** Weight of attacks against harmless texts. */
  attackWeight: number;
}

export const OPTIONS: LearnOptions = {
  epochs: 14,
  rate: 0.08,
  ngramDecay: 0.25,
  signDecay: 0.08,
  signalDecay: 0.15,
  groups: 2,
  attackWeight: 1,
};

export function learn(
  examples: readonly Featured[],
  weightOf: (one: Featured) => number,
  options = OPTIONS,
): Weights {
  const weights: Weights = {
    ngrams: new Float64Array(BUCKETS),
    signs: new Float64Array(SIGN_NAMES.length),
    signals: Float64Array.from(SIGNALS, ({ prior }) => prior),
    bias: Float64Array.from(WINDOW_SIZES, () => -3),
  };
  const mean: Weights = {
    ngrams: new Float64Array(BUCKETS),
    signs: new Float64Array(SIGN_NAMES.length),
    signals: new Float64Array(SIGNALS.length),
    bias: new Float64Array(WINDOW_SIZES.length),
  };
  const shared = bucketsOfSeveral(examples, options.groups);
  const squares = {
    ngrams: new Float64Array(BUCKETS).fill(1),
    signs: new Float64Array(SIGN_NAMES.length).fill(1),
    signals: new Float64Array(SIGNALS.length).fill(1),
  };
  const random = randomOf(7);
  const order = examples.map((_, i) => i);
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(order, random);
    const rate = options.rate * (1 - epoch / options.epochs) + 0.01;
    for (const at of order) {
      const one = examples[at]!;
      const top = mostSuspicious(one, weights);
      if (!top) continue;
      const label = one.example.attack ? 1 : 0;
      const gradient =
        (1 / (1 + Math.exp(-top.z)) - label) * weightOf(one) * (label ? options.attackWeight : 1);
      if (Math.abs(gradient) > 1e-4) step(one, top.window, gradient, rate, weights, squares, shared);
    }
    decay(weights, options, rate / options.rate);
    if (epoch >= options.epochs - AVERAGED) add(mean, weights, 1 / AVERAGED);
  }
  return mean;
}

/** The weights are the mean of so many last epochs: the last one alone leans towards the examples that it saw last. */
const AVERAGED = 6;

function add(sum: Weights, weights: Weights, share: number): void {
  for (const kind of ['ngrams', 'signs', 'signals', 'bias'] as const) {
    for (let i = 0; i < sum[kind].length; i++) sum[kind][i]! += weights[kind][i]! * share;
  }
}

export function mostSuspicious(
  one: Featured,
  weights: Weights,
): { z: number; window: WindowFeatures } | undefined {
  let best: { z: number; window: WindowFeatures } | undefined;
  const sums = sumsOf(one, weights);
  for (const window of one.windows) {
    let sum = sums[window.to]! - sums[window.from]!;
    for (const word of window.repeated) sum -= sums[word + 1]! - sums[word]!;
    let z = weights.bias[window.size]! + sum / window.norm;
    for (const signal of window.signals) z += weights.signals[signal]!;
    if (!best || z > best.z) best = { z, window };
  }
  return best;
}

function sumsOf({ buckets, bucketStarts, signs, signStarts }: Featured, weights: Weights): Float64Array {
  const sums = new Float64Array(bucketStarts.length);
  for (let i = 0; i + 1 < bucketStarts.length; i++) {
    let sum = sums[i]!;
    for (let k = bucketStarts[i]!; k < bucketStarts[i + 1]!; k++) sum += weights.ngrams[buckets[k]!]!;
    for (let k = signStarts[i]!; k < signStarts[i + 1]!; k++) sum += weights.signs[signs[k]!]!;
    sums[i + 1] = sum;
  }
  return sums;
}

type Squares = Pick<Weights, 'ngrams' | 'signs' | 'signals'>;

function step(
  one: Featured,
  window: WindowFeatures,
  gradient: number,
  rate: number,
  weights: Weights,
  squares: Squares,
  shared: Uint8Array,
): void {
  const each = gradient / window.norm;
  const move = (kind: keyof Squares, at: number, by: number): void => {
    squares[kind][at]! += by * by;
    weights[kind][at]! -= (rate * by) / Math.sqrt(squares[kind][at]!);
  };
  for (const [from, to] of newRuns(window)) {
    for (let k = one.bucketStarts[from]!; k < one.bucketStarts[to]!; k++) {
      const bucket = one.buckets[k]!;
      if (shared[bucket]! >= 1) move('ngrams', bucket, each);
    }
  }
  for (const [from, to] of newRuns(window)) {
    for (let k = one.signStarts[from]!; k < one.signStarts[to]!; k++) move('signs', one.signs[k]!, each);
  }
  for (const signal of window.signals) move('signals', signal, gradient);
  weights.bias[window.size]! -= rate * gradient * 0.3;
}

/** The words between those that the window repeats. */
function* newRuns({ from, to, repeated }: WindowFeatures): Generator<[from: number, to: number]> {
  let start = from;
  for (const word of repeated) {
    if (word > start) yield [start, word];
    start = word + 1;
  }
  if (start < to) yield [start, to];
}

function decay(weights: Weights, options: LearnOptions, pace: number): void {
  const shrink = (list: Float64Array, by: number, towards: (i: number) => number): void => {
    for (let i = 0; i < list.length; i++) list[i] = towards(i) + (list[i]! - towards(i)) * (1 - by * pace);
  };
  shrink(weights.ngrams, options.ngramDecay, () => 0);
  shrink(weights.signs, options.signDecay, () => 0);
  shrink(weights.signals, options.signalDecay, (i) => SIGNALS[i]!.prior);
}

function bucketsOfSeveral(examples: readonly Featured[], groups: number): Uint8Array {
  const numbers = new Map<string, number>();
  const count = new Uint8Array(BUCKETS);
  const last = new Int16Array(BUCKETS).fill(-1);
  for (const { example, buckets } of [...examples].sort((a, b) =>
    a.example.source < b.example.source ? -1 : 1,
  )) {
    const group = numbers.get(example.source) ?? numbers.size;
    numbers.set(example.source, group);
    for (const bucket of buckets) {
      if (last[bucket] === group) continue;
      last[bucket] = group;
      if (count[bucket]! < 255) count[bucket]!++;
    }
  }
  for (let i = 0; i < BUCKETS; i++) count[i] = count[i]! >= groups ? 1 : 0;
  return count;
}

function shuffle(list: number[], random: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}
