// multipart/form-data (RFC 7578): the fields that are no files, as an object; and the form again with fields changed,
// the files' bytes as they came.

interface Part {
  name: string;
  /** The part's headers and the blank line, as they came. */
  head: Buffer;
  body: Buffer;
  isFile: boolean;
}

/** A field longer than this is a file that somebody forgot to name. */
const MAX_FIELD_BYTES = 1024 * 1024;
const MAX_PARTS = 1_000;
const BLANK = Buffer.from('\r\n\r\n');

export class Form {
  /** A field that comes several times (`name[]`) is an array. */
  readonly fields: Record<string, unknown> = {};
  private readonly boundary: string;
  private readonly parts: Part[];

  private constructor(boundary: string, parts: Part[]) {
    this.boundary = boundary;
    this.parts = parts;
    for (const { name, body, isFile } of parts) {
      if (isFile) continue;
      const value = body.toString('utf8');
      const before = Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
      const next = before === undefined ? value : [before, value].flat();
      Object.defineProperty(this.fields, name, {
        value: next,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
  }

  static isForm(contentType: string | undefined): boolean {
    return /^multipart\/form-data\b/i.test(contentType ?? '');
  }

  /** Undefined when the bytes are no such form. */
  static parse(bytes: Buffer, contentType: string): Form | undefined {
    const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
    const boundary = quoted ?? plain;
    if (boundary === undefined || boundary.length > 70) return undefined;
    const parts = cut(bytes, Buffer.from(`--${boundary}`));
    return parts && new Form(boundary, parts);
  }

  /** The form with `fields` in place of those that it came with. */
  toBytes(fields: Record<string, unknown>): Buffer {
    const out: Buffer[] = [];
    const write = (head: Buffer, body: Buffer): void => {
      out.push(Buffer.from(`--${this.boundary}\r\n`), head, body, Buffer.from('\r\n'));
    };
    const known = new Set<string>();
    const seen = new Map<string, number>();
    for (const { name, head, body, isFile } of this.parts) {
      if (isFile) {
        write(head, body);
        continue;
      }
      known.add(name);
      const at = seen.get(name) ?? 0;
      seen.set(name, at + 1);
      const value = [fields[name]].flat()[at];
      if (value !== undefined && value !== null) write(head, Buffer.from(String(value)));
    }
    for (const [name, value] of Object.entries(fields)) {
      if (known.has(name)) continue;
      const head = `Content-Disposition: form-data; name="${name}"\r\n\r\n`;
      for (const one of [value].flat()) {
        if (one !== undefined && one !== null) write(Buffer.from(head), Buffer.from(String(one)));
      }
    }
    out.push(Buffer.from(`--${this.boundary}--\r\n`));
    return Buffer.concat(out);
  }
}

function cut(bytes: Buffer, delimiter: Buffer): Part[] | undefined {
  const parts: Part[] = [];
  let at = bytes.indexOf(delimiter);
  while (at >= 0 && parts.length <= MAX_PARTS) {
    const start = at + delimiter.length;
    if (bytes.subarray(start, start + 2).toString('latin1') === '--') return parts;
    const blank = bytes.indexOf(BLANK, start);
    // The line end before a delimiter belongs to it.
    const end = bytes.indexOf(`\r\n${delimiter.toString('latin1')}`, start);
    if (blank < 0 || end < 0 || blank > end) return undefined;
    const head = bytes.subarray(start + 2, blank + BLANK.length);
    const part = partOf(head, bytes.subarray(Math.min(blank + BLANK.length, end), end));
    if (!part) return undefined;
    parts.push(part);
    at = end + 2;
  }
  return undefined;
}

function partOf(head: Buffer, body: Buffer): Part | undefined {
  const disposition = /^content-disposition:(.*)$/im.exec(head.toString('utf8'))?.[1];
  const name = disposition && /;\s*name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined || disposition === undefined) return undefined;
  const isFile = /;\s*filename\*?=/i.test(disposition) || body.length > MAX_FIELD_BYTES;
  return { name, head, body, isFile };
}
