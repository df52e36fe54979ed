// The YAML document behind plain values: what is taken over unchanged keeps its node, and so its comments.
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import type { Json } from './reader.ts';

const TEMPLATE = /\$\{\{[^}]*\}\}/g;
const TOKEN = /__deck_template_(\d+)__/g;

export interface DeckDocument {
  doc: Document;
  /** Plain values of a node; records remember the node that they came from. */
  plain(node: unknown): unknown;
  /** A node for a value: the one it came from, where there is one. */
  node(value: unknown): Node;
  /** Of a node in the text; templates never span lines. */
  line(node: Node): number;
  print(): string;
}

/** decK's templates are no YAML within braces and brackets, so they are put aside. @throws Error for no YAML. */
export function openDocument(text: string): DeckDocument {
  const templates: string[] = [];
  const safe = text.replace(TEMPLATE, (whole) => `__deck_template_${templates.push(whole) - 1}__`);
  const lines = new LineCounter();
  const doc = parseDocument(safe, { lineCounter: lines });
  if (doc.errors[0]) throw new Error(doc.errors[0].message);
  const origins = new WeakMap<object, Node>();
  const back = (printed: string): string => printed.replace(TOKEN, (_token, i) => templates[Number(i)]!);
  return {
    doc,
    plain: (node) => plainOf(node, doc, origins),
    line: (node) => lines.linePos(node.range?.[0] ?? 0).line,
    node: (value) => nodeOf(value, doc, origins),
    print: () => back(doc.toString({ lineWidth: 0 })),
  };
}

function plainOf(node: unknown, doc: Document, origins: WeakMap<object, Node>): unknown {
  const resolved = (node as { source?: string; resolve?: (doc: Document) => unknown } | null)?.resolve
    ? (node as { resolve(doc: Document): unknown }).resolve(doc)
    : node;
  if (isMap(resolved)) {
    const record: Json = {};
    for (const { key, value } of (resolved as YAMLMap).items as Pair[])
      record[String(isScalar(key) ? key.value : key)] = plainOf(value, doc, origins);
    origins.set(record, node as Node);
    return record;
  }
  if (isSeq(resolved)) {
    const list = resolved.items.map((item) => plainOf(item, doc, origins));
    origins.set(list, node as Node);
    return list;
  }
  return isScalar(resolved) ? resolved.value : resolved;
}

function nodeOf(value: unknown, doc: Document, origins: WeakMap<object, Node>): Node {
  if (typeof value !== 'object' || value === null) return doc.createNode(value) as Node;
  const origin = origins.get(value);
  if (origin) return origin;
  if (Array.isArray(value)) {
    const list = new YAMLSeq(doc.schema);
    for (const item of value) list.add(nodeOf(item, doc, origins));
    return list;
  }
  const map = new YAMLMap(doc.schema);
  for (const [key, child] of Object.entries(value)) map.set(doc.createNode(key), nodeOf(child, doc, origins));
  return map;
}
