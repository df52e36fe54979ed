// The learned weights: a linear model over hashed n-grams, signs and signals.
import { readFileSync } from 'node:fs';
import { packagePath } from '../../../kong/root.ts';
import { BUCKETS } from './ngrams.ts';
import { SIGN_NAMES, SIGNALS } from './rules.ts';

export interface Model {
  /** By bucket; times `scale` = log-odds. */
  ngrams: Int8Array;
  scale: number;
  /** By sign, in log-odds. */
  signs: Float64Array;
  /** By signal, in log-odds. */
  signals: Float64Array;
  /** By window size, see windows.ts. */
  bias: number[];
  /** Log-odds of the model to the score: `1 / (1 + exp(-slope * (z - middle)))`. */
  slope: number;
  middle: number;
}

/** As it lies in data/model.json. Signs and signals by name, so that a new one starts with its prior. */
export interface ModelFile {
  ngrams: string;
  scale: number;
  signs: Record<string, number>;
  signals: Record<string, number>;
  bias: number[];
  slope: number;
  middle: number;
}

export function readModel(file: ModelFile): Model {
  const bytes = Buffer.from(file.ngrams, 'base64');
  if (bytes.length !== BUCKETS) throw new Error('prompt-guard: data/model.json does not fit this version');
  return {
    ngrams: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length),
    scale: file.scale,
    signs: Float64Array.from(SIGN_NAMES, (name) => file.signs[name] ?? 0),
    signals: Float64Array.from(SIGNALS, ({ id, prior }) => file.signals[id] ?? prior),
    bias: file.bias,
    slope: file.slope,
    middle: file.middle,
  };
}

let loaded: Model | undefined;

/** Read once per process. */
export function defaultModel(): Model {
  loaded ??= readModel(
    JSON.parse(readFileSync(packagePath('plugins', 'prompt-guard', 'data', 'model.json'), 'utf8')),
  );
  return loaded;
}
