// Where in the text of a YAML document something stands.
import { type Document, isScalar, type LineCounter } from 'yaml';
import { type DeckIssue, formatPath } from './errors.ts';

/** The nearest node that the document has: a missing field is reported at its parent's line. */
export function place(
  doc: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): Omit<DeckIssue, 'message'> {
  for (let length = path.length; length >= 0; length -= 1) {
    const offset = offsetOf(doc, path.slice(0, length));
    if (offset !== undefined) return { path: formatPath(path), line: lines.linePos(offset).line };
  }
  return { path: formatPath(path) };
}

function offsetOf(doc: Document, path: readonly PropertyKey[]): number | undefined {
  if (path.length === 0) return doc.contents?.range?.[0];
  const parent = path.length === 1 ? doc.contents : doc.getIn(path.slice(0, -1), true);
  const items = (parent as { items?: unknown[] } | undefined)?.items ?? [];
  const last = path.at(-1);
  for (const item of items) {
    const { key } = item as { key?: unknown };
    if (isScalar(key) && key.value === last) return key.range?.[0];
  }
  const node = typeof last === 'number' ? (items[last] as { range?: number[] } | undefined) : undefined;
  return node?.range?.[0];
}
