// All readings of a text: as it stands, without its disguises, and what is encoded inside it, as deep as it goes.

import { type NormalisedText, normaliseText } from '../../../kong/llm/normalise.ts';
import { CODECS } from './codecs.ts';
import { joinApart, unleet, unscramble, type Vocabulary } from './disguises.ts';
import { unescapeText } from './escapes.ts';
import { readInvisible } from './invisible.ts';
import { type Tokens, tokenize } from './tokens.ts';

export interface View {
  /** Normalised. */
  text: string;
  tokens: Tokens;
  /** How it was disguised, outermost first; empty for the text itself. */
  layers: readonly string[];
}

/** Layers inside layers. */
const MAX_DEPTH = 3;
const MAX_VIEWS = 24;
/** Decoded text is this many times the text at most. */
const MAX_GROWTH = 3;

export function viewsOf(original: string, normalised: NormalisedText, vocabulary: Vocabulary): View[] {
  const views: View[] = [viewOf(normalised.text, [])];
  let budget = original.length * MAX_GROWTH + 1024;
  const add = (text: string, layers: readonly string[]): boolean => {
    budget -= text.length;
    if (views.length >= MAX_VIEWS || budget < 0) return false;
    const plain = normaliseText(text).text;
    if (views.every((known) => known.text !== plain)) views.push(viewOf(plain, layers));
    return true;
  };
  for (const hidden of readInvisible(original)) add(hidden, ['invisible']);
  for (let i = 0; i < views.length; i++) {
    const outer = views[i]!;
    const { layers } = outer;
    if (layers.length >= MAX_DEPTH) continue;
    for (const [layer, inner] of uncovered(outer, vocabulary)) {
      if (!add(inner, [...layers, layer])) return views;
    }
  }
  return views;
}

function viewOf(text: string, layers: readonly string[]): View {
  return { text, tokens: tokenize(text), layers };
}

function* uncovered(
  { text, tokens: { words } }: View,
  vocabulary: Vocabulary,
): Generator<[layer: string, text: string]> {
  for (const { name, decode } of CODECS) for (const inner of decode(text)) yield [name, inner];
  const escaped = unescapeText(text);
  if (escaped !== undefined) yield ['escapes', escaped];
  const plain = unleet(text, vocabulary);
  if (plain !== undefined) yield ['leet', plain];
  const joined = joinApart(text, words, vocabulary);
  if (joined !== undefined) yield ['apart', joined];
  yield* unscramble(text, words, vocabulary);
}
