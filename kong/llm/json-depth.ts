// How deep JSON is nested, before it is parsed: JSON.parse takes any depth, and whatever walks the result by recursion
// does not.

/** As serde_json's default. Nothing that is documented comes near it, and what reads JSON by recursion holds it. */
export const MAX_JSON_DEPTH = 128;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** @param bytes JSON; of what is no JSON the answer means nothing, and the parser refuses it */
export function nestsDeeperThan(bytes: Buffer, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    // Strings are most of a large body, and are jumped over natively.
    if (byte === QUOTE) at = endOfString(bytes, at);
    // `[` and `{`, `]` and `}` differ in 0x20 only.
    else if ((byte! | 0x20) === 0x7b) {
      depth += 1;
      if (depth > limit) return true;
    } else if ((byte! | 0x20) === 0x7d) depth -= 1;
  }
  return false;
}

function endOfString(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(QUOTE, from + 1); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return bytes.length;
}
