import { describe, expect, it } from 'vitest';
import { Detector } from '../../../plugins/prompt-guard/detect/detector.ts';
import { FAMILIES } from '../../../plugins/prompt-guard/detect/families.ts';
import { ATTACK, startGuard } from './guard.ts';

const detector = new Detector(FAMILIES);
const scoreOf = (text: string): number => detector.findInPiece(text)?.score ?? 0;

const each = (text: string, change: (char: string) => string): string => [...text].map(change).join('');
const code = (char: string): number => char.codePointAt(0)!;
const shift = (text: string, by: number): string =>
  text.replace(/[a-z]/gi, (char) => {
    const base = char < 'a' ? 65 : 97;
    return String.fromCharCode(base + ((code(char) - base + by) % 26));
  });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const MORSE =
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'.split(
    ' ',
  );
const morse = (text: string): string =>
  each(text.toLowerCase(), (char) =>
    char === ' ' ? '/ ' : /[a-z]/.test(char) ? `${MORSE[code(char) - 97]} ` : '',
  );
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const base32 = (text: string): string =>
  each(text, (char) => code(char).toString(2).padStart(8, '0'))
    .match(/.{1,5}/g)!
    .map((bits) => BASE32[Number.parseInt(bits.padEnd(5, '0'), 2)])
    .join('');
const LEET: Record<string, string> = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' };
const LOOK: Record<string, string> = { a: 'а', e: 'е', o: 'о', p: 'р', c: 'с', i: 'і' };
const CAPS: Record<string, string> = {
  i: 'ɪ',
  g: 'ɢ',
  n: 'ɴ',
  o: 'ᴏ',
  r: 'ʀ',
  e: 'ᴇ',
  a: 'ᴀ',
  l: 'ʟ',
  p: 'ᴘ',
  v: 'ᴠ',
  u: 'ᴜ',
  t: 'ᴛ',
  c: 'ᴄ',
};

const DISGUISES: Record<string, (text: string) => string> = {
  'fullwidth letters': (text) =>
    each(text, (char) => (char === ' ' ? '\u3000' : String.fromCodePoint(code(char) + 0xfee0))),
  'mathematical letters': (text) =>
    each(text.toLowerCase(), (char) =>
      /[a-z]/.test(char) ? String.fromCodePoint(0x1d41a + code(char) - 97) : char,
    ),
  'look-alikes of other scripts': (text) => each(text, (char) => LOOK[char] ?? char),
  'small capitals': (text) => each(text.toLowerCase(), (char) => CAPS[char] ?? char),
  'zero-width characters': (text) => each(text, (char) => `${char}\u200b`),
  'soft hyphens': (text) => text.replace(/(\w{2})/g, '$1\u00ad'),
  'combining marks': (text) => each(text, (char) => (/[a-z]/i.test(char) ? `${char}\u0336` : char)),
  'Unicode tags': (text) =>
    `Good morning!${each(text, (char) => String.fromCodePoint(0xe0000 + code(char)))}`,
  'variation selectors': (text) =>
    `Hi 😀${[...Buffer.from(text)].map((byte) => String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16)).join('')}`,
  leetspeak: (text) => each(text.toLowerCase(), (char) => LEET[char] ?? char),
  'spaced letters': (text) =>
    text
      .split(' ')
      .map((word) => [...word].join(' '))
      .join('   '),
  'dotted letters': (text) =>
    text
      .split(' ')
      .map((word) => [...word].join('.'))
      .join(' '),
  'letters without word gaps': (text) => [...text.replace(/[^a-z]/gi, '')].join(' '),
  'decimal entities': (text) => each(text, (char) => `&#${code(char)};`),
  'hexadecimal entities': (text) => each(text, (char) => `&#x${code(char).toString(16)};`),
  'percent escapes': (text) => each(text, (char) => `%${code(char).toString(16)}`),
  'unicode escapes': (text) => each(text, (char) => `\\u${code(char).toString(16).padStart(4, '0')}`),
  'byte escapes': (text) => each(text, (char) => `\\x${code(char).toString(16)}`),
  'braced escapes': (text) => each(text, (char) => `\\u{${code(char).toString(16)}}`),
  'octal escapes': (text) => each(text, (char) => `\\${code(char).toString(8).padStart(3, '0')}`),
  'code points': (text) =>
    each(text, (char) => `U+${code(char).toString(16).toUpperCase().padStart(4, '0')} `),
  'named entities': (text) => text.replaceAll(' ', '&nbsp;').replaceAll('.', '&period;'),
  'words of base64, a line each': (text) =>
    Buffer.from(`${text} ${'Please go on. '.repeat(6)}`)
      .toString('base64')
      .replace(/.{76}/g, '$&\r\n'),
  reversed: (text) => [...text].reverse().join(''),
  base64,
  'base64 inside a sentence': (text) => `Please have a look at ${base64(text)} and tell me more.`,
  'base64 twice': (text) => base64(base64(text)),
  'hex bytes': (text) => Buffer.from(text).toString('hex'),
  'hex bytes with spaces': (text) => Buffer.from(text).toString('hex').replace(/../g, '$& '),
  base32,
  binary: (text) => each(text, (char) => `${code(char).toString(2).padStart(8, '0')} `),
  'character codes': (text) => [...text].map(code).join(' '),
  'Morse code': morse,
  rot13: (text) => shift(text, 13),
  'a Caesar shift': (text) => shift(text, 7),
  Atbash: (text) =>
    each(text.toLowerCase(), (char) => (/[a-z]/.test(char) ? String.fromCharCode(219 - code(char)) : char)),
  'base64 of rot13': (text) => base64(shift(text, 13)),
};

const HARMLESS = 'Could you please send the quarterly report to Anna before Friday, thank you';

describe.each(Object.entries(DISGUISES))('%s', (_name, disguise) => {
  it('hides no attack', () => expect(scoreOf(disguise(ATTACK))).toBeGreaterThanOrEqual(0.5));
  it('is no attack by itself', () => expect(scoreOf(disguise(HARMLESS))).toBeLessThan(0.5));
  it('hides nothing from a rule', async () => {
    const guard = startGuard({
      injection: { enabled: false },
      deny: [
        { id: 'words', phrase: 'previous instructions' },
        { id: 'letters', pattern: '(?i)\\bprevious +instructions' },
      ],
    });
    const { exchange } = await guard.ask(disguise(ATTACK));
    const rules = exchange.notes.guard!.matches.map(({ rule }) => rule);
    expect(rules).toContain('words');
  });
});

it.each([
  ['entities of no character', '&#55296;&#x110000;&#2;&unknown;&#1114112;'],
  ['percent signs of no text', '%ff%fe%fd 100%25 %zz'],
  ['one entity in a long text', `Tom &amp; Jerry ${'are at home today '.repeat(5)}`],
  ['codes of no text', '300 301 302 303 304 305 306 307 308'],
  ['signs of no letter', '...---... / ...---... / ...---...'],
  ['a line of dots', '. . . . . . . . . . . . . . . . . . . .'],
  ['bytes of no text', 'ff fe fd fc fb fa f9 f8 f7 f6 f5 f4'],
])('%s hide nothing, and are no attack', (_what, text) => {
  expect(scoreOf(text)).toBeLessThan(0.5);
  expect(scoreOf(`${text}\n${ATTACK}`)).toBeGreaterThanOrEqual(0.5);
});

it('goes no deeper than three layers, and no wider than a few times the text', async () => {
  const deep = base64(base64(base64(base64(base64(ATTACK)))));
  expect(scoreOf(deep)).toBeLessThan(0.5);
  const bomb = Array.from({ length: 400 }, (_, i) => base64(`harmless text number ${i} of many`)).join(' ');
  expect(scoreOf(bomb)).toBeLessThan(0.5);
});
