// Bech32 and Bech32m: BIP 173, BIP 350.

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32 = 1;
const BECH32M = 0x2bc830a3;

export function isBech32(address: string): boolean {
  const text = address.toLowerCase();
  if (address !== text && address !== address.toUpperCase()) return false;
  const separator = text.lastIndexOf('1');
  if (separator < 1 || text.length - separator < 7) return false;
  let check = 1;
  const feed = (value: number): void => {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (let i = 0; i < 5; i++) if ((top >>> i) & 1) check ^= GENERATORS[i]!;
  };
  for (let i = 0; i < separator; i++) feed(text.charCodeAt(i) >> 5);
  feed(0);
  for (let i = 0; i < separator; i++) feed(text.charCodeAt(i) & 31);
  for (const char of text.slice(separator + 1)) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) return false;
    feed(value);
  }
  return check >>> 0 === BECH32 || check >>> 0 === BECH32M;
}
