// Amounts add up exactly, however large, and however small their parts.
import { expect, test } from 'vitest';
import { Usd } from '../../kong/llm/usd.ts';

test.each([
  [9_007_199_254_740, 75, '675539944.1055'],
  [1, 0.000001, '0.000000000001'],
  [123_456_789_012_345, 0.123457, '15241604.801097076665'],
])('%s tokens at $%s per 1M are $%s', (tokens, perMillion, usd) => {
  expect(Usd.ofTokens(tokens, perMillion).toUsd()).toBe(usd);
});

test.each([
  ['1.5', 1, '1.5'],
  ['0.000000000003', 0.5, '0.000000000002'],
  ['-0.000000000003', 0.5, '-0.000000000002'],
  ['-2', 1.25, '-2.5'],
])('$%s times %s is $%s, to the nearest part', (amount, factor, product) => {
  expect(Usd.parse(amount).times(factor).toUsd()).toBe(product);
});

test.each(['', '1.', '.5', '1e3', '--1', '0.1234567890123'])('%j is no amount', (text) => {
  expect(() => Usd.parse(text)).toThrow('not an amount');
});
