// Which replacement stands for which value, for one request. Lives in memory as long as the request does.
import { labelOf } from '../entities.ts';
import type { Settings } from '../settings.ts';
import { KeyedChance, keyedHash } from './keyed.ts';
import { mask } from './mask.ts';
import { synthesise } from './synthetic.ts';

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
  replace(type: string, value: string, { number = false, restorable = true } = {}): string {
    const key = `${type}\0${number ? 'n' : 's'}\0${value}`;
    const known = this.byValue.get(key);
    if (known !== undefined) return known;
    const made = this.make(type, value, number, restorable);
    this.byValue.set(key, made);
    return made;
  }

  /** All that can be put back. */
  get restorable(): readonly Token[] {
    return [...this.tokens.values()];
  }

  /** The text is one of the replacements, or part of one. */
  isToken(text: string): boolean {
    for (const token of this.tokens.keys()) if (token === text || token.includes(text)) return true;
    return false;
  }

  private make(type: string, value: string, number: boolean, restorable: boolean): string {
    const { action, keepFirst, keepLast } = this.settings.of(type);
    if (action === 'mask') return mask(value, { char: this.settings.maskChar, keepFirst, keepLast });
    if (action === 'hash') return `<${labelOf(type)}:${keyedHash(this.settings.secret(), type, value)}>`;
    const synthetic = action === 'synthetic' ? this.synthetic(type, value) : undefined;
    const text = synthetic ?? this.placeholder(labelOf(type));
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
      if (made !== value && !this.overlaps(made) && !this.contains(made)) return made;
    }
    return undefined;
  }

  /** One that is part of another could not be told from it in an answer. */
  private overlaps(made: string): boolean {
    const lower = made.toLowerCase();
    for (const { text } of this.tokens.values()) {
      const other = text.toLowerCase();
      if (other.includes(lower) || lower.includes(other)) return true;
    }
    return false;
  }
}

/** Placeholders that texts contain by themselves, as `EMAIL_1`. */
export function placeholdersIn(texts: Iterable<string>): Set<string> {
  const found = new Set<string>();
  for (const text of texts) {
    for (let at = text.indexOf('_'); at >= 0; at = text.indexOf('_', at + 1)) {
      const digits = /^\d{1,9}/.exec(text.slice(at + 1, at + 10))?.[0];
      if (digits === undefined) continue;
      const label = /[A-Za-z](?:\\{0,2}_|[A-Za-z]){0,48}\\{0,2}$/.exec(
        text.slice(Math.max(0, at - 64), at),
      )?.[0];
      if (label === undefined) continue;
      addSuffixes(found, label.replaceAll('\\', '').toUpperCase(), Number(digits));
    }
  }
  return found;
}

/** `MY_EMAIL_1` contains EMAIL_1. */
function addSuffixes(found: Set<string>, label: string, number: number): void {
  const words = label.split('_');
  for (let from = 0; from < words.length; from++) found.add(`${words.slice(from).join('_')}_${number}`);
}
