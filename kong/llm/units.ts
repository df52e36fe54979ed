// A text as a flat array of UTF-16 units: to read a slice of a long text character by character takes several times as
// long, and to read any text by charCodeAt twice as long.
import { endianness } from 'node:os';

/** Longer texts get an array of their own. */
const KEPT = 1 << 15;
const BIG_ENDIAN = endianness() === 'BE';

export class Units {
  private readonly kept = new Uint16Array(KEPT + 1);
  private readonly keptBytes = Buffer.from(this.kept.buffer);

  /** Holds until the next call. A zero follows the text's units, and perhaps what was there before. */
  of(text: string): Uint16Array {
    const short = text.length <= KEPT;
    const units = short ? this.kept : new Uint16Array(text.length + 1);
    const bytes = short ? this.keptBytes : Buffer.from(units.buffer);
    const written = bytes.write(text, 'utf16le');
    if (BIG_ENDIAN) bytes.subarray(0, written).swap16();
    units[text.length] = 0;
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
