// Payment cards: issuer ranges and lengths (ISO/IEC 7812; the networks' published BIN tables), Luhn, and groups.
import { isTrivial, luhn } from '../checks/checksums.ts';
import { type Context, wordsOf } from '../detect/context.ts';
import type { DigitGroup } from '../detect/digit-runs.ts';
import type { Scan } from '../detect/scan.ts';
import type { Recogniser, Report } from '../detect/types.ts';
import { NUMBER_AGAINST } from './words.ts';

const CONTEXT: Context = {
  near: wordsOf(
    'card|cards|credit|credit card|debit|debit card|cc|ccn|cc no|cc number|visa|mastercard|master card|amex|american express|discover|diners|jcb|' +
      'maestro|unionpay|union pay|card number|card no|payment|pan|cvv|cvc|cvv2|expires|expiry|exp|charge|charged|billing|paid with|pay with|checkout',
    'kreditkarte*|kartennummer|karte|carte|carte bancaire|carte bleue|tarjeta|tarjeta de crédito|carta di credito|cartão|cartao|creditcard|' +
      'kaart*|kort|kortnummer|kreditkort|luottokortti|karta|karty|kartı|kart|κάρτα|карта|карты|कार्ड|카드|信用卡|卡号|カード|クレジット',
  ),
  against: NUMBER_AGAINST,
};

interface Issuer {
  first: number;
  last: number;
  lengths: readonly number[];
}

/** Ranges of the leading digits; `first` and `last` have the same number of digits. */
const ISSUERS: readonly Issuer[] = [
  { first: 4, last: 4, lengths: [13, 16, 19] }, // Visa
  { first: 51, last: 55, lengths: [16] }, // Mastercard
  { first: 2221, last: 2720, lengths: [16] }, // Mastercard
  { first: 34, last: 34, lengths: [15] }, // American Express
  { first: 37, last: 37, lengths: [15] },
  { first: 6011, last: 6011, lengths: [16, 17, 18, 19] }, // Discover
  { first: 644, last: 649, lengths: [16, 17, 18, 19] },
  { first: 65, last: 65, lengths: [16, 17, 18, 19] },
  { first: 300, last: 305, lengths: [14, 16] }, // Diners Club
  { first: 3095, last: 3095, lengths: [14, 16] },
  { first: 36, last: 36, lengths: [14, 15, 16, 17, 18, 19] },
  { first: 38, last: 39, lengths: [14, 16] },
  { first: 3528, last: 3589, lengths: [16, 17, 18, 19] }, // JCB
  { first: 2131, last: 2131, lengths: [15] },
  { first: 1800, last: 1800, lengths: [15] },
  { first: 62, last: 62, lengths: [16, 17, 18, 19] }, // UnionPay
  { first: 81, last: 81, lengths: [16, 17, 18, 19] },
  { first: 50, last: 50, lengths: [12, 13, 14, 15, 16, 17, 18, 19] }, // Maestro
  { first: 56, last: 58, lengths: [12, 13, 14, 15, 16, 17, 18, 19] },
  { first: 60, last: 69, lengths: [12, 13, 14, 15, 16, 17, 18, 19] }, // Maestro, RuPay, Elo, Hipercard
  { first: 2200, last: 2204, lengths: [16, 17, 18, 19] }, // Mir
  { first: 9792, last: 9792, lengths: [16] }, // Troy
  { first: 508, last: 508, lengths: [16] }, // RuPay
  { first: 353, last: 356, lengths: [16] },
  { first: 4026, last: 4026, lengths: [16] }, // Electron
  { first: 4571, last: 4571, lengths: [16] }, // Dankort
  { first: 5019, last: 5019, lengths: [16] },
];

export function isIssued(digits: string): boolean {
  return ISSUERS.some(({ first, last, lengths }) => {
    const lead = Number(digits.slice(0, String(first).length));
    return lead >= first && lead <= last && lengths.includes(digits.length);
  });
}

/** How cards are printed; other groups are read too, but are worth less. */
const PRINTED = new Set([
  '4,4,4,4',
  '4,6,5',
  '4,6,4',
  '4,4,4,4,3',
  '6,13',
  '4,4,5',
  '4,4,4,3',
  '4,5,6',
  '4,4,4',
  '4,5,5',
  '5,5,5',
  '4,4,4,1',
  '8,8',
]);
const MAX_GROUPS = 6;

export const cards: Recogniser = (scan, report) => {
  if (!scan.hasDigit) return;
  divided(scan, report);
  for (const { groups, digits } of scan.digitRuns) {
    if (digits < 12) continue;
    for (let first = 0; first < groups.length; first++) {
      if (!startsCard(scan.text, groups, first)) continue;
      let length = 0;
      for (let last = first; last < groups.length && last - first < MAX_GROUPS; last++) {
        length += groups[last]!.end - groups[last]!.start;
        if (length > 19) break;
        if (length < 12 || !endsCard(scan.text, groups, last)) continue;
        const window = groups.slice(first, last + 1);
        const score = weighCard(scan.text, window);
        if (score > 0) report('CREDIT_CARD', window[0]!.start, window.at(-1)!.end, score, CONTEXT);
      }
    }
  }
};

/** Columns, lists and lines: the same sign between four groups of four, which other numbers have between them too. */
const DIVIDED = /(?<![\d.,])\d{4}([\t\n,;:|*~])\d{4}\1\d{4}\1\d{4}(?![\d]|[.,]\d)/y;

function divided(scan: Scan, report: Report): void {
  for (const match of scan.numberMatches(DIVIDED)) {
    const digits = match[0].replaceAll(/\D/g, '');
    if (!luhn(digits) || isTrivial(digits) || !isIssued(digits)) continue;
    const score = /[:|*~]/.test(match[1]!) ? 0.6 : 0.3;
    report('CREDIT_CARD', match.index, match.index + match[0].length, score, CONTEXT);
  }
}

function weighCard(text: string, groups: readonly DigitGroup[]): number {
  const parts = groups.map(({ start, end }) => text.slice(start, end));
  const digits = parts.join('');
  if (/^(\d)\1+$/.test(digits)) return 0;
  const separators = groups.slice(1).map((group, i) => text.slice(groups[i]!.end, group.start));
  if (separators.some((separator) => separator.length > 3 || /[()+]/.test(separator))) return 0;
  // Two groups around a dot are a number with decimals.
  if (parts.length === 2 && separators[0] === '.') return 0;
  const issued = isIssued(digits);
  const printed = PRINTED.has(parts.map((part) => part.length).join());
  if (luhn(digits) && !isTrivial(digits)) {
    if (issued && printed) return 0.95;
    if (parts.length > 1) return issued ? (digits.length >= 14 ? 0.65 : 0.35) : printed ? 0.4 : 0.15;
    // Alone on a line of digits: one number in ten passes Luhn, so the length must be a card's too.
    if (issued && (digits.length === 16 || digits.length === 15)) return 0.75;
    if (issued && (digits.length === 14 || digits.length === 19)) return 0.5;
    return issued ? 0.4 : digits.length >= 14 ? 0.25 : 0.1;
  }
  if (printed && digits.length >= 14) return issued ? 0.35 : 0.25;
  return digits.length >= 15 && digits.length <= 16 ? 0.15 : issued ? 0.1 : 0;
}

function startsCard(text: string, groups: readonly DigitGroup[], first: number): boolean {
  const before = text[groups[first]!.start - 1] ?? ' ';
  if (first > 0) return before === ' ';
  if (/[\p{L}_]/u.test(before))
    return /\p{scx=Han}|\p{scx=Hangul}|\p{scx=Hiragana}|\p{scx=Katakana}/u.test(before);
  return !(/[-.,/+]/.test(before) && /[\p{N}A-Fa-f]/u.test(text[groups[first]!.start - 2] ?? ' '));
}

function endsCard(text: string, groups: readonly DigitGroup[], last: number): boolean {
  const { end } = groups[last]!;
  const behind = text[end] ?? ' ';
  if (last + 1 < groups.length) return behind === ' ' || behind === '/';
  if (/[\p{L}_]/u.test(behind))
    return /\p{scx=Han}|\p{scx=Hangul}|\p{scx=Hiragana}|\p{scx=Katakana}/u.test(behind);
  return !(/[-.,]/.test(behind) && /[\p{N}A-Fa-f]/u.test(text[end + 1] ?? ' '));
}
