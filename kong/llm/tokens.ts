// Counting the tokens of texts, within a bound of time on the event loop.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tiktoken } from 'tiktoken/lite';
import { encoderOf, type Tokenizer, tokenizerOf } from './tokenizers.ts';

export interface TokenCount {
  tokens: number;
  /** Not what the model's own tokenizer says: another vendor's, cut inside a word, or extrapolated. */
  estimated: boolean;
}

/** What is to be counted: texts, and tokens that are known without counting. */
export interface Countable {
  texts: readonly string[];
  /** Tokens around the texts: roles, separators. */
  extra: number;
  estimated: boolean;
}

/** The work of an unbroken run grows with its square: 1 ms at this length, 0.1 ms for ordinary prose. */
const SLICE = 512;
/** Slices that may hold such runs count this much more. */
const SLOW = 12;
/** Characters of ordinary prose that are counted in one go: about 3 ms. */
const WORK_PER_TURN = 16_384;
/** What countTextAsync counts before it extrapolates: about 0.2 s in all, of one request. */
const MAX_WORK = 64 * WORK_PER_TURN;

/** Counts at once; of a text over some 16k characters (1.4k if not ASCII) the head, and extrapolates. */
export function countText(model: string | undefined, text: string): TokenCount {
  return countSync(tokenizerOf(model), { texts: [text], extra: 0, estimated: false });
}

/** As countText, but lets others run between slices and counts some 1M characters. */
export function countTextAsync(model: string | undefined, text: string): Promise<TokenCount> {
  return countAsync(tokenizerOf(model), { texts: [text], extra: 0, estimated: false });
}

/**
 * No fewer than any count of it: a token is at least one byte of UTF-8. For ordinary prose some four times as many.
 * Costs next to nothing.
 */
export function mostTokens({ factor = 1 }: Tokenizer, { texts, extra }: Countable): number {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return Math.ceil(bytes * factor) + extra;
}

export function countSync(tokenizer: Tokenizer, what: Countable): TokenCount {
  const counting = new Counting(tokenizer, what);
  counting.step();
  return counting.result();
}

export async function countAsync(tokenizer: Tokenizer, what: Countable): Promise<TokenCount> {
  const counting = new Counting(tokenizer, what);
  while (!counting.step() && counting.work < MAX_WORK) await nextTurn();
  return counting.result();
}

class Counting {
  work = 0;
  private readonly encoder: Tiktoken;
  private readonly tokenizer: Tokenizer;
  private readonly what: Countable;
  private exact = true;
  private tokens = 0;
  /** Characters behind us. */
  private done = 0;
  private index = 0;
  private offset = 0;

  constructor(tokenizer: Tokenizer, what: Countable) {
    this.tokenizer = tokenizer;
    this.encoder = encoderOf(tokenizer.encoding);
    this.what = what;
  }

  /** Counts one turn's worth; true when everything is counted. */
  step(): boolean {
    const stopAt = this.work + WORK_PER_TURN;
    for (; this.index < this.what.texts.length; this.index += 1, this.offset = 0) {
      const text = this.what.texts[this.index]!;
      while (this.offset < text.length) {
        if (this.work >= stopAt) return false;
        this.slice(text);
      }
    }
    return true;
  }

  result(): TokenCount {
    const total = this.what.texts.reduce((sum, text) => sum + text.length, 0);
    const whole = this.done >= total;
    const counted = whole ? this.tokens : this.tokens * (total / this.done);
    const { factor } = this.tokenizer;
    return {
      tokens: Math.ceil(counted * (factor ?? 1)) + this.what.extra,
      estimated: this.what.estimated || !whole || !this.exact || factor !== undefined,
    };
  }

  private slice(text: string): void {
    const { end, clean } = sliceEnd(text, this.offset);
    const slice = text.slice(this.offset, end);
    this.tokens += this.encoder.encode_ordinary(slice).length;
    this.exact &&= clean;
    this.done += slice.length;
    this.offset = end;
    // Many short texts cost a call each.
    this.work += CALL + (clean && ASCII.test(slice) ? slice.length : slice.length * SLOW);
  }
}

/** A call's own cost, in characters. */
const CALL = 16;
const ASCII = /^[\0-\x7f]*$/;
/** Never the inside of a token when it stands between two letters or digits; the apostrophe can be. */
const SEPARATOR = /^[\t\n\r -&(-/:-@[-`{-~\u3000-\u3002\uff01\uff0c\uff1a\uff1b\uff1f]$/;
const LETTER_OR_DIGIT = /^[\p{L}\p{N}]$/u;

/** Where the tokenizer would begin a new piece anyway, so that the parts count as the whole does. */
function sliceEnd(text: string, from: number): { end: number; clean: boolean } {
  const limit = from + SLICE;
  if (limit >= text.length) return { end: text.length, clean: true };
  for (let at = limit; at > from; at -= 1) {
    if (
      SEPARATOR.test(text[at]!) &&
      LETTER_OR_DIGIT.test(text[at - 1]!) &&
      LETTER_OR_DIGIT.test(text[at + 1] ?? '')
    ) {
      return { end: at, clean: true };
    }
  }
  const splitsPair = (text.charCodeAt(limit) & 0xfc00) === 0xdc00;
  return { end: splitsPair ? limit - 1 : limit, clean: false };
}

/** Characters per token of ASCII text (https://platform.openai.com/tokenizer). */
const ASCII_PER_TOKEN = 4;
/** Above U+2E80 are the scripts without spaces: a token has one character, some two. */
const CJK = 0x2e80;
const CJK_PER_TOKEN = 1.25;
const OTHER_PER_TOKEN = 2.5;
/** Characters looked at; about 0.2 ms. */
const SAMPLE = 65_536;

/** Without a tokenizer, for thresholds: right within a factor of two. */
export function estimateTokens(text: string): number {
  const sample = Math.min(text.length, SAMPLE);
  let other = 0;
  let cjk = 0;
  for (let i = 0; i < sample; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    if (code >= CJK) cjk += 1;
    else other += 1;
  }
  const tokens = (sample - other - cjk) / ASCII_PER_TOKEN + other / OTHER_PER_TOKEN + cjk / CJK_PER_TOKEN;
  return sample === 0 ? 0 : Math.ceil(tokens * (text.length / sample));
}
