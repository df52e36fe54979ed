// Signatures that travel through a client of another format. A provider's signed or encrypted reasoning must come back
// to it unchanged; a client's format has one place for such a token, made for another provider. There the token goes
// with a mark of whose it is, as base64, which every format admits.
import type { SignatureFormat } from '../chat.ts';

export interface Sealed {
  format: SignatureFormat;
  /** What the provider gave. */
  signature: string;
  /** It is a whole encrypted block, not the signature of a text. */
  redacted?: true;
  /** For which tool call, when the token belongs to one. */
  tool?: string;
}

/** A multiple of three bytes, so that every sealed token begins with the same base64. */
const MARK = 'kong-ai::';
const MARK_BASE64 = Buffer.from(MARK).toString('base64');

export function seal(token: Sealed): string {
  return Buffer.from(MARK + JSON.stringify(token)).toString('base64');
}

/** Undefined for a token that is not sealed: then it is of the client's own format. */
export function unseal(text: unknown): Sealed | undefined {
  if (typeof text !== 'string' || !text.startsWith(MARK_BASE64)) return undefined;
  try {
    const token = JSON.parse(Buffer.from(text, 'base64').toString('utf8').slice(MARK.length)) as Sealed;
    return typeof token.signature === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}
