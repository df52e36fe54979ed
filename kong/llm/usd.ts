// Amounts of US dollars that add up exactly.

/** 1e-12 USD: a token at $1 per 1M tokens costs 1e6 of them. */
const PICOS_PER_USD = 1_000_000_000_000n;
const DIGITS = 12;
const ZERO = 0x30;
/** Factors are exact to six decimals. */
const FACTOR_SCALE = 1_000_000;

export class Usd {
  static readonly ZERO = new Usd(0n);

  /** In 1e-12 USD. */
  readonly picos: bigint;

  private constructor(picos: bigint) {
    this.picos = picos;
  }

  static ofPicos(picos: bigint): Usd {
    return picos === 0n ? Usd.ZERO : new Usd(picos);
  }

  /**
   * What `toUsd` wrote.
   * @throws Error when it is no such decimal
   */
  static parse(text: string): Usd {
    const parts = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text);
    if (!parts) throw new Error('not an amount of US dollars');
    const [, sign, whole = '0', decimals = ''] = parts;
    const picos = BigInt(whole) * PICOS_PER_USD + BigInt(decimals.padEnd(DIGITS, '0'));
    return Usd.ofPicos(sign === '-' ? -picos : picos);
  }

  /** `perMillion` in USD, exact to six decimals: $0.000001 per 1M. */
  static ofTokens(tokens: number, perMillion: number): Usd {
    const [count, price] = [Math.round(tokens), Math.round(perMillion * FACTOR_SCALE)];
    const product = count * price;
    // Numbers are quicker, and exact as long as they are safe.
    return Usd.ofPicos(Number.isSafeInteger(product) ? BigInt(product) : BigInt(count) * BigInt(price));
  }

  /** As ofTokens, `usd` each. */
  static ofEach(count: number, usd: number): Usd {
    return Usd.ofTokens(count * 1_000_000, usd);
  }

  add(other: Usd): Usd {
    if (other.picos === 0n) return this;
    if (this.picos === 0n) return other;
    return Usd.ofPicos(this.picos + other.picos);
  }

  /** To the nearest picodollar. */
  times(factor: number): Usd {
    if (factor === 1) return this;
    const scaled = this.picos * BigInt(Math.round(factor * FACTOR_SCALE));
    const half = BigInt(FACTOR_SCALE / 2);
    return Usd.ofPicos((scaled + (scaled < 0n ? -half : half)) / BigInt(FACTOR_SCALE));
  }

  /** `1.06376125`: all decimals, none that says nothing. */
  toUsd(): string {
    if (this.picos === 0n) return '0';
    const sign = this.picos < 0n ? '-' : '';
    const all = this.picos < 0n ? -this.picos : this.picos;
    // One division of a BigInt costs more than all the rest.
    const digits = all.toString().padStart(DIGITS + 1, '0');
    let end = digits.length;
    const point = end - DIGITS;
    while (end > point && digits.charCodeAt(end - 1) === ZERO) end -= 1;
    return `${sign}${digits.slice(0, point)}${end === point ? '' : `.${digits.slice(point, end)}`}`;
  }

  /** For metrics and JSON; exact to about 15 digits. */
  toNumber(): number {
    return Number(this.toUsd());
  }

  toJSON(): number {
    return this.toNumber();
  }
}
