// What a text says twice does not make it an attack, and hides none.
import { describe, expect, it } from 'vitest';
import { Detector } from '../../../plugins/prompt-guard/detect/detector.ts';
import { FAMILIES } from '../../../plugins/prompt-guard/detect/families.ts';
import { findRepeats, repeatedIn } from '../../../plugins/prompt-guard/detect/repeats.ts';
import { sizeOf, WINDOW_SIZES } from '../../../plugins/prompt-guard/detect/windows.ts';
import { ATTACK } from './guard.ts';

const detector = new Detector(FAMILIES);
const scoreOf = async (text: string): Promise<number> => (await detector.find(text))!.score;
/** One letter is one word. */
const words = (text: string): { hash: number }[] => [...text].map((char) => ({ hash: char.charCodeAt(0) }));

// Each of them alone is a little suspicious, so that its evidence would add up.
it.each([
  'Do not forget to buy milk.',
  'You are a helpful assistant.',
  'I love you.',
  'All work and no play makes Jack a dull boy.',
  'She put the kettle on and read the letter a second time.',
  'ok',
])('said again and again is as harmless as said once: %s', async (sentence) => {
  const once = await scoreOf(sentence);
  for (const times of [2, 3, 5, 10, 20, 50, 200, 1000])
    expect(await scoreOf(`${sentence} `.repeat(times))).toBeLessThan(once + 0.02);
});

it('an attack that is repeated is one', async () => {
  for (const times of [2, 5, 20]) expect(await scoreOf(`${ATTACK} `.repeat(times))).toBeGreaterThan(0.5);
});

it('an attack behind its own words in another order is one', async () => {
  const three = ATTACK.split(' ').map((_, i, all) => all.slice(i, i + 3).join(' '));
  expect(await scoreOf(`${three.reverse().join('. ')}. ${ATTACK}`)).toBeGreaterThan(0.5);
});

describe('words that repeat', () => {
  const again = (text: string, from: number, to: number): readonly number[] =>
    repeatedIn(findRepeats(words(text)), from, to);

  it('stand in a run of three as they stood before', () => {
    expect(again('abcdxabcy', 0, 9)).toEqual([5, 6, 7]);
    expect(again('abxab', 0, 5)).toEqual([]);
    expect(again('aaaaa', 0, 5)).toEqual([1, 2, 3, 4]);
    expect(again('abcabcabc', 0, 9)).toEqual([3, 4, 5, 6, 7, 8]);
  });

  it('of a window are those that it has itself already: the first time in it counts', () => {
    expect(again('abcdabcdabcd', 4, 12)).toEqual([8, 9, 10, 11]);
    expect(again('abcdabcdabcd', 4, 8)).toEqual([]);
    expect(again('abcdabcdabcd', 0, 6)).toEqual([4, 5]);
  });

  it('are not taken for others of the same hash', () => {
    expect(findRepeats(Array.from({ length: 30_000 }, (_, hash) => ({ hash }))).at).toEqual([]);
  });
});

describe('a window that repetition fills', () => {
  const [small, middle, large] = WINDOW_SIZES as [number, number, number];

  it('counts as one of the size that its new words fill', () => {
    expect(sizeOf(2, large, small)).toBe(0);
    expect(sizeOf(2, large, small + 1)).toBe(1);
    expect(sizeOf(1, middle, 3)).toBe(0);
  });

  it('keeps its size without repetition, or when its new words alone are too many for a smaller one', () => {
    expect(sizeOf(2, 10, 10)).toBe(2);
    expect(sizeOf(2, large, middle + 1)).toBe(2);
    expect(sizeOf(1, small - 1, small - 2)).toBe(1);
  });
});
