// Finds the phrases of the lexicon in a text's words: a trie over words, in which a word may be a stem. One walk per
// word of the text that begins a phrase, as deep as the longest phrase.
import { normaliseText } from '../../../kong/llm/normalise.ts';
import { wordsOf } from '../normalise/tokens.ts';

export interface TrieNode {
  words: Map<string, TrieNode>;
  /** By length of the stem, shortest first. */
  stems: { length: number; words: Map<string, TrieNode> }[];
  /** `headOf` all of them: of ten words that come next, nine are told by it alone to lead nowhere. */
  heads: number;
  /** Concepts whose phrase ends here. */
  ends: number[];
}

const newNode = (): TrieNode => ({ words: new Map(), stems: [], heads: 0, ends: [] });

/** The beginning of a word as one of 32 bits. */
export const headOf = (folded: string): number =>
  1 << ((folded.charCodeAt(0) * 5 + (folded.length > 1 ? folded.charCodeAt(1) : 0)) & 31);

/** Any beginning. */
const ALL_HEADS = -1;

/** What the trie needs to know of a word. */
interface Step {
  folded: string;
  head: number;
}

/** @param at, length in words. */
export type OnPhrase = (concept: number, at: number, length: number) => void;

export class PhraseTrie {
  private readonly root = newNode();
  /** Whole words of four letters or more: what a disguised text is recognised by. */
  readonly vocabulary = new Set<string>();

  constructor(phrases: Iterable<[concept: number, phrase: string]>) {
    for (const [concept, phrase] of phrases) this.add(concept, phrase);
  }

  private add(concept: number, phrase: string): void {
    let node = this.root;
    for (const piece of phrase.split(/\s+/)) {
      const isStem = piece.endsWith('*');
      const words = wordsOf(normaliseText(isStem ? piece.slice(0, -1) : piece).text);
      for (const [i, word] of words.entries()) {
        const stem = isStem && i === words.length - 1;
        if (word.length >= 4) this.vocabulary.add(word);
        node.heads |= stem && word.length < 2 ? ALL_HEADS : headOf(word);
        node = stem ? childOf(stemsOf(node, word.length), word) : childOf(node.words, word);
      }
    }
    if (!node.ends.includes(concept)) node.ends.push(concept);
  }

  /** The words that phrases begin with; undefined when some begin with a stem. */
  get beginnings(): Iterable<string> | undefined {
    return this.root.stems.length > 0 ? undefined : this.root.words.keys();
  }

  /** Where a phrase that begins with this word goes on. */
  firsts(folded: string): readonly TrieNode[] {
    return after(this.root, folded);
  }

  match<W extends Step>(
    words: readonly W[],
    firstsOf: (word: W) => readonly TrieNode[],
    onPhrase: OnPhrase,
  ): void {
    for (let i = 0; i < words.length; i++) {
      const firsts = firstsOf(words[i]!);
      for (let k = 0; k < firsts.length; k++) walk(firsts[k]!, words, i, i + 1, onPhrase);
    }
  }
}

function walk(node: TrieNode, words: readonly Step[], start: number, at: number, onPhrase: OnPhrase): void {
  for (const concept of node.ends) onPhrase(concept, start, at - start);
  const word = words[at];
  if (word === undefined || (node.heads & word.head) === 0) return;
  for (const child of after(node, word.folded)) walk(child, words, start, at + 1, onPhrase);
}

export const NONE: readonly TrieNode[] = [];

function after({ words, stems }: TrieNode, word: string): readonly TrieNode[] {
  const exact = words.get(word);
  if (stems.length === 0) return exact ? [exact] : NONE;
  const found = exact ? [exact] : [];
  for (const { length, words: children } of stems) {
    if (length > word.length) break;
    const child = children.get(length === word.length ? word : word.slice(0, length));
    if (child) found.push(child);
  }
  return found;
}

function childOf(children: Map<string, TrieNode>, word: string): TrieNode {
  let child = children.get(word);
  if (!child) {
    child = newNode();
    children.set(word, child);
  }
  return child;
}

function stemsOf(node: TrieNode, length: number): Map<string, TrieNode> {
  let stems = node.stems.find((known) => known.length === length);
  if (!stems) {
    stems = { length, words: new Map() };
    node.stems.push(stems);
    node.stems.sort((a, b) => a.length - b.length);
  }
  return stems.words;
}
