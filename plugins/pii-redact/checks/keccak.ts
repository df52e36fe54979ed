// Keccak-256 as Ethereum uses it (before NIST's padding; node:crypto has only the later one), and EIP-55.

const ROUNDS = 24;
const RATE = 136;
const MASK = (1n << 64n) - 1n;

const ROUND_CONSTANTS = roundConstants();
const ROTATIONS = [
  0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
].map(BigInt);

/** From the specification's linear feedback shift register. */
function roundConstants(): bigint[] {
  let register = 1;
  return Array.from({ length: ROUNDS }, () => {
    let constant = 0n;
    for (let bit = 0; bit < 7; bit++) {
      if (register & 1) constant |= 1n << BigInt((1 << bit) - 1);
      register = register & 0x80 ? ((register << 1) ^ 0x71) & 0xff : register << 1;
    }
    return constant;
  });
}

const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & MASK;

function permute(state: bigint[]): void {
  for (let round = 0; round < ROUNDS; round++) {
    const columns = [0, 1, 2, 3, 4].map(
      (x) => state[x]! ^ state[x + 5]! ^ state[x + 10]! ^ state[x + 15]! ^ state[x + 20]!,
    );
    for (let x = 0; x < 5; x++) {
      const parity = columns[(x + 4) % 5]! ^ rotate(columns[(x + 1) % 5]!, 1n);
      for (let y = 0; y < 25; y += 5) state[x + y]! ^= parity;
    }
    const moved: bigint[] = new Array(25);
    for (let x = 0; x < 5; x++) {
      for (let y = 0; y < 5; y++)
        moved[y + 5 * ((2 * x + 3 * y) % 5)] = rotate(state[x + 5 * y]!, ROTATIONS[x + 5 * y]!);
    }
    for (let y = 0; y < 25; y += 5) {
      for (let x = 0; x < 5; x++) {
        state[x + y] = moved[x + y]! ^ (~moved[((x + 1) % 5) + y]! & MASK & moved[((x + 2) % 5) + y]!);
      }
    }
    state[0]! ^= ROUND_CONSTANTS[round]!;
  }
}

/** @param input at most 135 bytes: one block is all that an address needs. */
export function keccak256(input: Uint8Array): Buffer {
  const block = Buffer.alloc(RATE);
  block.set(input);
  block[input.length]! ^= 0x01;
  block[RATE - 1]! ^= 0x80;
  const state: bigint[] = new Array(25).fill(0n);
  for (let i = 0; i < RATE / 8; i++) state[i] = block.readBigUInt64LE(i * 8);
  permute(state);
  const out = Buffer.alloc(32);
  for (let i = 0; i < 4; i++) out.writeBigUInt64LE(state[i]!, i * 8);
  return out;
}

/** EIP-55: a letter is upper case when its place in the hash of the address is 8 or more. */
export function isEip55(address: string): boolean {
  const hex = address.slice(2);
  const hash = keccak256(Buffer.from(hex.toLowerCase(), 'latin1')).toString('hex');
  return [...hex].every((char, i) => {
    if (/\d/.test(char)) return true;
    return Number.parseInt(hash[i]!, 16) >= 8 === (char === char.toUpperCase());
  });
}
