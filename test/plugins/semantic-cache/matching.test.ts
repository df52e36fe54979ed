// What the built-in embedder and the gate take for the same question.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate, readPairs } from '../../../plugins/semantic-cache/evaluate.ts';
import { CHECKS, differences } from '../../../plugins/semantic-cache/gate.ts';
import { read } from '../../../plugins/semantic-cache/text/reading.ts';
import { isTypo } from '../../../plugins/semantic-cache/text/typo.ts';

const pairs = (name: string) =>
  readPairs(readFileSync(new URL(`data/${name}.jsonl`, import.meta.url), 'utf8'));
const ALL = new Set(CHECKS);
const found = (a: string, b: string) => differences(read(a), read(b), ALL);

test('no trap is a hit, either way round and at any threshold', async () => {
  const traps = [...pairs('traps'), ...pairs('traps-fresh')];
  expect(traps.length).toBeGreaterThanOrEqual(200);
  const both = [...traps, ...traps.map((pair) => ({ ...pair, a: pair.b, b: pair.a }))];
  const { verdicts } = await evaluate(both, { threshold: 0 });
  expect(both.filter((_, i) => verdicts[i]!.hit)).toEqual([]);
});

test('near-duplicates hit', async () => {
  const duplicates = pairs('duplicates');
  expect(duplicates.length).toBeGreaterThanOrEqual(150);
  const { recall, verdicts } = await evaluate(duplicates);
  const missed = duplicates.filter((_, i) => !verdicts[i]!.hit);
  expect(missed.length, JSON.stringify(missed)).toBeLessThanOrEqual(3);
  expect(recall).toBeGreaterThan(0.97);
});

test('of duplicates that were written when the gate was there, most hit', async () => {
  const { recall } = await evaluate(pairs('duplicates-fresh'));
  expect(recall).toBeGreaterThan(0.8);
});

test.each([
  ['What is the difference between tea and coffee?', 'What is the difference between coffee and tea?', true],
  [
    'What is the difference in taste between tea and coffee?',
    'What is the difference between coffee and tea in taste?',
    false,
  ],
  ['What changed between tea and coffee time?', 'What changed between coffee and tea time?', false],
  ['Where is Petra located?', 'Where is Petra?', true],
  ['Where do I purchase stamps?', 'Where do I buy stamps?', true],
  ['Who founded Louisiana Purchase?', 'Who founded Louisiana Buy?', false],
  ['Is 100 Mbps fast?', 'Is 100 MBps fast?', false],
  ['Is 100 Mbps fast?', 'Is 100 mbps fast?', true],
  ['How long is 5 MB of text?', 'How long is 5 Mb of text?', false],
  ['Is 5 mW safe?', 'Is 5 MW safe?', false],
])('%s / %s: %s', (a, b, same) => {
  expect(found(a, b).length === 0).toBe(same);
  expect(found(b, a).length === 0).toBe(same);
});

test('without the gate the traps are hits: it is the gate that holds them', async () => {
  const { hits } = await evaluate(pairs('traps'), { checks: new Set() });
  expect(hits).toBeGreaterThan(100);
});

describe('the gate says what differs', () => {
  test.each([
    ['What is 15% of 80?', 'What is 18% of 80?', 'numbers'],
    ['How far is 10 km?', 'How far is 10 miles?', 'units'],
    ['What is the weather today?', 'What is the weather tomorrow?', 'dates'],
    ['Write a poem with rhymes', 'Write a poem without rhymes', 'negation'],
    ['What is the highest mountain?', 'What is the lowest mountain?', 'comparatives'],
    ['How far is Paris from Rome?', 'How far is Paris from Milan?', 'entities'],
    ['When was the bridge built?', 'Why was the bridge built?', 'question_type'],
    ['Is cheese good for dogs?', 'Is cheese good for cats?', 'content'],
    ['Convert euros to dollars', 'Convert dollars to euros', 'order'],
  ])('%s / %s: %s', (a, b, check) => {
    expect(found(a, b)).toContain(check);
  });

  test('a check that is switched off lets its difference pass, and no other', () => {
    const [a, b] = [read('What is 15% of 80?'), read('What is 18% of 80?')];
    expect(differences(a, b, new Set(CHECKS.filter((check) => check !== 'numbers')))).toEqual([]);
    expect(differences(a, b, new Set(CHECKS.filter((check) => check !== 'units')))).toEqual(['numbers']);
  });
});

test('with many words misspelt it is another question: not every word is compared with every other one', () => {
  const words =
    'garden kitchen bridge engine planet battery market teacher doctor farmer sailor soldier hospital computer'.split(
      ' ',
    );
  // Two letters within have changed places.
  const slip = (word: string): string => `${word.slice(0, 2)}${word[3]}${word[2]}${word.slice(4)}`;
  const describing = (list: readonly string[]): string => `Describe ${list.join(' and ')}`;
  const misspelt = words.filter((word) => found(describing([word]), describing([slip(word)])).length === 0);
  expect(misspelt.length).toBeGreaterThan(12);
  const few = misspelt.slice(0, 5);
  expect(found(describing(few), describing(few.map(slip)))).toEqual([]);
  expect(found(describing(misspelt), describing(misspelt.map(slip)))).toContain('content');
});

test('program text is never alike', () => {
  expect(found('Why does `x = [1]` fail?', 'Why does `x = (1)` fail?')).toContain('content');
  expect(found('if (a) { b(); }', 'if (a) { b() }')).toContain('content');
});

test('a typo is a word that does not exist beside one that does', () => {
  for (const [a, b] of [
    ['government', 'goverment'],
    ['restaurant', 'restuarant'],
    ['definition', 'defintion'],
  ] as const) {
    expect(isTypo(a, b)).toBe(true);
    expect(isTypo(b, a)).toBe(true);
  }
  for (const [a, b] of [
    ['effect', 'affect'],
    ['angle', 'angel'],
    ['absorption', 'adsorption'],
    ['propane', 'propene'],
    ['typical', 'atypical'],
    ['Austria', 'Australia'],
    ['causal', 'casual'],
    ['form', 'from'],
  ] as const) {
    expect(isTypo(a.toLowerCase(), b.toLowerCase()), `${a} ${b}`).toBe(false);
  }
});

test('long and hostile texts are read in time that grows with their length', () => {
  const texts = [
    'a '.repeat(1000),
    'please '.repeat(300),
    '("'.repeat(1000),
    '1,'.repeat(1000),
    "can't ".repeat(300),
    '請'.repeat(2000),
  ];
  const took = texts.map((text) => {
    const at = process.cpuUsage();
    read(text.slice(0, 2000));
    const used = process.cpuUsage(at);
    return (used.user + used.system) / 1000;
  });
  // Of a bound that only something quadratic or worse would break.
  expect(Math.max(...took)).toBeLessThan(1_000);
});
