// Bank accounts: IBAN (ISO 13616), BIC (ISO 9362), US routing numbers (ABA), sort codes, and account numbers by context.
import { mod97, weighted } from '../checks/checksums.ts';
import { type Context, wordsOf } from '../detect/context.ts';
import { neededBy } from '../detect/needed.ts';
import type { Scan } from '../detect/scan.ts';
import type { Recogniser, Report } from '../detect/types.ts';

/** SWIFT, IBAN Registry: length by country. */
const IBAN_LENGTHS: Record<string, number> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 ' +
    'MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ' +
    'SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Of these countries the account has digits only (IBAN Registry, "BBAN structure"). */
const DIGITS_ONLY = new Set(
  'AT BA BE CR CZ DE DK EE EG ES FI FO GL HR HU IL IS LT ME MR NO PL PT RS SE SI SK TL TN VA XK'.split(' '),
);

export function isIban(iban: string): boolean {
  if (DIGITS_ONLY.has(iban.slice(0, 2)) && /[A-Z]/.test(iban.slice(4))) return false;
  return IBAN_LENGTHS[iban.slice(0, 2)] === iban.length && mod97(iban.slice(4) + iban.slice(0, 4)) === 1;
}

const IBAN_START = /(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?\d{2}(?=[ -]?[A-Za-z0-9])/y;
const IBAN_CONTEXT: Context = {
  near: wordsOf(
    'iban|bank|account|bank account|kontonummer|bankverbindung|konto|compte|cuenta|conto|conta|rekening|rekeningnummer|rachunek|účet|cont|λογαριασμός|hesap|' +
      'transfer|wire|überweisung|überweisen|virement|transferencia|bonifico|transferência|overmaken|przelew|payment|sepa|international bank|billing',
  ),
};

const ibans: Recogniser = (scan, report) => {
  const beginAt = (number: number): number => number - (/[ -]/.test(scan.text[number - 1] ?? '') ? 3 : 2);
  for (const match of scan.numberMatches(IBAN_START, beginAt)) {
    const wanted = IBAN_LENGTHS[match[0].slice(0, 2).toUpperCase()];
    if (wanted === undefined) continue;
    const { end, id, groups } = take(scan.text, match.index, wanted);
    const whole = id.length === wanted && !scan.isWord(end);
    if (whole && isIban(id)) report('IBAN_CODE', match.index, end, 0.97, IBAN_CONTEXT);
    else if (
      whole &&
      !/[a-z]/.test(scan.text.slice(match.index, end)) &&
      (/^..\d/.test(match[0]) || groups > 3)
    )
      report('IBAN_CODE', match.index, end, groups > 3 ? 0.4 : 0.3, IBAN_CONTEXT);
  }
};

/** Letters and digits from `start` on, single separators passed over, until there are `wanted`. */
function take(text: string, start: number, wanted: number): { end: number; id: string; groups: number } {
  let id = '';
  let groups = 1;
  let at = start;
  for (; at < text.length && id.length < wanted; at++) {
    const char = text[at]!;
    if (/[A-Za-z0-9]/.test(char)) id += char.toUpperCase();
    else if (/[ .-]/.test(char) && /[A-Za-z0-9]/.test(text[at + 1] ?? '')) groups++;
    else break;
  }
  return { end: at, id, groups };
}

/** ISO 3166-1 alpha-2, and XK. */
const COUNTRIES = new Set(
  (
    'AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM ' +
    'DO DZ EC EE EG ER ES ET FI FJ FK FO FR GA GB GD GE GG GH GI GL GM GN GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KM KR ' +
    'KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NZ OM PA PE PF PG PH PK PL PR PS PT PY QA ' +
    'RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TC TD TG TH TJ TL TM TN TO TR TT TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WS XK YE ZA ZM ZW'
  ).split(' '),
);

const BIC = /(?<![A-Za-z0-9])[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])/g;
const BIC_CONTEXT: Context = {
  near: wordsOf(
    'swift|bic|bic code|swift code|swift/bic|bank identifier|bankleitzahl|code bic|código swift|iban|wire',
  ),
};

const bics: Recogniser = (scan, report) => {
  for (const match of scan.matches(BIC)) {
    if (!COUNTRIES.has(match[1]!)) continue;
    const score = /\d/.test(match[0]) || match[0].endsWith('XXX') ? 0.35 : 0.2;
    report('SWIFT_CODE', match.index, match.index + match[0].length, score, BIC_CONTEXT);
  }
};

/** ABA: weights 3,7,1; the first two digits name a Federal Reserve district. */
export function isRouting(id: string): boolean {
  const district = Number(id.slice(0, 2));
  const known =
    (district >= 1 && district <= 12) ||
    (district >= 21 && district <= 32) ||
    (district >= 61 && district <= 72) ||
    district === 80;
  return known && weighted(id, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0;
}

const ROUTING = /(?<![\w.-])(?:\d{9}|\d{4}-\d{4}-\d)(?![\w-]|\.\d)/y;
const ROUTING_CONTEXT: Context = {
  near: wordsOf(
    'routing|routing number|rtn|aba|aba number|routing no|transit number|ach|routing transit|bank code',
  ),
};
const SORT_CODE = /(?<![\w.-])\d{2}([- ])\d{2}\1\d{2}(?![\w-]|\.\d)/y;
const SORT_CONTEXT: Context = { near: wordsOf('sort code|sortcode|sort-code|sorting code') };

const routing: Recogniser = (scan, report) => {
  if (!scan.hasDigit) return;
  for (const match of scan.numberMatches(ROUTING)) {
    const good = isRouting(match[0].replaceAll('-', ''));
    report('ROUTING_NUMBER', match.index, match.index + match[0].length, good ? 0.25 : 0.1, ROUTING_CONTEXT);
  }
  for (const match of scan.numberMatches(SORT_CODE)) {
    report('ROUTING_NUMBER', match.index, match.index + match[0].length, 0.2, SORT_CONTEXT);
  }
};

/** A number right behind words that say that it is an account; nothing in its form tells it from any other. */
const ACCOUNT_WORDS =
  /(?<![\p{L}\d])(?:(?:bank|checking|savings|deposit|current|beneficiary|my|your|his|her|the|chequing)[ _-])?(?:account|acct|a\/c|konto|compte|cuenta|conta|rekening|bankkonto)(?:[ _-]?(?:number|numbers|num|no|nr|nummer|bancaire|bancaria|corrente|id))?\.?["']?[ ]?(?:is|was|ending in|[:#=-]|nr\.?|n[°º]|ist|es)?["']?[ ]{0,2}["'#]?/giu;
const KONTONUMMER =
  /(?<![\p{L}\d])(?:kontonummer|kontonr|numéro de compte|número de cuenta|numero di conto|número da conta|rekeningnummer|numer konta|číslo účtu|口座番号|账号|계좌번호)["']?[ ]?(?:is|ist|est|es|[:#=])?[ ]{0,2}["']?/giu;
const ACCOUNT = /(?:\d[ -]?){5,18}\d(?![\w-]|\.\d)/y;

const ACCOUNT_NEEDS = neededBy(
  'account',
  'acct',
  'a/c',
  'konto',
  'konta',
  'compte',
  'cuenta',
  'conta',
  'conto',
  'rekening',
  'účtu',
  '口座',
  '账号',
  '계좌',
);

const accounts: Recogniser = (scan, report) => {
  // The words are in most texts, numbers as long as an account's in few.
  if (!scan.mayHave(ACCOUNT_NEEDS) || scan.numberMatches(ACCOUNT).next().done) return;
  for (const words of [ACCOUNT_WORDS, KONTONUMMER]) {
    for (const match of scan.matches(words)) reportAccount(scan, match, words === KONTONUMMER, report);
  }
};

function reportAccount(scan: Scan, match: RegExpExecArray, sure: boolean, report: Report): void {
  const start = match.index + match[0].length;
  ACCOUNT.lastIndex = start;
  const number = ACCOUNT.exec(scan.text)?.[0];
  if (number === undefined) return;
  const named =
    sure || /bank|checking|savings|deposit|beneficiary|number|num|no\b|nr|acct|a\/c|[:#=]/i.test(match[0]);
  const groups = number.split(/[ -]/);
  if (groups.some((group) => group.length < 2)) return;
  report('BANK_ACCOUNT', start, start + number.length, named ? 0.6 : 0.4);
}

export const bank: Recogniser = (scan, report) => {
  ibans(scan, report);
  bics(scan, report);
  routing(scan, report);
  accounts(scan, report);
};
