// The report as people and programs read it: a table, JSON, CSV. The HTML page is made in node/page.ts.
import type { Report, ReportRow } from './summary.ts';

const COLUMNS: { title: string; value(row: ReportRow): string }[] = [
  { title: 'requests', value: ({ requests }) => String(requests) },
  { title: 'prompt', value: ({ prompt_tokens: tokens }) => String(tokens) },
  { title: 'cached', value: ({ cache_read_tokens: tokens }) => String(tokens) },
  { title: 'completion', value: ({ completion_tokens: tokens }) => String(tokens) },
  { title: 'cost USD', value: ({ cost, unpriced }) => (unpriced > 0 ? `${cost} + ?` : cost) },
  { title: 'unpriced', value: ({ unpriced }) => String(unpriced) },
  { title: 'hits', value: (row) => String(row.cache_hits) },
  { title: 'blocked', value: ({ blocked }) => String(blocked) },
  { title: 'errors', value: ({ errors }) => String(errors) },
];

/** Control characters of a name must not reach a terminal. */
const printable = (name: string): string => name.replace(/[\x00-\x1f\x7f-\x9f]/g, '?') || '(none)';

export function asTable({ groups, total, unpriced, records, duplicates, from, to }: Report): string {
  const when = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  const range = records > 0 ? `, ${when(from)} to ${when(to)} UTC` : '';
  const parts = [
    `${records} requests${range}${duplicates > 0 ? ` (${duplicates} delivered twice, counted once)` : ''}`,
  ];
  for (const { by, rows } of groups) {
    const lines = [...rows, { ...total, name: 'total' }];
    parts.push(
      columns([
        [by, ...COLUMNS.map(({ title }) => title)],
        ...lines.map((row) => [printable(row.name), ...COLUMNS.map(({ value }) => value(row))]),
      ]),
    );
  }
  if (unpriced.length > 0) {
    const models = unpriced.map((name) => `  ${printable(name)}`);
    parts.push(
      ['Without a known price, and not in the cost (see `prices` of cost-log):', ...models].join('\n'),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

/** The first column is text, the others are numbers. */
function columns(cells: string[][]): string {
  const widths = cells[0]!.map((_, index) => Math.max(...cells.map((row) => row[index]!.length)));
  return cells
    .map((row) =>
      row
        .map((cell, index) => (index === 0 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function asJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** RFC 4180, one line per group and name. */
export function asCsv({ groups, total }: Report): string {
  const { name: _, ...fields } = total;
  const names = Object.keys(fields) as (keyof typeof fields)[];
  const lines = [['by', 'name', ...names].join(',')];
  for (const { by, rows } of groups) {
    for (const row of rows) lines.push([by, row.name, ...names.map((name) => row[name])].map(cell).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** Spreadsheets run what begins like a formula; a client may have named the model. */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
