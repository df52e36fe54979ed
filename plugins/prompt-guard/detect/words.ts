// What the detector knows of a word, whatever text it stands in: found out once per word, not once per place.
import { type Disguise, disguiseOf } from '../normalise/disguises.ts';
import { type Tokens, WordTable } from '../normalise/tokens.ts';
import { phrases } from './lexicon/index.ts';
import { hashWord, isNumber, ownBuckets } from './ngrams.ts';
import { PhraseTrie, type TrieNode } from './phrase-trie.ts';

export interface Word {
  folded: string;
  /** See ngrams.ts. */
  hash: number;
  isNumber: boolean;
  buckets: Int32Array;
  /** Where phrases of the lexicon that begin with it go on. */
  firsts: readonly TrieNode[];
  /** Of a script whose characters are words of their own: more of them say the same. */
  wide: boolean;
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
  /** What a model gives for its buckets, kept for the model that asked last. */
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

const table = new WordTable<Word>((folded, raw) => {
  if (folded === '') return undefined;
  const hash = hashWord(folded);
  return {
    folded,
    hash,
    isNumber: isNumber(folded),
    buckets: ownBuckets(folded, hash),
    firsts: trie.firsts(folded),
    wide: WIDE.test(folded),
    isLetter: folded.length === 1 && folded.charCodeAt(0) < 0x2e80,
    disguise: disguiseOf(folded, trie.vocabulary),
    bytes: bytesIn(folded),
    odd: raw.length >= ODD_CHARS && !ORDINARY.test(raw),
    leet: LEET.test(raw),
    capitals: raw.match(CAPITALS)?.length ?? 0,
    weight: 0,
    weighedBy: undefined,
  };
}, WORDS);

/** @param text see kong/llm/normalise.ts */
export const tokenize = (text: string): WordTokens => table.tokenize(text);
