// `npm run guard:train -- DATA_DIR`: learns the classifier's weights from labelled examples and from our own, says how
// well it does on sources that it has not seen, and writes data/model.json.
import { writeFileSync } from 'node:fs';
import { packagePath } from '../../../kong/root.ts';
import type { ModelFile } from '../detect/model.ts';
import { SIGN_NAMES, SIGNALS } from '../detect/rules.ts';
import { readExamples } from './examples.ts';
import { type Featured, featuresOf } from './features.ts';
import { learn, type Weights } from './learn.ts';
import { ownExamples } from './own.ts';
import { type HeldOut, leaveOneOut, placeOf } from './validate.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: npm run guard:train -- DATA_DIR');

// What only a context makes an attack teaches nothing about texts.
const usable = readExamples(folder).filter(({ attack, tier }) => !attack || tier === 'core');
const examples = [...usable, ...ownExamples()].map(featuresOf);
const counts = new Map<string, number>();
for (const { example } of examples) counts.set(example.source, (counts.get(example.source) ?? 0) + 1);

/** A large source does not outvote the others. */
const weightOf = ({ example }: Featured): number => {
  const share = Math.min(1, Math.sqrt(80 / counts.get(example.source)!));
  return example.source.startsWith('own-') ? share * 0.6 : share;
};

process.stdout.write(`${examples.length} examples\n`);
const heldOut = process.argv.includes('--quick')
  ? []
  : leaveOneOut(examples, weightOf, (place) => process.stdout.write(`held out: ${place}\n`));
const middle = chooseThreshold(heldOut);
report(heldOut, middle);
if (process.argv.includes('--misses')) misses(heldOut, middle);
const weights = learn(examples, weightOf);
const file = toFile(weights, middle, slopeOf(heldOut));
writeFileSync(packagePath('plugins', 'prompt-guard', 'data', 'model.json'), `${JSON.stringify(file)}\n`);

/** Log-odds above which at most 0.35 % of everyday and 2.05 % of hard harmless texts lie: two thirds of what is allowed. */
function chooseThreshold(all: readonly HeldOut[]): number {
  const of = (hard: boolean) =>
    all.filter(({ one }) => !one.example.attack && isHard(one) === hard).map(({ z }) => z);
  return Math.max(quantile(of(false), 0.0035), quantile(of(true), 0.0205));
}

function isHard({ example: { source } }: Featured): boolean {
  return /NotInject|mitre_frr|technical docs|NeMo|arena-hard/.test(source);
}

/** Just above the first value that is beyond the share. */
function quantile(values: number[], share: number): number {
  const sorted = values.sort((a, b) => b - a);
  return (sorted[Math.floor(sorted.length * share)] ?? 0) + 0.001;
}

/** How fast log-odds turn into certainty on sources not seen (Platt's scaling, attacks and harmless texts alike). */
function slopeOf(all: readonly HeldOut[]): number {
  const attacks = all.filter(({ one }) => one.example.attack).length;
  let slope = 1;
  let offset = 0;
  for (let i = 0; i < 2000 && attacks > 0; i++) {
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

function report(all: readonly HeldOut[], threshold: number): void {
  const rows = new Map<string, { n: number; over: number }>();
  for (const { one, z } of all) {
    const kind = one.example.attack ? 'attack' : isHard(one) ? 'hard benign' : 'benign';
    for (const key of [`${kind}`, `${kind} ${placeOf(one.example.source)} ${one.example.family}`]) {
      const row = rows.get(key) ?? { n: 0, over: 0 };
      rows.set(key, { n: row.n + 1, over: row.over + (z >= threshold ? 1 : 0) });
    }
  }
  process.stdout.write(`threshold (log-odds): ${threshold.toFixed(3)}\n`);
  for (const [key, { n, over }] of [...rows].sort()) {
    process.stdout.write(`${key}: ${over} of ${n} (${((100 * over) / n).toFixed(2)} %)\n`);
  }
}

function misses(all: readonly HeldOut[], threshold: number): void {
  for (const { one, z } of all) {
    const { attack, text, source } = one.example;
    const wrong = attack ? z < threshold : z >= threshold - 1;
    if (wrong)
      process.stderr.write(
        `${attack ? 'MISS' : 'FP  '} ${z.toFixed(2)} ${source.slice(0, 30)} ${JSON.stringify(text.slice(0, 260))}\n`,
      );
  }
}

function toFile({ ngrams, signs, signals, bias }: Weights, at: number, slope: number): ModelFile {
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
