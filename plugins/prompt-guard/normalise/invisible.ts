// Text that nobody sees: Unicode tags, which mirror ASCII, and bytes in variation selectors.
import { isReadable, readable } from './codecs.ts';

const HIDING = /\udb40|[\ufe00-\ufe0f]{4}/;

/** @param text as it came: normalisation takes out what is read here. */
export function readInvisible(text: string): string[] {
  if (!HIDING.test(text)) return [];
  let tags = '';
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code >= 0xe0020 && code <= 0xe007e) tags += String.fromCharCode(code - 0xe0000);
    else if (code >= 0xfe00 && code <= 0xfe0f) bytes.push(code - 0xfe00);
    else if (code >= 0xe0100 && code <= 0xe01ef) bytes.push(code - 0xe0100 + 16);
  }
  const found = bytes.length < 4 ? [] : readable(Uint8Array.from(bytes));
  return isReadable(tags) ? [tags, ...found] : found;
}
