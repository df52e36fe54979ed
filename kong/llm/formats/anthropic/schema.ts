// JSON Schema as Anthropic's structured outputs take it: objects closed, and constraints that it lacks said in words.
// https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
import { type Bag, isObject } from '../../slots.ts';

const UNSUPPORTED = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
];

/** Deeper schemas are handed on as they are: the provider judges. */
const MAX_DEPTH = 64;

export function closedSchema(schema: unknown, depth = 0): unknown {
  if (Array.isArray(schema)) return schema.map((item) => closedSchema(item, depth + 1));
  if (!isObject(schema) || depth > MAX_DEPTH) return schema;
  const out: Bag = {};
  const said: string[] = [];
  for (const [name, value] of Object.entries(schema)) {
    const tooFew = name === 'minItems' && typeof value === 'number' && value > 1;
    if (UNSUPPORTED.includes(name) || tooFew) said.push(`${name}: ${JSON.stringify(value)}`);
    else if (name === 'properties' || name === '$defs' || name === 'definitions') {
      out[name] = isObject(value)
        ? Object.fromEntries(
            Object.entries(value).map(([key, inner]) => [key, closedSchema(inner, depth + 1)]),
          )
        : value;
    } else if (['items', 'anyOf', 'allOf', 'oneOf'].includes(name))
      out[name] = closedSchema(value, depth + 1);
    else out[name] = value;
  }
  if (schema.type === 'object' || isObject(schema.properties)) out.additionalProperties = false;
  if (said.length > 0)
    out.description = [schema.description, `(${said.join(', ')})`].filter(Boolean).join(' ');
  return out;
}
