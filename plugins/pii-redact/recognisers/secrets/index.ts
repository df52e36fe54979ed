// Secrets: provider keys, private keys, web tokens, values of secret names, and tokens that only chance could have made.
import { wordsOf } from '../../detect/context.ts';
import type { Recogniser } from '../../detect/types.ts';
import { assignments } from './assignments.ts';
import { looksRandom } from './entropy.ts';
import { providerKeys } from './keys.ts';

/** RFC 7468, RFC 4716, RFC 9580: text between BEGIN and END lines; a block that was cut off ends with the text. */
const BEGIN = '-----BEGIN ';
const PRIVATE = /^-----BEGIN (?:[A-Z0-9 ]{0,40} )?PRIVATE KEY(?: BLOCK)?-----/;
const MAX_BLOCK = 16_384;

const privateKeys: Recogniser = ({ text }, report) => {
  for (let at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at + BEGIN.length)) {
    const begin = PRIVATE.exec(text.slice(at, at + 96))?.[0];
    if (begin === undefined) continue;
    const end = blockEnd(text, at, begin);
    // The line alone is in documentation.
    if (end - at - begin.length > 32) report('PRIVATE_KEY', at, end, 0.99);
    at = end - BEGIN.length;
  }
};

function blockEnd(text: string, at: number, begin: string): number {
  const closing = begin.replace('BEGIN', 'END');
  const found = text.indexOf(closing, at);
  if (found >= 0 && found - at < MAX_BLOCK) return found + closing.length;
  let end = at + begin.length;
  while (end < text.length && end - at < MAX_BLOCK && /[A-Za-z0-9+/=\s\\:,-]/.test(text[end]!)) end++;
  return at + text.slice(at, end).trimEnd().length;
}

/** RFC 7519: three parts, of which the first two begin with `{"` in base64url; also nested and unsigned ones. */
const JWT =
  /(?<![\w-])ey[JI][A-Za-z0-9_-]{8,2048}\.ey[A-Za-z0-9_-]{8,8192}(?:\.[A-Za-z0-9_-]{0,2048})?(?![\w-])|(?<![\w-])eyJ[A-Za-z0-9_-]{20,2048}\.[A-Za-z0-9_-]{16,4096}\.[A-Za-z0-9_-]{16,1024}(?![\w-])/g;

const webTokens: Recogniser = (scan, report) => {
  for (const { start, text } of scan.longMatches(JWT)) report('JWT', start, start + text.length, 0.95);
};

const TOKEN = /(?<![\w+/=.-])[A-Za-z0-9_+/-]{20,512}={0,2}(?![\w+/=-])/g;
const SECRET_WORDS = wordsOf(
  'key|keys|token|tokens|secret|secrets|credential*|api key|apikey|bearer|auth|authorization|password|passphrase|access key|client secret|signature|private|schlüssel|geheim*|clé|clave|chiave|chave|密钥|令牌|キー',
);
/** Hexadecimal digits are a hash as a rule, so "key" does not make them a secret. */
const SURE_WORDS = wordsOf(
  'token|tokens|secret|secrets|credential*|api key|apikey|bearer|auth|authorization|password|passphrase|access key|client secret|private key|encryption key|signing key|schlüssel|geheim*|密钥|令牌',
);
const HEX = /^[0-9a-f]+$/i;
const DIGEST_WORDS = wordsOf(
  'sha|sha1|sha256|sha512|md5|hash|hashes|digest|checksum|commit|commits|git|revision|rev|integrity|etag|uuid|guid|object id|build|blob|tree|merge|docker|image|fingerprint|thumbprint|merkle|block|txid|transaction|sri|crc|public key|ssh-rsa|ssh-ed25519|certificate|nonce|base64|data',
);
const WINDOW = 48;

/** A random string near the word of a secret, and nearer to it than to the word of a digest. */
const randomTokens: Recogniser = (scan, report) => {
  if (!scan.hasDigit) return;
  for (const { start, text } of scan.longMatches(TOKEN)) {
    if (!looksRandom(text) || /^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(text) || text.split('/').length > 4) continue;
    const near = scan.mentions.before(HEX.test(text) ? SURE_WORDS : SECRET_WORDS, start, WINDOW);
    if (near === Number.POSITIVE_INFINITY || scan.mentions.before(DIGEST_WORDS, start, WINDOW) <= near)
      continue;
    const cases = /[a-z]/.test(text) && /[A-Z]/.test(text);
    report('SECRET', start, start + text.length, cases || near <= 16 ? 0.6 : 0.45);
  }
};

export const secrets: Recogniser = (scan, report) => {
  privateKeys(scan, report);
  webTokens(scan, report);
  providerKeys(scan, report);
  assignments(scan, report);
  randomTokens(scan, report);
};
