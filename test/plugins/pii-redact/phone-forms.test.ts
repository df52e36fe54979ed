// Phone numbers: which forms are one by themselves, which only beside a word for one, which never.
import { describe, expect, it } from 'vitest';
import { Detector } from '../../../plugins/pii-redact/detect/detector.ts';
import { isValidIn, isValidInternational } from '../../../plugins/pii-redact/recognisers/phone-plan.ts';
import { expectMarked } from './marked.ts';

describe('is taken, to its ends', () => {
  it.each([
    'call [[+ 44 20 7946 0958]]',
    'call ([[+44 20 7946 0958]])',
    'call [[+(44 20) 7946 0958]]',
    'call [[+(44) 20 7946 0958]]',
    'call [[(+1) 212-555-0100]]',
    'call ([[8 (912) 555-01-00]])',
    'see [[0044 20 7946 0958]]',
    'see [[00442079460958]]',
    'see [[011 44 999 999 9999]]',
    'see [[06 12 34 56 78]]',
    'see [[3 (212) 555-0100]]',
    'see [[(112) 555-0100]]',
    'see [[(030) 901820]]',
    'see [[(11) 91234-5678]]',
    'see [[212.555.0100]]',
    'see [[212/555/0100]]',
    'see [[212-555 0100]]',
    'see [[112-555-0100]]',
    'see [[012-555-0100]]',
    'see [[1 212 555 0100]]',
    'see [[1-212-555-0100]]',
    'see [[7-212-555-0100]]',
    'see [[212-555-0100]], 5 times',
    'see [[212-555-0100 ext. 42]]',
    'see [[012345 678 90]]',
    'see phone:[[2125550100]]',
  ])('%s', (marked) => {
    expectMarked('PHONE_NUMBER', marked);
  });
});

describe('is taken beside a word for one only', () => {
  it.each([
    ['a calling code that does not exist', '+999 12345678'],
    ['an international number that is too short', '+44123456'],
    ['00 and a number that is in no plan', '0044999999999999'],
    ['011 and a number that is in no plan', '01144999999999999'],
    ['two groups of seven digits', '555-0100'],
    ['the form of a ZIP code', '12345-6789'],
    ['groups of a plan in which it is not valid', '20 7946 095812'],
    ['a trunk prefix and mixed separators', '0171-123 45 67'],
    ['a trunk prefix and few digits', '017112345'],
    ['groups that are printed so and not valid', '12 34 56 78'],
    ['groups that are printed so and valid', '212 55 01 00'],
    ['a bracket in its middle', '12345 (678) 9'],
    ['a bracket of one digit', '(1) 2345678'],
    ['seven digits with a bracket', '(12) 345 67'],
    ['an area that does not exist, with spaces', '112 555 0100'],
    ['an area that does not exist, with slashes', '112/555/0100'],
    ['an area that does not exist, with both', '112-555 0100'],
    ['a prefix that nobody dials', '2-112-555-0100'],
  ])('%s: %s', (_what, number) => {
    expectMarked('PHONE_NUMBER', `see ${number}`);
    expectMarked('PHONE_NUMBER', `my phone is [[${number}]]`);
  });
});

describe('is left even beside a word for one', () => {
  it.each([
    ['too few digits', 'my phone is 0171 12'],
    ['the same digit always', 'my phone costs 1111111'],
    ['two years', 'my phone of 2019-2020'],
    ['a date', 'my phone since 05.04.2019'],
    ['a decimal', 'my phone 1234.567890'],
    ['four numbers with dots', 'my phone 10.20.30.405'],
    ['a single digit among groups', 'my phone 1234 5 678'],
    ['signs twice', 'my phone 212..555..0100'],
    ['a part of an identifier', 'my phone x212-555-0100'],
    ['a letter behind', 'my phone 212-555-0100a'],
    ['digits before a comma', 'my phone 5,212-555-0100'],
    ['letters before a dot', 'my phone a.2125550100'],
    ['a fraction', 'my phone 212-555-0100.5'],
  ])('%s: %s', (_what, text) => {
    const found = new Detector().find(text).map(({ type }) => type);
    expect(found).not.toContain('PHONE_NUMBER');
  });
});

it('a quantity is none: its unit or its currency says so', () => {
  for (const text of ['see 212-555-0100 kg', 'see $212-555-0100']) expectMarked('PHONE_NUMBER', text);
});

it('what is remembered of plans makes no difference, however many numbers there were', () => {
  const answers = () => [
    isValidInternational('442079460958'),
    isValidIn('US', '2125550100'),
    isValidIn('FR', '1'),
  ];
  const before = answers();
  for (let i = 0; i < 2_100; i++) isValidIn('US', `212${i}`);
  expect(answers()).toEqual(before);
  expect(before).toEqual([true, true, false]);
});
