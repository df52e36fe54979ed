// A question as it is compared: its words in one form, each with its kind and what it is bound to, and what is asked.
import {
  ARTICLES,
  AUXILIARIES,
  expand,
  PREPOSITIONS,
  QUESTIONS,
  rephrase,
  SILENT,
  TENSES,
} from './english.ts';
import { type Language, languageOf } from './language.ts';
import { type Kind, kindOf, NUMBERS, UNITS } from './lexicon.ts';
import { withoutFrames, withoutUnspacedFrames } from './politeness.ts';
import { readWords, type Word } from './words.ts';

export interface Token {
  form: string;
  kind: Kind;
  /** Names something: a name, an acronym, a version, an address. */
  marked: boolean;
  capital: boolean;
  /** a, an, the before it. */
  article: '' | 'a' | 'the';
}

/** Words that belong together behind one preposition or conjunction; '' before the first. */
export interface Chunk {
  marker: string;
  tokens: Token[];
}

export interface Reading {
  language: Language;
  tokens: Token[];
  chunks: Chunk[];
  /** what, who, how, how many, …, `yes/no`, `statement`. In languages that are not known, ''. */
  asks: string;
  /** Tenses and modal verbs, in their order. */
  modality: string;
  /** Its only auxiliary verb may have "not" before or behind the subject. */
  negated: boolean;
  /** A way of doing something: whose and which one do not matter there. */
  howTo: boolean;
  quoted: string[];
  code: boolean;
}

export function read(text: string): Reading {
  const { words, quoted, code, asks } = readWords(withoutUnspacedFrames(text));
  const forms = words.map(({ form }) => form);
  const language = languageOf(forms);
  const reading = language === 'en' ? readEnglish(words, asks) : readOther(words);
  return { ...reading, language, quoted, code };
}

type Part = Omit<Reading, 'language' | 'quoted' | 'code'>;

function readOther(words: readonly Word[]): Part {
  const [from, to] = withoutFrames(
    words.map(({ form }) => form),
    words.map(({ afterPause }) => afterPause),
    false,
  );
  const tokens = joinUnits(words.slice(from, to).map((word) => tokenOf(word, '')));
  return { tokens, chunks: [{ marker: '', tokens }], asks: '', modality: '', negated: false, howTo: false };
}

function readEnglish(written: readonly Word[], asked: boolean): Part {
  const expanded = expand(written);
  const [from, to] = withoutFrames(
    expanded.map(({ form }) => form),
    expanded.map(({ afterPause }) => afterPause),
    true,
  );
  const framed = from > 0;
  const words = rephrase(expanded.slice(from, to));
  const forms = words.map(({ form }) => form);
  const chunks: Chunk[] = [{ marker: '', tokens: [] }];
  const modality: string[] = [];
  let article: Token['article'] = '';
  let paused = false;
  let questions = 0;
  const howTo = forms[0] === 'how' && forms[1] === 'to';
  for (const [i, word] of words.entries()) {
    const { form } = word;
    paused ||= word.afterPause;
    if (QUESTIONS.has(form) && !word.marked) {
      // The first one asks; a later one binds a clause, as a preposition does.
      if (questions > 0 || AUXILIARIES.has(forms[0]!)) chunks.push({ marker: form, tokens: [] });
      else paused ||= chunks.at(-1)!.marker !== '';
      questions += 1;
      continue;
    }
    if (form === 'if' && i === 0 && framed) continue;
    const mentioned = isMention(words, i);
    if (ARTICLES.has(form) && !mentioned) {
      article = form === 'the' ? 'the' : 'a';
      continue;
    }
    const isAuxiliary = !word.marked && !mentioned && TENSES.has(form);
    if (isAuxiliary) {
      modality.push(TENSES.get(form)!);
      continue;
    }
    if (!word.marked && !mentioned && SILENT.has(form)) continue;
    if (!word.marked && PREPOSITIONS.has(form) && i < words.length - 1) {
      chunks.push({ marker: form, tokens: [] });
      article = '';
      paused = false;
      // "without" and "before" are a word and a binding at once.
      if (kindOf(form) === 'content') continue;
    } else if (paused && chunks.at(-1)!.tokens.length > 0) chunks.push({ marker: '', tokens: [] });
    chunks.at(-1)!.tokens.push(tokenOf(word, article));
    paused = false;
    article = '';
  }
  for (const chunk of chunks) chunk.tokens = joinUnits(chunk.tokens);
  // A pause that a comma makes is no chunk of its own unless something stands behind it.
  const told = chunks.filter(({ tokens, marker }) => tokens.length > 0 || marker !== '');
  return {
    tokens: tokensOf(told),
    chunks: told,
    asks: asksFor(forms, asked, framed),
    modality: modality.join(' '),
    negated: isPlainlyNegated(forms),
    howTo,
  };
}

/** A loop: `flatMap` took a seventh of the time in which a long question is read. */
function tokensOf(chunks: readonly Chunk[]): Token[] {
  const all: Token[] = [];
  for (const { tokens } of chunks) for (const token of tokens) all.push(token);
  return all;
}

/** What comes with a letter behind it: "vitamin A" is no vitamin with an article. */
const LETTERED = new Set(
  'vitamin hepatitis plan type grade group class team section part option level influenza series schedule appendix exhibit question point blood letter note string'.split(
    ' ',
  ),
);
const JOINS = new Set(['and', 'or', 'vs', undefined]);

/** The word itself is meant, not its work in the sentence: "a and the", "is vs are", "vitamin A", "7 am". */
function isMention(words: readonly Word[], i: number): boolean {
  const { form, capital } = words[i]!;
  const [before, after] = [words[i - 1]?.form, words[i + 1]?.form];
  const isArticle = ARTICLES.has(form);
  if (before === 'between' || before === 'vs' || before === 'word' || before === 'words')
    return !isArticle || JOINS.has(after);
  if (form === 'am' && words[i - 1]?.numeric) return true;
  if (isArticle)
    return JOINS.has(after) || (form === 'a' && (LETTERED.has(before ?? '') || (capital && i > 0)));
  return after === 'vs' || (before === 'and' && after === undefined) || after === 'and';
}

const HOW =
  /^(?:many|much|long|far|old|often|big|large|tall|high|deep|fast|heavy|soon|late|early|hot|cold|wide|hard|good|bad|well|likely)$/;

function asksFor(forms: readonly string[], asked: boolean, framed: boolean): string {
  const questions: string[] = [];
  for (const [i, form] of forms.entries()) {
    if (!QUESTIONS.has(form)) continue;
    questions.push(form === 'how' && HOW.test(forms[i + 1] ?? '') ? `how ${forms[i + 1]}` : form);
  }
  const first = forms[0] ?? '';
  if (questions.length > 0) return [...(AUXILIARIES.has(first) ? ['yes/no'] : []), ...questions].join(' ');
  if (AUXILIARIES.has(first) || (framed && first === 'if')) return 'yes/no';
  return asked && !framed ? 'yes/no' : 'statement';
}

const BE = new Set(['is', 'are', 'am', 'was', 'were']);
const QUANTIFIERS = new Set([
  'all',
  'some',
  'any',
  'every',
  'each',
  'both',
  'only',
  'always',
  'often',
  'never',
  'many',
  'most',
  'because',
]);

/** One clause with one "not" that denies its verb: not "not to go", not "not all". */
function isPlainlyNegated(forms: readonly string[]): boolean {
  const at = forms.indexOf('not');
  const next = forms[at + 1] ?? '';
  return (
    at > 0 &&
    forms.lastIndexOf('not') === at &&
    next !== 'to' &&
    !(next.endsWith('ing') && !forms.some((form) => BE.has(form))) &&
    forms.filter((form) => AUXILIARIES.has(form)).length === 1 &&
    !forms.some((form) => QUANTIFIERS.has(form))
  );
}

function tokenOf({ form, marked, capital, numeric }: Word, article: Token['article']): Token {
  const value = numeric ? numberForm(form) : NUMBERS.get(form);
  return {
    form: value ?? form,
    kind: value === undefined ? kindOf(form) : 'number',
    marked,
    capital,
    article,
  };
}

/** 1,000,000 is 1000000; 1,5 and 1.5 stay what they are. */
function numberForm(form: string): string {
  const grouped = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(form) ? form.replaceAll(',', '') : form;
  return grouped
    .replace(/^0+(?=\d)/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

const CURRENCY = new Set('$€£¥₹');
const MINUS = new Set('-−–');
const MEASURE = /^[a-zµ°%]/;

/** A number and its unit become two tokens in this order, whatever the writing: $5, 5 dollars; 5km, 5 kilometres. */
function joinUnits(tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i]!;
    const next = tokens[i + 1];
    if (CURRENCY.has(token.form) && next?.kind === 'number') {
      out.push(next, unitToken(UNITS.get(token.form)!));
      i += 1;
      continue;
    }
    const after = out.at(-1)?.kind === 'number' ? unitAt(tokens, i) : undefined;
    if (after) {
      out.push(unitToken(after.unit));
      i += after.length - 1;
      continue;
    }
    if (MINUS.has(token.form) && next?.kind === 'number') {
      out.push({ ...next, form: `-${next.form}` });
      i += 1;
      continue;
    }
    out.push(token);
  }
  return out;
}

function unitAt(tokens: readonly Token[], i: number): { unit: string; length: number } | undefined {
  const { form } = tokens[i]!;
  const next = tokens[i + 1]?.form;
  if ((form === 'degree' || form === 'degrees' || form === '°') && next !== undefined && UNITS.has(next))
    return { unit: UNITS.get(next)!, length: 2 };
  if (!MEASURE.test(form)) return;
  const unit = UNITS.get(form) ?? ([...UNITS.values()].includes(form) ? form : undefined);
  return unit === undefined ? undefined : { unit, length: 1 };
}

const unitToken = (form: string): Token => ({
  form,
  kind: 'unit',
  marked: false,
  capital: false,
  article: '',
});
