// Hashes that place a text evenly and the same on every machine.
import { createHash } from 'node:crypto';

/** In [0, 1), from 48 bits of SHA-256. */
export function placeOf(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}
