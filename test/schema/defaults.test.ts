// A field's default is held against the field, as Kong does when it loads the schema.
import { expect, it } from 'vitest';
import { checkKongSchema } from '../../kong/schema/index.ts';

const verdict = (field: object): string[] =>
  checkKongSchema(
    { name: 'p', fields: [{ config: { type: 'record', required: true, fields: [{ f: field }] } }] },
    '3.9',
  ).map((line) => line.replace('fields.config.fields.f.', ''));

const FORBIDDEN = 'not a value that the field allows';
const string = { type: 'string' };
const integer = { type: 'integer' };

it.each<[field: object, good: unknown, bad: unknown, said?: string]>([
  [{ type: 'boolean' }, false, 'no', 'expected type boolean'],
  [{ type: 'number' }, 0.5, '1', 'expected type number'],
  [integer, 3, 0.5, 'expected type integer'],
  [{ ...integer, gt: 0 }, 1, 0],
  [{ ...integer, between: [1, 9] }, 9, 10],
  [{ ...integer, not_one_of: [7] }, 8, 7],
  [{ ...integer, eq: 1 }, 1, 2],
  [{ ...integer, ne: 1 }, 2, 1],
  [{ ...string, one_of: ['a'] }, 'a', 'b'],
  [{ ...string, starts_with: 'eu-' }, 'eu-1', 'us-1'],
  [{ ...string, uuid: true }, '6a1b0f5e-0000-4000-8000-000000000001', '6a1b0f5e'],
  [{ ...string, len_min: 2 }, 'ab', 'a'],
  // Kong counts bytes.
  [{ ...string, len_max: 2 }, 'ü', 'üb'],
  [{ ...string, len_eq: 2 }, 'ab', 'abc'],
  [{ ...string, len_min: 0 }, '', 1, 'expected type string'],
  [{ type: 'array', elements: string }, ['a'], 'a', 'expected type array'],
  [{ type: 'array', elements: string, contains: 'a' }, ['b', 'a'], ['b']],
  [{ type: 'set', elements: string, len_max: 1 }, ['a'], ['a', 'b']],
  [{ type: 'map', keys: string, values: integer }, { a: 1 }, [1], 'expected type map'],
  [{ type: 'record', fields: [{ a: string }] }, { a: 'x' }, 'x', 'expected type record'],
])('%j: %j may be its default, %j may not', (field, good, bad, said = FORBIDDEN) => {
  expect(verdict({ ...field, default: good })).toEqual([]);
  expect(verdict({ ...field, default: bad })).toEqual([`default: ${said}`]);
});

it('an empty Lua table is an array and a record', () => {
  for (const empty of [{}, []]) {
    expect(verdict({ type: 'array', elements: string, default: empty })).toEqual([]);
    expect(verdict({ type: 'map', keys: string, values: string, default: empty })).toEqual([]);
    expect(verdict({ type: 'record', fields: [{ a: string }], default: empty })).toEqual([]);
  }
});

it('what a default holds is checked at every depth', () => {
  const element = { type: 'record', fields: [{ n: { ...integer, gt: 0 } }, { s: string }] };
  expect(
    verdict({ type: 'array', elements: element, default: [{ n: 1 }, { n: 0, x: 1 }, { s: 2 }] }),
  ).toEqual([
    'default[1].x: unknown field',
    `default[1].n: ${FORBIDDEN}`,
    'default[2].s: expected type string',
  ]);
  expect(
    verdict({ type: 'map', keys: { ...string, one_of: ['a'] }, values: integer, default: { a: 'x', b: 1 } }),
  ).toEqual(['default.a: expected type integer', `default.b: ${FORBIDDEN}`]);
});

it('a required field may be absent from a default when Kong fills it in', () => {
  const required = (more: object) => ({
    type: 'record',
    fields: [{ a: { required: true, ...more } }],
    default: {},
  });
  expect(verdict(required({ ...string, default: 'x' }))).toEqual([]);
  expect(verdict(required({ type: 'record', fields: [] }))).toEqual([]);
  expect(verdict(required(string))).toEqual(['default.a: required']);
});
