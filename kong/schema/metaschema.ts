// A model of Kong's metaschema, the schema that a plugin's schema must satisfy or Kong does not start
// (Kong: kong/db/schema/metaschema.lua in 3.4.2 and 3.9.1, and new_subschema in kong/db/schema/init.lua),
// as far as JSON can carry it: no attribute whose value is a function.

import { checkDefault } from './metaschema-default.ts';

export type KongVersion = '3.4' | '3.9';

type Json = Record<string, unknown>;
type Report = (path: string, message: string) => void;
type ValueCheck = (value: unknown, path: string, report: Report, version: KongVersion) => void;

interface Attribute {
  value: ValueCheck;
  /** The field types that may carry it; all when absent. */
  types?: readonly string[];
  since?: '3.9';
}

const TYPES: Record<KongVersion, readonly string[]> = {
  '3.4': ['array', 'set', 'string', 'number', 'boolean', 'integer', 'foreign', 'map', 'record', 'function'],
  '3.9': [
    'array',
    'set',
    'string',
    'number',
    'boolean',
    'integer',
    'foreign',
    'map',
    'record',
    'function',
    'json',
  ],
};

const REQUIRED_ATTRIBUTES: Record<string, readonly string[] | undefined> = {
  array: ['elements'],
  set: ['elements'],
  map: ['keys', 'values'],
  record: ['fields'],
  json: ['json_schema'],
};

const is =
  (what: string, test: (value: unknown) => boolean): ValueCheck =>
  (value, path, report) => {
    if (!test(value)) report(path, `expected ${what}`);
  };

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
// A string in Kong is not empty unless its schema says so, and the metaschema's are not.
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const anything = is('anything', () => true);
const boolean = is('a boolean', (value) => typeof value === 'boolean');
const number = is('a number', (value) => typeof value === 'number');
const integer = is('an integer', Number.isInteger);
const text = is('a string', isText);
const texts = is('an array of strings', (value) => Array.isArray(value) && value.every(isText));
const values = is('an array', (value) => Array.isArray(value) && !value.includes(null));
const pair = is(
  'an array of two numbers',
  (value) => Array.isArray(value) && value.length === 2 && value.every((end) => typeof end === 'number'),
);
const description = is('a string of 10 to 500 bytes', (value) => {
  const bytes = typeof value === 'string' ? Buffer.byteLength(value) : 0;
  return bytes >= 10 && bytes <= 500;
});
const onDelete = is('restrict, cascade or null', (value) =>
  ['restrict', 'cascade', 'null'].includes(value as string),
);
const patterns = is(
  'an array of {pattern, err}',
  (value) => Array.isArray(value) && value.every((entry) => isObject(entry) && isText(entry.pattern)),
);
const anyPattern = is('{patterns, err}', (value) => isObject(value) && Array.isArray(value.patterns));
const record = is('a record', isObject);

const NUMERIC = ['integer', 'number'];
const SCALAR = ['string', ...NUMERIC];
const SIZED = ['array', 'set', 'string', 'map'];
const LISTS = ['array', 'set'];
const DISTINCT = [...SCALAR, 'foreign'];

/**
 * What one field's value must satisfy. The metaschema lets some of them stand on any type, but Kong's validator
 * then fails on every value, so the types here are those that it works on.
 */
const VALIDATORS: Record<string, Attribute> = {
  between: { value: pair, types: NUMERIC },
  eq: { value: anything },
  ne: { value: anything },
  gt: { value: number, types: NUMERIC },
  len_eq: { value: integer, types: SIZED },
  len_min: { value: integer, types: SIZED },
  len_max: { value: integer, types: SIZED },
  match: { value: text, types: ['string'] },
  not_match: { value: text, types: ['string'] },
  match_all: { value: patterns, types: ['string'] },
  match_none: { value: patterns, types: ['string'] },
  match_any: { value: anyPattern, types: ['string'] },
  starts_with: { value: text, types: ['string'] },
  one_of: { value: values, types: SCALAR },
  not_one_of: { value: values },
  contains: { value: anything, types: LISTS },
  is_regex: { value: boolean, types: ['string'] },
  timestamp: { value: boolean, types: NUMERIC },
  uuid: { value: boolean, types: ['string'] },
  mutually_exclusive_subsets: { value: values, types: LISTS },
};

const nestedField: ValueCheck = (value, path, report, version) => checkField(value, path, report, version);
const nestedFields: ValueCheck = (value, path, report, version) => checkFields(value, path, report, version);
const nestedChecks: ValueCheck = (value, path, report, version) =>
  checkEntityChecks(value, path, report, version);

const NESTED: Record<string, Attribute> = {
  elements: { value: nestedField },
  keys: { value: nestedField },
  values: { value: nestedField },
};

const ATTRIBUTES: Record<string, Attribute> = {
  type: { value: text },
  required: { value: boolean },
  reference: { value: text },
  description: { value: description },
  examples: { value: values, since: '3.9' },
  auto: { value: boolean },
  unique: { value: boolean, types: DISTINCT },
  unique_across_ws: { value: boolean, types: DISTINCT },
  on_delete: { value: onDelete },
  // Held against the field itself, see checkDefault.
  default: { value: anything },
  abstract: { value: boolean, types: [...SCALAR, 'record', 'array', 'set', 'map'] },
  generate_admin_api: { value: boolean },
  immutable: { value: boolean },
  err: { value: text },
  encrypted: { value: boolean },
  referenceable: { value: boolean },
  json_schema: { value: record, types: ['json'], since: '3.9' },
  transient: { value: boolean, types: [...SCALAR, 'array', 'set', 'boolean'], since: '3.9' },
  deprecation: { value: record, since: '3.9' },
  ...VALIDATORS,
  ...NESTED,
  fields: { value: nestedFields },
  entity_checks: { value: nestedChecks },
};

const match: ValueCheck = (value, path, report, version) => {
  if (!isObject(value)) {
    report(path, 'expected a record');
    return;
  }
  const known: Record<string, Attribute> = { required: { value: boolean }, ...VALIDATORS, ...NESTED };
  for (const [name, given] of Object.entries(value)) {
    const attribute = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!attribute) report(`${path}.${name}`, 'unknown validator');
    else attribute.value(given, `${path}.${name}`, report, version);
  }
};

const parts =
  (shape: Record<string, ValueCheck>): ValueCheck =>
  (value, path, report, version) => {
    if (!isObject(value)) {
      report(path, 'expected a record');
      return;
    }
    for (const [name, given] of Object.entries(value)) {
      const check = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (!check) report(`${path}.${name}`, 'unknown part of an entity check');
      else check(given, `${path}.${name}`, report, version);
    }
  };

/** Less custom_entity_check, which is a function. */
const ENTITY_CHECKS: Record<string, ValueCheck> = {
  at_least_one_of: texts,
  only_one_of: texts,
  distinct: texts,
  mutually_required: texts,
  mutually_exclusive: texts,
  mutually_exclusive_sets: parts({ set1: texts, set2: texts }),
  conditional: parts({
    if_field: text,
    if_match: match,
    then_field: text,
    then_match: match,
    then_err: text,
  }),
  conditional_at_least_one_of: parts({
    if_field: text,
    if_match: match,
    then_at_least_one_of: texts,
    then_err: text,
    else_match: match,
    else_then_at_least_one_of: texts,
    else_then_err: text,
  }),
};

/** The fields of Kong's plugins entity that a plugin may narrow; any other is refused. */
const PLUGIN_FIELDS: Record<string, string | undefined> = {
  config: 'record',
  protocols: 'set',
  consumer: 'foreign',
  route: 'foreign',
  service: 'foreign',
};

const ENTITY_PARTS = new Set(['name', 'fields', 'entity_checks']);

/**
 * What Kong would refuse in a plugin's schema, as `path: message`; empty when it is fine. Without a version, what
 * any supported Kong would refuse.
 */
export function checkKongSchema(schema: unknown, version?: KongVersion): string[] {
  const found = new Set<string>();
  for (const each of version ? [version] : (Object.keys(TYPES) as KongVersion[])) {
    checkEntity(schema, (path, message) => found.add(`${path}: ${message}`), each);
  }
  return [...found];
}

function checkEntity(schema: unknown, report: Report, version: KongVersion): void {
  if (!isObject(schema)) {
    report('schema', 'expected a record');
    return;
  }
  for (const part of Object.keys(schema)) {
    if (!ENTITY_PARTS.has(part)) report(part, 'unknown, or of no use without a function');
  }
  if (!isText(schema.name)) report('name', 'expected a string');
  checkFields(schema.fields, 'fields', report, version);
  if ('entity_checks' in schema) checkEntityChecks(schema.entity_checks, 'entity_checks', report, version);
  if (Array.isArray(schema.fields)) checkSpecialised(schema.fields.filter(isObject), report);
}

function checkSpecialised(fields: Json[], report: Report): void {
  for (const [name, field] of fields.flatMap((entry) => Object.entries(entry))) {
    const type = Object.hasOwn(PLUGIN_FIELDS, name) ? PLUGIN_FIELDS[name] : undefined;
    if (!type) report(`fields.${name}`, 'not a field of the plugins entity');
    else if (isObject(field) && field.type !== type) report(`fields.${name}`, `expected type ${type}`);
  }
  const config = fields.find((entry) => Object.hasOwn(entry, 'config'))?.config;
  if (!isObject(config)) report('fields', 'no config');
  else if (config.required !== true)
    report('fields.config', 'not required, so that defaults would not be filled in');
}

function checkFields(fields: unknown, path: string, report: Report, version: KongVersion): void {
  // An empty Lua table is an array too.
  if (isObject(fields) && Object.keys(fields).length === 0) return;
  if (!Array.isArray(fields)) {
    report(path, 'expected an array');
    return;
  }
  const seen = new Set<string>();
  for (const [i, entry] of fields.entries()) {
    const [only, ...rest] = isObject(entry) ? Object.entries(entry) : [];
    if (!only || rest.length > 0) {
      report(`${path}[${i}]`, 'expected a record with one key');
      continue;
    }
    const [name, field] = only;
    if (seen.has(name)) report(`${path}.${name}`, 'given twice');
    seen.add(name);
    checkField(field, `${path}.${name}`, report, version);
  }
}

function checkField(field: unknown, path: string, report: Report, version: KongVersion): void {
  if (!isObject(field)) {
    report(path, 'expected a record');
    return;
  }
  const type = field.type as string;
  if (!TYPES[version].includes(type)) {
    report(path, `no such type in ${version}`);
    return;
  }
  for (const name of REQUIRED_ATTRIBUTES[type] ?? []) {
    if (!(name in field)) report(path, `field of type ${type} must declare ${name}`);
  }
  for (const [name, value] of Object.entries(field)) {
    const attribute = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined;
    if (!attribute || (attribute.since && version === '3.4'))
      report(`${path}.${name}`, `unknown attribute in ${version}`);
    else if (attribute.types && !attribute.types.includes(type))
      report(path, `field of type ${type} cannot have ${name}`);
    else attribute.value(value, `${path}.${name}`, report, version);
  }
  if ('default' in field) checkDefault(field, field.default, `${path}.default`, report);
}

function checkEntityChecks(checks: unknown, path: string, report: Report, version: KongVersion): void {
  if (!Array.isArray(checks)) {
    report(path, 'expected an array');
    return;
  }
  for (const [i, entry] of checks.entries()) {
    const [only, ...rest] = isObject(entry) ? Object.entries(entry) : [];
    const check = only && Object.hasOwn(ENTITY_CHECKS, only[0]) ? ENTITY_CHECKS[only[0]] : undefined;
    if (!only || !check || rest.length > 0) report(`${path}[${i}]`, 'expected one known entity check');
    else check(only[1], `${path}[${i}].${only[0]}`, report, version);
  }
}
