// The replacements of a request as a tree of characters, and how an answer may write one: in another case, escaped for
// Markdown, HTML or JSON, a placeholder without its brackets.
import type { Token } from '../act/vault.ts';
import type { Work } from '../pace.ts';

export interface Node {
  next: Map<string, Node>;
  /** What ends here. */
  token: Token | undefined;
  /** Letters and digits may follow: the token brings its own end. */
  closed: boolean;
}

/** Longest spelling of one character: `\\u003c`. */
export const MAX_SPELLING = 7;

/** How a unit of a token, and of an answer, is looked up. */
export type Fold = (unit: string) => string;
export const anyCase: Fold = (unit) => unit.toLowerCase();
export const ownCase: Fold = (unit) => unit;

const node = (): Node => ({ next: new Map(), token: undefined, closed: false });

export interface TokenTree {
  /** Characters in any case. */
  any: Node;
  /** Placeholders without brackets: in their own case only, since `person_1` is a name in many a program. */
  exact: Node;
  /** Every character that a token may begin with, in any spelling. */
  starts: RegExp;
  /** Most characters of an answer that may be the beginning of a token. */
  longest: number;
}

const TOKENS_AT_ONCE = 64;

export function* tokenTree(tokens: readonly Token[]): Work<TokenTree> {
  const tree = { any: node(), exact: node() };
  const starts = new Set('\\&');
  let longest = 0;
  const add = (root: Node, text: string, token: Token, closed: boolean, fold: Fold): void => {
    let at = root;
    // Unit by unit, as answers are read.
    for (let i = 0; i < text.length; i++) {
      const char = fold(text[i]!);
      let following = at.next.get(char);
      if (!following) {
        following = node();
        at.next.set(char, following);
      }
      at = following;
    }
    at.token ??= token;
    at.closed = closed;
    starts.add(text[0]!).add(text[0]!.toUpperCase()).add(text[0]!.toLowerCase());
    longest = Math.max(longest, text.length);
  };
  for (const [at, token] of tokens.entries()) {
    if (at % TOKENS_AT_ONCE === 0) yield;
    add(tree.any, token.text, token, token.kind === 'placeholder', anyCase);
    if (token.kind === 'placeholder') add(tree.exact, token.text.slice(1, -1), token, false, ownCase);
  }
  if (tokens.some(({ kind }) => kind === 'placeholder')) for (const wide of '＜〈') starts.add(wide);
  const escaped = [...starts].map((char) => char.replace(/[\\\]^-]/, '\\$&')).join('');
  // The character behind a token, which tells whether it has ended, and a quotation mark before a number.
  return { ...tree, starts: new RegExp(`["${escaped}]`, 'g'), longest: (longest + 2) * MAX_SPELLING };
}

/** One character of an answer, whatever its spelling; `partial` when the text ends inside of it. */
export type Unit = { char: string; end: number } | 'partial' | undefined;

const ENTITIES: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&#60;': '<',
  '&#62;': '>',
  '&#x3c;': '<',
  '&#x3e;': '>',
  '&#95;': '_',
  '&#64;': '@',
  '&#39;': "'",
};
const ENTITY_NAMES = Object.keys(ENTITIES);
const MARKDOWN = new Set([...'_<>*-.@+#()[]!`~&/:']);
const WIDE: Record<string, string> = {
  '＜': '<',
  '〈': '<',
  '＞': '>',
  '〉': '>',
  '＿': '_',
  '\u2011': '-',
  '\u00a0': ' ',
};

export function readUnit(text: string, at: number): Unit {
  const char = text[at];
  if (char === undefined) return 'partial';
  if (char === '\\') return readEscape(text, at);
  if (char === '&') return readEntity(text, at);
  return { char: WIDE[char] ?? char, end: at + 1 };
}

/** `\_`, `\\_`, `\u003c`, `\\u003c`. */
function readEscape(text: string, at: number): Unit {
  let after = at + 1;
  if (text[after] === '\\') after += 1;
  const char = text[after];
  if (char === undefined) return 'partial';
  if (MARKDOWN.has(char)) return { char, end: after + 1 };
  if (char !== 'u') return { char: '\\', end: at + 1 };
  const hex = text.slice(after + 1, after + 5);
  if (!/^[0-9a-f]*$/i.test(hex)) return { char: '\\', end: at + 1 };
  if (hex.length < 4) return after + 1 + hex.length === text.length ? 'partial' : { char: '\\', end: at + 1 };
  return { char: String.fromCharCode(Number.parseInt(hex, 16)), end: after + 5 };
}

function readEntity(text: string, at: number): Unit {
  const seen = text.slice(at, at + 6).toLowerCase();
  const name = ENTITY_NAMES.find((known) => seen.startsWith(known));
  if (name !== undefined) return { char: ENTITIES[name]!, end: at + name.length };
  return at + seen.length === text.length && ENTITY_NAMES.some((known) => known.startsWith(seen))
    ? 'partial'
    : { char: '&', end: at + 1 };
}
