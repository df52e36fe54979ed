// Header lists that keep order, spelling and repetition, in wire form: one character per byte, as node:http has them.

export class HeaderList {
  private entries: { name: string; key: string; value: string }[] = [];

  /** From node's `rawHeaders`: names and values in turn. */
  static fromRaw(raw: readonly string[]): HeaderList {
    const list = new HeaderList();
    for (let i = 0; i + 1 < raw.length; i += 2) list.add(raw[i]!, raw[i + 1]!);
    return list;
  }

  get(name: string): string | undefined {
    const key = name.toLowerCase();
    return this.entries.find((entry) => entry.key === key)?.value;
  }

  getAll(name: string): string[] {
    const key = name.toLowerCase();
    return this.entries.filter((entry) => entry.key === key).map((entry) => entry.value);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  add(name: string, value: string): void {
    this.entries.push({ name, key: name.toLowerCase(), value });
  }

  /** Replaces every value of the name. */
  set(name: string, value: string | readonly string[]): void {
    this.remove(name);
    for (const one of typeof value === 'string' ? [value] : value) this.add(name, one);
  }

  remove(name: string): void {
    const key = name.toLowerCase();
    this.entries = this.entries.filter((entry) => entry.key !== key);
  }

  copy(): HeaderList {
    const list = new HeaderList();
    list.entries = [...this.entries];
    return list;
  }

  /** Lower-case names in the order of their first appearance. */
  names(): string[] {
    return [...new Set(this.entries.map((entry) => entry.key))];
  }

  /** Names and values in turn, as node:http takes them. */
  toRaw(): string[] {
    return this.entries.flatMap(({ name, value }) => [name, value]);
  }
}

const NON_ASCII = /[\u0080-\uFFFF]/;

/** Text to wire form (its UTF-8 bytes). */
export function toWire(text: string): string {
  return NON_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

/** Wire form to text; bytes that are not UTF-8 become U+FFFD. */
export function fromWire(bytes: string): string {
  return NON_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}

/** The items of a comma-separated header, lower case. */
export function tokens(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((token) => token.trim().toLowerCase())
    .filter((token) => token !== '');
}
