// What is made of learned weights and of what they said to sources that they had not seen: the model's file.
import type { ModelFile } from '../detect/model.ts';
import { SIGN_NAMES, SIGNALS } from '../detect/rules.ts';
import type { Featured } from './features.ts';
import type { Weights } from './learn.ts';
import type { HeldOut } from './validate.ts';

/** A large source does not outvote the others. */
export function weigher(examples: readonly Featured[]): (one: Featured) => number {
  const counts = new Map<string, number>();
  for (const { example } of examples) counts.set(example.source, (counts.get(example.source) ?? 0) + 1);
  return ({ example }) => {
    const share = Math.min(1, Math.sqrt(80 / counts.get(example.source)!));
    return example.source.startsWith('own-') ? share * 0.6 : share;
  };
}

/** Log-odds above which at most 0.35 % of everyday and 2.05 % of hard harmless texts lie: two thirds of what is allowed. */
export function chooseThreshold(all: readonly HeldOut[]): number {
  const of = (hard: boolean) =>
    all.filter(({ one }) => !one.example.attack && isHard(one) === hard).map(({ z }) => z);
  return Math.max(quantile(of(false), 0.0035), quantile(of(true), 0.0205));
}

export function isHard({ example: { source } }: Featured): boolean {
  return /NotInject|mitre_frr|technical docs|NeMo|arena-hard/.test(source);
}

/** Just above the first value that is beyond the share. */
function quantile(values: number[], share: number): number {
  const sorted = values.sort((a, b) => b - a);
  return (sorted[Math.floor(sorted.length * share)] ?? 0) + 0.001;
}

/** How fast log-odds turn into certainty on sources not seen (Platt's scaling, attacks and harmless texts alike). */
export function slopeOf(all: readonly HeldOut[]): number {
  const attacks = all.filter(({ one }) => one.example.attack).length;
  let slope = 1;
  let offset = 0;
  // With attacks alone, or none, there is nothing to tell apart.
  for (let i = 0; i < 2000 && attacks > 0 && attacks < all.length; i++) {
    let slopeStep = 0;
    let offsetStep = 0;
    for (const { one, z } of all) {
      const label = one.example.attack ? 1 : 0;
      const weight = label ? 0.5 / attacks : 0.5 / (all.length - attacks);
      const error = weight * (1 / (1 + Math.exp(-(slope * z + offset))) - label);
      slopeStep += error * z;
      offsetStep += error;
    }
    slope -= slopeStep;
    offset -= offsetStep;
  }
  return slope;
}

export function toFile({ ngrams, signs, signals, bias }: Weights, at: number, slope: number): ModelFile {
  const largest = ngrams.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9);
  const scale = largest / 127;
  const bytes = Int8Array.from(ngrams, (weight) => Math.round(weight / scale));
  const round = (value: number): number => Math.round(value * 1e4) / 1e4;
  return {
    ngrams: Buffer.from(bytes.buffer).toString('base64'),
    scale,
    signs: Object.fromEntries(SIGN_NAMES.map((name, i) => [name, round(signs[i]!)])),
    signals: Object.fromEntries(SIGNALS.map(({ id }, i) => [id, round(signals[i]!)])),
    bias: [...bias].map(round),
    slope: round(slope),
    middle: round(at),
  };
}
