// A text as a flat array of UTF-16 units: to read a slice of a long text character by character takes several times as
// long.

/** Longer texts get an array of their own. */
const KEPT = 1 << 15;

export class Units {
  private readonly kept = new Uint16Array(KEPT);
  private readonly bytes = Buffer.from(this.kept.buffer);

  /** Holds until the next call; may be longer than the text. */
  of(text: string): Uint16Array {
    if (text.length <= KEPT) {
      this.bytes.write(text, 'utf16le');
      return this.kept;
    }
    const units = new Uint16Array(text.length);
    Buffer.from(units.buffer).write(text, 'utf16le');
    return units;
  }
}

/** The code point that begins at a unit. */
export function pointAt(units: Uint16Array, at: number, length: number): number {
  const unit = units[at]!;
  if ((unit & 0xfc00) !== 0xd800 || at + 1 >= length) return unit;
  const next = units[at + 1]!;
  return (next & 0xfc00) === 0xdc00 ? ((unit & 0x3ff) << 10) + (next & 0x3ff) + 0x10000 : unit;
}
