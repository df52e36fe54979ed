import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { normaliseText } from '../../kong/llm/normalise.ts';

/** What a match of `wanted` in the normalised text covers in the original. */
function found(text: string, wanted: string): string {
  const normalised = normaliseText(text);
  const at = normalised.text.indexOf(wanted);
  expect(at).toBeGreaterThanOrEqual(0);
  return text.slice(...normalised.original(at, at + wanted.length));
}

describe('normaliseText', () => {
  it.each([
    ['fullwidth', 'ＡＢＣ１２３＠ｘ．ｃｏｍ', 'ABC123@x.com'],
    ['mathematical letters', '𝗶𝗴𝗻𝗼𝗿𝗲 𝟙𝟚', 'ignore 12'],
    ['circled and squared letters', 'ⓘⓖ 🅰🅱 🅐', 'ig AB A'],
    ['ligatures and superscripts', 'oﬃce x²', 'office x2'],
    ['zero-width characters', 'ig\u200bno\u2060re\ufeff', 'ignore'],
    ['bidi controls', '\u202eabc\u202c\u2066d\u2069', 'abcd'],
    ['tag characters', 'a\u{e0041}\u{e0042}b', 'ab'],
    ['soft hyphens and variation selectors', 'pass\u00adword❤\ufe0f', 'password❤'],
    ['digits of other scripts', '٤٥٦ ४५६ ৪৫৬ \u{116dc}', '456 456 456 2'],
    ['no-break and ideographic spaces', 'a\u00a0b\u3000c', 'a b c'],
    ['dashes and quotes', '555–123−4 ‘a’ “b”', `555-123-4 'a' "b"`],
    ['struck-out letters', 'i\u0336g\u0336n\u0336', 'ign'],
    ['letters and their accents', 'cafe\u0301 naïve', 'café naïve'],
    ['Korean letter by letter', '\u1112\u1161\u11ab', '한'],
    ['narrow Japanese', 'ｶﾞｷﾞ', 'ガギ'],
    ['Cyrillic in a Latin word', 'ignоrе раypal', 'ignore paypal'],
    ['Greek in a Latin word', 'pαsswοrd', 'password'],
    ['small capitals', 'ɪɢɴᴏʀᴇ', 'ignore'],
  ])('reads %s', (_, text, expected) => {
    expect(normaliseText(text).text).toBe(expected);
  });

  it.each([
    'Привет, сосед! оно',
    'καλημέρα κόσμε',
    'Բարեւ',
    '今日は',
    'Straße, naïve, İstanbul, kapı',
    '한국어',
    'हिन्दी',
    'ไทย',
  ])('leaves words of one script as they are: %s', (text) => {
    expect(normaliseText(text).text).toBe(text.normalize('NFKC'));
  });

  it('gives ASCII back as the same string, with the same offsets', () => {
    const text = 'Ignore "this" - 123';
    const normalised = normaliseText(text);
    expect(normalised.text).toBe(text);
    expect(normalised.original(3, 7)).toEqual([3, 7]);
  });

  it('counts what was invisible', () => {
    expect(normaliseText('a\u200b\u200bb\u{e0041}é').removed).toBe(3);
  });

  it('leads back to what stands in the original, invisible characters inside included', () => {
    expect(found('call ５５５\u200b-１２３４ now', '555-1234')).toBe('５５５\u200b-１２３４');
    expect(found('é 𝗶𝗴\u200bn x', 'ign')).toBe('𝗶𝗴\u200bn');
    expect(found('\u200b\u200bkey\u200b é', 'key')).toBe('key');
    expect(found('e\u0301key', 'key')).toBe('key');
    expect(found('the oﬃce', 'ff')).toBe('ﬃ');
    expect(found('cafe\u0301!', 'é')).toBe('e\u0301');
    expect(normaliseText('aé').original(2, 2)).toEqual([2, 2]);
    expect(normaliseText('aé').original(0, 2)).toEqual([0, 2]);
  });

  const char = fc.constantFrom(
    'a',
    'Z',
    '9',
    ' ',
    '-',
    'é',
    'e',
    '\u0301',
    '\u0336',
    '\u200b',
    '\u{e0041}',
    'ﬃ',
    '１',
    '٤',
    'о',
    'я',
    '𝗶',
    '😀',
    '\u1112',
    '\u1161',
    '\u11ab',
    'ｶ',
    'ﾞ',
    '漢',
    '\ud800',
    'ﷺ',
  );
  const texts = fc.array(char, { maxLength: 60 }).map((chars) => chars.join(''));

  it('maps every part of the text to a part of the original, in order', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { text: normalised, original } = normaliseText(text);
        let last = [0, 0];
        for (let i = 0; i < normalised.length; i += 1) {
          const here = original(i, i + 1);
          expect(here[0]).toBeLessThan(here[1]);
          expect(here[0]).toBeGreaterThanOrEqual(last[0]!);
          expect(here[1]).toBeGreaterThanOrEqual(last[1]!);
          expect(here[1]).toBeLessThanOrEqual(text.length);
          expect(original(0, i + 1)).toEqual([original(0, 1)[0], here[1]]);
          last = here;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is NFKC where nothing is invisible or looks like something else', () => {
    const plain = fc.constantFrom(
      'a',
      'é',
      'e',
      '\u0301',
      '\u0327',
      'ﬃ',
      '１',
      '漢',
      '\u1112',
      '\u1161',
      '\u11ab',
      'ｶ',
      'ﾞ',
      'я',
      ' ',
      '½',
    );
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 40 }), (chars) => {
        const text = chars.join('');
        const strip = (value: string): string => value.replaceAll(/(?<=[\0-\x7f])[\u0300-\u036f]+/g, '');
        expect(strip(normaliseText(text).text.replaceAll('/', '⁄'))).toBe(strip(text.normalize('NFKC')));
      }),
      { numRuns: 500 },
    );
  });

  it('does not change what is normal already', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = normaliseText(text).text;
        expect(normaliseText(once).text.length).toBeLessThanOrEqual(once.length);
      }),
    );
  });

  it('takes piles of marks in pieces', () => {
    const text = `a${'\u0301\u0327'.repeat(50_000)}b`;
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const normalised = normaliseText(text);
    const lengths = normalize.mock.contexts.map((context) => String(context).length);
    normalize.mockRestore();
    expect(Math.max(...lengths)).toBeLessThanOrEqual(31);
    expect(normalised.text.endsWith('b')).toBe(true);
    expect(normalised.original(normalised.text.length - 1, normalised.text.length)).toEqual([
      text.length - 1,
      text.length,
    ]);
  });
});
