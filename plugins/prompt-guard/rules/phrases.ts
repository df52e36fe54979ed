// Phrases that users write, all found in one walk over the words of a text.
import { normaliseText } from '../../../kong/llm/normalise.ts';
import { hashWord } from '../detect/ngrams.ts';
import { NONE, PhraseTrie } from '../detect/phrase-trie.ts';
import type { WordTokens } from '../detect/words.ts';
import { wordsOf } from '../normalise/tokens.ts';
import type { Span } from './pattern.ts';

/** What may stand between two words of a phrase in a streamed answer, in characters. */
const GAP_CHARS = 8;

const HEADS = 1 << 12;
const placeOf = (hash: number): number => (hash ^ (hash >>> 16)) & (HEADS - 1);

export class Phrases {
  private readonly trie: PhraseTrie;
  /** By hash: a phrase may begin with such a word. To look each word up took 2 ms of 1 MB. */
  private readonly heads = new Uint8Array(HEADS);
  /** Characters that a match has at most, as far as can be said. */
  readonly longest: number;

  /** @param phrases by number. */
  constructor(phrases: readonly string[]) {
    this.trie = new PhraseTrie(phrases.map((phrase, i): [number, string] => [i, phrase]));
    this.longest = Math.max(0, ...phrases.map(lengthOf));
    const { beginnings } = this.trie;
    if (!beginnings) this.heads.fill(1);
    else for (const word of beginnings) this.heads[placeOf(hashWord(word))] = 1;
  }

  spans({ words, starts, ends }: WordTokens): { phrase: number; span: Span }[] {
    const found: { phrase: number; span: Span }[] = [];
    this.trie.match(
      words,
      ({ folded, hash }) => (this.heads[placeOf(hash)] === 0 ? NONE : this.trie.firsts(folded)),
      (phrase, at, length) => {
        found.push({ phrase, span: { start: starts[at]!, end: ends[at + length - 1]! } });
      },
    );
    return found;
  }
}

function lengthOf(phrase: string): number {
  const words = wordsOf(normaliseText(phrase).text);
  // A stem may be the beginning of a long word.
  const stems = phrase.split('*').length - 1;
  return words.reduce((sum, word) => sum + word.length + GAP_CHARS, 0) + stems * 24;
}
