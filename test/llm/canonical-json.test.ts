import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../kong/llm/canonical-json.ts';

it('has the keys in one order at every depth, and leaves lists as they are', () => {
  expect(canonicalJson({ b: [2, 1, { d: null, c: 'x"' }], a: undefined, A: true })).toBe(
    '{"A":true,"b":[2,1,{"c":"x\\"","d":null}]}',
  );
  expect(canonicalJson([undefined, Number.NaN])).toBe('[null,null]');
  expect(canonicalJson(undefined)).toBe('null');
});

it('says what JSON.stringify says, and the same whatever order the keys came in', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(value))).toBe(text);
    }),
  );
});

/** A key like `__proto__` must be a key like any other. */
function reversed(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(reversed);
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, reversed(item)]));
}
