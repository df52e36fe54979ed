// The table that `kong-ai pii-eval` prints.
import { typesOfLabel } from '../entities.ts';
import type { EvalResult } from './run.ts';
import { overlapScores, strictScores, type Tally } from './score.ts';

export function reportOf({ rows, labelledRows, found, scorer }: EvalResult): string {
  const head = `${rows} rows, ${labelledRows} of them labelled, ${found} findings`;
  if (labelledRows === 0) return `${head}\n`;
  const tallies = [...scorer.scores()];
  const table = [
    [
      'entity',
      'labels',
      'finds',
      'P strict',
      'R strict',
      'F1 strict',
      'P overlap',
      'R overlap',
      'F1 overlap',
    ],
    ...tallies.map(([name, tally]) => cells(name, tally)),
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
  const unknown = tallies
    .map(([name]) => name)
    .filter((name) => name !== 'micro' && typesOfLabel(name) === undefined);
  return [
    head,
    '',
    ...lines,
    ...(unknown.length > 0 ? ['', `No entity of this name, and not in micro: ${unknown.join(', ')}.`] : []),
    ...(scorer.unlabelled.size > 0
      ? ['', `Found, but labelled in no row (not scored): ${listOf(scorer.unlabelled)}.`]
      : []),
    '',
  ].join('\n');
}

function cells(name: string, tally: Tally): string[] {
  const strict = strictScores(tally);
  const overlap = overlapScores(tally);
  const numbers = [strict.precision, strict.recall, strict.f1, overlap.precision, overlap.recall, overlap.f1];
  return [name, String(tally.labelled), String(tally.found), ...numbers.map((number) => number.toFixed(3))];
}

const listOf = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([type, count]) => `${type} (${count})`).join(', ');
