// The safety gate: what differs between two questions so that an answer to one must not be served for the other.
import { singular } from './text/english.ts';
import { ARTICLE_MATTERS, CASE_MATTERS } from './text/lexicon.ts';
import type { Chunk, Reading, Token } from './text/reading.ts';
import { isTypo } from './text/typo.ts';

export const CHECKS = [
  'numbers',
  'units',
  'dates',
  'negation',
  'comparatives',
  'entities',
  'question_type',
  'content',
  'order',
] as const;
export type Check = (typeof CHECKS)[number];

/** What differs, in the order of CHECKS; empty when nothing does. */
export function differences(a: Reading, b: Reading, checks: ReadonlySet<Check>): Check[] {
  const found = new Set<Check>();
  if (a.language !== b.language || a.code || b.code) found.add('content');
  if (
    a.quoted.length > 0 &&
    a.quoted.length === b.quoted.length &&
    a.quoted.join('\n') !== b.quoted.join('\n')
  )
    found.add('content');
  const { lone, common } = pair(a, b);
  for (const token of lone) found.add(checkOf(token));
  if (a.asks !== b.asks || a.modality !== b.modality) found.add('question_type');
  if (isRenamed(a, b)) found.add('entities');
  if (isRedefined(a, b)) found.add('content');
  // The order is the dearest to compare, and one difference is enough.
  const differs = CHECKS.some((check) => found.has(check) && checks.has(check));
  if (!differs && !inOrder(a, b, common, lone.length > 0)) found.add('order');
  return CHECKS.filter((check) => found.has(check) && checks.has(check));
}

function checkOf({ kind, marked }: Token): Check {
  if (kind === 'number') return 'numbers';
  if (kind === 'unit') return 'units';
  if (kind === 'date') return 'dates';
  if (kind === 'negation') return 'negation';
  if (kind === 'comparative') return 'comparatives';
  return marked ? 'entities' : 'content';
}

interface Pairing {
  /** Tokens of either that have no partner in the other. */
  lone: Token[];
  /** Partners, as one name for both. */
  common: Map<Token, number>;
}

/** Words that may be misspelt, or in the other number, between two questions. */
const MAX_SLIPS = 12;

function pair(a: Reading, b: Reading): Pairing {
  const begin = commonStart(a.tokens, b.tokens);
  const left = b.tokens.slice(begin);
  const common = new Map<Token, number>();
  const rest: Token[] = [];
  for (let i = 0; i < begin; i += 1) {
    const name = common.size;
    common.set(a.tokens[i]!, name);
    common.set(b.tokens[i]!, name);
  }
  const take = (token: Token, at: number): void => {
    const name = common.size;
    common.set(token, name);
    common.set(left[at]!, name);
    left.splice(at, 1);
  };
  for (const token of a.tokens.slice(begin)) {
    const at = left.findIndex(({ form }) => form === token.form);
    if (at >= 0) take(token, at);
    else rest.push(token);
  }
  // Every word with every other one: with so many that differ it is another question anyway.
  if (rest.length > MAX_SLIPS || left.length > MAX_SLIPS)
    return { lone: withoutOwners(a, b, [...rest, ...left], common), common };
  const plurals = countsOne(a) || countsOne(b) ? false : a.language === 'en';
  const lone: Token[] = [];
  for (const token of rest) {
    const at = left.findIndex((other) => isSame(token, other, plurals));
    if (at >= 0) take(token, at);
    else lone.push(token);
  }
  return { lone: withoutOwners(a, b, [...lone, ...left], common), common };
}

/** How many tokens are the same from the first one on: of questions that are alike nearly all, and they need no search. */
function commonStart(a: readonly Token[], b: readonly Token[]): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at]!.form === b[at]!.form) at += 1;
  return at;
}

/** In instructions it does not matter whether it is "my" thing or "the" thing; any thing ("a") is another matter. */
function withoutOwners(a: Reading, b: Reading, lone: Token[], common: ReadonlyMap<Token, number>): Token[] {
  if (!a.howTo || !b.howTo || lone.some(({ form }) => OTHER_PERSONS.has(form))) return lone;
  const articles = new Map(a.tokens.map((token) => [common.get(token), token.article]));
  const any = b.tokens.some((token) => {
    const other = articles.get(common.get(token));
    return other !== undefined && other !== token.article && (other === 'a' || token.article === 'a');
  });
  return any ? lone : lone.filter(({ form }) => !OWN.has(form));
}

const OWN = new Set(['my', 'our']);
const OTHER_PERSONS = new Set([
  'your',
  'his',
  'her',
  'their',
  'its',
  'i',
  'you',
  'he',
  'she',
  'they',
  'me',
  'him',
  'them',
]);

function isSame(a: Token, b: Token, plurals: boolean): boolean {
  if (a.kind !== 'content' || b.kind !== 'content') return false;
  const named = a.marked || b.marked;
  if (plurals && !named && singular(a.form) === singular(b.form)) return true;
  return isTypo(a.form, b.form, named);
}

/** "The best restaurant" is one, "the best restaurants" are some. */
function countsOne({ tokens }: Reading): boolean {
  return tokens.some(
    ({ kind, form }) =>
      kind === 'number' ||
      (kind === 'comparative' && /est$|^most$|^first$|^only$|^each$|^every$/.test(form)) ||
      form === 'best' ||
      form === 'top' ||
      form === 'a',
  );
}

/** A word that is a name with a capital and a common word without: "Polish", and "the Rock" beside "rock". */
function isRenamed(a: Reading, b: Reading): boolean {
  const known = new Map(a.tokens.map((token) => [token.form, token]));
  return b.tokens.some((token) => {
    const other = known.get(token.form);
    if (!other) return false;
    if (CASE_MATTERS.has(token.form) && other.marked !== token.marked) return true;
    const renamed = ARTICLE_MATTERS.has(token.form)
      ? other.capital !== token.capital
      : other.marked !== token.marked;
    return renamed && other.article !== token.article;
  });
}

/** "What is the matter" and "what is matter": with one noun the article makes the meaning. */
function isRedefined(a: Reading, b: Reading): boolean {
  if (a.tokens.length !== 1 || b.tokens.length !== 1) return false;
  const [one, other] = [a.tokens[0]!, b.tokens[0]!];
  return (
    one.article !== other.article &&
    (one.article === 'the' || other.article === 'the') &&
    one.form === other.form &&
    !one.marked &&
    !other.marked
  );
}

type Name = number | string;

/**
 * Who does what to whom is in the order of the words. The same order, or the same but for one group behind a
 * preposition that stands elsewhere ("on Windows, how do I …").
 * @param names of partners
 * @param some words without a partner are let pass: the order of the others
 */
function inOrder(a: Reading, b: Reading, names: ReadonlyMap<Token, number>, some: boolean): boolean {
  const loose = a.negated && b.negated;
  const [left, right] = [named(a.chunks, names, loose), named(b.chunks, names, loose)];
  if (some) return flat(left, false).join() === flat(right, false).join();
  if (flat(left, true).join() === flat(right, true).join()) return true;
  return isMoved(left, right) || isMoved(right, left) || (isMutual(a) && isExchanged(left, right));
}

interface NamedChunk {
  marker: string;
  names: number[];
}

/** @param loose without "not", which stands before or behind the subject */
function named(chunks: readonly Chunk[], names: ReadonlyMap<Token, number>, loose: boolean): NamedChunk[] {
  return chunks.map(({ marker, tokens }) => ({
    marker,
    names: tokens.flatMap((token) => {
      const name = names.get(token);
      return name === undefined || (loose && token.form === 'not') ? [] : [name];
    }),
  }));
}

const flat = (chunks: readonly NamedChunk[], withMarkers: boolean): Name[] =>
  chunks.flatMap(({ marker, names }) => (withMarkers && marker !== '' ? [marker, ...names] : names));

/** Prepositions whose group says where, when or with what, and may stand at either end. */
const MOVABLE = new Set([
  'in',
  'on',
  'at',
  'for',
  'from',
  'to',
  'with',
  'during',
  'by',
  'about',
  'using',
  'since',
  'until',
  'within',
  'near',
]);

/** `right` is `left` with its first group moved behind, or its last two groups exchanged. */
function isMoved(left: readonly NamedChunk[], right: readonly NamedChunk[]): boolean {
  if (new Set(left.map(({ marker }) => marker)).size !== left.length && !onlyPauses(left)) return false;
  for (const [i, chunk] of left.entries()) {
    if (!MOVABLE.has(chunk.marker) || chunk.names.length === 0) continue;
    const others = flat([...left.slice(0, i), ...left.slice(i + 1)], true).join();
    for (const [j, candidate] of right.entries()) {
      if (candidate.marker !== chunk.marker || candidate.names.join() !== chunk.names.join()) continue;
      if (flat([...right.slice(0, j), ...right.slice(j + 1)], true).join() === others) return true;
    }
  }
  return false;
}

/** What is between two things is between them in either order. */
const MUTUAL = new Set(
  'difference differences similarity similarities distance distinction comparison relationship connection'.split(
    ' ',
  ),
);

function isMutual({ chunks }: Reading): boolean {
  const at = chunks.findIndex(({ marker }) => marker === 'between');
  return at > 0 && chunks[at + 1]?.marker === 'and' && MUTUAL.has(chunks[at - 1]!.tokens.at(-1)?.form ?? '');
}

/** `right` is `left` with the two things after "between" exchanged. */
function isExchanged(left: readonly NamedChunk[], right: readonly NamedChunk[]): boolean {
  const at = left.findIndex(({ marker }) => marker === 'between');
  const [one, other] = [left[at]!, left[at + 1]!];
  const exchanged = left
    .with(at, { ...one, names: other.names })
    .with(at + 1, { ...other, names: one.names });
  return flat(exchanged, true).join() === flat(right, true).join();
}

/** Markers may repeat only where none is meant: at commas. */
function onlyPauses(chunks: readonly NamedChunk[]): boolean {
  const markers = chunks.map(({ marker }) => marker).filter((marker) => marker !== '');
  return new Set(markers).size === markers.length;
}
