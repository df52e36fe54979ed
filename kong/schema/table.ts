// The table of a plugin's fields for its README, written from the schema itself.
import type { z } from 'zod';
import { type KongField, toKongSchema } from './kong-schema.ts';

/** Markdown: one row per field; `[]` stands for the entries of an array, `{}` for the values of a map. */
export function fieldTable(config: z.ZodObject): string {
  const schema = toKongSchema('fields', config).fields.find((field) => field.config)!.config!;
  const rows = recordRows(schema, '');
  return [
    '| Field | Type | Default | Required | Description |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}

function recordRows(record: KongField, prefix: string): string[][] {
  return (record.fields ?? []).flatMap((entry) =>
    Object.entries(entry).flatMap(([name, field]) => fieldRows(field, `${prefix}${name}`)),
  );
}

function fieldRows(field: KongField, path: string): string[][] {
  const row = [
    `\`${path}\``,
    typeText(field),
    field.default === undefined ? '' : code(JSON.stringify(field.default)),
    field.required && !isFilledIn(field) ? 'yes' : '',
    cell(describe(field)),
  ];
  const inner = innermostRecord(field, path);
  return inner ? [row, ...recordRows(inner.record, `${inner.path}.`)] : [row];
}

/** Kong fills a required record whose fields may all be absent. */
function isFilledIn(field: KongField): boolean {
  if (field.type !== 'record') return false;
  return (field.fields ?? []).every((entry) =>
    Object.values(entry).every((child) => !child.required || isFilledIn(child)),
  );
}

function innermostRecord(field: KongField, path: string): { record: KongField; path: string } | undefined {
  if (field.type === 'record') return { record: field, path };
  if (field.elements) return innermostRecord(field.elements, `${path}[]`);
  if (field.values) return innermostRecord(field.values, `${path}{}`);
  return;
}

function typeText(field: KongField): string {
  if (field.elements) return `${field.type} of ${typeText(field.elements)}`;
  if (field.values) return `map of ${typeText(field.values)}`;
  return field.type;
}

function describe(field: KongField): string {
  return [field.description, ...limits(field), ...checks(field)].filter(Boolean).join(' ');
}

function limits(field: KongField): string[] {
  const own: string[] = [];
  if (field.one_of) own.push(`One of ${field.one_of.map((value) => code(String(value))).join(', ')}.`);
  if (field.eq !== undefined) own.push(`Must be ${code(String(field.eq))}.`);
  const range = rangeText(field);
  if (range) own.push(range);
  if (field.starts_with) own.push(`Starts with ${code(field.starts_with)}.`);
  if (field.len_eq !== undefined) own.push(`Exactly ${count(field.len_eq, field)}.`);
  if (field.len_min) own.push(`At least ${count(field.len_min, field)}.`);
  if (field.len_max !== undefined) own.push(`At most ${count(field.len_max, field)}.`);
  if (field.referenceable) own.push('Referenceable.');
  if (field.encrypted) own.push('Encrypted.');
  const nested = field.elements ?? field.values;
  if (nested && nested.type !== 'record') {
    const each = [nested.description, ...limits(nested)].filter(Boolean).join(' ');
    if (each) own.push(`Each: ${each}`);
  }
  return own;
}

function count(n: number, { type }: KongField): string {
  if (type === 'string') return n === 1 ? '1 character' : `${n} characters`;
  return n === 1 ? '1 entry' : `${n} entries`;
}

/** An open end is written in `between` as the largest exact number, which nobody wants to read. */
function rangeText({ gt, between }: KongField): string {
  const [low, high] = between ?? [];
  const parts: string[] = [];
  if (gt !== undefined) parts.push(`greater than ${gt}`);
  else if (low !== undefined && low > -Number.MAX_SAFE_INTEGER) parts.push(`at least ${low}`);
  if (high !== undefined && high < Number.MAX_SAFE_INTEGER) parts.push(`at most ${high}`);
  if (parts.length === 0) return '';
  const text = parts.join(', ');
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

function checks(field: KongField): string[] {
  return (field.entity_checks ?? []).map((check) => {
    if ('conditional' in check) {
      const { if_field, if_match, then_field, then_match } = check.conditional;
      return `If ${code(if_field)} is ${code(matchText(if_match))}, ${code(then_field)} is ${code(matchText(then_match))}.`;
    }
    const [kind, fields] = Object.entries(check)[0] as [string, string[]];
    return `${CHECK_TEXT[kind]} ${fields.map(code).join(', ')}.`;
  });
}

const CHECK_TEXT: Record<string, string> = {
  at_least_one_of: 'At least one of',
  only_one_of: 'Exactly one of',
  mutually_required: 'All or none of',
  mutually_exclusive: 'At most one of',
};

function matchText(match: object): string {
  return Object.entries(match)
    .map(([rule, value]) => {
      if (rule === 'required') return 'required';
      const text = Array.isArray(value) ? value.join(', ') : String(value);
      return rule === 'eq' ? text : `${rule.replaceAll('_', ' ')} ${text}`;
    })
    .join(', ');
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
const code = (text: string) => `\`${text}\``;
