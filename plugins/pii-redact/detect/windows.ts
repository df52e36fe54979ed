// Cuts a long text into windows that are scanned one after another, so that nobody waits for the whole.

/**
 * Characters of one window: the dearest recogniser takes three milliseconds for the worst of texts. What is seen around
 * it is seen twice: with windows half as long, all would take a tenth longer.
 */
export const WINDOW = 8_192;
/** What is seen before a window, for the words around a candidate. */
const BEFORE = 256;
/** What is seen behind it: longer than any number or address; longer things are looked for below. */
const AFTER = 768;
/** How far the end of a window moves to leave a word whole: the longest token that is recognised. */
const MAX_WORD = 12_288;
const MAX_BLOCK = 16_384;

export interface Window {
  /** What is scanned. */
  from: number;
  to: number;
  /** Findings that begin in [start, end) belong to this window. */
  start: number;
  end: number;
}

export function* windowsOf(text: string): Generator<Window> {
  for (let start = 0; start < text.length; ) {
    const end = text.length - start <= WINDOW + AFTER ? text.length : wordEnd(text, start + WINDOW);
    const to = Math.min(text.length, blockEnd(text, start, Math.min(text.length, end + AFTER)));
    yield { from: Math.max(0, start - BEFORE), to, start, end };
    start = end;
  }
}

function wordEnd(text: string, from: number): number {
  const limit = Math.min(text.length, from + MAX_WORD);
  for (let at = from; at < limit; at++) if (isSpace(text.charCodeAt(at))) return at;
  // No space for so long: the window ends in the middle of it, and what begins before is seen by what lies behind.
  return from;
}

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 0x3000;

/** A private key that begins in the window is seen to its end. */
function blockEnd(text: string, start: number, to: number): number {
  const seen = text.slice(start, to);
  // From the end it is searched letter by letter, and most texts have no such line.
  const begin = seen.includes('-----') ? seen.lastIndexOf('-----BEGIN ') : -1;
  if (begin < 0) return to;
  const close = text.indexOf('-----END ', start + begin);
  return close < 0 || close - start - begin > MAX_BLOCK ? to : Math.max(to, close + 96);
}
