// A value that was found in one place is found in all: with context it was recognised, without it would stay.
import type { Piece } from '../pieces.ts';
import type { Pace } from './detector.ts';
import { resolveOverlaps } from './overlap.ts';
import type { Finding } from './types.ts';

/** Shorter ones are in too many words and numbers to be the same value. */
const MIN_LENGTH = 3;
/** Words between two looks at the clock. */
const STEPS = 1_000;
const RUN = /[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;
const FIRST = /^(?:[\p{L}\p{M}\p{N}]+|[^\s])/u;
const WORD = /[\p{L}\p{M}\p{N}]/u;

/** Adds findings to the pieces; linear in their length. */
export async function findEverywhere(pieces: readonly Piece[], pace: Pace): Promise<void> {
  const known = knownValues(pieces);
  if (known.size === 0) return;
  for (const piece of pieces) {
    const more = await occurrences(piece.text, known, piece.findings, pace);
    if (more.length > 0)
      piece.findings = resolveOverlaps([...piece.findings, ...more]).toSorted((a, b) => a.start - b.start);
  }
}

/** By the first run of letters and digits; longest first. */
function knownValues(pieces: readonly Piece[]): Map<string, { value: string; type: string }[]> {
  const types = new Map<string, string>();
  for (const { text, findings } of pieces) {
    for (const { start, end, type } of findings)
      if (end - start >= MIN_LENGTH) types.set(text.slice(start, end), type);
  }
  const known = new Map<string, { value: string; type: string }[]>();
  for (const [value, type] of types) {
    const first = FIRST.exec(value)?.[0];
    if (first === undefined) continue;
    const list = known.get(first);
    if (list) list.push({ value, type });
    else known.set(first, [{ value, type }]);
  }
  for (const list of known.values()) list.sort((a, b) => b.value.length - a.value.length);
  return known;
}

async function occurrences(
  text: string,
  known: ReturnType<typeof knownValues>,
  findings: readonly Finding[],
  pace: Pace,
): Promise<Finding[]> {
  const found: Finding[] = [];
  const run = new RegExp(RUN);
  let next = 0;
  let steps = 0;
  for (let match = run.exec(text); match; match = run.exec(text)) {
    if (++steps % STEPS === 0 && pace.due) await pace.rest();
    const start = match.index;
    while (next < findings.length && findings[next]!.end <= start) next++;
    const inside = next < findings.length && findings[next]!.start <= start;
    const candidates = inside ? undefined : known.get(match[0]);
    const same = candidates?.find(
      ({ value }) => text.startsWith(value, start) && isWhole(text, start, start + value.length),
    );
    if (!same) continue;
    found.push({ start, end: start + same.value.length, type: same.type, score: 0.5 });
    run.lastIndex = start + same.value.length;
  }
  return found;
}

const isWhole = (text: string, start: number, end: number): boolean =>
  !(WORD.test(text[start]!) && WORD.test(text[start - 1] ?? ' ')) &&
  !(WORD.test(text[end - 1]!) && WORD.test(text[end] ?? ' '));
