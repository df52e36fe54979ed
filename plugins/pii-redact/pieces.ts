// A text of a request or answer as pieces that are looked into: the whole of it, or the values of the JSON that it is.
import type { TextKind } from '../../kong/llm/format.ts';
import type { Finding } from './detect/types.ts';
import { jsonLiterals, type Literal } from './json/literals.ts';

export interface Piece {
  text: string;
  /** What stands before it, for its meaning only: the field's name. */
  lead: string;
  findings: Finding[];
  /** Its place in JSON. */
  literal: Literal | undefined;
}

export type Replace = (type: string, value: string, number: boolean) => string;

/** A number this short is no finding, and most are. */
const MIN_NUMBER = 7;

export function piecesOf(text: string, kind: TextKind): Piece[] {
  const literals = kind === 'tool_arguments' || kind === 'tool_result' ? jsonLiterals(text) : undefined;
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

/** The whole text with the findings of its pieces replaced. */
export function rewrite(text: string, pieces: readonly Piece[], replace: Replace): string {
  let out = '';
  let copied = 0;
  for (const { text: own, findings, literal } of pieces) {
    if (findings.length === 0) continue;
    const number = literal?.kind === 'number';
    const changed = replaceIn(own, findings, (type, value) => replace(type, value, number));
    if (!literal) return changed;
    out += text.slice(copied, literal.start) + JSON.stringify(changed);
    copied = literal.end;
  }
  return out + text.slice(copied);
}

function replaceIn(
  text: string,
  findings: readonly Finding[],
  replace: (type: string, value: string) => string,
): string {
  let out = '';
  let copied = 0;
  for (const { start, end, type } of findings) {
    out += text.slice(copied, start) + replace(type, text.slice(start, end));
    copied = end;
  }
  return out + text.slice(copied);
}
