// Redacts what the model says by itself, while it streams: text is held back as long as it may be part of a finding.
import type { ChannelEditor } from '../../kong/llm/stream-edit.ts';
import type { Vault } from './act/vault.ts';
import type { Detector } from './detect/detector.ts';
import type { Finding } from './detect/types.ts';
import { atOnce, type Work } from './pace.ts';
import { type Piece, piecesOf, rewrite } from './pieces.ts';
import { type Counts, countOf, refuseBlocked } from './redactor.ts';
import type { Settings } from './settings.ts';

/** What a finding is made of: a text of small Latin letters alone has none. */
const NOTICEABLE = /[\p{Lu}\p{Lo}\p{N}@+\\/:="'_-]|\p{Ll}(?<![a-zà-ÿ])/u;
/** Text is looked into when so much of it has gathered, in characters… */
const ENOUGH = 256;
/** …and so much of its end is left for later, since it may go on. */
const TAIL = 96;
/** Passed text that is looked at again for the words around a finding. */
const CONTEXT = 128;
/** The most that is ever held back: a private key is shorter. Arguments of tool calls are held whole up to this. */
export const MOST_HELD = 16_384;

export interface AnswerEyes {
  detector: Detector;
  settings: Settings;
  vault: Vault;
  /** Called with what was found each time. */
  count(counts: Counts): void;
  dryRun: boolean;
}

/** For a text; throws when an entity is found whose action is `block`. */
export function textRedactor(eyes: AnswerEyes): ChannelEditor {
  let before = '';
  let held = '';
  /** Nothing could be given out at the last look: the next one is worth it from this length on. */
  let again = 0;
  const pass = (to: number, findings: readonly Finding[]): string => {
    const raw = held.slice(0, to);
    held = held.slice(to);
    before = (before + raw).slice(-CONTEXT);
    return replaceFindings(
      raw,
      findings.filter(({ end }) => end <= to),
      eyes,
    );
  };
  const cut = (isEnd: boolean): string => {
    const findings = eyes.detector.find(held, before);
    return pass(isEnd ? held.length : safeEnd(held, findings), findings);
  };
  return {
    push(text) {
      held += text;
      const first = held.search(NOTICEABLE);
      if (first < 0) return pass(lastSpace(held, held.length), []);
      if (held.length - first >= ENOUGH) {
        if (held.length < again && held.length <= MOST_HELD) return '';
        const given = cut(false);
        again = given === '' ? held.length + ENOUGH : 0;
        return given;
      }
      // What comes before the word that is noticed can be no part of it.
      return pass(lastSpace(held, first), []);
    },
    flush: () => cut(true),
  };
}

/** Where the text may be cut: at a space, not in a finding, and not so near the end that more may belong to it. */
function safeEnd(text: string, findings: readonly Finding[]): number {
  let end = lastSpace(text, text.length - TAIL);
  for (const finding of findings.toReversed())
    if (finding.start < end && finding.end > end) end = finding.start;
  const open = text.lastIndexOf('-----BEGIN ');
  if (open >= 0 && open < end && text.indexOf('-----END ', open) < 0) end = open;
  if (end > 0 || text.length <= MOST_HELD) return end;
  // What was found goes out replaced, even if more of it may come.
  return findings.some((finding) => finding.end > text.length - TAIL) ? text.length : text.length - TAIL;
}

function lastSpace(text: string, before: number): number {
  let at = Math.max(0, before);
  while (at > 0 && !/\s/.test(text[at - 1]!)) at--;
  return at;
}

/** For the arguments of a tool call, which are JSON and only make sense as a whole. */
export function argumentsRedactor(eyes: AnswerEyes): ChannelEditor {
  let held = '';
  let long: ChannelEditor | undefined;
  return {
    push(text) {
      if (long) return long.push(text);
      held += text;
      if (held.length <= MOST_HELD) return '';
      long = textRedactor(eyes);
      return long.push(held);
    },
    flush() {
      if (long) return long.flush();
      const pieces = atOnce(piecesOf(held, 'tool_arguments'));
      for (const piece of pieces) piece.findings = eyes.detector.find(piece.text, piece.lead);
      return replaced(held, pieces, eyes);
    },
  };
}

function replaceFindings(text: string, findings: readonly Finding[], eyes: AnswerEyes): string {
  if (findings.length === 0) return text;
  return replaced(text, [{ text, lead: '', findings: [...findings], literal: undefined }], eyes);
}

function replaced(text: string, pieces: readonly Piece[], eyes: AnswerEyes): string {
  const counts = atOnce(ownOf(pieces, eyes.vault));
  settle(counts, eyes);
  if (eyes.dryRun || Object.keys(counts).length === 0) return text;
  const { vault } = eyes;
  return atOnce(
    rewrite(text, pieces, (type, value, standing) =>
      vault.replace(type, value, { ...standing, restorable: false }),
    ),
  );
}

const FINDINGS_AT_ONCE = 128;

/** Leaves out and does not count what this request itself put in the place of a value: that is no finding. */
export function* ownOf(pieces: readonly Piece[], vault: Vault): Work<Counts> {
  for (const piece of pieces) {
    const kept: Finding[] = [];
    for (const [at, finding] of piece.findings.entries()) {
      if (!vault.isToken(piece.text.slice(finding.start, finding.end))) kept.push(finding);
      if (at % FINDINGS_AT_ONCE === 0) yield;
    }
    piece.findings = kept;
  }
  return yield* countOf(pieces);
}

function settle(counts: Counts, { settings, count, dryRun }: AnswerEyes): void {
  if (Object.keys(counts).length === 0) return;
  count(counts);
  if (!dryRun) refuseBlocked(counts, settings, 'pii_answer_blocked');
}
