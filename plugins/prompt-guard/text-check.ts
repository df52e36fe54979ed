// Everything that looks at a text in this process, rules and the injection detector, over one text of any length.

import type { DenyRule, PromptGuardConfig } from './config.ts';
import { type Detector, type Finding, piecesOf, worse } from './detect/detector.ts';
import { Reading } from './normalise/views.ts';
import { redact } from './redact.ts';
import type { Span } from './rules/pattern.ts';
import type { TextRules } from './rules/text-rules.ts';
import type { Turns } from './turns.ts';
import type { Match } from './verdict.ts';

export type Injection = Pick<PromptGuardConfig['injection'], 'threshold' | 'action' | 'message'> & {
  detector: Detector;
};

export interface TextCheck {
  rules: TextRules<DenyRule>;
  /** Undefined: not looked for in this text. */
  injection: Injection | undefined;
}

export interface Checked {
  matches: Match[];
  /** The text without what is to be taken out; undefined when that is nothing. */
  redacted: string | undefined;
  /** The detector's, whether or not it is over the threshold. */
  worst: Finding | undefined;
}

/** Patterns are cheaper than the detector by about this. */
const PATTERNS_PER_GO = 12;
/** An attack that is still there after so many cuts is the whole text. */
const MOST_CUTS = 6;

export async function checkText(
  text: string,
  direction: Match['direction'],
  { rules, injection }: TextCheck,
  turns: Turns,
): Promise<Checked> {
  const matches = new Map<string, Match>();
  const cuts: Span[] = [];
  let worst: Finding | undefined;
  for (const [start, end] of piecesOf(text)) {
    const reading = new Reading(text.slice(start, end));
    const { piece } = reading;
    if (rules.size > 0) {
      const turn = turns.before(piece.length * Math.ceil(rules.size / PATTERNS_PER_GO));
      if (turn) await turn;
      for (const { rule, span } of wholeHits(rules, reading, start, text.length)) {
        matches.set(rule.id, { rule: rule.id, direction, action: rule.action, message: rule.message });
        if (rule.action === 'redact') cuts.push(span);
      }
    }
    if (injection) {
      const turn = turns.before(piece.length);
      if (turn) await turn;
      worst = worse(worst, injection.detector.findInPiece(piece, text.length, start, reading));
    }
  }
  const left = cuts.length > 0 ? redact(text, cuts) : text;
  if (injection && worst && worst.score >= injection.threshold) {
    const { action, message } = injection;
    const { family, score, signals } = worst;
    const match = { rule: `injection.${family}`, direction, score, signals, message };
    if (action !== 'redact') matches.set(match.rule, { ...match, action });
    else {
      const cut = await cutOut(left, injection, turns);
      matches.set(match.rule, { ...match, action: cut === undefined ? 'block' : 'redact' });
      return { matches: [...matches.values()], redacted: cut, worst };
    }
  }
  return { matches: [...matches.values()], redacted: left === text ? undefined : left, worst };
}

/** What begins or ends at a border between pieces may do so only there: the next piece sees it whole. */
function* wholeHits(
  rules: TextRules<DenyRule>,
  reading: Reading,
  start: number,
  whole: number,
): Generator<{ rule: DenyRule; span: Span }> {
  const { piece } = reading;
  for (const { rule, span } of rules.find(piece, reading)) {
    const cutAtStart = span.start === 0 && start > 0 && span.end < piece.length;
    const cutAtEnd = span.end === piece.length && start + piece.length < whole && span.start > 0;
    if (!cutAtStart && !cutAtEnd) yield { rule, span: { start: span.start + start, end: span.end + start } };
  }
}

/** Cuts the most suspicious window until none is left; undefined when that does not end. */
async function cutOut(
  text: string,
  { detector, threshold }: Injection,
  turns: Turns,
): Promise<string | undefined> {
  let left = text;
  for (let i = 0; i < MOST_CUTS; i++) {
    let worst: Finding | undefined;
    for (const [start, end] of piecesOf(left)) {
      await turns.before(end - start);
      worst = worse(worst, detector.findInPiece(left.slice(start, end), left.length, start));
    }
    if (!worst || worst.score < threshold) return left;
    left = redact(left, [worst]);
  }
  return undefined;
}
