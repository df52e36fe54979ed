// Phrases that users write, all found in one walk over the words of a text.
import { normaliseText } from '../../../kong/llm/normalise.ts';
import { PhraseTrie } from '../detect/phrase-trie.ts';
import type { WordTokens } from '../detect/words.ts';
import { wordsOf } from '../normalise/tokens.ts';
import type { Span } from './pattern.ts';

/** What may stand between two words of a phrase in a streamed answer, in characters. */
const GAP_CHARS = 8;

export class Phrases {
  private readonly trie: PhraseTrie;
  /** Characters that a match has at most, as far as can be said. */
  readonly longest: number;

  /** @param phrases by number. */
  constructor(phrases: readonly string[]) {
    this.trie = new PhraseTrie(phrases.map((phrase, i): [number, string] => [i, phrase]));
    this.longest = Math.max(0, ...phrases.map(lengthOf));
  }

  spans({ words, starts, ends }: WordTokens): { phrase: number; span: Span }[] {
    const found: { phrase: number; span: Span }[] = [];
    this.trie.match(
      words,
      ({ folded }) => this.trie.firsts(folded),
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
