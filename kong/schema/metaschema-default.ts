// Holds a field's default against the field, as Kong's metaschema does (Kong: validators in kong/db/schema/init.lua).

type Json = Record<string, unknown>;
type Report = (path: string, message: string) => void;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Kong validates a default as it would a value of the field; Lua patterns (`match` and its kin) are not tried here. */
export function checkDefault(field: Json, value: unknown, path: string, report: Report): void {
  const { type } = field as { type: string };
  if (!hasType(type, value)) {
    report(path, `expected type ${type}`);
    return;
  }
  if (!satisfies(field, value)) report(path, 'not a value that the field allows');
  if (type === 'array' || type === 'set') {
    for (const [i, element] of elementsOf(value).entries()) {
      if (isObject(field.elements)) checkDefault(field.elements, element, `${path}[${i}]`, report);
    }
  } else if (type === 'map' && isObject(field.values)) {
    for (const [key, entry] of Object.entries(value as Json)) {
      if (isObject(field.keys)) checkDefault(field.keys, key, `${path}.${key}`, report);
      checkDefault(field.values, entry, `${path}.${key}`, report);
    }
  } else if (type === 'record' && Array.isArray(field.fields)) {
    checkRecordDefault(
      Object.assign({}, ...field.fields.filter(isObject)) as Json,
      value as Json,
      path,
      report,
    );
  }
}

function checkRecordDefault(fields: Json, value: Json, path: string, report: Report): void {
  for (const key of Object.keys(value))
    if (!Object.hasOwn(fields, key)) report(`${path}.${key}`, 'unknown field');
  for (const [key, child] of Object.entries(fields)) {
    if (!isObject(child)) continue;
    if (Object.hasOwn(value, key)) checkDefault(child, value[key], `${path}.${key}`, report);
    else if (child.required && child.type !== 'record' && !('default' in child))
      report(`${path}.${key}`, 'required');
  }
}

/** An empty Lua table is an array as well as a record. */
function hasType(type: string, value: unknown): boolean {
  const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (type === 'array' || type === 'set') return Array.isArray(value) || empty;
  if (type === 'map' || type === 'record') return isObject(value) || empty;
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function elementsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function satisfies(field: Json, value: unknown): boolean {
  const { one_of, not_one_of, between, gt, eq, ne, contains, starts_with, uuid } = field;
  if (Array.isArray(one_of) && !one_of.includes(value)) return false;
  if (Array.isArray(not_one_of) && not_one_of.includes(value)) return false;
  if (eq !== undefined && value !== eq) return false;
  if (ne !== undefined && value === ne) return false;
  if (contains !== undefined && !elementsOf(value).includes(contains)) return false;
  if (typeof value === 'number') {
    const [low, high] = (between ?? [-Infinity, Infinity]) as [number, number];
    return value >= low && value <= high && value > ((gt as number | undefined) ?? -Infinity);
  }
  if (typeof starts_with === 'string' && typeof value === 'string' && !value.startsWith(starts_with))
    return false;
  if (uuid && !(typeof value === 'string' && UUID.test(value))) return false;
  return fitsLength(field, value);
}

function fitsLength(field: Json, value: unknown): boolean {
  if (typeof value === 'boolean') return true;
  const length = typeof value === 'string' ? Buffer.byteLength(value) : Object.keys(value as object).length;
  const min = (field.len_min ?? (field.type === 'string' ? 1 : 0)) as number;
  const max = (field.len_max ?? Infinity) as number;
  return length >= min && length <= max && (field.len_eq === undefined || length === field.len_eq);
}
