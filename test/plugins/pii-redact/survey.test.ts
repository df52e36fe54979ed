// What a window is searched for before the expressions run: what is passed over here is found by none of them.
import { describe, expect, it } from 'vitest';
import { Units } from '../../../kong/llm/units.ts';
import { longRuns } from '../../../plugins/pii-redact/detect/long-runs.ts';
import { neededBy } from '../../../plugins/pii-redact/detect/needed.ts';
import { Scan } from '../../../plugins/pii-redact/detect/scan.ts';
import { Chance } from './corpus/chance.ts';

/** Words that begin, end and stand in each other, of several scripts. */
const LISTS = [['abc', 'bcd'], ['bc'], ['cab', 'b(a'], ['éc', 'пар'], ['口座'], ['aba']];
const NEEDED = LISTS.map((words) => neededBy(...words));

const chance = new Chance(7);
const texts = (parts: readonly string[], count: number): string[] =>
  Array.from({ length: count }, () =>
    Array.from({ length: chance.below(40) }, () => chance.pick(parts)).join(''),
  );

it('a text may have the words that a search finds in it', () => {
  for (const text of texts([...'aabbccdABC(éÉпПаАрР口座 \u{10400}'], 2_000)) {
    const scan = new Scan(text);
    const lower = text.toLowerCase();
    expect(NEEDED.map((needed) => scan.mayHave(needed))).toEqual(
      LISTS.map((words) => words.some((word) => lower.includes(word))),
    );
  }
});

it('numbers begin where a digit has none before it', () => {
  for (const text of texts(['1', '23', 'a', ' ', '٣', '.'], 500)) {
    expect(new Scan(text).numbers).toEqual([...text.matchAll(/(?<!\d)\d/g)].map(({ index }) => index));
  }
});

it('matches that have their first digit at a number are those of a global expression', () => {
  for (const text of texts(['1', '23', '-', ' ', 'A', 'BC'], 500)) {
    const ends = (matches: Iterable<RegExpExecArray>) =>
      [...matches].map(({ index, 0: all }) => [index, all]);
    const scan = new Scan(text);
    expect(ends(scan.numberMatches(/(?<![\w-])\d{1,2}(?:-\d)?/y))).toEqual(
      ends(scan.matches(/(?<![\w-])\d{1,2}(?:-\d)?/g)),
    );
    expect(ends(scan.numberMatches(/(?<!\w)[A-Z]\d{1,3}/y, (number) => number - 1))).toEqual(
      ends(scan.matches(/(?<!\w)[A-Z]\d{1,3}/g)),
    );
  }
});

it('long runs are those of sixteen characters and more without a space', () => {
  for (const text of texts(['a', 'bcdef', 'ghijklmn', ' ', '\n', 'é'], 2_000)) {
    expect(longRuns(text, new Units().of(text))).toEqual(
      [...text.matchAll(/[^\0- ]{16,}/g)].map((match) => ({ start: match.index, text: match[0] })),
    );
  }
});

describe('capitalised words', () => {
  const WORD = /\p{Lu}[\p{L}\p{M}]*(?:['’-]\p{Lu}?[\p{L}\p{M}]+)*/gu;

  it('are those of an expression, but for parts of identifiers', () => {
    const parts = [..."AbÉé\u0301'’- .1_@/$", '\u{10400}', '\u{10428}', '😀', '\ud83d', '東'];
    for (const text of texts(parts, 3_000)) {
      const expected = [...text.matchAll(WORD)]
        .map(({ index, 0: word }) => [index, word] as const)
        .filter(
          ([start, word]) =>
            !/[\p{L}\p{N}_@/\\.#$-]/u.test(text[start - 1] ?? ' ') &&
            !/[\d_@(/\\=]/.test(text[start + word.length] ?? ' '),
        );
      expect(new Scan(text).words.map(({ start, text: word }) => [start, word])).toEqual(expected);
    }
  });
});
