// Where a text mentions words of which lists: read once, asked for every candidate.
import { Units } from '../../../kong/llm/units.ts';
import {
  isCapitalCode,
  isDigitCode,
  isSmallCode,
  kindsOf,
  LETTER,
  MARK,
  NUMBER,
  SURROGATE,
  UNSPACED,
} from './chars.ts';
import {
  CONTEXT_AFTER,
  CONTEXT_BEFORE,
  type Context,
  contextText,
  hashOn,
  type PhraseNode,
  startOf,
  type Vocabulary,
  type WordList,
  weigh,
} from './context.ts';

const flat = new Units();

interface Mention {
  start: number;
  end: number;
  lists: ReadonlySet<WordList>;
  /** Letters that a number follows without a space: a word to that number only ("tel5550100", but not "v1"). */
  joined?: true;
}

/** The beginning of a phrase that the next word may go on with. */
interface Open {
  start: number;
  node: PhraseNode;
}

/** What a word that begins with a letter goes on with. Letters beyond the Basic Plane are in no list. */
const PART = LETTER | MARK | NUMBER | SURROGATE;

export class Mentions {
  private readonly vocabulary: Vocabulary;
  private readonly text: string;
  private readonly lower: string;
  /** By their starts. */
  private readonly all: Mention[] = [];
  private open: Open[] = [];
  /** Kinds of all characters. */
  private seen = 0;
  private readonly present = new Set<WordList>();

  /** @param lower the text in lower case, of the same length */
  constructor(text: string, lower: string, vocabulary: Vocabulary) {
    this.text = text;
    this.lower = lower;
    this.vocabulary = vocabulary;
    this.read();
    if ((this.seen & UNSPACED) !== 0) this.readUnspaced();
    // A phrase is known when its last word is read.
    this.all.sort((a, b) => a.start - b.start);
    for (const { lists } of this.all) for (const list of lists) this.present.add(list);
  }

  /** A word of the list is somewhere in the text. */
  has(list: WordList): boolean {
    return this.present.has(list);
  }

  /** The score of a candidate with the words around it. */
  weigh(score: number, start: number, end: number, context: Context): number {
    if (!this.present.has(context.near) && !(context.against && this.present.has(context.against)))
      return weigh(score, context, NOWHERE);
    const first = this.firstFrom(start);
    const behind = this.firstFrom(end);
    return weigh(score, context, {
      before: (list) => this.nearestBefore(list, start, CONTEXT_BEFORE, first),
      behind: (list) => this.nearestBehind(list, end, CONTEXT_AFTER, behind),
    });
  }

  /** Characters from the last word of the list to `at`, at most `reach`; Infinity when there is none. */
  before(list: WordList, at: number, reach: number): number {
    return this.nearestBefore(list, at, reach, this.firstFrom(at));
  }

  /** The same from `at` to the first word behind it. */
  behind(list: WordList, at: number, reach: number): number {
    return this.nearestBehind(list, at, reach, this.firstFrom(at));
  }

  private nearestBefore(list: WordList, at: number, reach: number, first: number): number {
    let nearest = -1;
    for (let i = first - 1; i >= 0; i--) {
      const { start, end, lists, joined } = this.all[i]!;
      if (start < at - reach) break;
      if (end > nearest && end <= at && (!joined || end === at) && lists.has(list)) nearest = end;
    }
    return nearest < 0 ? Number.POSITIVE_INFINITY : at - nearest;
  }

  private nearestBehind(list: WordList, at: number, reach: number, first: number): number {
    for (let i = first; i < this.all.length; i++) {
      const { start, end, lists, joined } = this.all[i]!;
      if (start >= at + reach) break;
      if (end <= at + reach && !joined && lists.has(list)) return start - at;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Index of the first mention that begins at or behind a place. */
  private firstFrom(at: number): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.all[middle]!.start < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private read(): void {
    const { text, lower } = this;
    const { beginnings, stemStarts } = this.vocabulary;
    const units = flat.of(text);
    for (let at = 0; at < text.length; at++) {
      const first = kindsOf(units[at]!);
      this.seen |= first;
      if ((first & LETTER) === 0) continue;
      const start = at;
      /** Something else than letters, and a capital behind a small letter or a digit. */
      let mixed = false;
      let humps = false;
      let rises = true;
      let hash = 0;
      for (; ; at++) {
        const code = units[at]!;
        const kinds = kindsOf(code);
        if ((kinds & PART) === 0) break;
        this.seen |= kinds;
        if ((kinds & LETTER) === 0) mixed = true;
        if (!rises && isCapitalCode(code)) humps = true;
        hash = hashOn(hash, lower.charCodeAt(at));
        rises = !isSmallCode(code) && !isDigitCode(code);
      }
      if (mixed || humps) this.unusual(start, at, humps);
      else if (
        beginnings[hash] === 1 ||
        this.open.length > 0 ||
        stemStarts[startOf(lower.charCodeAt(start), lower.charCodeAt(start + 1))] === 1
      )
        this.word(lower.slice(start, at), start, at);
    }
  }

  private unusual(start: number, end: number, humps: boolean): void {
    const whole = this.lower.slice(start, end);
    const letters = LETTERS.exec(whole)?.[0] ?? '';
    const lists = letters.length < whole.length ? this.vocabulary.root.next?.get(letters)?.lists : undefined;
    if (lists) this.all.push({ start, end: start + letters.length, lists, joined: true });
    if (!humps) {
      this.word(whole, start, end);
      return;
    }
    // A word in camel case is its parts, and is a word as a whole too ("WhatsApp").
    this.begin(whole, start, end, []);
    for (const part of contextText(this.text.slice(start, end)).split(' ')) this.word(part, start, end);
  }

  private word(word: string, start: number, end: number): void {
    const going: Open[] = [];
    for (const open of this.open) this.follow(open.node, word, open.start, end, going);
    this.begin(word, start, end, going);
    this.open = going;
  }

  private begin(word: string, start: number, end: number, going: Open[]): void {
    this.follow(this.vocabulary.root, word, start, end, going);
  }

  private follow(from: PhraseNode, word: string, start: number, end: number, going: Open[]): void {
    for (const { stem, lists } of from.stems?.get(word[0]!) ?? NONE) {
      if (word.startsWith(stem)) this.all.push({ start, end, lists });
    }
    const node = from.next?.get(word);
    if (!node) return;
    if (node.lists) this.all.push({ start, end, lists: node.lists });
    if (node.next || node.stems) going.push({ start, node });
  }

  private readUnspaced(): void {
    for (const [word, lists] of this.vocabulary.unspaced) {
      for (let at = this.lower.indexOf(word); at >= 0; at = this.lower.indexOf(word, at + 1))
        this.all.push({ start: at, end: at + word.length, lists });
    }
  }
}

const NONE: readonly never[] = [];
const NOWHERE = { before: () => Number.POSITIVE_INFINITY, behind: () => Number.POSITIVE_INFINITY };
const LETTERS = /^\p{L}+/u;
