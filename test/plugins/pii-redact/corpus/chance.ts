// Repeatable chance for made-up values (mulberry32).

export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /** `#` a digit, `%` one from 1, `?` a capital letter, `*` a small letter or digit, `^` a letter or digit in any case. */
  fill(shape: string): string {
    return shape.replaceAll(/[#%?*^~]/g, (sign) => {
      if (sign === '#') return String(this.below(10));
      if (sign === '%') return String(1 + this.below(9));
      if (sign === '~') return '0123456789abcdef'[this.below(16)]!;
      if (sign === '?') return String.fromCharCode(65 + this.below(26));
      if (sign === '*') return 'abcdefghijklmnopqrstuvwxyz0123456789'[this.below(36)]!;
      return 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'[this.below(62)]!;
    });
  }
}
