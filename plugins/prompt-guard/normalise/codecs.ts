// Texts inside texts: each codec finds what is written in it and gives the plain form. A run that does not decode to
// something readable is left alone. Every expression is a single class with a length, so linear.

import type { Seen } from './tokens.ts';

/** What the words of a text say of what may be encoded in it. */
export interface Hints {
  seen: Seen;
  /** In words in a row, see Word. */
  bytes: number;
  /** Where words begin that are not as words are. */
  odd: readonly number[];
  /** Words of one letter in a row. */
  letters: number;
  /** Some word may be leetspeak. */
  leet: boolean;
  /** Words that may be words of the lexicon in disguise. */
  disguised: number;
}

export interface Codec {
  name: string;
  /** Whether a text of which this was seen can hold a run of it: most texts can not. */
  mayBe(hints: Hints): boolean;
  /** The plain texts of all runs found. */
  decode(text: string, hints: Hints): string[];
}

/** Most of it is letters, digits, spaces and ordinary punctuation of some script. */
export function isReadable(text: string): boolean {
  if (text.length < 4) return false;
  const sample = text.slice(0, 2048);
  const bad = sample.match(/[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\n\r\t]|\ufffd/gu)?.length ?? 0;
  const letters = sample.match(/[\p{L}\p{Z}]/gu)?.length ?? 0;
  return bad * 50 <= sample.length && letters * 10 >= sample.length * 6;
}

const utf8 = new TextDecoder('utf-8');

export function readable(bytes: Uint8Array): string[] {
  const text = utf8.decode(bytes);
  return isReadable(text) ? [text] : [];
}

function runs(text: string, pattern: RegExp, decode: (run: string) => string[]): string[] {
  return [...text.matchAll(pattern)].flatMap(([run]) => decode(run));
}

const IN_BASE64 = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[A-Za-z0-9+/_-]/.test(String.fromCharCode(code))),
);

function isBase64(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 && IN_BASE64[code] === 1;
}

/** Lines of a block of base64 are at least this long. */
const BASE64_LINE = 40;
const LEAST_BASE64 = 12;

/** Runs of base64 that hold one of these words, which do not look as words do. Line breaks inside a block belong to it. */
function* base64Runs(text: string, words: readonly number[]): Generator<string> {
  let end = 0;
  for (const word of words) {
    if (word < end) continue;
    let start = word;
    while (start > end && isBase64(text, start - 1)) start -= 1;
    let run = '';
    for (end = start; ; ) {
      const line = end;
      while (isBase64(text, end)) end += 1;
      run += text.slice(line, end);
      const next = text.startsWith('\r\n', end) ? end + 2 : end + 1;
      const isBlock = end - line >= BASE64_LINE && text[next - 1] === '\n' && isBase64(text, next);
      if (!isBlock) break;
      end = next;
    }
    if (run.length >= LEAST_BASE64) yield run;
  }
}

const base64: Codec = {
  name: 'base64',
  mayBe: ({ odd }) => odd.length > 0,
  decode: (text, { odd }) =>
    [...base64Runs(text, odd)].flatMap((run) => {
      // A part of the text may begin in the middle of a run.
      for (const skip of run.length > 400 ? [0, 1, 2, 3] : [0]) {
        const found = readable(Buffer.from(run.slice(skip), 'base64'));
        if (found.length > 0 && /[ \p{L}]{6}/u.test(found[0]!)) return found;
      }
      return [];
    }),
};

const hex: Codec = {
  name: 'hex',
  mayBe: ({ bytes }) => bytes >= 8,
  decode: (text) =>
    runs(text, /(?:(?:0x|\\x)?[0-9a-fA-F]{2}[ ,:;-]?){8,}/g, (run) =>
      readable(Buffer.from(run.replace(/0x|\\x|[^0-9a-fA-F]/g, ''), 'hex')),
    ),
};

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const base32: Codec = {
  name: 'base32',
  mayBe: ({ seen: { longest, capitals } }) => longest >= 16 && capitals >= 8,
  decode: (text) =>
    runs(text, /\b[A-Z2-7]{16,}={0,6}/g, (run) => {
      const bytes: number[] = [];
      let bits = 0;
      let held = 0;
      for (const char of run.replace(/=/g, '')) {
        held = (held << 5) | BASE32.indexOf(char);
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push((held >> bits) & 0xff);
        held &= (1 << bits) - 1;
      }
      return readable(Uint8Array.from(bytes));
    }),
};

const binary: Codec = {
  name: 'binary',
  mayBe: ({ bytes }) => bytes >= 8,
  decode: (text) =>
    runs(text, /(?:[01]{8}[ ,]?){4,}/g, (run) =>
      readable(Uint8Array.from(run.match(/[01]{8}/g)!, (byte) => Number.parseInt(byte, 2))),
    ),
};

const decimal: Codec = {
  name: 'decimal',
  mayBe: ({ bytes }) => bytes >= 8,
  decode: (text) =>
    runs(text, /(?:\b\d{2,3}[ ,;]{1,2}){7,}\d{2,3}\b/g, (run) => {
      const codes = run.match(/\d+/g)!.map(Number);
      return codes.every((code) => code >= 9 && code < 256) ? readable(Uint8Array.from(codes)) : [];
    }),
};

const MORSE: Record<string, string> = {
  '.-': 'a',
  '-...': 'b',
  '-.-.': 'c',
  '-..': 'd',
  '.': 'e',
  '..-.': 'f',
  '--.': 'g',
  '....': 'h',
  '..': 'i',
  '.---': 'j',
  '-.-': 'k',
  '.-..': 'l',
  '--': 'm',
  '-.': 'n',
  '---': 'o',
  '.--.': 'p',
  '--.-': 'q',
  '.-.': 'r',
  '...': 's',
  '-': 't',
  '..-': 'u',
  '...-': 'v',
  '.--': 'w',
  '-..-': 'x',
  '-.--': 'y',
  '--..': 'z',
  '.----': '1',
  '..---': '2',
  '...--': '3',
  '....-': '4',
  '.....': '5',
  '-....': '6',
  '--...': '7',
  '---..': '8',
  '----.': '9',
  '-----': '0',
  '.-.-.-': '.',
  '--..--': ',',
  '..--..': '?',
};

const morse: Codec = {
  name: 'morse',
  mayBe: ({ seen: { widest } }) => widest >= 20,
  decode: (text) =>
    runs(
      text.replace(/[\u2013\u2014\u2212]/g, '-').replace(/[\u00b7\u2022]/g, '.'),
      /[.\-/| ]{20,}/g,
      (run) => {
        const words = run.trim().split(/ *[/|] *| {3,}/);
        const plain = words.map((word) =>
          word
            .split(/ +/)
            .map((sign) => (sign === '' ? '' : (MORSE[sign] ?? '\ufffd')))
            .join(''),
        );
        const text = plain.join(' ').trim();
        return isReadable(text) && new Set(text).size > 4 ? [text] : [];
      },
    ),
};

export const CODECS: readonly Codec[] = [base64, hex, base32, binary, decimal, morse];
