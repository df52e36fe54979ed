import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keysNamedIn, keysOf, nestsDeeperThan } from '../../kong/llm/json-depth.ts';

const depthOf = (value: unknown): number =>
  value === null || typeof value !== 'object' ? 0 : 1 + Math.max(0, ...Object.values(value).map(depthOf));

it('is what a walk over the parsed value finds', () => {
  const texts = fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', ']', '}', ':', 'a') });
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      texts,
      fc.array(tie('value')),
      fc.dictionary(texts, tie('value')),
    ),
  })).value;
  fc.assert(
    fc.property(json, (value) => {
      const bytes = Buffer.from(JSON.stringify(value));
      const depth = depthOf(value);
      expect(nestsDeeperThan(bytes, depth)).toBe(false);
      if (depth > 0) expect(nestsDeeperThan(bytes, depth - 1)).toBe(true);
      expect(keysNamedIn(bytes, depth)).toBe(keysOf(value));
    }),
  );
});

it('a key that is named twice counts twice', () => {
  const text = '{"a": [1, {"b": ":", "\\u0062" : 2}], "__proto__": {"a": {}}}';
  expect(keysNamedIn(Buffer.from(text), 9)).toBe(5);
  expect(keysOf(JSON.parse(text))).toBe(4);
});

it('does not end on what is no JSON', () => {
  for (const text of ['"', '"\\"', '[[[', ']]]]', ''])
    expect(nestsDeeperThan(Buffer.from(text), 3)).toBe(false);
});
