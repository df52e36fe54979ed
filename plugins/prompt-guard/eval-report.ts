// The figures of an evaluation, as text: recall by family with the false positives beside it, and the worst cases.
import type { EvalRow, EvalVerdict, Timing } from './evaluate.ts';

/** So many of each kind of mistake are listed. */
const WORST = 10;

export function report(
  rows: readonly EvalRow[],
  verdicts: readonly EvalVerdict[],
  { microsPerKb, kb }: Timing,
): string {
  const judged = rows.map((row, i) => ({ row, verdict: verdicts[i]! }));
  const attacks = judged.filter(({ row }) => row.label === 'attack');
  const benign = judged.filter(({ row }) => row.label === 'benign');
  const falsePositives = share(benign);
  const lines: string[] = [];
  if (attacks.length > 0)
    lines.push(`recall            ${share(attacks)}   at false positives ${falsePositives}`);
  for (const [family, cases] of byFamily(attacks)) lines.push(`  ${family.padEnd(16)}${share(cases)}`);
  lines.push(`false positives   ${falsePositives}`);
  for (const [family, cases] of byFamily(benign)) lines.push(`  ${family.padEnd(16)}${share(cases)}`);
  const missed = attacks
    .filter(({ verdict }) => !verdict.blocked)
    .sort((a, b) => a.verdict.score - b.verdict.score);
  const wrong = benign
    .filter(({ verdict }) => verdict.blocked)
    .sort((a, b) => b.verdict.score - a.verdict.score);
  lines.push(
    ...worst('missed attacks, least suspected first', missed),
    ...worst('harmless and blocked, most suspected first', wrong),
  );
  const unlabelled = judged.length - attacks.length - benign.length;
  if (unlabelled > 0) {
    const blocked = judged.filter(({ row, verdict }) => row.label === undefined && verdict.blocked).length;
    lines.push(`unlabelled        ${blocked} of ${unlabelled} blocked`);
  }
  lines.push(`time              ${microsPerKb.toFixed(0)} µs of CPU per KB over ${kb.toFixed(0)} KB`);
  return `${lines.join('\n')}\n`;
}

type Case = { row: EvalRow; verdict: EvalVerdict };

function share(cases: readonly Case[]): string {
  if (cases.length === 0) return 'none given';
  const blocked = cases.filter(({ verdict }) => verdict.blocked).length;
  return `${((100 * blocked) / cases.length).toFixed(2)} % (${blocked} of ${cases.length})`;
}

function byFamily(cases: readonly Case[]): [family: string, cases: Case[]][] {
  const families = new Map<string, Case[]>();
  for (const one of cases) {
    const family = one.row.family ?? 'no family';
    families.set(family, [...(families.get(family) ?? []), one]);
  }
  return [...families].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** By id, never by text: reports are passed around. */
function worst(title: string, cases: readonly Case[]): string[] {
  if (cases.length === 0) return [];
  const shown = cases.slice(0, WORST).map(({ row, verdict }) => {
    const name = row.id ?? `line ${row.line}`;
    return `  ${verdict.score.toFixed(4)}  ${name}${row.family === undefined ? '' : `  (${row.family})`}`;
  });
  return [`${title} (${cases.length}):`, ...shown];
}
