// A value that was found in one place is found in all: with context it was recognised, without it would stay.
import type { Work } from '../pace.ts';
import type { Piece } from '../pieces.ts';
import { RUN, ValueIndex } from '../value-index.ts';
import { mergeFindings } from './overlap.ts';
import type { Finding } from './types.ts';

/** Shorter ones are in too many words and numbers to be the same value; an age is a number like any other. */
const MIN_LENGTH = 3;
/** Words, or findings, of one unit of work. */
const AT_ONCE = 512;

/** Adds findings to the pieces; linear in their length. */
export function* findEverywhere(pieces: readonly Piece[]): Work<void> {
  const known = yield* knownValues(pieces);
  if (known.size === 0) return;
  for (const piece of pieces) {
    const more = yield* occurrences(piece.text, known, piece.findings);
    if (more.length > 0) piece.findings = yield* mergeFindings(piece.findings, more);
    yield;
  }
}

/** Types by value. */
function* knownValues(pieces: readonly Piece[]): Work<ValueIndex<string>> {
  const known = new ValueIndex<string>();
  let count = 0;
  for (const { text, findings } of pieces) {
    for (const { start, end, type } of findings) {
      if (end - start >= MIN_LENGTH && type !== 'AGE') known.add(text.slice(start, end), type);
      if (++count % AT_ONCE === 0) yield;
    }
  }
  return known;
}

function* occurrences(
  text: string,
  known: ValueIndex<string>,
  findings: readonly Finding[],
): Work<Finding[]> {
  const found: Finding[] = [];
  const run = new RegExp(RUN);
  let next = 0;
  let count = 0;
  for (let match = run.exec(text); match; match = run.exec(text)) {
    if (++count % AT_ONCE === 0) yield;
    const start = match.index;
    while (next < findings.length && findings[next]!.end <= start) next++;
    const inside = next < findings.length && findings[next]!.start <= start;
    const same = inside ? undefined : known.at(text, start, match[0]);
    if (!same) continue;
    const end = start + same.value.length;
    found.push({ start, end, type: same.what, score: 0.5 });
    run.lastIndex = end;
  }
  return found;
}
