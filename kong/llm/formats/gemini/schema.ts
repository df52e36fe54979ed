// Gemini's own schemas (a part of OpenAPI 3.0, types in capitals) as JSON Schema.
// https://ai.google.dev/api/caching#Schema
import { type Bag, isObject } from '../../slots.ts';

/** Deeper schemas are cut off: nobody writes them, and recursion has an end. */
const MAX_DEPTH = 64;

export function jsonSchema(schema: unknown, depth = 0): Bag {
  if (!isObject(schema) || depth > MAX_DEPTH) return {};
  const { type, nullable, items, properties, anyOf, any_of: snakeAnyOf, ...rest } = schema;
  const out: Bag = {};
  if (typeof type === 'string')
    out.type = nullable === true ? [type.toLowerCase(), 'null'] : type.toLowerCase();
  for (const [name, value] of Object.entries(rest)) {
    if (name === 'propertyOrdering' || name === 'property_ordering') continue;
    // 64-bit numbers come as strings.
    out[name] = /^(min|max)(Items|Length|Properties)$/.test(name) ? Number(value) : value;
  }
  if (items !== undefined) out.items = jsonSchema(items, depth + 1);
  if (isObject(properties)) {
    out.properties = Object.fromEntries(
      Object.entries(properties).map(([name, inner]) => [name, jsonSchema(inner, depth + 1)]),
    );
  }
  const choices = anyOf ?? snakeAnyOf;
  if (Array.isArray(choices)) out.anyOf = choices.map((inner) => jsonSchema(inner, depth + 1));
  return out;
}
