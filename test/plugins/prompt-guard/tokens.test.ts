import { describe, expect, it } from 'vitest';
import { tokenize } from '../../../plugins/prompt-guard/detect/words.ts';
import { marksOf } from '../../../plugins/prompt-guard/normalise/marks.ts';
import { MAX_WORD, WordTable } from '../../../plugins/prompt-guard/normalise/tokens.ts';

const foldedOf = (text: string): string[] => tokenize(text).words.map(({ folded }) => folded);

describe('a text as words', () => {
  it('are where they stand in it', () => {
    const text = "It's  l'ordre, 指令 𠀀 and É1!";
    const { starts, ends } = tokenize(text);
    expect(starts.map((start, i) => text.slice(start, ends[i]))).toEqual([
      "It's",
      "l'ordre",
      '指',
      '令',
      '𠀀',
      'and',
      'É1',
    ]);
    expect(foldedOf(text)).toEqual(['its', 'ordre', '指', '令', '𠀀', 'and', 'e1']);
  });

  it('with what was seen on the way', () => {
    const { seen } = tokenize(`"Two WORDS" --- ${'x'.repeat(40)} é 😀`);
    expect(seen).toEqual({
      gaps: marksOf('" -'),
      capitals: 6,
      longest: 40,
      widest: 6,
      foreign: true,
    });
  });

  it('half a surrogate pair takes no letter from the word after it', () => {
    expect(foldedOf('\ud83dignore \ud83d')).toEqual(['ignore']);
  });

  it('a run without a gap is cut', () => {
    expect(tokenize('y'.repeat(2 * MAX_WORD + 1)).ends).toEqual([MAX_WORD, 2 * MAX_WORD, 2 * MAX_WORD + 1]);
  });
});

it('a small table knows more words than it remembers, and takes none for another', () => {
  const described: string[] = [];
  const table = new WordTable((folded) => {
    described.push(folded);
    return { folded, capitals: 0 };
  }, 8);
  const words = Array.from({ length: 300 }, (_, i) => `w${i % 60}${'x'.repeat(i % 35)}`);
  expect(table.tokenize(words.join(' ')).words.map(({ folded }) => folded)).toEqual(words);
  described.length = 0;
  table.tokenize('again again again');
  expect(described).toEqual(['again']);
});
