import { describe, expect, it } from 'vitest';
import { pointAt, Units } from '../../kong/llm/units.ts';

const unitsOf = (text: string, units: Uint16Array): number[] => [...units.subarray(0, text.length)];
const expected = (text: string): number[] =>
  Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

describe('the units of a text', () => {
  it.each([
    ['ASCII', 'plain'],
    ['Latin-1', 'é'.repeat(9)],
    ['Han', '指令'],
    ['half a pair', 'a\ud83db'],
    ['a long text', 'xé令'.repeat(20_000)],
  ])('of %s', (_name, text) => {
    expect(unitsOf(text, new Units().of(text))).toEqual(expected(text));
  });

  it('of a short text after a long one', () => {
    const units = new Units();
    units.of('y'.repeat(70_000));
    expect([...units.of('ab').subarray(0, 3)]).toEqual([97, 98, 0]);
  });
});

it('a code point is what a string says it is, halves of pairs too', () => {
  const text = 'a😀\ud83d\ud83d\udc00\udc00\u{10ffff}\ud83d';
  const units = new Units().of(text);
  for (let i = 0; i < text.length; i += 1) expect(pointAt(units, i, text.length)).toBe(text.codePointAt(i));
});
