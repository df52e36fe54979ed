// What the detector knows of a word, whatever text it stands in: found out once per word, not once per place.
import { type Disguise, disguiseOf } from '../normalise/disguises.ts';
import { type Tokens, WordTable } from '../normalise/tokens.ts';
import { phrases } from './lexicon/index.ts';
import { hashWord, isNumber } from './ngrams.ts';
import { headOf, PhraseTrie, type TrieNode } from './phrase-trie.ts';

export interface Word {
  folded: string;
  /** See ngrams.ts. */
  hash: number;
  isNumber: boolean;
  /** See phrase-trie.ts. */
  head: number;
  /** Where phrases of the lexicon that begin with it go on; undefined: nobody has asked. */
  firsts: readonly TrieNode[] | undefined;
  /** Of a script whose characters are words of their own: more of them say the same. */
  wide: boolean;
  /** It says something of what may be hidden in the text: one of the following. Most words say nothing. */
  telling: boolean;
  /** One letter of a script that makes words of several. */
  isLetter: boolean;
  /** It may be a word of the lexicon in disguise. */
  disguise: Disguise | undefined;
  /** So many bytes may be written in it, in hexadecimal, binary or decimal digits. */
  bytes: number;
  /** Long, and not as words are: base64 may look so. */
  odd: boolean;
  /** It has a digit between letters that may be a letter. */
  leet: boolean;
  capitals: number;
  /** What a model gives for the word and its pieces, kept for the model that asked last. */
  weight: number;
  weighedBy: Int8Array | undefined;
}

export type WordTokens = Tokens<Word>;

export const trie = new PhraseTrie(phrases());

const WIDE = /^[\u2e80-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/;

const HEX = /^(?:0?x)?((?:[0-9a-f]{2})+)$/;
const MAY_BE_BYTES = /^[0-9a-fx]/;
const DECIMAL = /^\d{2,3}$/;
const ORDINARY = /^.[a-z]+$/;
const ODD_CHARS = 6;
const LEET = /[a-z][0134579][a-z]/i;
const CAPITALS = /[A-Z]/g;

function bytesIn(folded: string): number {
  if (!MAY_BE_BYTES.test(folded)) return 0;
  const hex = HEX.exec(folded)?.[1];
  return hex === undefined ? Number(DECIMAL.test(folded)) : hex.length / 2;
}

/** What a language's prose says again and again. */
const WORDS = 1 << 14;

function describe(folded: string, raw: string): Word | undefined {
  if (folded === '') return undefined;
  const isLetter = folded.length === 1 && folded.charCodeAt(0) < 0x2e80;
  const disguise = disguiseOf(folded, trie.vocabulary);
  const bytes = bytesIn(folded);
  const odd = raw.length >= ODD_CHARS && !ORDINARY.test(raw);
  const leet = LEET.test(raw);
  return {
    folded,
    hash: hashWord(folded),
    isNumber: isNumber(folded),
    head: headOf(folded),
    firsts: undefined,
    wide: WIDE.test(folded),
    telling: isLetter || disguise !== undefined || bytes > 0 || odd || leet,
    isLetter,
    disguise,
    bytes,
    odd,
    leet,
    capitals: raw.match(CAPITALS)?.length ?? 0,
    weight: 0,
    weighedBy: undefined,
  };
}

const table = new WordTable(describe, WORDS);

/** @param text see kong/llm/normalise.ts */
export const tokenize = (text: string): WordTokens => table.tokenize(text);
