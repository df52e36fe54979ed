// What only the holder of the config's secret can make again: hashes, and the chance of synthetic values.
import { createHmac } from 'node:crypto';

/** Twelve hexadecimal digits: 48 bits tell the values of a conversation apart and give none away. */
const HASH_DIGITS = 12;

export function keyedHash(secret: string, type: string, value: string): string {
  return createHmac('sha256', secret).update(`${type}\0${value}`).digest('hex').slice(0, HASH_DIGITS);
}

/** A stream of numbers that a secret, a type, a value and a try determine. */
export class KeyedChance {
  private readonly key: string;
  private block: Buffer = Buffer.alloc(0);
  private used = 0;
  private blocks = 0;

  constructor(secret: string, type: string, value: string, attempt: number) {
    this.key = `${secret}\0${type}\0${attempt}\0${value}`;
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    if (this.used + 4 > this.block.length) {
      this.block = createHmac('sha256', this.key)
        .update(String(this.blocks++))
        .digest();
      this.used = 0;
    }
    const value = this.block.readUInt32BE(this.used);
    this.used += 4;
    return value % below;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join('');
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}
