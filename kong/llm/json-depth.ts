// What is known of JSON before it is parsed: how deep it is nested, which JSON.parse takes whatever it is and what walks
// the result by recursion does not; and how many keys it names, of which the parsed value has but one of two equal ones.

/** As serde_json's default. Nothing that is documented comes near it, and what reads JSON by recursion holds it. */
export const MAX_JSON_DEPTH = 128;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** @param bytes JSON; of what is no JSON the answer means nothing, and the parser refuses it */
export function nestsDeeperThan(bytes: Buffer, limit: number): boolean {
  return keysNamedIn(bytes, limit) === undefined;
}

/**
 * How many keys all objects have together, one that is named twice counted twice; undefined when the JSON is nested
 * deeper than `limit`.
 */
export function keysNamedIn(bytes: Buffer, limit: number): number | undefined {
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    // Strings are most of a large body, and are jumped over natively.
    if (byte === QUOTE) at = endOfString(bytes, at);
    // `[` and `{`, `]` and `}` differ in 0x20 only.
    else if ((byte! | 0x20) === 0x7b) {
      depth += 1;
      if (depth > limit) return undefined;
    } else if ((byte! | 0x20) === 0x7d) depth -= 1;
    else if (byte === COLON) keys += 1;
  }
  return keys;
}

function endOfString(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(QUOTE, from + 1); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return bytes.length;
}

/** How many keys all objects of a parsed value have together. */
export function keysOf(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  let keys = 0;
  if (Array.isArray(value)) for (const item of value) keys += keysOf(item);
  else for (const key in value) keys += 1 + keysOf((value as Record<string, unknown>)[key]);
  return keys;
}
