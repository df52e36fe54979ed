// Texts in which what is to be found stands in [[…]]: all of it, and nothing else.
import { expect } from 'vitest';
import { Detector } from '../../../plugins/pii-redact/detect/detector.ts';

const detector = new Detector();

export function expectMarked(type: string, marked: string): void {
  const text = marked.replaceAll(/\[\[|\]\]/g, '');
  const expected = [...marked.matchAll(/\[\[(.*?)\]\](?!\])/gs)].map((match) => `${type}: ${match[1]}`);
  expect(detector.find(text).map((found) => `${found.type}: ${text.slice(found.start, found.end)}`)).toEqual(
    expected,
  );
}
