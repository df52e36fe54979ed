// Each zod construct becomes the Kong field that means the same, or the author of the plugin is told at once.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  checkKongSchema,
  entityChecks,
  headerName,
  httpUrl,
  type KongField,
  kong,
  map,
  ms,
  port,
  price,
  seconds,
  secret,
  set,
  text,
  toKongSchema,
  UnsupportedSchemaError,
} from '../../kong/schema/index.ts';
import { example } from './example.ts';

function kongField(schema: z.ZodType): KongField {
  const { config } = toKongSchema('plugin', z.object({ field: schema })).fields[1]!;
  return config!.fields![0]!.field!;
}

describe('toKongSchema', () => {
  it('wraps the config in the form that Kong loads', () => {
    expect(toKongSchema('my-plugin', z.object({ a: text() }))).toEqual({
      name: 'my-plugin',
      fields: [
        {
          protocols: {
            type: 'set',
            required: true,
            default: ['http', 'https'],
            elements: { type: 'string', one_of: ['http', 'https'] },
            description: expect.any(String),
          },
        },
        { config: { type: 'record', required: true, fields: [{ a: { type: 'string', required: true } }] } },
      ],
    });
  });

  const optional: [string, z.ZodType, KongField][] = [
    ['a string that may be empty', z.string(), { type: 'string', len_min: 0 }],
    ['a string that may not', text(), { type: 'string' }],
    ['bounds on length', z.string().min(2).max(5), { type: 'string', len_min: 2, len_max: 5 }],
    ['an exact length', z.string().length(4), { type: 'string', len_eq: 4 }],
    ['a prefix', z.string().startsWith('eu-'), { type: 'string', starts_with: 'eu-' }],
    ['a UUID', z.uuid(), { type: 'string', uuid: true }],
    ['a format that Kong has no word for', httpUrl(), { type: 'string' }],
    ['a regular expression', headerName(), { type: 'string' }],
    ['a boolean', z.boolean(), { type: 'boolean' }],
    ['a boolean literal', z.literal(true), { type: 'boolean', eq: true }],
    ['an enum', z.enum(['a', 'b']), { type: 'string', one_of: ['a', 'b'] }],
    ['an enum with the empty string', z.enum(['', 'b']), { type: 'string', one_of: ['', 'b'], len_min: 0 }],
    ['a literal', z.literal('a'), { type: 'string', one_of: ['a'] }],
    ['integer literals', z.literal([256, 512]), { type: 'integer', one_of: [256, 512] }],
    ['number literals', z.literal([0.5, 1]), { type: 'number', one_of: [0.5, 1] }],
    [
      'a union of literals',
      z.union([z.literal('a'), z.literal('b')]),
      { type: 'string', one_of: ['a', 'b'] },
    ],
    ['an integer', z.int(), { type: 'integer' }],
    ['number().int()', z.number().int(), { type: 'integer' }],
    ['a 32-bit integer', z.uint32(), { type: 'integer', between: [0, 4294967295] }],
    ['an integer from a bound up', z.int().min(1), { type: 'integer', gt: 0 }],
    ['an integer above a bound', z.int().positive(), { type: 'integer', gt: 0 }],
    ['an integer between open ends', z.int().gt(1).lt(5), { type: 'integer', between: [2, 4] }],
    ['an integer up to a bound', z.int().max(9), { type: 'integer', between: [Number.MIN_SAFE_INTEGER, 9] }],
    ['a number', z.number(), { type: 'number' }],
    ['a number in a range', z.number().min(0).max(1), { type: 'number', between: [0, 1] }],
    ['a number above a bound', z.number().gt(0), { type: 'number', gt: 0 }],
    [
      'a number above one bound and up to another',
      z.number().gt(0).max(1),
      { type: 'number', gt: 0, between: [0, 1] },
    ],
    ['a number from a bound up', price(), { type: 'number', between: [0, Number.MAX_SAFE_INTEGER] }],
    ['the stricter of two bounds', z.number().min(0).min(2).max(9), { type: 'number', between: [2, 9] }],
    ['an array', z.array(z.int()), { type: 'array', elements: { type: 'integer' } }],
    [
      'an array with bounds',
      z.array(text()).min(1).max(3),
      { type: 'array', elements: { type: 'string' }, len_min: 1, len_max: 3 },
    ],
    ['a set', set(text()), { type: 'set', elements: { type: 'string' } }],
    ['a map', map(z.int()), { type: 'map', keys: { type: 'string' }, values: { type: 'integer' } }],
    [
      'a map with named keys',
      z.partialRecord(z.enum(['a']), z.int()),
      { type: 'map', keys: { type: 'string', one_of: ['a'] }, values: { type: 'integer' } },
    ],
    [
      'a record in an array',
      z.array(z.object({ a: text(), b: text().optional() })),
      {
        type: 'array',
        elements: {
          type: 'record',
          fields: [{ a: { type: 'string', required: true } }, { b: { type: 'string' } }],
        },
      },
    ],
    ['a refinement, which stays with zod', text().refine((v) => v !== 'x'), { type: 'string' }],
    [
      'a transform, as what goes in',
      z
        .string()
        .min(1)
        .transform((v) => v.length),
      { type: 'string' },
    ],
    ['a secret', secret(), { type: 'string', referenceable: true, encrypted: true }],
    [
      'a secret inside an array',
      z.array(secret()),
      { type: 'array', elements: { type: 'string', referenceable: true, encrypted: true } },
    ],
    ['a timeout', ms(), { type: 'integer', between: [1, 2147483646] }],
    ['a window', seconds(), { type: 'integer', gt: 0 }],
    ['a port', port(), { type: 'integer', between: [0, 65535] }],
    ['what is readonly', text().readonly(), { type: 'string' }],
  ];

  it.each(optional)('maps %s', (_, schema, field) => {
    expect(kongField(schema.optional())).toEqual(field);
    expect(kongField(schema)).toEqual({ ...field, required: true });
  });

  it('requires what is neither optional nor defaulted', () => {
    expect(kongField(z.boolean())).toHaveProperty('required', true);
    expect(kongField(z.boolean().optional())).not.toHaveProperty('required');
    expect(kongField(z.boolean().nullish())).not.toHaveProperty('required');
    expect(kongField(z.boolean().default(false))).toEqual({ type: 'boolean', default: false });
    expect(kongField(z.boolean().prefault(false))).toEqual({ type: 'boolean', default: false });
    expect(kongField(z.boolean().optional().default(false))).toEqual({ type: 'boolean', default: false });
  });

  it('lets Kong fill a record whose default is what its fields default to', () => {
    const redis = z.object({ host: text().default('localhost'), password: text().optional() });
    const fields = [{ host: { type: 'string', default: 'localhost' } }, { password: { type: 'string' } }];
    expect(kongField(redis)).toEqual({ type: 'record', required: true, fields });
    expect(kongField(redis.prefault({}))).toEqual({ type: 'record', required: true, fields });
    expect(kongField(redis.default({ host: 'localhost' }))).toEqual({
      type: 'record',
      required: true,
      fields,
    });
    expect(kongField(redis.default({ host: 'other' }))).toEqual({
      type: 'record',
      default: { host: 'other' },
      fields,
    });
    expect(kongField(redis.optional())).toEqual({ type: 'record', required: false, fields });
  });

  // Kong takes a record of which nothing is said for required, and then asks for what is required inside it.
  it('says of a record that it may be absent, at any depth', () => {
    const service = z.object({ url: text() });
    const field = kongField(z.object({ inner: service.optional(), list: z.array(service).optional() }));
    expect(field.fields).toMatchObject([{ inner: { type: 'record', required: false } }, {}]);
    expect(field.fields![1]!.list).not.toHaveProperty('required');
    expect(field.fields![1]!.list!.elements).not.toHaveProperty('required');
  });

  it.each([
    ['describe, inside', text().describe('What it is for.').optional()],
    ['describe, outside', text().optional().describe('What it is for.')],
    ['meta', text().meta({ description: 'What it is for.' }).optional()],
    ['kong()', kong(text(), { description: 'What it is for.' }).optional()],
    ['outside over inside', text().describe('Something else.').optional().describe('What it is for.')],
  ])('takes the description from %s', (_, schema) => {
    expect(kongField(schema)).toEqual({ type: 'string', description: 'What it is for.' });
  });

  it('keeps the attributes through checks, wrappers and descriptions', () => {
    const schema = kong(text(), { referenceable: true }).max(9).describe('What it is for.').optional();
    expect(kongField(schema)).toEqual({
      type: 'string',
      len_max: 9,
      referenceable: true,
      description: 'What it is for.',
    });
    expect(kongField(kong(schema, { encrypted: true }))).toMatchObject({
      referenceable: true,
      encrypted: true,
    });
  });

  it('leaves the schema that it adds attributes to alone', () => {
    const schema = text();
    kong(schema, { referenceable: true });
    expect(kongField(schema)).not.toHaveProperty('referenceable');
  });

  it('puts entity checks on the record that they are about, at any depth', () => {
    const auth = entityChecks(z.object({ a: text().optional(), b: text().optional() }), {
      mutually_required: ['a', 'b'],
    });
    const field = kongField(z.array(entityChecks(auth, { at_least_one_of: ['a', 'b'] })));
    expect(field.elements!.entity_checks).toEqual([
      { mutually_required: ['a', 'b'] },
      { at_least_one_of: ['a', 'b'] },
    ]);
  });

  it.each<[string, () => z.ZodType]>([
    ['union', () => z.union([z.string(), z.number()])],
    [
      'discriminated union',
      () => z.discriminatedUnion('t', [z.object({ t: z.literal('a') }), z.object({ t: z.literal('b') })]),
    ],
    ['mixed literals', () => z.literal(['a', 1])],
    ['lazy', () => z.lazy(() => z.string())],
    ['any', () => z.any()],
    ['unknown', () => z.unknown()],
    ['null', () => z.null()],
    ['date', () => z.date()],
    ['bigint', () => z.bigint()],
    ['tuple', () => z.tuple([z.string()])],
    ['Set', () => z.set(z.string())],
    ['Map', () => z.map(z.string(), z.string())],
    ['intersection', () => z.intersection(z.object({}), z.object({}))],
    ['loose object', () => z.looseObject({})],
    ['catch', () => z.string().catch('x')],
    ['coercion', () => z.coerce.number()],
    ['preprocess', () => z.preprocess((v) => v, z.string())],
    ['nullable but not optional', () => z.string().nullable()],
    ['optional elements', () => z.array(z.string().optional())],
    ['defaulted values', () => z.record(z.string(), z.string().default('x'))],
    ['exhaustive keys', () => z.record(z.enum(['a']), z.string())],
    ['keys that are no strings', () => z.record(z.number(), z.string())],
    ['default of a transformed value', () => z.string().transform(Number).default(1)],
    ['short description', () => z.string().describe('Short.')],
    ['long description', () => z.string().describe('x'.repeat(501))],
    ['referenceable number', () => kong(z.number(), { referenceable: true })],
    ['set of no array', () => kong(z.string(), { set: true })],
  ])('refuses what Kong cannot express, and names the field: %s', (_, schema) => {
    expect(() => kongField(schema())).toThrow(UnsupportedSchemaError);
    expect(() => kongField(schema())).toThrow('config.field');
  });

  it('satisfies the metaschema with every kind of field', () => {
    expect(checkKongSchema(toKongSchema('example', example))).toEqual([]);
  });
});
