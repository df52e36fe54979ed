import { expect, it } from 'vitest';
import { matchesGlob } from '../../kong/llm/glob.ts';

it.each([
  ['gpt-4o', 'gpt-4o', true],
  ['gpt-4o', 'gpt-4o-mini', false],
  ['gpt-4o*', 'GPT-4o-mini', true],
  ['*', '', true],
  ['*-mini', 'gpt-4o-mini', true],
  ['*-mini', 'gpt-4o-mini-2024', false],
  ['gpt-*-*', 'gpt-4', false],
  ['a*b*c', 'axxbxbc', true],
  ['a.c', 'abc', false],
  ['', 'a', false],
])('%s matches %s: %s', (pattern, name, expected) => {
  expect(matchesGlob(pattern, name)).toBe(expected);
});

it('takes no longer than the product of the lengths', () => {
  expect(matchesGlob(`${'a*'.repeat(50)}b`, 'a'.repeat(5000))).toBe(false);
});
