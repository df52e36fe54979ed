// The table in a plugin's README says what its schema says.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { entityChecks, fieldTable, map, secret, set, text } from '../../kong/schema/index.ts';

const row = (table: string, field: string) =>
  table.split('\n').find((line) => line.startsWith(`| \`${field}\` |`));

it('has one row per field, with paths as they are written in errors', () => {
  const config = z.object({
    targets: z.array(z.object({ model: text().describe('The name of the model.') })).min(1),
    prices: map(z.object({ input: z.number().min(0) })).default({}),
    redis: z.object({ host: text().default('localhost') }),
    policy: z.enum(['local', 'redis']).default('local').describe('Where a | b live.'),
    key: secret().optional(),
    tags: set(text().max(8)).optional(),
    retries: z.int().min(0).max(10).default(3),
  });
  expect(fieldTable(config)).toBe(
    [
      '| Field | Type | Default | Required | Description |',
      '| --- | --- | --- | --- | --- |',
      '| `targets` | array of record |  | yes | At least 1 entry. |',
      '| `targets[].model` | string |  | yes | The name of the model. |',
      '| `prices` | map of record | `{}` |  |  |',
      '| `prices{}.input` | number |  | yes | At least 0. |',
      '| `redis` | record |  |  |  |',
      '| `redis.host` | string | `"localhost"` |  |  |',
      '| `policy` | string | `"local"` |  | Where a \\| b live. One of `local`, `redis`. |',
      '| `key` | string |  |  | Referenceable. Encrypted. |',
      '| `tags` | set of string |  |  | Each: At most 8 characters. |',
      '| `retries` | integer | `3` |  | At least 0, at most 10. |',
      '',
    ].join('\n'),
  );
});

it('says which fields go together', () => {
  const auth = entityChecks(
    z.object({ a: text().optional(), b: text().optional() }),
    { mutually_required: ['a', 'b'] },
    {
      conditional: { if_field: 'a', if_match: { eq: 'x' }, then_field: 'b', then_match: { required: true } },
    },
  );
  expect(row(fieldTable(z.object({ auth })), 'auth')).toContain(
    'All or none of `a`, `b`. If `a` is `x`, `b` is `required`.',
  );
});

it('says how much and how many, in words', () => {
  const table = fieldTable(
    z.object({
      one: text().length(1),
      exact: z.array(text()).length(2),
      prefixed: z.string().startsWith('eu-'),
      above: z.number().gt(0).max(9),
      many: z.array(z.int().min(1)).max(1).describe('Some of them.'),
      only: z.literal('v1'),
      plain: map(z.string()),
      keys: z.array(secret().describe('A key of the provider.')),
    }),
  );
  const told = (field: string) => row(table, field)!.split(' | ').at(-1)!.replace(/ \|$/, '');
  expect(told('one')).toBe('Exactly 1 character.');
  expect(told('exact')).toBe('Exactly 2 entries.');
  expect(told('prefixed')).toBe('Starts with `eu-`.');
  expect(told('above')).toBe('Greater than 0, at most 9.');
  expect(told('many')).toBe('Some of them. At most 1 entry. Each: Greater than 0.');
  expect(told('only')).toMatch(/`v1`/);
  expect(row(table, 'plain')).toContain('| map of string |');
  expect(told('keys')).toBe('Each: A key of the provider. Referenceable. Encrypted.');
});

it('says a condition in words, whatever it compares', () => {
  const record = entityChecks(z.object({ a: text().default('x'), n: z.int().optional() }), {
    conditional: {
      if_field: 'a',
      if_match: { not_one_of: ['x', 'y'] },
      then_field: 'n',
      then_match: { gt: 1, required: true },
    },
  });
  expect(row(fieldTable(z.object({ record })), 'record')).toContain(
    'If `a` is `not one of x, y`, `n` is `gt 1, required`.',
  );
});
