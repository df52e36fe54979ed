// What is nobody's stays as it is, with default settings.
import { describe, expect, it } from 'vitest';
import { Detector } from '../../../plugins/pii-redact/detect/detector.ts';
import { NEGATIVE } from './corpus/negative.ts';

const detector = new Detector();

describe.each(Object.entries(NEGATIVE))('%s', (_name, texts) => {
  it.each(texts)('%s', (text) => {
    const found = detector.find(text).map(({ type, start, end }) => `${type}: ${text.slice(start, end)}`);
    expect(found).toEqual([]);
  });
});

it('nothing is found in all of them in one text', () => {
  const whole = Object.values(NEGATIVE).flat().join('\n\n');
  expect(detector.find(whole).map(({ type, start, end }) => `${type}: ${whole.slice(start, end)}`)).toEqual(
    [],
  );
});
