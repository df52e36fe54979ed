// E-mail addresses, IP and MAC addresses, URLs that carry credentials, connection strings.
import { isIPv6 } from 'node:net';
import { type Context, wordsOf } from '../detect/context.ts';
import { neededBy } from '../detect/needed.ts';
import type { Scan } from '../detect/scan.ts';
import type { Recogniser, Report } from '../detect/types.ts';

/** RFC 5321: 64 octets before the @, 255 behind. */
const LOCAL = /[\p{L}\p{N}.!#$%&'*+/=?^_{|}~-]/u;
const DOMAIN = /[\p{L}\p{N}.-]/u;
const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
/** Ends of file names that are no top-level domains: `icon@2x.png`. */
const FILES = new Set(
  'png jpg jpeg gif svg webp css js ts tsx jsx json html htm xml yaml yml md txt pdf py java rb php cpp hpp'.split(
    ' ',
  ),
);

const emails: Recogniser = (scan, report) => {
  const { text } = scan;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at);
    const end = domainEnd(text, at);
    if (start < at && end > at + 1 && !isUserInfo(text, start)) report('EMAIL_ADDRESS', start, end, 0.95);
  }
  escapedEmails(scan, report);
  spelledEmails(scan, report);
};

/** As a query string holds it: `?email=ada%2Bnews%40example.com`. */
const ESCAPED_LOCAL = /(?<![\p{L}\p{N}._~%+-])(?:[\p{L}\p{N}._~-]|%2[Bb]){1,64}$/u;

function escapedEmails({ text }: Scan, report: Report): void {
  for (let at = text.indexOf('%40'); at >= 0; at = text.indexOf('%40', at + 3)) {
    const local = ESCAPED_LOCAL.exec(text.slice(Math.max(0, at - MAX_LOCAL - 1), at))?.[0];
    const sign = at + 2;
    const end = domainEnd(text, sign);
    if (local === undefined || end === sign || isUserInfo(text, at - local.length)) continue;
    report('EMAIL_ADDRESS', at - local.length, end, 0.9);
  }
}

/** `https://user:password@host` is a URL, whose password is looked at elsewhere. */
const isUserInfo = (text: string, start: number): boolean =>
  /[:/]/.test(text[start - 1] ?? '') &&
  /:\/\/[^\s/@]{0,64}$/.test(text.slice(Math.max(0, start - 72), start));

function localStart(text: string, at: number): number {
  let start = at;
  if (text[at - 1] === '"') return quotedStart(text, at);
  while (start > 0 && at - start < MAX_LOCAL && LOCAL.test(text[start - 1]!)) start--;
  // What only ever stands around an address: quotes, query strings, paths, `mailto:`.
  const local = text.slice(start, at);
  const lead = /^.*[=/'&|{}?!#$*^`~%](?=[^=/'&|{}?!#$*^`~%]*$)/su.exec(local)?.[0].length ?? 0;
  start += lead;
  while (start < at && text[start] === '.') start++;
  const rest = text.slice(start, at);
  return rest === '' || rest.endsWith('.') || rest.includes('..') ? at : start;
}

/** RFC 5321's quoted local part: `"john doe"@example.com`. */
function quotedStart(text: string, at: number): number {
  const quote = text.lastIndexOf('"', at - 2);
  if (quote < 0 || at - quote > MAX_LOCAL || LOCAL.test(text[quote - 1] ?? ' ')) return at;
  // A list of strings has a comma and spaces between two quotes.
  return /^[\p{L}\p{N}](?:[^\n:]*[\p{L}\p{N}])?$/u.test(text.slice(quote + 1, at - 1)) ? quote : at;
}

function domainEnd(text: string, at: number): number {
  if (text[at + 1] === '[') {
    const close = text.indexOf(']', at);
    return close > 0 && close - at < 48 && /^(?:\d{1,3}\.){3}\d{1,3}$|^IPv6:/.test(text.slice(at + 2, close))
      ? close + 1
      : at;
  }
  let end = at + 1;
  while (end < text.length && end - at <= MAX_DOMAIN && DOMAIN.test(text[end]!)) end++;
  while (end > at && /[.-]/.test(text[end - 1]!)) end--;
  const labels = text.slice(at + 1, end).split('.');
  const top = labels.at(-1)!;
  if (labels.length < 2 || labels.some((label) => label === '' || label.length > 63)) return at;
  if (
    !/^(?:\p{L}{2,24}|xn--[a-z0-9-]{2,59})$/iu.test(top) ||
    (labels.length === 2 && FILES.has(top.toLowerCase()))
  )
    return at;
  return end;
}

const SPELLED =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{2,64} ?(?:\( ?at ?\)|\[ ?at ?\]|\{ ?at ?\}|<at>| at | @ ) ?[\p{L}\p{N}-]{2,63}(?: ?(?:\( ?dot ?\)|\[ ?dot ?\]|\{ ?dot ?\}|<dot>| dot |\.) ?[\p{L}\p{N}-]{2,24}){1,3}(?![\p{L}\p{N}])/giu;
const SPELLED_NEEDS = neededBy(
  ' dot ',
  '(at)',
  '[at]',
  '{at}',
  '( at )',
  '[ at ]',
  '<at>',
  ' @ ',
  '(dot)',
  '[dot]',
);
const TOP_DOMAINS =
  /(?:com|org|net|edu|gov|io|co|uk|de|fr|es|it|nl|be|ch|at|eu|info|biz|us|ca|au|in|jp|cn|br|mx|ru|pl|se|no|dk|fi|pt|ie|nz|za|me|dev|app|ai)$/i;

/** `john (at) example (dot) com`, `john at example dot com`. With bare words, both must be spelled: "look at docs.example". */
function spelledEmails(scan: Scan, report: Report): void {
  if (!scan.mayHave(SPELLED_NEEDS)) return;
  for (const match of scan.matches(SPELLED)) {
    const bracketed = /[([{<] ?(?:at|dot) ?[)\]}>]/i.test(match[0]);
    const both = / at /i.test(match[0]) && / dot /i.test(match[0]);
    const signs = / @ /.test(match[0]);
    if ((bracketed || both || signs) && TOP_DOMAINS.test(match[0]))
      report('EMAIL_ADDRESS', match.index, match.index + match[0].length, bracketed ? 0.85 : 0.7);
  }
}

const IPV4 =
  /(?<![\w.-])(?:(?:25[0-5]|2[0-4]\d|1\d{2}|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d{2}|[1-9]?\d)(?:\/(?:3[0-2]|[12]?\d)(?!\d)|:\d{2,5}(?!\d))?(?![\w]|\.\d|-\d)/y;
const IP_CONTEXT: Context = {
  near: wordsOf(
    'ip|ips|ipv4|ipv6|ip address|host|hosts|server|address|addr|ping|dns|network|subnet|gateway|client|remote|connect*|login|logged in|from ip|firewall|router|' +
      'source|destination|src|dst|nameserver|whitelist|blocklist|vpn|proxy|adresse ip|ip-adresse|dirección ip|indirizzo ip|endereço ip|ip адрес|ip地址|ipアドレス',
  ),
  against: wordsOf(
    'version*|step|steps|v|ver|release|releases|upgrade*|section|chapter|oid|build|clause|paragraph|build number|chrome|firmware|package|semver',
  ),
};
/** Everybody's addresses: loopback, unspecified, broadcast, netmasks. */
const NOBODY = /^(?:127\.0\.|0\.0\.0\.0|255\.|0\.)/;

const ipAddresses: Recogniser = (scan, report) => {
  for (const match of scan.numberMatches(IPV4)) {
    const address = match[0].replace(/[/:].*/, '');
    if (NOBODY.test(address)) continue;
    const small = address.split('.').every((octet) => Number(octet) < 30);
    const suffixed = address.length < match[0].length;
    const end = match.index + address.length;
    report('IP_ADDRESS', match.index, end, small && !suffixed ? 0.4 : 0.75, IP_CONTEXT);
  }
  if (scan.text.includes(':') && IPV6_SIGN.test(scan.text)) ipv6Addresses(scan, report);
};

const IPV6_SIGN = /:[0-9a-f]{0,4}:/i;
const IPV6 = /(?<![\w:.])[0-9a-f]{0,4}(?::{1,2}[0-9a-f]{1,4}){1,7}(?:::|(?:\.\d{1,3}){3})?(?![\w:]|\.\d)/gi;
/** Groups without `::` in the middle, as in `fe80::1`, are told from C++ names and clock times by their digits. */
const ipv6Addresses: Recogniser = (scan, report) => {
  for (const match of scan.matches(IPV6)) {
    const address = match[0];
    const groups = address.split(':').filter(Boolean);
    if (!isIPv6(address) || address === '::1' || groups.length < 2 || !/\d/.test(address)) continue;
    if (groups.length === 2 && !/^(?:fe80|f[cd][0-9a-f]{2}|2[0-9a-f]{3}|ff0[0-9a-f])::/i.test(address))
      continue;
    report('IP_ADDRESS', match.index, match.index + address.length, 0.8, IP_CONTEXT);
  }
};

const MAC =
  /(?<![\w:-])(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\w]|[:-][0-9a-f]{2})|(?<![\w.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w.])/iy;
/** Digits in a group, by what divides the groups. */
const MAC_DIVISIONS = [
  [':', 2],
  ['-', 2],
  ['.', 4],
] as const;
const MAC_CONTEXT: Context = {
  near: wordsOf(
    'mac|mac address|ethernet|hardware address|bssid|physical address|hwaddr|wifi|bluetooth|mac-adresse|adresse mac|ll address',
  ),
};

const macAddresses: Recogniser = (scan, report) => {
  for (const [sign, digits] of MAC_DIVISIONS) macsDividedBy(sign, digits, scan.text, report);
};

/** Tried at the first of two signs that stand as far apart as a group is long: from letter to letter takes ten times as long. */
function macsDividedBy(sign: string, digits: number, text: string, report: Report): void {
  for (let at = text.indexOf(sign, digits); at >= 0; at = text.indexOf(sign, at + 1)) {
    if (text[at + digits + 1] !== sign) continue;
    MAC.lastIndex = at - digits;
    const address = MAC.exec(text)?.[0];
    if (address === undefined || NO_MAC.test(address)) continue;
    report('MAC_ADDRESS', at - digits, at - digits + address.length, macScore(address), MAC_CONTEXT);
  }
}

const NO_MAC = /^(?:00[:-]){5}00$|^(?:ff[:-]){5}ff$/i;

function macScore(address: string): number {
  if (address.includes('.')) return /\d/.test(address) && /[a-f]/i.test(address) ? 0.55 : 0.45;
  return /^\d+$/.test(address.replaceAll(/[:-]/g, '')) && address.includes('-') ? 0.45 : 0.85;
}

const DATABASES =
  /^(?:postgres(?:ql)?|mysql|mariadb|mongodb|redis|rediss|amqps?|mssql|sqlserver|oracle|clickhouse|cassandra|couchbase|neo4j|bolt|kafka|nats|jdbc|cockroachdb|snowflake|ldaps?|smtps?)/i;
const MAX_URL = 2_048;
const URL_END = /[\s'"<>`]/;
const USERINFO = /^[a-z][a-z0-9+.:-]{1,40}:\/\/[^\s:@/]{0,256}:([^\s@]{1,256})@[^\s@/]/i;
const SECRET_PARAMETER =
  /[?&#](?:access_token|token|id_token|refresh_token|api_?key|key|secret|password|passwd|pwd|sig|signature|auth|client_secret|x-amz-signature|x-goog-signature)=([^&#)]{8,512})/i;
/** What is written where a password would be. */
const STAND_IN =
  /^(?:\*+|x+|\.{3}|<[^>]*>|\$\{?\w+\}?|\{\{?[\w. -]+\}?\}|%\w+%?|\[[^\]]*\]|pass(?:word)?|pwd|secret|your[_-]?\w*|user|token|example)$/i;

const urls: Recogniser = ({ text }, report) => {
  for (let at = text.indexOf('://'); at >= 0; ) {
    const { start, end } = urlAround(text, at);
    const type = credentialsIn(text.slice(start, end));
    if (type) report(type, start, end, type === 'CONNECTION_STRING' ? 0.97 : 0.96);
    at = text.indexOf('://', Math.max(end, at + 3));
  }
};

function urlAround(text: string, at: number): { start: number; end: number } {
  let start = at;
  while (start > 0 && at - start < 40 && /[a-z0-9+.:-]/i.test(text[start - 1]!)) start--;
  while (start < at && !/[a-z]/i.test(text[start]!)) start++;
  let end = at;
  while (end < text.length && end - at < MAX_URL && !URL_END.test(text[end]!)) end++;
  while (end > at && /[.,;:!?)\]}]/.test(text[end - 1]!)) end--;
  return { start, end };
}

function credentialsIn(url: string): 'CONNECTION_STRING' | 'URL_WITH_CREDENTIALS' | undefined {
  const password = USERINFO.exec(url)?.[1];
  if (password !== undefined && !STAND_IN.test(password))
    return DATABASES.test(url) ? 'CONNECTION_STRING' : 'URL_WITH_CREDENTIALS';
  const value = SECRET_PARAMETER.exec(url)?.[1];
  if (value === undefined || STAND_IN.test(value) || !/\d/.test(value)) return undefined;
  return 'URL_WITH_CREDENTIALS';
}

export const internet: Recogniser = (scan, report) => {
  emails(scan, report);
  ipAddresses(scan, report);
  macAddresses(scan, report);
  urls(scan, report);
};
