// Finds the phrases of the lexicon in a text's words: a trie over words, in which a word may be a stem. One walk per
// word of the text, as deep as the longest phrase.
import { normaliseText } from '../../../kong/llm/normalise.ts';
import { tokenize } from '../normalise/tokens.ts';

interface Node {
  words: Map<string, Node>;
  /** By length of the stem, shortest first. */
  stems: { length: number; words: Map<string, Node> }[];
  /** Concepts whose phrase ends here. */
  ends: number[];
}

const newNode = (): Node => ({ words: new Map(), stems: [], ends: [] });

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
      const { words } = tokenize(normaliseText(isStem ? piece.slice(0, -1) : piece).text);
      for (const [i, word] of words.entries()) {
        const stem = isStem && i === words.length - 1;
        if (word.length >= 4) this.vocabulary.add(word);
        node = stem ? childOf(stemsOf(node, word.length), word) : childOf(node.words, word);
      }
    }
    if (!node.ends.includes(concept)) node.ends.push(concept);
  }

  match(words: readonly string[], onPhrase: OnPhrase): void {
    for (let i = 0; i < words.length; i++) this.walk(this.root, words, i, i, onPhrase);
  }

  private walk(node: Node, words: readonly string[], start: number, at: number, onPhrase: OnPhrase): void {
    for (const concept of node.ends) onPhrase(concept, start, at - start);
    const word = words[at];
    if (word === undefined) return;
    const exact = node.words.get(word);
    if (exact) this.walk(exact, words, start, at + 1, onPhrase);
    for (const { length, words: stems } of node.stems) {
      if (length > word.length) break;
      const child = stems.get(length === word.length ? word : word.slice(0, length));
      if (child) this.walk(child, words, start, at + 1, onPhrase);
    }
  }
}

function childOf(children: Map<string, Node>, word: string): Node {
  let child = children.get(word);
  if (!child) {
    child = newNode();
    children.set(word, child);
  }
  return child;
}

function stemsOf(node: Node, length: number): Map<string, Node> {
  let stems = node.stems.find((known) => known.length === length);
  if (!stems) {
    stems = { length, words: new Map() };
    node.stems.push(stems);
    node.stems.sort((a, b) => a.length - b.length);
  }
  return stems.words;
}
