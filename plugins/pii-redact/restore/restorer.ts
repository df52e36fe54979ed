// Puts the original values back into an answer, whole or piece by piece. Only what may be the beginning of a
// replacement is held back.
import type { ChannelEditor } from '../../../kong/llm/stream-edit.ts';
import type { Token } from '../act/vault.ts';
import { jsonEscaped } from '../json/literals.ts';
import type { Work } from '../pace.ts';
import { anyCase, type Fold, type Node, ownCase, readUnit, type TokenTree, tokenTree } from './trie.ts';

const WORD = /[\p{L}\p{M}\p{N}_]/u;

/** Characters that are restored in one unit of work. */
const AT_ONCE = 4_096;

export function* restorerFor(tokens: readonly Token[]): Work<Restorer> {
  return new Restorer(tokens.length === 0 ? undefined : yield* tokenTree(tokens));
}

export class Restorer {
  private readonly tree: TokenTree | undefined;

  constructor(tree: TokenTree | undefined) {
    this.tree = tree;
  }

  /** Nothing was replaced, so nothing is put back. */
  get idle(): boolean {
    return this.tree === undefined;
  }

  /** The most characters that a stream ever holds back. */
  get mostHeld(): number {
    return this.tree?.longest ?? 0;
  }

  /** @param json the text is JSON: values are escaped for its strings, and numbers become numbers again. */
  *whole(text: string, json: boolean): Work<string> {
    if (!this.tree) return text;
    const channel = new RestoringChannel(this.tree, json);
    const parts: string[] = [];
    for (let at = 0; at < text.length; at += AT_ONCE) {
      parts.push(channel.run(text.slice(at, at + AT_ONCE), false));
      yield;
    }
    parts.push(channel.run('', true));
    return parts.join('');
  }

  channel(json: boolean): ChannelEditor {
    const channel = this.tree && new RestoringChannel(this.tree, json);
    return {
      push: (text) => channel?.run(text, false) ?? text,
      flush: () => channel?.run('', true) ?? '',
    };
  }
}

type Found = { token: Token; end: number } | 'partial' | undefined;

class RestoringChannel {
  private readonly tree: TokenTree;
  private readonly json: boolean;
  private held = '';
  /** The character before `held`. */
  private before = ' ';

  constructor(tree: TokenTree, json: boolean) {
    this.tree = tree;
    this.json = json;
  }

  run(more: string, isEnd: boolean): string {
    const text = this.held + more;
    const { starts } = this.tree;
    let out = '';
    let copied = 0;
    let held = text.length;
    starts.lastIndex = 0;
    for (let match = starts.exec(text); match; match = starts.exec(text)) {
      const at = match.index;
      const found = this.at(text, at, isEnd);
      if (found === 'partial') {
        held = at;
        break;
      }
      if (!found) continue;
      out += text.slice(copied, at) + this.value(found.token, text, at, found.end);
      copied = found.end;
      starts.lastIndex = found.end;
    }
    out += text.slice(copied, held);
    this.held = text.slice(held);
    if (held > 0) this.before = text[held - 1]!;
    return out;
  }

  /** A number that was made a string is found with its quotes. */
  private at(text: string, at: number, isEnd: boolean): Found {
    if (text[at] !== '"') return this.token(text, at, isEnd);
    // An escaped quotation mark is one inside of a string.
    if (!this.json || (at > 0 ? text[at - 1] : this.before) === '\\') return undefined;
    const inner = at + 1 < text.length ? this.token(text, at + 1, isEnd) : isEnd ? undefined : 'partial';
    if (inner === undefined || inner === 'partial' || !inner.token.number)
      return inner === 'partial' ? inner : undefined;
    const close = text[inner.end];
    if (close === undefined) return isEnd ? undefined : 'partial';
    return close === '"' ? { token: inner.token, end: inner.end + 1 } : undefined;
  }

  private token(text: string, at: number, isEnd: boolean): Found {
    const fresh = !WORD.test(at > 0 ? text[at - 1]! : this.before);
    const any = this.walk(this.tree.any, text, at, isEnd, fresh, anyCase);
    if (any !== undefined || !fresh) return any;
    return this.walk(this.tree.exact, text, at, isEnd, fresh, ownCase);
  }

  /** The longest token that begins here. */
  private walk(root: Node, text: string, from: number, isEnd: boolean, fresh: boolean, fold: Fold): Found {
    let best: { token: Token; end: number } | undefined;
    let node = root;
    for (let at = from; ; ) {
      const unit = readUnit(text, at);
      if (unit === 'partial') return this.ended(node, best, at, isEnd, fresh);
      const next = unit && node.next.get(fold(unit.char));
      if (node.token && (node.closed || (fresh && !isWordAt(text, at))))
        best = { token: node.token, end: at };
      if (!next) return best;
      node = next;
      at = unit!.end;
    }
  }

  /** The text has ended inside of what may be a token, or right behind one that may go on. */
  private ended(node: Node, best: Found, at: number, isEnd: boolean, fresh: boolean): Found {
    const here = node.token && (node.closed || fresh) ? { token: node.token, end: at } : best;
    if (isEnd) return here;
    return node.closed && node.next.size === 0 ? here : 'partial';
  }

  private value(token: Token, text: string, from: number, to: number): string {
    if (!this.json) return token.value;
    if (token.number && text[from] === '"' && text[to - 1] === '"') return token.value;
    return jsonEscaped(token.value);
  }
}

const isWordAt = (text: string, at: number): boolean => {
  const char = text[at];
  return char !== undefined && WORD.test(char);
};
