// Values that the demo model makes up fit their JSON schema.
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { type JsonSchema, valueFor } from '../../../../kong/gateway/demo-model/from-schema.ts';

const tree: JsonSchema = {
  type: 'object',
  properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
  required: ['name'],
};

test.each<[what: string, schema: JsonSchema, value: unknown]>([
  ['a constant', { const: 7 }, 7],
  ['a default', { type: 'string', default: 'x' }, 'x'],
  ['the first of an enum', { enum: ['a', 'b'] }, 'a'],
  ['the first example', { type: 'integer', examples: [5, 6] }, 5],
  ['a type when the examples are none', { type: 'boolean', examples: [] }, true],
  ['the first branch of anyOf', { anyOf: [{ type: 'integer', minimum: 9 }, { type: 'null' }] }, 9],
  ['the first branch of oneOf', { oneOf: [{ type: 'null' }, { type: 'string' }] }, null],
  ['allOf together', { allOf: [{ type: 'integer' }, { minimum: 3 }, { maximum: 4 }] }, 3],
  ['the first of several types', { type: ['integer', 'null'] }, 1],
  ['an object without a type', { properties: { a: { type: 'boolean' } } }, { a: true }],
  ['an array without a type', { items: { type: 'null' } }, [null]],
  ['an object without properties', { type: 'object' }, {}],
  ['an array of at least so many', { type: 'array', items: { type: 'integer' }, minItems: 3 }, [1, 1, 1]],
  ['an array of anything', { type: 'array' }, ['demo demo']],
  ['a number above an exclusive minimum', { type: 'number', exclusiveMinimum: 4 }, 5],
  ['a number below a maximum', { type: 'number', maximum: -2 }, -2],
  ['a number below a maximum above 1', { type: 'number', maximum: 10 }, 1],
  ['a text of at least so many characters', { type: 'string', minLength: 12 }, 'demo demo...'],
  ['a text of at most so many characters', { type: 'string', maxLength: 4 }, 'demo'],
  ['a text of a format', { type: 'string', format: 'date' }, '2025-01-01'],
  ['a text of a format that it does not know', { type: 'string', format: 'constructor' }, 'demo demo'],
  [
    'what a reference names',
    { type: 'object', properties: { at: { $ref: '#/$defs/City' } }, $defs: { City: { const: 'Ulm' } } },
    { at: 'Ulm' },
  ],
  ['anything, for true', { type: 'object', properties: { any: true } }, { any: 'demo any' }],
])('%s', (_what, schema, value) => {
  expect(valueFor(schema)).toEqual(value);
  expect(new Ajv({ strict: false, validateFormats: false }).validate(schema, value)).toBe(true);
});

test.each([
  ['names nothing', '#/$defs/None/deeper'],
  ['is in another document', 'https://example.com/schema.json'],
  ['goes through a list', '#/required/0'],
])('a reference that %s stands for any value', (_what, $ref) => {
  expect(valueFor({ required: ['x'], type: 'object', properties: { a: { $ref } } })).toEqual({ a: 'demo a' });
});

test('a schema that refers to itself ends: past some depth only what is required is there', () => {
  const value = valueFor(tree);
  expect(new Ajv().validate(tree, value)).toBe(true);
  expect(JSON.stringify(value).length).toBeLessThan(1_000);
  // Required without end: such a schema has no value, and something still comes back.
  const endless = { type: 'object', properties: { self: { $ref: '#' } }, required: ['self'] };
  expect(JSON.stringify(valueFor(endless))).toContain('null');
});

test('an array is no longer than a demo needs, whatever its schema says', () => {
  expect(valueFor({ type: 'array', minItems: 1e9, items: { const: 0 } })).toHaveLength(16);
  expect(String(valueFor({ type: 'string', minLength: 1e9 }))).toHaveLength(1000);
});
