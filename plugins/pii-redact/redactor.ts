// Redacts the texts of one request or answer: finds, counts, refuses, replaces.
import type { TextSlot } from '../../kong/llm/format.ts';
import { type ErrorCode, GatewayError } from '../../kong/relay/errors.ts';
import type { Vault } from './act/vault.ts';
import { type Detector, Pace } from './detect/detector.ts';
import { findEverywhere } from './detect/everywhere.ts';
import { resolveOverlaps } from './detect/overlap.ts';
import type { NerClient } from './ner.ts';
import { type Piece, piecesOf, rewrite } from './pieces.ts';
import type { Settings } from './settings.ts';

/** Found values by entity. */
export type Counts = Record<string, number>;

export interface Looked {
  slots: { slot: TextSlot; pieces: Piece[] }[];
  counts: Counts;
}

export interface Eyes {
  detector: Detector;
  ner: NerClient | undefined;
  settings: Settings;
  /** Values that the config lets pass. */
  allowed(value: string): boolean;
}

/** Looks into every text; changes none. */
export async function look(eyes: Eyes, slots: readonly TextSlot[], signal: AbortSignal): Promise<Looked> {
  const pace = new Pace();
  const looked = [];
  for (const slot of slots) {
    const pieces = piecesOf(slot.text, slot.kind);
    for (const piece of pieces) piece.findings = await eyes.detector.findSliced(piece.text, pace, piece.lead);
    looked.push({ slot, pieces });
    signal.throwIfAborted();
  }
  const all = looked.flatMap(({ pieces }) => pieces);
  if (eyes.ner) await ask(eyes, eyes.ner, all, signal);
  await findEverywhere(all, pace);
  return { slots: looked, counts: countOf(all) };
}

async function ask(
  { settings, allowed }: Eyes,
  ner: NerClient,
  pieces: readonly Piece[],
  signal: AbortSignal,
): Promise<void> {
  const answers = await ner.find(
    pieces.map(({ text }) => text),
    signal,
  );
  pieces.forEach((piece, at) => {
    const more = answers[at]!.filter(({ type, score, start, end }) => {
      const { action, minScore } = settings.of(type);
      return action !== 'allow' && score >= minScore && !allowed(piece.text.slice(start, end));
    });
    if (more.length > 0)
      piece.findings = resolveOverlaps([...piece.findings, ...more]).toSorted((a, b) => a.start - b.start);
  });
}

export function countOf(pieces: readonly Piece[]): Counts {
  const counts: Counts = {};
  for (const { findings } of pieces) for (const { type } of findings) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** @throws GatewayError that names entities and counts, never values */
export function refuseBlocked(
  counts: Counts,
  settings: Settings,
  code: ErrorCode & ('pii_blocked' | 'pii_answer_blocked'),
): void {
  const blocked = Object.entries(counts).filter(([type]) => settings.of(type).action === 'block');
  if (blocked.length === 0) return;
  const listed = blocked.map(([type, count]) => `${type} (${count})`).join(', ');
  const whose = code === 'pii_blocked' ? 'The request' : 'The model’s answer';
  throw new GatewayError(code, {
    message: `${whose} contains personal data or secrets that may not be passed on: ${listed}.`,
  });
}

/** Writes the replacements into the texts; true when any changed. */
export function replaceAll({ slots }: Looked, vault: Vault, restorable: boolean): boolean {
  let changed = false;
  for (const { slot, pieces } of slots) {
    if (pieces.every(({ findings }) => findings.length === 0)) continue;
    slot.text = rewrite(slot.text, pieces, (type, value, number) =>
      vault.replace(type, value, { number, restorable }),
    );
    changed = true;
  }
  return changed;
}

/** For a header: `EMAIL_ADDRESS=2, PERSON=1`. */
export function countsText(counts: Counts): string {
  return Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, count]) => `${type.replaceAll(/[^\w.-]/g, '_')}=${count}`)
    .join(', ');
}

export function addCounts(to: Counts, more: Counts): void {
  for (const [type, count] of Object.entries(more)) to[type] = (to[type] ?? 0) + count;
}
