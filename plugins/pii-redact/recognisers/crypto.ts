// Crypto wallet addresses, each by its published encoding and checksum.
import { decodeBase58, isBase58Check, RIPPLE_ALPHABET } from '../checks/base58.ts';
import { isBech32 } from '../checks/bech32.ts';
import { isEip55 } from '../checks/keccak.ts';
import { type Context, wordsOf } from '../detect/context.ts';
import type { Recogniser } from '../detect/types.ts';

const CONTEXT: Context = {
  near: wordsOf(
    'bitcoin|btc|wallet|wallets|ethereum|eth|ether|litecoin|ltc|dogecoin|doge|ripple|xrp|tron|trx|monero|xmr|solana|sol|cardano|ada|crypto*|' +
      'address|usdt|usdc|blockchain|coin|coins|token|deposit|bch|bitcoin cash|portefeuille|billetera|cartera|geldbörse|ウォレット|钱包|지갑',
  ),
};

const BASE58 = /(?<![A-Za-z0-9/_+=.-])[13LMDTr4829A][1-9A-HJ-NP-Za-km-z]{24,105}(?![A-Za-z0-9/_+=])/g;
const BECH32 =
  /(?<![A-Za-z0-9])(?:bc1|BC1|tb1|ltc1|LTC1|addr1|cosmos1|bnb1|osmo1|terra1)[02-9ac-hj-np-zAC-HJ-NP-Z]{11,110}(?![A-Za-z0-9])/g;
const CASHADDR = /(?<![A-Za-z0-9])bitcoincash:[qp][02-9ac-hj-np-z]{41}(?![A-Za-z0-9])/g;
const HEX = /(?<![A-Za-z0-9])0x[0-9a-fA-F]{40}(?![A-Za-z0-9])/g;

export const crypto: Recogniser = (scan, report) => {
  if (!scan.hasDigit) return;
  for (const [form, scoreOf] of FORMS) {
    for (const { start, text } of scan.longMatches(form)) {
      const score = scoreOf(text);
      if (score > 0) report('CRYPTO', start, start + text.length, score, CONTEXT);
    }
  }
};

function base58Score(text: string): number {
  const first = text[0]!;
  if (text.length <= 35 && text.length >= 25) {
    if (first === 'r') return isBase58Check(text, RIPPLE_ALPHABET) ? 0.95 : mixed(text) ? 0.2 : 0;
    if (isBase58Check(text)) return 0.97;
    return /^[13LMDTA]/.test(text) && mixed(text) && text.length >= 26 ? 0.25 : 0;
  }
  // Monero: 95 or 106 characters, its checksum is of Keccak over more than one block.
  if ((text.length === 95 || text.length === 106) && /^[48]/.test(text)) return mixed(text) ? 0.7 : 0;
  // A public key of Solana is 32 bytes and has no checksum.
  if (text.length >= 43 && text.length <= 44 && mixed(text))
    return decodeBase58(text)?.length === 32 ? 0.2 : 0;
  return 0;
}

const mixed = (text: string): boolean => /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text);

/** Forty hexadecimal digits behind 0x are an address by length alone; mixed case must be EIP-55. */
function hexScore(text: string): number {
  if (/^0x0{20,}|^0x(.)\1{39}$/i.test(text)) return 0;
  const hex = text.slice(2);
  if (hex === hex.toLowerCase() || hex === hex.toUpperCase()) return 0.6;
  return isEip55(text) ? 0.97 : 0.45;
}

const FORMS: readonly [form: RegExp, score: (text: string) => number][] = [
  [BASE58, base58Score],
  [HEX, hexScore],
  [BECH32, (text) => (isBech32(text) ? 0.97 : 0.45)],
  [CASHADDR, () => 0.9],
];
