// Redacts the texts of one request or answer: finds, counts, refuses, replaces.
import type { TextSlot } from '../../kong/llm/format.ts';
import type { Cancellation } from '../../kong/relay/cancellation.ts';
import { type ErrorCode, GatewayError } from '../../kong/relay/errors.ts';
import type { Vault } from './act/vault.ts';
import type { Detector } from './detect/detector.ts';
import { findEverywhere } from './detect/everywhere.ts';
import { mergeFindings } from './detect/overlap.ts';
import type { NerClient } from './ner.ts';
import { type Pace, paced, type Work } from './pace.ts';
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
export async function look(
  eyes: Eyes,
  slots: readonly TextSlot[],
  cancellation: Cancellation,
  pace: Pace,
): Promise<Looked> {
  const looked: Looked['slots'] = [];
  const all: Piece[] = [];
  for (const slot of slots) {
    const pieces = await paced(piecesOf(slot.text, slot.kind), pace);
    await paced(lookInto(eyes.detector, pieces), pace);
    looked.push({ slot, pieces });
    for (const piece of pieces) all.push(piece);
    cancellation.throwIfCancelled();
  }
  if (eyes.ner) await ask(eyes, eyes.ner, all, cancellation.signal, pace);
  await paced(findEverywhere(all), pace);
  return { slots: looked, counts: await paced(countOf(all), pace) };
}

function* lookInto(detector: Detector, pieces: readonly Piece[]): Work<void> {
  for (const piece of pieces) {
    piece.findings = yield* detector.finding(piece.text, piece.lead);
    yield;
  }
}

async function ask(
  { settings, allowed }: Eyes,
  ner: NerClient,
  pieces: readonly Piece[],
  signal: AbortSignal,
  pace: Pace,
): Promise<void> {
  const answers = await ner.find(
    pieces.map(({ text }) => text),
    signal,
  );
  for (const [at, piece] of pieces.entries()) {
    const more = answers[at]!.filter(({ type, score, start, end }) => {
      const { action, minScore } = settings.of(type);
      return action !== 'allow' && score >= minScore && !allowed(piece.text.slice(start, end));
    });
    if (more.length > 0) piece.findings = await paced(mergeFindings(piece.findings, more), pace);
  }
}

/** Pieces that are counted in one unit of work. */
const PIECES_AT_ONCE = 1_024;

export function* countOf(pieces: readonly Piece[]): Work<Counts> {
  const counts: Counts = {};
  let steps = 0;
  for (const { findings } of pieces) {
    for (const { type } of findings) counts[type] = (counts[type] ?? 0) + 1;
    if (++steps % PIECES_AT_ONCE === 0) yield;
  }
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
export function* replaceAll({ slots }: Looked, vault: Vault, restorable: boolean): Work<boolean> {
  let changed = false;
  for (const { slot, pieces } of slots) {
    if (pieces.every(({ findings }) => findings.length === 0)) continue;
    slot.text = yield* rewrite(slot.text, pieces, (type, value, standing) =>
      vault.replace(type, value, { ...standing, restorable }),
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
