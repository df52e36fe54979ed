// Of findings that overlap, the one with the higher score stays, then the longer, then the earlier.
import type { Work } from '../pace.ts';
import type { Finding } from './types.ts';

const FINDINGS_AT_ONCE = 256;

export function resolveOverlaps(findings: Finding[]): Finding[] {
  if (findings.length < 2) return findings;
  const sorted = findings.toSorted((a, b) => a.start - b.start);
  const kept: Finding[] = [];
  let cluster: Finding[] = [];
  let reach = -1;
  for (const finding of sorted) {
    if (finding.start >= reach && cluster.length > 0) {
      kept.push(...best(cluster));
      cluster = [];
    }
    cluster.push(finding);
    reach = Math.max(reach, finding.end);
  }
  kept.push(...best(cluster));
  return kept;
}

/** Settles findings window by window, so that a text with thousands of them is not settled in one go. */
export class Settler {
  readonly settled: Finding[] = [];
  private open: Finding[] = [];

  /** @param end findings that come later begin at or behind it */
  add(found: readonly Finding[], end: number): void {
    let from = end;
    const all = [...this.open, ...found].toSorted((a, b) => b.end - a.end);
    // What reaches over the end, and what overlaps that, may still lose its place.
    this.open = [];
    const closed: Finding[] = [];
    for (const finding of all) {
      if (finding.end > from) {
        this.open.push(finding);
        from = Math.min(from, finding.start);
      } else closed.push(finding);
    }
    for (const finding of resolveOverlaps(closed)) this.settled.push(finding);
  }
}

/** Two lists of findings as one; both in order and without overlaps of their own. */
export function* mergeFindings(a: readonly Finding[], b: readonly Finding[]): Work<Finding[]> {
  const merged: Finding[] = [];
  let cluster: Finding[] = [];
  let reach = -1;
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const next = j >= b.length || (i < a.length && a[i]!.start <= b[j]!.start) ? a[i++]! : b[j++]!;
    if (next.start >= reach && cluster.length > 0) {
      merged.push(...best(cluster));
      cluster = [];
    }
    cluster.push(next);
    reach = Math.max(reach, next.end);
    if ((i + j) % FINDINGS_AT_ONCE === 0) yield;
  }
  if (cluster.length > 0) merged.push(...best(cluster));
  return merged;
}

/** A chain of findings each of which overlaps another: small but for texts made to be otherwise. */
function best(cluster: Finding[]): Finding[] {
  if (cluster.length === 1) return cluster;
  const ranked = cluster.toSorted(
    (a, b) => b.score - a.score || b.end - b.start - (a.end - a.start) || a.start - b.start,
  );
  const taken: Finding[] = [];
  for (const finding of ranked) {
    const at = firstAtOrAfter(taken, finding.start);
    if (
      (taken[at - 1]?.end ?? -1) > finding.start ||
      (taken[at]?.start ?? Number.POSITIVE_INFINITY) < finding.end
    )
      continue;
    taken.splice(at, 0, finding);
  }
  return taken;
}

/** Place of the first finding that begins at or behind `start`; `taken` is sorted and free of overlaps. */
function firstAtOrAfter(taken: readonly Finding[], start: number): number {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (taken[middle]!.start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
