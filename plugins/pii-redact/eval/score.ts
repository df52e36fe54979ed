// Found spans against labelled ones: precision, recall and F1 by entity, strict (same place) and overlapping.
import type { Finding } from '../detect/types.ts';
import { typeByName, typesOfLabel } from '../entities.ts';

/** A labelled span, in UTF-16 offsets. */
export interface Span {
  start: number;
  end: number;
  type: string;
}

export interface Tally {
  labelled: number;
  found: number;
  /** Labels with a find at the same place; finds with a label there. */
  strict: number;
  /** Labels that a find overlaps, and finds that overlap a label: one find may cover two labels. */
  overlapLabels: number;
  overlapFinds: number;
}

export interface Scores {
  precision: number;
  recall: number;
  f1: number;
}

export class Scorer {
  /** By entity: our name of it when there is one, else the data set's. */
  private readonly tallies = new Map<string, Tally>();
  /** Finds of entities that no row labels, which say nothing of precision. */
  readonly unlabelled = new Map<string, number>();
  private readonly rows: { labels: readonly Span[]; found: readonly Finding[] }[] = [];

  add(labels: readonly Span[], found: readonly Finding[]): void {
    this.rows.push({ labels, found });
  }

  /** Entities by name, and all of them that we have together under `micro`. */
  scores(): Map<string, Tally> {
    this.tallies.clear();
    this.unlabelled.clear();
    const names = new Set(this.rows.flatMap(({ labels }) => labels.map(({ type }) => entityOf(type))));
    for (const name of names) this.tallies.set(name, emptyTally());
    for (const { labels, found } of this.rows) this.tallyRow(labels, found, names);
    const micro = emptyTally();
    for (const [name, tally] of this.tallies) {
      if (typesOfLabel(name) === undefined) continue;
      for (const key of Object.keys(micro) as (keyof Tally)[]) micro[key] += tally[key];
    }
    return new Map([...[...this.tallies].sort(([a], [b]) => (a < b ? -1 : 1)), ['micro', micro]]);
  }

  private tallyRow(labels: readonly Span[], found: readonly Finding[], names: ReadonlySet<string>): void {
    for (const label of labels) {
      const tally = this.tallies.get(entityOf(label.type))!;
      const same = found.filter((finding) => countsAs(finding.type, label.type) && overlap(finding, label));
      tally.labelled += 1;
      if (same.length > 0) tally.overlapLabels += 1;
      if (same.some((finding) => finding.start === label.start && finding.end === label.end))
        tally.strict += 1;
    }
    for (const finding of found) {
      const hit = labels.find((label) => countsAs(finding.type, label.type) && overlap(finding, label));
      const name = hit
        ? entityOf(hit.type)
        : [...names].find((candidate) => countsAs(finding.type, candidate));
      if (name === undefined) {
        this.unlabelled.set(finding.type, (this.unlabelled.get(finding.type) ?? 0) + 1);
        continue;
      }
      const tally = this.tallies.get(name)!;
      tally.found += 1;
      if (hit) tally.overlapFinds += 1;
    }
  }
}

const emptyTally = (): Tally => ({ labelled: 0, found: 0, strict: 0, overlapLabels: 0, overlapFinds: 0 });

/** Names that mean one of our entities are that entity; wide ones ("national id") stay as they are. */
export const entityOf = (label: string): string => typeByName(label) ?? label;

function countsAs(found: string, label: string): boolean {
  return found === label || (typesOfLabel(label)?.(found) ?? false);
}

const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

export function strictScores({ labelled, found, strict }: Tally): Scores {
  return scores(ratio(strict, found), ratio(strict, labelled));
}

export function overlapScores({ labelled, found, overlapLabels, overlapFinds }: Tally): Scores {
  return scores(ratio(overlapFinds, found), ratio(overlapLabels, labelled));
}

const scores = (precision: number, recall: number): Scores => ({
  precision,
  recall,
  f1: ratio(2 * precision * recall, precision + recall),
});
