// Which replacement stands for which value, for one request. Lives in memory as long as the request does.
import {
  isCapitalCode,
  isDigitCode,
  isSmallCode,
  kindsOf,
  LETTER,
  MARK,
  NUMBER,
  SURROGATE,
} from '../detect/chars.ts';
import { labelOf } from '../entities.ts';
import type { Work } from '../pace.ts';
import type { Settings } from '../settings.ts';
import { KeyedChance, keyedHash } from './keyed.ts';
import { mask } from './mask.ts';
import { synthesise } from './synthetic.ts';
import { runsOf, TokenIndex } from './token-index.ts';

/** A replacement that can be put back. */
export interface Token {
  text: string;
  value: string;
  /** `placeholder` tokens are read in any case and with or without their brackets. */
  kind: 'placeholder' | 'synthetic';
  /** The value was a number in JSON: what is put back is one again. */
  number: boolean;
}

/** Tries for a synthetic value that nobody else has before a placeholder is taken. */
const MAX_TRIES = 8;

export class Vault {
  private readonly settings: Settings;
  /** Placeholders that the texts contain already, as `EMAIL_1`: they are not given out. */
  private readonly taken: ReadonlySet<string>;
  /** Whether a text of the request contains something already. */
  private readonly contains: (text: string) => boolean;
  private readonly byValue = new Map<string, string>();
  private readonly tokens = new Map<string, Token>();
  private readonly counts = new Map<string, number>();
  /** All replacements but those that cover or hash a value. */
  private readonly made = new TokenIndex();

  constructor(
    settings: Settings,
    taken: ReadonlySet<string> = new Set(),
    contains: (text: string) => boolean = () => false,
  ) {
    this.settings = settings;
    this.taken = taken;
    this.contains = contains;
  }

  /** What stands for the value from now on: the same for the same value of the same type. */
  replace(type: string, value: string, { number = false, joined = false, restorable = true } = {}): string {
    const key = `${type}\0${number ? 'n' : 's'}${joined ? 'j' : ''}\0${value}`;
    const known = this.byValue.get(key);
    if (known !== undefined) return known;
    const made = this.make(type, value, { number, joined, restorable });
    this.byValue.set(key, made);
    return made;
  }

  /** All that can be put back. */
  get restorable(): readonly Token[] {
    return [...this.tokens.values()];
  }

  /** The text is one of the replacements, or part of one. */
  isToken(text: string): boolean {
    return this.made.isPart(text);
  }

  private make(
    type: string,
    value: string,
    { number, joined, restorable }: { number: boolean; joined: boolean; restorable: boolean },
  ): string {
    const { action, keepFirst, keepLast } = this.settings.of(type);
    if (action === 'mask') return mask(value, { char: this.settings.maskChar, keepFirst, keepLast });
    if (action === 'hash') return `<${labelOf(type)}:${keyedHash(this.settings.secret(), type, value)}>`;
    // Where a word goes on beside it, only a placeholder can be told from what stands there.
    const synthetic = action === 'synthetic' && !joined ? this.synthetic(type, value) : undefined;
    const text = synthetic ?? this.placeholder(labelOf(type));
    this.made.add(text);
    if (restorable)
      this.tokens.set(text, {
        text,
        value,
        kind: synthetic === undefined ? 'placeholder' : 'synthetic',
        number,
      });
    return text;
  }

  private placeholder(label: string): string {
    let count = this.counts.get(label) ?? 0;
    do count += 1;
    while (this.taken.has(`${label}_${count}`));
    this.counts.set(label, count);
    return `<${label}_${count}>`;
  }

  private synthetic(type: string, value: string): string | undefined {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const made = synthesise(type, value, new KeyedChance(this.settings.secret(), type, value, attempt));
      if (made === undefined) return undefined;
      // One that is part of another could not be told from it in an answer.
      if (made !== value && !this.made.isPart(made) && !this.made.isIn(made) && !this.contains(made))
        return made;
    }
    return undefined;
  }
}

/** Characters that are looked through in one unit of work. */
const AT_ONCE = 16_384;
const LABEL = /[A-Za-z](?:\\{0,2}_|[A-Za-z]){0,48}\\{0,2}$/;
const DIGITS = /\d{1,9}/y;

/** Placeholders that texts contain by themselves, as `EMAIL_1`. */
export function* placeholdersIn(texts: Iterable<string>): Work<Set<string>> {
  const found = new Set<string>();
  for (const text of texts) {
    let looks = 0;
    for (let at = text.indexOf('_'); at >= 0; at = text.indexOf('_', at + 1)) {
      if (!isDigitCode(text.charCodeAt(at + 1)) || !maybeLabel(text.charCodeAt(at - 1))) continue;
      if (++looks % LOOKS_AT_ONCE === 0) yield;
      DIGITS.lastIndex = at + 1;
      const digits = DIGITS.exec(text)![0];
      const label = LABEL.exec(text.slice(Math.max(0, at - LONGEST_LABEL), at))?.[0];
      if (label !== undefined) addSuffixes(found, label.replaceAll('\\', '').toUpperCase(), Number(digits));
    }
    yield;
  }
  return found;
}

const LOOKS_AT_ONCE = 128;
const LONGEST_LABEL = 64;
const BACKSLASH = 92;
const maybeLabel = (code: number): boolean => code === BACKSLASH || isCapitalCode(code) || isSmallCode(code);

/** Times that a whole request is searched for a made value, which takes up to a millisecond each. */
const MAX_SEARCHES = 100;

/**
 * Tells whether texts have a value in them already. Most made values have a word that no text has; of the others a few
 * are searched for, and what is not is taken as contained.
 */
export function* contentsOf(texts: readonly string[]): Work<(made: string) => boolean> {
  const words = new Set<string>();
  for (const text of texts) {
    for (let at = 0; at < text.length; ) {
      // Not in the middle of a word.
      let end = Math.min(text.length, at + AT_ONCE);
      while (end < text.length && end - at < 2 * AT_ONCE && isPartCode(text.charCodeAt(end))) end++;
      for (const run of runsOf(text.slice(at, end))) words.add(run);
      at = end;
      yield;
    }
  }
  let searches = 0;
  return (made) => {
    if (!runsOf(made).every((run) => words.has(run))) return false;
    return ++searches > MAX_SEARCHES || texts.some((text) => text.includes(made));
  };
}

const isPartCode = (code: number): boolean => (kindsOf(code) & (LETTER | MARK | NUMBER | SURROGATE)) !== 0;

/** `MY_EMAIL_1` contains EMAIL_1. */
function addSuffixes(found: Set<string>, label: string, number: number): void {
  const words = label.split('_');
  for (let from = 0; from < words.length; from++) found.add(`${words.slice(from).join('_')}_${number}`);
}
