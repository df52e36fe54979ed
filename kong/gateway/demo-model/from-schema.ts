// A value that fits a JSON schema: the demo's tool arguments and structured answers.

export type JsonSchema = { [keyword: string]: unknown };

// A schema may refer to itself; past this depth optional parts are left out.
const MAX_DEPTH = 8;

const BY_FORMAT = new Map(
  Object.entries({
    date: '2025-01-01',
    time: '12:00:00Z',
    'date-time': '2025-01-01T12:00:00Z',
    email: 'demo@example.com',
    uri: 'https://example.com/',
    uuid: '00000000-0000-4000-8000-000000000000',
  }),
);

/** The same schema always gives the same value. Keywords of text patterns are not followed. */
export function valueFor(schema: JsonSchema): unknown {
  return build(schema, schema, 'demo', 0);
}

function build(root: JsonSchema, schema: JsonSchema, name: string, depth: number): unknown {
  if ('const' in schema) return schema.const;
  if ('default' in schema) return schema.default;
  for (const keyword of ['enum', 'examples'] as const) {
    const values = schema[keyword];
    if (Array.isArray(values) && values.length > 0) return values[0];
  }
  if (depth > MAX_DEPTH) return null;
  if (typeof schema.$ref === 'string') return build(root, resolve(root, schema.$ref), name, depth + 1);
  const branch = ['anyOf', 'oneOf'].map((keyword) => schema[keyword]).find(Array.isArray)?.[0];
  if (isSchema(branch)) return build(root, branch, name, depth + 1);
  if (Array.isArray(schema.allOf)) {
    const merged = Object.assign({}, ...schema.allOf.filter(isSchema));
    return build(root, merged, name, depth + 1);
  }
  switch (typeOf(schema)) {
    case 'object':
      return buildObject(root, schema, depth);
    case 'array':
      return buildArray(root, schema, name, depth);
    case 'integer':
    case 'number':
      return numberFor(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return BY_FORMAT.get(String(schema.format)) ?? withinLength(`demo ${name}`, schema);
  }
}

function typeOf(schema: JsonSchema): unknown {
  if (Array.isArray(schema.type)) return schema.type[0];
  return schema.type ?? (schema.properties ? 'object' : schema.items ? 'array' : 'string');
}

function buildObject(root: JsonSchema, schema: JsonSchema, depth: number): object {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = isSchema(schema.properties) ? Object.entries(schema.properties) : [];
  const kept = properties.filter(([key]) => depth < MAX_DEPTH / 2 || required.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, build(root, isSchema(value) ? value : {}, key, depth + 1)]),
  );
}

function buildArray(root: JsonSchema, schema: JsonSchema, name: string, depth: number): unknown[] {
  const items = isSchema(schema.items) ? schema.items : {};
  const least = typeof schema.minItems === 'number' ? Math.min(schema.minItems, 16) : 0;
  const count = depth < MAX_DEPTH / 2 ? Math.max(1, least) : least;
  return Array.from({ length: count }, () => build(root, items, name, depth + 1));
}

function numberFor(schema: JsonSchema): number {
  const { minimum, exclusiveMinimum, maximum } = schema;
  if (typeof minimum === 'number') return minimum;
  if (typeof exclusiveMinimum === 'number') return exclusiveMinimum + 1;
  return typeof maximum === 'number' ? Math.min(1, maximum) : 1;
}

function withinLength(text: string, { minLength, maxLength }: JsonSchema): string {
  const long = typeof minLength === 'number' ? text.padEnd(Math.min(minLength, 1000), '.') : text;
  return typeof maxLength === 'number' ? long.slice(0, maxLength) : long;
}

// Only references inside the schema, such as `#/$defs/City`.
function resolve(root: JsonSchema, ref: string): JsonSchema {
  let found: unknown = ref.startsWith('#') ? root : undefined;
  for (const key of ref.split('/').slice(1)) found = isSchema(found) ? found[key] : undefined;
  return isSchema(found) ? found : {};
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
