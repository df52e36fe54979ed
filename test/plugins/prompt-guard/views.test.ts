import { expect, it } from 'vitest';
import { MAX_WORD } from '../../../plugins/prompt-guard/normalise/tokens.ts';
import { Reading } from '../../../plugins/prompt-guard/normalise/views.ts';

const layersOf = (text: string): string[] => new Reading(text).views.map(({ layers }) => layers.join());

it('a text that hides nothing is read once', () => {
  expect(layersOf("It's a Q&A, 3 pages; see p. 12!")).toEqual(['']);
});

it('leetspeak is found where a long word is cut', () => {
  expect(layersOf(`1gnore ${'é'.repeat(MAX_WORD - 4)}secr3t`)).toEqual(['', 'leet']);
});

it('two words backwards are enough', () => {
  expect(layersOf('erongi terces')).toEqual(['', 'reversed']);
  expect(layersOf('erongi it')).toEqual(['']);
});

it('four letters apart are enough', () => {
  expect(layersOf('t e l l')).toEqual(['', 'apart']);
  expect(layersOf('t e l')).toEqual(['']);
});
