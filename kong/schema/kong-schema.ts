// zod to Kong: writes a plugin's zod schema in the form that Kong's schema loader reads
// (Kong: kong/db/schema/init.lua and metaschema.lua).
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { boundsOf } from './bounds.ts';
import type { EntityCheck } from './checks.ts';
import { UnsupportedSchemaError, type Unwrapped, unwrap } from './unwrap.ts';

export type KongType = 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'set' | 'map' | 'record';

export interface KongField {
  type: KongType;
  required?: boolean;
  default?: unknown;
  description?: string;
  referenceable?: true;
  encrypted?: true;
  one_of?: (string | number)[];
  eq?: boolean;
  between?: [number, number];
  gt?: number;
  len_eq?: number;
  len_min?: number;
  len_max?: number;
  starts_with?: string;
  uuid?: true;
  elements?: KongField;
  keys?: KongField;
  values?: KongField;
  fields?: KongFields;
  entity_checks?: readonly EntityCheck[];
}

/** Kong keeps the order of fields by an array of records with one key each. */
export type KongFields = Record<string, KongField>[];

export interface KongSchema {
  name: string;
  fields: KongFields;
}

/** As typedefs.protocols_http of Kong, less gRPC, which the relay does not speak. */
const PROTOCOLS: KongField = {
  type: 'set',
  required: true,
  default: ['http', 'https'],
  elements: { type: 'string', one_of: ['http', 'https'] },
  description: 'A set of strings representing HTTP protocols.',
};

/** Throws UnsupportedSchemaError, with the path of the field, for what Kong cannot express. */
export function toKongSchema(pluginName: string, config: z.ZodObject): KongSchema {
  return {
    name: pluginName,
    fields: [{ protocols: PROTOCOLS }, { config: { ...toKongField(config, 'config'), required: true } }],
  };
}

function toKongField(schema: z.core.$ZodType, path: string): KongField {
  const unwrapped = unwrap(schema, path);
  const field = withAttributes(typed(unwrapped, path), unwrapped, path);
  const { fallback, optional } = unwrapped;
  if (fallback) {
    if (field.type === 'record' && isWhatKongFillsIn(unwrapped, fallback.value))
      return { ...field, required: true };
    return { ...field, default: plain(fallback.value, path) };
  }
  if (!optional) return { ...field, required: true };
  // A record of which nothing is said is required in Kong, and its required fields with it (db/schema/entity.lua).
  return field.type === 'record' ? { ...field, required: false } : field;
}

/** Of an element, a key or a value: it is never absent, so `required` and `default` have no meaning there. */
function toKongElement(schema: z.core.$ZodType, path: string): KongField {
  if (unwrap(schema, path).optional) {
    throw new UnsupportedSchemaError(`${path}: what an array or a map holds is never absent`);
  }
  const { required: _, ...field } = toKongField(schema, path);
  return field;
}

function typed({ core, attributes }: Unwrapped, path: string): KongField {
  const def = core._zod.def;
  if ('coerce' in def && def.coerce) throw unsupported(path, 'a coerced type, as Kong does not coerce,');
  switch (def.type) {
    case 'string':
      return { type: 'string', ...stringRules(core) };
    case 'number':
      return numeric(core);
    case 'boolean':
      return { type: 'boolean' };
    case 'enum':
    case 'literal':
    case 'union':
      return choice(core, path);
    case 'array':
      return {
        type: attributes.set ? 'set' : 'array',
        elements: toKongElement(def.element, `${path}[]`),
        ...lengthRules(core),
      };
    case 'record':
      return map(def, path);
    case 'object':
      if (def.catchall && def.catchall._zod.def.type !== 'never')
        throw unsupported(path, 'an object with unnamed fields');
      return {
        type: 'record',
        fields: Object.entries(def.shape).map(([key, child]) => ({
          [key]: toKongField(child, `${path}.${key}`),
        })),
        ...(attributes.entity_checks && { entity_checks: attributes.entity_checks }),
      };
    default:
      throw unsupported(path, def.type === 'set' ? 'set (use set(), an array in zod)' : def.type);
  }
}

function map(def: z.core.$ZodRecordDef, path: string): KongField {
  const keys = toKongElement(def.keyType, `${path} (key)`);
  if (keys.type !== 'string') throw unsupported(path, 'a map whose keys are not strings');
  if (keys.one_of && !('partial' in def && def.partial)) {
    throw new UnsupportedSchemaError(
      `${path}: zod wants every key of an enum, Kong does not; use z.partialRecord()`,
    );
  }
  return { type: 'map', keys, values: toKongElement(def.valueType, `${path}{}`) };
}

function choice(core: z.core.$ZodTypes, path: string): KongField {
  const values = [...(core._zod.values ?? [])];
  const types = new Set(values.map((value) => typeof value));
  const [type] = types;
  if (types.size === 1 && type === 'string') {
    // Kong refuses an empty string unless told otherwise.
    return { type: 'string', one_of: values as string[], ...(values.includes('') && { len_min: 0 }) };
  }
  if (types.size === 1 && type === 'number') {
    return { type: values.every(Number.isInteger) ? 'integer' : 'number', one_of: values as number[] };
  }
  if (types.size === 1 && type === 'boolean') {
    return { type: 'boolean', ...(values.length === 1 && { eq: values[0] as boolean }) };
  }
  throw unsupported(path, `${core._zod.def.type} of anything but strings or numbers`);
}

function stringRules(core: z.core.$ZodType): Partial<KongField> {
  const { prefix, uuid } = boundsOf(core);
  const rules = lengthRules(core);
  // Kong refuses an empty string unless told otherwise.
  if (rules.len_min === undefined && z.safeParse(core, '').success) rules.len_min = 0;
  else if (rules.len_min === 1) delete rules.len_min;
  return { ...rules, ...(prefix !== undefined && { starts_with: prefix }), ...(uuid && { uuid: true }) };
}

function lengthRules(core: z.core.$ZodType): Partial<KongField> {
  const { length, minLength, maxLength } = boundsOf(core);
  if (length !== undefined) return { len_eq: length };
  return {
    ...(minLength !== undefined && { len_min: minLength }),
    ...(maxLength !== undefined && { len_max: maxLength }),
  };
}

/** Kong knows no open end in `between`; beyond this no number in JSON is exact. */
const MOST = Number.MAX_SAFE_INTEGER;

function numeric(core: z.core.$ZodType): KongField {
  const { integer, min, max, above, below } = boundsOf(core);
  if (integer) {
    const low = Math.max(Math.ceil(min), Math.floor(above) + 1);
    const high = Math.min(Math.floor(max), Math.ceil(below) - 1);
    if (high < MOST) return { type: 'integer', between: [Math.max(low, -MOST), high] };
    return { type: 'integer', ...(low > -MOST && { gt: low - 1 }) };
  }
  // An excluded upper end is left to zod: Kong's `between` includes both ends.
  const [low, high] = [Math.max(min, above), Math.min(max, below)];
  const gt = above >= min && above > -Infinity;
  const between = (min > above || high < Infinity) && {
    between: [Math.max(low, -MOST), Math.min(high, MOST)] as [number, number],
  };
  return { type: 'number', ...(gt && { gt: above }), ...between };
}

/** Kong refuses a schema with a shorter or longer description, and then does not start. */
const DESCRIPTION_BYTES = { min: 10, max: 500 };

function withAttributes(field: KongField, { attributes, description }: Unwrapped, path: string): KongField {
  const secret = attributes.referenceable || attributes.encrypted;
  if (secret && field.type !== 'string') throw unsupported(path, `referenceable or encrypted ${field.type}`);
  if (attributes.set && field.type !== 'set') throw unsupported(path, `set of type ${field.type}`);
  if (attributes.referenceable) field.referenceable = true;
  if (attributes.encrypted) field.encrypted = true;
  if (description !== undefined) {
    const bytes = Buffer.byteLength(description);
    if (bytes < DESCRIPTION_BYTES.min || bytes > DESCRIPTION_BYTES.max) {
      throw new UnsupportedSchemaError(`${path}: Kong wants a description of 10 to 500 bytes`);
    }
    field.description = description;
  }
  return field;
}

/** A required record that is absent becomes what the defaults of its fields make of `{}`. */
function isWhatKongFillsIn({ core }: Unwrapped, value: unknown): boolean {
  const record = core as unknown as z.ZodType;
  const filled = record.safeParse({});
  const given = record.safeParse(value);
  return filled.success && given.success && isDeepStrictEqual(filled.data, given.data);
}

function plain(value: unknown, path: string): unknown {
  const text = JSON.stringify(value);
  if (text === undefined) throw unsupported(path, 'a default that JSON cannot hold');
  return JSON.parse(text);
}

function unsupported(path: string, what: string): UnsupportedSchemaError {
  return new UnsupportedSchemaError(`${path}: ${what} has no equivalent in Kong's schema`);
}
