// Turns a config as Kong sends it into the one that the user meant: no nulls, none of Kong's own keys.
import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { isUnsaid } from './optional-record.ts';
import { unwrap } from './unwrap.ts';

/** What Kong adds beside the keys that start with `__` (Kong: kong/runloop/plugins_iterator.lua, 3.4 to 3.9). */
const KONG_KEYS = new Set([
  'route_id',
  'service_id',
  'consumer_id',
  'consumer_group_id',
  'plugin_instance_name',
  'ordering',
]);

/** Beside each record whose fields Kong resolved from a vault, with the references themselves. */
const REFS = '$refs';

export type Path = readonly (string | number)[];

export interface Visitor {
  problem(path: Path, message: string): void;
  /** Called for each string that a vault may hold. */
  secret(value: string): void;
}

/** The config without what Kong put there. Never throws on a value; reports unknown fields and leaves the rest to zod. */
export function normalise(config: z.ZodObject, raw: unknown, visitor: Visitor): unknown {
  if (!isRecord(raw)) return raw;
  const { shape } = config;
  const own = Object.entries(raw).filter(
    ([key]) => Object.hasOwn(shape, key) || !(key.startsWith('__') || KONG_KEYS.has(key)),
  );
  // fromEntries defines keys, so that not even `__proto__` is an assignment.
  return visit(config, Object.fromEntries(own), [], visitor);
}

function visit(schema: z.core.$ZodType, raw: unknown, path: Path, visitor: Visitor): unknown {
  if (raw === null) return;
  const { core, attributes } = unwrap(schema, 'config');
  const def = core._zod.def;
  switch (def.type) {
    case 'object':
      return record(def.shape, raw, path, visitor);
    case 'array': {
      // An empty Lua table has no type, so an empty array may arrive as {}.
      if (isRecord(raw) && isEmpty(raw)) return [];
      if (!Array.isArray(raw)) return raw;
      const elements = raw.map((element, i) =>
        element === null ? null : visit(def.element, element, [...path, i], visitor),
      );
      return attributes.set ? [...new Set(elements)] : elements;
    }
    case 'record':
      return map(def, raw, path, visitor);
    default:
      if (typeof raw === 'string' && (attributes.referenceable || attributes.encrypted)) visitor.secret(raw);
      return raw;
  }
}

function record(shape: z.core.$ZodShape, raw: unknown, path: Path, visitor: Visitor): unknown {
  if (Array.isArray(raw) && raw.length === 0) return record(shape, {}, path, visitor);
  if (!isRecord(raw)) return raw;
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (key === REFS || value === null || Object.hasOwn(shape, key)) continue;
    visitor.problem([...path, key], unknownField(key, Object.keys(shape)));
  }
  for (const [key, child] of Object.entries(shape)) {
    let value = Object.hasOwn(raw, key) ? raw[key] : undefined;
    // As Kong: a required record that is absent is filled with the defaults of its fields.
    if ((value === undefined || value === null) && isRequiredRecord(child)) value = {};
    const kept = visit(child, value, [...path, key], visitor);
    if (kept !== undefined && !isUnsaid(child, kept)) out[key] = kept;
  }
  return out;
}

function map(def: z.core.$ZodRecordDef, raw: unknown, path: Path, visitor: Visitor): unknown {
  if (Array.isArray(raw) && raw.length === 0) return {};
  if (!isRecord(raw)) return raw;
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (key === REFS || value === null) continue;
    if (key === '__proto__') visitor.problem([...path, key], 'is not allowed as a name');
    else out[key] = visit(def.valueType, value, [...path, key], visitor);
  }
  return out;
}

function isRequiredRecord(schema: z.core.$ZodType): boolean {
  const { core, optional } = unwrap(schema, 'config');
  return !optional && core._zod.def.type === 'object';
}

function unknownField(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === undefined ? 'unknown field' : `unknown field, did you mean ${meant}?`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isEmpty = (value: object) => Object.keys(value).length === 0;
