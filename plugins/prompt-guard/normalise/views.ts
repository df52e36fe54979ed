// All readings of a text: as it stands, without its disguises, and what is encoded inside it, as deep as it goes.

import { type NormalisedText, normaliseText } from '../../../kong/llm/normalise.ts';
import { tokenize, trie, type WordTokens } from '../detect/words.ts';
import { CODECS, type Hints } from './codecs.ts';
import { joinApart, mayBeApart, mayBeLeet, mayBeScrambled, unleet, unscramble } from './disguises.ts';
import { mayBeEscaped, unescapeText } from './escapes.ts';
import { readInvisible } from './invisible.ts';

export class View {
  /** Normalised. */
  readonly text: string;
  /** How it was disguised, outermost first; empty for the text itself. */
  readonly layers: readonly string[];
  private found: WordTokens | undefined;

  constructor(text: string, layers: readonly string[]) {
    this.text = text;
    this.layers = layers;
  }

  /** Found when first asked for: expressions alone need none. */
  get tokens(): WordTokens {
    this.found ??= tokenize(this.text);
    return this.found;
  }
}

/** Layers inside layers. */
const MAX_DEPTH = 3;
const MAX_VIEWS = 24;
/** Decoded text is this many times the text at most. */
const MAX_GROWTH = 3;

/** One piece of text, read once for all that look at it. */
export class Reading {
  readonly piece: string;
  readonly normalised: NormalisedText;
  /** As it stands. */
  readonly plain: View;
  private all: readonly View[] | undefined;

  constructor(piece: string) {
    this.piece = piece;
    this.normalised = normaliseText(piece);
    this.plain = new View(this.normalised.text, []);
  }

  /** As it stands, and what is hidden in it. */
  get views(): readonly View[] {
    this.all ??= viewsOf(this.piece, this.plain);
    return this.all;
  }
}

function viewsOf(original: string, plain: View): View[] {
  const views: View[] = [plain];
  let budget = original.length * MAX_GROWTH + 1024;
  const add = (text: string, layers: readonly string[]): boolean => {
    budget -= text.length;
    if (views.length >= MAX_VIEWS || budget < 0) return false;
    const plain = normaliseText(text).text;
    if (views.every((known) => known.text !== plain)) views.push(new View(plain, layers));
    return true;
  };
  // Normalisation takes out whatever is invisible.
  if (original !== plain.text) for (const hidden of readInvisible(original)) add(hidden, ['invisible']);
  for (let i = 0; i < views.length; i++) {
    const outer = views[i]!;
    const { layers } = outer;
    if (layers.length >= MAX_DEPTH) continue;
    const hints = hintsOf(outer.tokens);
    if (!mayHide(hints)) continue;
    for (const [layer, inner] of uncovered(outer, hints)) {
      if (!add(inner, [...layers, layer])) return views;
    }
  }
  return views;
}

/** In one walk: most words say nothing, and most texts hold nothing. */
function hintsOf({ words, starts, seen }: WordTokens): Hints {
  const odd: number[] = [];
  let bytes = 0;
  let bytesInRow = 0;
  let letters = 0;
  let lettersInRow = 0;
  let leet = false;
  let disguised = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!word.telling) {
      bytesInRow = 0;
      lettersInRow = 0;
      continue;
    }
    if (word.odd) odd.push(starts[i]!);
    bytesInRow = word.bytes === 0 ? 0 : bytesInRow + word.bytes;
    if (bytesInRow > bytes) bytes = bytesInRow;
    lettersInRow = word.isLetter ? lettersInRow + 1 : 0;
    if (lettersInRow > letters) letters = lettersInRow;
    if (word.leet) leet = true;
    if (word.disguise !== undefined) disguised += 1;
  }
  return { seen, odd, bytes, letters, leet, disguised };
}

const mayHide = (hints: Hints): boolean =>
  CODECS.some(({ mayBe }) => mayBe(hints)) ||
  mayBeEscaped(hints.seen) ||
  mayBeLeet(hints) ||
  mayBeApart(hints) ||
  mayBeScrambled(hints);

function* uncovered({ text, tokens }: View, hints: Hints): Generator<[layer: string, text: string]> {
  const { vocabulary } = trie;
  for (const { name, mayBe, decode } of CODECS) {
    if (mayBe(hints)) for (const inner of decode(text, hints)) yield [name, inner];
  }
  const escaped = mayBeEscaped(hints.seen) ? unescapeText(text) : undefined;
  if (escaped !== undefined) yield ['escapes', escaped];
  const plain = mayBeLeet(hints) ? unleet(text, vocabulary) : undefined;
  if (plain !== undefined) yield ['leet', plain];
  const joined = mayBeApart(hints) ? joinApart(text, vocabulary) : undefined;
  if (joined !== undefined) yield ['apart', joined];
  if (mayBeScrambled(hints)) yield* unscramble(text, tokens.words);
}
