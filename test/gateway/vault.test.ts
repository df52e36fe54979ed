// `{vault://env/NAME}` in a plugin's config: where it is resolved, and what it becomes (kong/vaults/env).
import { describe, expect, it } from 'vitest';
import { resolveReferences } from '../../kong/gateway/plugin-server/vault.ts';

const secret = { type: 'string', referenceable: true };
const schema = JSON.stringify({
  name: 'p',
  fields: [
    { protocols: { type: 'set' } },
    {
      config: {
        type: 'record',
        fields: [
          { key: secret },
          { plain: { type: 'string' } },
          { list: { type: 'array', elements: secret } },
          { names: { type: 'array', elements: { type: 'string' } } },
          { bare: { type: 'array' } },
          { map: { type: 'map', values: secret } },
          { free: { type: 'map' } },
          { inner: { type: 'record', fields: [{ key: secret }] } },
          { inners: { type: 'map', values: { type: 'record', fields: [{ key: secret }] } } },
          { count: { type: 'integer' } },
        ],
      },
    },
  ],
});

const env = { A: 'one', B_C: 'two', P_A: 'prefixed', J: '{"k":"deep","n":7,"nothing":null}' };
const resolve = (config: Record<string, unknown>, given = schema) => resolveReferences(config, given, env);

describe('a reference', () => {
  it.each([
    ['{vault://env/a}', 'one'],
    ['{vault://env/b-c}', 'two'],
    ['{vault://env/a?prefix=p_}', 'prefixed'],
    ['{vault://env/a/}', 'one'],
    ['{vault://env/j/k}', 'deep'],
    ['{vault://env/j/n}', '7'],
  ])('%s is %s', (key, value) => {
    expect(resolve({ key })).toEqual({ config: { key: value, $refs: { key } }, missing: [] });
  });

  it.each([
    ['whose variable is not set', '{vault://env/none}'],
    ['to a vault that is not here', '{vault://aws/a}'],
    ['without a name', '{vault://env}'],
    ['to a field that the JSON has not', '{vault://env/j/none}'],
    ['to a field of what is no JSON', '{vault://env/a/k}'],
  ])('%s is empty, as in Kong, and reported', (_what, key) => {
    expect(resolve({ key })).toEqual({ config: { key: '', $refs: { key } }, missing: [key] });
  });

  it.each([
    ['a field that is not referenceable', { plain: '{vault://env/a}' }],
    ['a list whose elements are not', { names: ['{vault://env/a}'] }],
    [
      'a list or map that says nothing of them',
      { bare: ['{vault://env/a}'], free: { x: '{vault://env/a}' } },
    ],
    ['a field that the schema has not', { other: '{vault://env/a}' }],
    ['a text that is only like one', { key: '{vault://env/a} and more' }],
    ['what is no text', { key: null, list: [1, null], count: 3, map: null, inner: null }],
  ])('stays as it is in %s', (_what, config) => {
    expect(resolve(config)).toEqual({ config, missing: [] });
  });
});

it('lists, maps and records are resolved within, and each names its references', () => {
  const a = '{vault://env/a}';
  const none = '{vault://env/none}';
  expect(
    resolve({
      list: ['x', a, none],
      map: { one: a, two: 'x' },
      inner: { key: a },
      inners: { first: { key: a }, second: { key: 'x' } },
    }),
  ).toEqual({
    config: {
      list: ['x', 'one', ''],
      map: { one: 'one', two: 'x' },
      inner: { key: 'one', $refs: { key: a } },
      inners: { first: { key: 'one', $refs: { key: a } }, second: { key: 'x' } },
      $refs: { list: [null, a, none], map: { one: a } },
    },
    missing: [none],
  });
});

it.each([['no JSON'], ['{}'], ['{"fields":[]}'], ['{"fields":[{"config":{"type":"record"}}]}']])(
  'with the schema %s nothing is resolved',
  (given) => {
    const config = { key: '{vault://env/a}' };
    expect(resolve(config, given)).toEqual({ config, missing: [] });
  },
);
