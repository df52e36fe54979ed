// The README's tables of the record and of the metrics, from the code.
import { z } from 'zod';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { RecordMetrics } from '../metrics/metrics.ts';
import { recordSchema } from './schema.ts';

interface Row {
  path: string;
  type: string;
  description: string;
}

/** As JSON Schema sees it: one line per field, `[]` for the elements of an array. */
export function recordTable(): string {
  const rows = rowsOf(z.toJSONSchema(recordSchema) as Schema, '');
  const lines = rows.map(({ path, type, description }) => `| \`${path}\` | ${type} | ${description} |`);
  return ['| Field | Type | |', '|---|---|---|', ...lines].join('\n');
}

interface Schema {
  type?: string | string[];
  description?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
}

function rowsOf(schema: Schema, path: string): Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const optional = !schema.required?.includes(name);
    const nullable = field.anyOf?.some(({ type }) => type === 'null') ?? false;
    const inner = field.anyOf?.find(({ type }) => type !== 'null') ?? field;
    const type = `${typeOf(inner)}${nullable ? ' or null' : ''}${optional ? ', optional' : ''}`;
    const own = { path: here, type, description: field.description ?? inner.description ?? '' };
    const nested = inner.type === 'array' ? rowsOf(inner.items ?? {}, `${here}[]`) : rowsOf(inner, here);
    // An object that only holds others needs no line of its own.
    return own.description === '' && nested.length > 0 ? nested : [own, ...nested];
  });
}

function typeOf({ type, const: constant, enum: values, additionalProperties }: Schema): string {
  if (constant !== undefined) return `\`${constant}\``;
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  return typeof additionalProperties === 'object' ? 'map' : [type ?? 'any'].flat().join(' or ');
}

export function metricsTable(): string {
  const metrics = new Metrics();
  new RecordMetrics(metrics, 1);
  const all = metrics.registry.getMetricsAsArray() as unknown as {
    name: string;
    type: string;
    labelNames: string[];
    help: string;
  }[];
  const lines = all.map(({ name, type, labelNames, help }) => {
    const labels = labelNames.map((label) => `\`${label}\``).join(' ');
    return `| \`${name}\` | ${type} | ${labels} | ${help} |`;
  });
  return ['| Metric | Type | Labels | |', '|---|---|---|---|', ...lines].join('\n');
}
