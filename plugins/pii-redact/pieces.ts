// A text of a request or answer as pieces that are looked into: the whole of it, or the values of the JSON that it is.
import type { TextKind } from '../../kong/llm/format.ts';
import type { Finding } from './detect/types.ts';
import { jsonLiterals, type Literal } from './json/literals.ts';
import type { Work } from './pace.ts';

export interface Piece {
  text: string;
  /** What stands before it, for its meaning only: the field's name. */
  lead: string;
  findings: Finding[];
  /** Its place in JSON. */
  literal: Literal | undefined;
}

/** How a value stands in its text. */
export interface Standing {
  /** It is a number of JSON. */
  number: boolean;
  /** A letter or digit stands right beside it. */
  joined: boolean;
}

export type Replace = (type: string, value: string, standing: Standing) => string;

const WORD = /[\p{L}\p{M}\p{N}_]/u;

/** A number this short is no finding, and most are. */
const MIN_NUMBER = 7;

export function* piecesOf(text: string, kind: TextKind): Work<Piece[]> {
  const literals =
    kind === 'tool_arguments' || kind === 'tool_result' ? yield* jsonLiterals(text) : undefined;
  if (!literals) return [{ text, lead: '', findings: [], literal: undefined }];
  return literals
    .filter((literal) => literal.kind === 'string' || literal.text.length >= MIN_NUMBER)
    .map((literal) => ({
      text: literal.text,
      lead: literal.key === '' ? '' : `${literal.key}: `,
      findings: [],
      literal,
    }));
}

/** Findings that are replaced in one unit of work: a hash or a synthetic value takes some 10 µs. */
const FINDINGS_AT_ONCE = 32;

/** The whole text with the findings of its pieces replaced. */
export function* rewrite(text: string, pieces: readonly Piece[], replace: Replace): Work<string> {
  const parts: string[] = [];
  let copied = 0;
  for (const { text: own, findings, literal } of pieces) {
    if (findings.length === 0) continue;
    const number = literal?.kind === 'number';
    const changed = yield* replaceIn(own, findings, number, replace);
    if (!literal) return changed;
    parts.push(text.slice(copied, literal.start), JSON.stringify(changed));
    copied = literal.end;
    if (parts.length % FINDINGS_AT_ONCE === 0) yield;
  }
  parts.push(text.slice(copied));
  return parts.join('');
}

function* replaceIn(
  text: string,
  findings: readonly Finding[],
  number: boolean,
  replace: Replace,
): Work<string> {
  const parts: string[] = [];
  let copied = 0;
  for (const { start, end, type } of findings) {
    const joined = WORD.test(text[start - 1] ?? ' ') || WORD.test(text[end] ?? ' ');
    parts.push(text.slice(copied, start), replace(type, text.slice(start, end), { number, joined }));
    copied = end;
    if (parts.length % (2 * FINDINGS_AT_ONCE) === 0) yield;
  }
  parts.push(text.slice(copied));
  return parts.join('');
}
