// Changes top-level fields of a JSON body without writing all of it anew: bodies carry images of many megabytes.

/**
 * The body as bytes with `changes` made; undefined takes a field out.
 * @param bytes the body as it came, or undefined when it must be written anyway
 * @param body the same, parsed
 */
export function patchedJson(
  bytes: Buffer | undefined,
  body: Record<string, unknown>,
  changes: Record<string, unknown>,
): Buffer {
  return (bytes && spliced(bytes, body, changes)) ?? Buffer.from(JSON.stringify({ ...body, ...changes }));
}

/** Undefined when the changes are not at the very beginning of the body. */
function spliced(
  bytes: Buffer,
  body: Record<string, unknown>,
  changes: Record<string, unknown>,
): Buffer | undefined {
  const open = bytes.indexOf('{');
  if (open < 0 || Object.keys(body).length === 0) return undefined;
  let rest = open + 1;
  const added: string[] = [];
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined && !Object.hasOwn(body, name)) continue;
    if (value === undefined) return undefined;
    if (Object.hasOwn(body, name)) {
      const first = firstField(bytes, open, name, body[name]);
      // Named twice, the parsed body has the last one: what is spliced would be another than what was judged.
      if (!first || named(bytes, name) > 1) return undefined;
      rest = first;
    }
    added.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
  }
  if (added.length === 0) return bytes;
  const head = Buffer.from(`{${added.join(',')},`);
  return Buffer.concat([head, bytes.subarray(rest)]);
}

/** How much of the body is looked at for its first field. */
const WINDOW = 512;

/** Behind the comma of the body's first field, when that is `name` with this string. */
function firstField(bytes: Buffer, open: number, name: string, value: unknown): number | undefined {
  const window = bytes.toString('latin1', open + 1, open + 1 + WINDOW);
  const match = /^\s*"([^"\\]*)"\s*:\s*"([^"\\]*)"\s*,/.exec(window);
  return match && match[1] === name && match[2] === value ? open + 1 + match[0].length : undefined;
}

function named(bytes: Buffer, name: string): number {
  const quoted = `"${name}"`;
  let count = 0;
  for (let at = bytes.indexOf(quoted); at >= 0 && count < 2; at = bytes.indexOf(quoted, at + 1)) {
    if (isKey(bytes, at + quoted.length)) count += 1;
  }
  return count;
}

/** A colon follows. */
function isKey(bytes: Buffer, from: number): boolean {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at += 1;
  return bytes[at] === 0x3a;
}
