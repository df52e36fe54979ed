// The model of Kong's metaschema refuses what Kong refuses, in the version that refuses it.
import { describe, expect, it } from 'vitest';
import { checkKongSchema } from '../../kong/schema/index.ts';

const withField = (field: unknown) => ({
  name: 'plugin',
  fields: [{ config: { type: 'record', required: true, fields: [{ field }] } }],
});

describe('checkKongSchema', () => {
  it.each<[string, unknown, string]>([
    ['an unknown type', { type: 'text' }, 'fields.config.fields.field: no such type'],
    ['no type', {}, 'fields.config.fields.field: no such type'],
    [
      'an unknown attribute',
      { type: 'string', minimum: 1 },
      'fields.config.fields.field.minimum: unknown attribute',
    ],
    [
      'an attribute with a wrong value',
      { type: 'string', required: 'yes' },
      'fields.config.fields.field.required: expected a boolean',
    ],
    [
      'an attribute on a wrong type',
      { type: 'string', between: [0, 1] },
      'field of type string cannot have between',
    ],
    [
      'a record with len_eq',
      { type: 'record', fields: [], len_eq: 1 },
      'field of type record cannot have len_eq',
    ],
    [
      'a boolean with one_of',
      { type: 'boolean', one_of: [true] },
      'field of type boolean cannot have one_of',
    ],
    ['an array without elements', { type: 'array' }, 'must declare elements'],
    ['a map without values', { type: 'map', keys: { type: 'string' } }, 'must declare values'],
    ['a record without fields', { type: 'record' }, 'must declare fields'],
    [
      'a fault inside elements',
      { type: 'array', elements: { type: 'text' } },
      'fields.config.fields.field.elements: no such type',
    ],
    ['a short description', { type: 'string', description: 'short' }, 'expected a string of 10 to 500 bytes'],
    ['between with one end', { type: 'integer', between: [1] }, 'expected an array of two numbers'],
    [
      'a default of a wrong type',
      { type: 'integer', default: 'x' },
      'fields.config.fields.field.default: expected type integer',
    ],
    [
      'a default out of range',
      { type: 'integer', between: [1, 9], default: 0 },
      'not a value that the field allows',
    ],
    [
      'a default that one_of lacks',
      { type: 'string', one_of: ['a'], default: 'b' },
      'not a value that the field allows',
    ],
    [
      'a default map with a key that keys refuses',
      {
        type: 'map',
        keys: { type: 'string', one_of: ['a'] },
        values: { type: 'integer' },
        default: { b: 1 },
      },
      'default.b: not a value',
    ],
    ['an empty string as default', { type: 'string', default: '' }, 'not a value that the field allows'],
    [
      'a default record without a required field',
      { type: 'record', fields: [{ a: { type: 'string', required: true } }], default: {} },
      'fields.config.fields.field.default.a: required',
    ],
    [
      'two keys in one entry',
      { type: 'record', fields: [{ a: { type: 'string' }, b: { type: 'string' } }] },
      'expected a record with one key',
    ],
    [
      'the same field twice',
      { type: 'record', fields: [{ a: { type: 'string' } }, { a: { type: 'string' } }] },
      'given twice',
    ],
    [
      'an unknown entity check',
      { type: 'record', fields: [], entity_checks: [{ any_of: ['a'] }] },
      'expected one known entity check',
    ],
    [
      'an unknown validator in a condition',
      {
        type: 'record',
        fields: [],
        entity_checks: [
          { conditional: { if_field: 'a', if_match: { is: 'x' }, then_field: 'b', then_match: {} } },
        ],
      },
      'if_match.is: unknown validator',
    ],
    [
      'a condition that is no record',
      { type: 'record', fields: [], entity_checks: [{ conditional: 'a' }] },
      'conditional: expected a record',
    ],
    [
      'an unknown part of a condition',
      { type: 'record', fields: [], entity_checks: [{ conditional: { when: 'a' } }] },
      'conditional.when: unknown part of an entity check',
    ],
    [
      'a match that is no record',
      { type: 'record', fields: [], entity_checks: [{ conditional: { if_field: 'a', if_match: 'x' } }] },
      'if_match: expected a record',
    ],
    [
      'entity checks that are no array',
      { type: 'record', fields: [], entity_checks: { at_least_one_of: ['a'] } },
      'entity_checks: expected an array',
    ],
    [
      'an entity check that is no record',
      { type: 'record', fields: [], entity_checks: ['at_least_one_of'] },
      'entity_checks[0]: expected one known entity check',
    ],
    ['fields that are no array', { type: 'record', fields: 'a' }, 'fields: expected an array'],
    ['an enum that is no array', { type: 'string', one_of: 'a' }, 'one_of: expected an array'],
    [
      'a foreign rule',
      { type: 'foreign', reference: 'x', on_delete: 'keep' },
      'on_delete: expected restrict',
    ],
    [
      'patterns without a pattern',
      { type: 'string', match_all: [{ err: 'x' }] },
      'match_all: expected an array of',
    ],
    ['patterns of another form', { type: 'string', match_any: ['x'] }, 'match_any: expected {patterns, err}'],
    [
      'a custom validator, which is a function',
      { type: 'string', custom_validator: 'x' },
      'unknown attribute',
    ],
  ])('refuses %s', (_, field, message) => {
    expect(checkKongSchema(withField(field)).join('\n')).toContain(message);
  });

  it('knows what came after 3.4', () => {
    const newer = withField({
      type: 'string',
      examples: ['a'],
      deprecation: { message: 'm', removal_in_version: '4' },
    });
    expect(checkKongSchema(newer, '3.9')).toEqual([]);
    expect(checkKongSchema(newer, '3.4')).toHaveLength(2);
    expect(checkKongSchema(newer)).toHaveLength(2);
    expect(checkKongSchema(withField({ type: 'json', json_schema: {} }), '3.4').join()).toContain(
      'no such type in 3.4',
    );
  });

  it('wants the config record, and no field that the plugins entity has not', () => {
    expect(checkKongSchema({ name: 'p', fields: [] })).toEqual(['fields: no config']);
    expect(
      checkKongSchema({ name: 'p', fields: [{ config: { type: 'record', fields: [] } }] }).join(),
    ).toContain('not required');
    const extra = {
      name: 'p',
      fields: [{ config: { type: 'record', required: true, fields: [] } }, { extra: { type: 'string' } }],
    };
    expect(checkKongSchema(extra)).toEqual(['fields.extra: not a field of the plugins entity']);
  });

  it('wants each field of the type that the plugins entity has, and no parts that are functions', () => {
    const config = { config: { type: 'record', required: true, fields: {} } };
    expect(
      checkKongSchema({ name: 'p', fields: [config, { protocols: { type: 'string' } }], check: 'x' }),
    ).toEqual(['check: unknown, or of no use without a function', 'fields.protocols: expected type set']);
    expect(
      checkKongSchema({ name: 'p', fields: [config], entity_checks: [{ only_one_of: 'x' }] }).join(),
    ).toContain('entity_checks[0].only_one_of');
  });

  it.each([
    [null],
    [[]],
    ['x'],
    [{}],
    [{ name: 'p', fields: [null] }],
    [{ name: 'p', fields: [{ config: null }] }],
  ])('refuses %j without throwing', (schema) => {
    expect(checkKongSchema(schema)).not.toEqual([]);
  });
});
