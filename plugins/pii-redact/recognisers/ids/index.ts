// All numbered identities of persons and businesses, found by the form of their groups.
import { type Context, wordsOf } from '../../detect/context.ts';
import type { Scan } from '../../detect/scan.ts';
import type { Recogniser, Report } from '../../detect/types.ts';
import { NUMBER_AGAINST } from '../words.ts';
import { AMERICAS } from './americas.ts';
import { ASIA_PACIFIC_AFRICA } from './asia-pacific-africa.ts';
import { BRITISH_ISLES } from './british-isles.ts';
import { EASTERN_EUROPE } from './eastern-europe.ts';
import { NORDICS } from './nordics.ts';
import { ID_WORDS, type IdRule } from './rule.ts';
import { SOUTHERN_EUROPE } from './southern-europe.ts';
import { US } from './us.ts';
import { WESTERN_EUROPE } from './western-europe.ts';

export const ID_RULES: readonly IdRule[] = [
  ...US,
  ...AMERICAS,
  ...BRITISH_ISLES,
  ...WESTERN_EUROPE,
  ...SOUTHERN_EUROPE,
  ...NORDICS,
  ...EASTERN_EUROPE,
  ...ASIA_PACIFIC_AFRICA,
];

interface Compiled extends IdRule {
  context: Context;
}

const SEPARATORS = new Set([...' -./']);
const DEFAULT_FAILING = 0.1;
/** Lower case is not how a number with letters is printed. */
const LOWER_CASE = 0.15;

/** Rules by form; and every beginning of a form that ends between two groups, so that a search can stop early. */
const byForm = new Map<string, Compiled[]>();
const beginnings = new Set<string>();
let longest = 0;

for (const rule of ID_RULES) {
  // What is only ever found beside its own word does not profit from "id number" in general.
  const words = Math.max(rule.score, rule.bare) < 0.2 ? [rule.words] : [rule.words, ID_WORDS];
  const compiled = { ...rule, context: { near: wordsOf(...words), against: NUMBER_AGAINST } };
  for (const form of new Set(rule.forms.split('|').flatMap(expand))) {
    byForm.set(form, [...(byForm.get(form) ?? []), compiled]);
    longest = Math.max(longest, form.length);
    for (let end = 1; end <= form.length; end++) {
      if (end === form.length || SEPARATORS.has(form[end]!)) beginnings.add(form.slice(0, end));
    }
  }
}

/** X is a digit or a letter, so a form with n of them is 2^n forms; with many of them only those that can occur count. */
function expand(form: string): string[] {
  const at = form.indexOf('X');
  if (at < 0) return [form];
  const rest = (char: string): string[] => expand(form.slice(0, at) + char + form.slice(at + 1));
  return [...rest('9'), ...rest('A')];
}

export const identities: Recogniser = (scan, report) => {
  const { text, atoms } = scan;
  for (let first = 0; first < atoms.length; first++) {
    const { start, end } = atoms[first]!;
    if (end - start > longest) continue;
    let form = formOf(text, start, end);
    if (!beginnings.has(form) || !startsFresh(text, start)) continue;
    for (let last = first; ; ) {
      const rules = byForm.get(form);
      if (rules) tryRules(scan, start, atoms[last]!.end, rules, report);
      const next = atoms[++last];
      if (!next || next.start - atoms[last - 1]!.end !== 1 || next.end - start > longest) break;
      form += text[next.start - 1]! + formOf(text, next.start, next.end);
      if (!beginnings.has(form)) break;
    }
  }
};

function formOf(text: string, start: number, end: number): string {
  let form = '';
  for (let at = start; at < end; at++) form += text.charCodeAt(at) < 58 ? '9' : 'A';
  return form;
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}_]/u;
const UNSPACED = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}]/u;

/** Not in the middle of a word or of a longer number. */
function startsFresh(text: string, start: number): boolean {
  const before = text[start - 1];
  if (before === undefined) return true;
  if (LETTER_OR_DIGIT.test(before)) return UNSPACED.test(before);
  return !(/[-./+,]/.test(before) && /\d/.test(text[start - 2] ?? ''));
}

function endsFresh(text: string, end: number): boolean {
  const behind = text[end];
  if (behind === undefined) return true;
  if (LETTER_OR_DIGIT.test(behind)) return UNSPACED.test(behind);
  const next = text[end + 1] ?? '';
  if (/[.,]/.test(behind)) return !/\d/.test(next);
  return !(/[-/@]/.test(behind) && /[\p{L}\p{N}]/u.test(next));
}

function tryRules(scan: Scan, start: number, end: number, rules: readonly Compiled[], report: Report): void {
  if (!endsFresh(scan.text, end)) return;
  const written = scan.text.slice(start, end);
  const id = written.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
  const lower = /[a-z]/.test(written) ? LOWER_CASE : 0;
  for (const rule of rules) {
    const good = rule.check ? rule.check(id) : true;
    const worth = id.length === written.length ? rule.bare : rule.score;
    const score = good ? worth : Math.min(rule.failing ?? DEFAULT_FAILING, worth);
    if (score > 0) report(rule.type, start, end, score - lower, rule.context);
  }
}
