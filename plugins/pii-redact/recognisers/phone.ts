// Phone numbers: digits in groups, weighed by how they are written, by libphonenumber's plans, and by the words around.

import { luhn } from '../checks/checksums.ts';
import { type Context, wordsOf } from '../detect/context.ts';
import type { DigitGroup, DigitRun } from '../detect/digit-runs.ts';
import type { Scan } from '../detect/scan.ts';
import type { Recogniser, Report } from '../detect/types.ts';
import { callingCode, isValidIn, isValidInternational, NATIONAL_PRINTINGS } from './phone-plan.ts';
import { NUMBER_AGAINST } from './words.ts';

/** E.164: fifteen digits at most; with an international prefix (011) or a trunk prefix some more are written. */
const MAX_DIGITS = 18;
const MIN_DIGITS = 7;
/** Windows of groups that are weighed from one beginning. */
const MAX_GROUPS = 8;

/** Numbers that are somebody's, and no phone's. */
const OTHER_NUMBERS = wordsOf(
  'account|account number|acct|bank|iban|routing|card|card number|credit card|ssn|social security|passport|licence|license|policy|policy number|member|member id|' +
    'customer id|customer number|employee id|patient id|mrn|tax id|vat|id number|national id|imei|vin|zip|postcode|kontonummer|konto|compte|cuenta|kundennummer',
);

const CONTEXT: Context = {
  near: wordsOf(
    'phone*|telephone*|tel|tel.|mobile|mobile no|cell|cellphone|cell phone|cellular|call|calls|calling|called|dial|fax|whatsapp|signal|viber|' +
      'hotline|sms|text me|text us|texted|ring|contact|contact number|contact no|reach|hotline|voicemail|landline|helpline|ph|ph.|emergency contact|' +
      'my number is|new number is|my number|toll-free|toll free|extension|pager|msisdn|phone number|mob|mob.|line at|answering|not answering|answer at|pick up|picking up|got through|phoned|rang|hang up|speed dial|picked up|callback|dialed|dialled|office|direct line|switchboard|front desk|caller|unlisted',
    'telefon*|handy*|mobil|mobilnummer|mobiltelefon|rufnummer|anrufen|rückruf|erreichbar|durchwahl|faxnummer|festnetz|erreichen|telefonisch',
    'téléphone|telephone|portable|mobile|appeler|appelez|joindre|joignable|gsm|fixe|coordonnées|numéro',
    'teléfono|telefono|móvil|movil|celular|llame|llamar|llámame|contacto|número de contacto',
    'cellulare|chiamare|chiamami|recapito|contatto',
    'telefone|telemóvel|celular|ligue|ligar|contato|contacto',
    'telefoonnummer|telefoon|mobiel|bellen|bel|bereikbaar',
    'telefonnummer|mobilnummer|ring|puhelin|puhelinnumero|puh|tlf|mobilnr|soita',
    'telefon|komórka|zadzwoń|komórkowy|numer telefonu|zavolejte|mobilní|sunați|τηλέφωνο|τηλ|κινητό|cep|arayın|numarası',
    'телефон*|тел|моб|звоните|мобильный|номер телефона|טלפון|נייד|هاتف|جوال|موبايل|फ़ोन|मोबाइल|नंबर',
    '电话|電話|手机|手機|联系方式|联系电话|携帯|連絡先|전화|휴대폰|연락처|핸드폰|โทร',
  ),
  against: { ...NUMBER_AGAINST, phrases: new Set([...NUMBER_AGAINST.phrases, ...OTHER_NUMBERS.phrases]) },
};

const EXTENSION =
  /[ ,;]{0,2}(?:x|ext\.?|extn\.?|extension|#|durchwahl|poste|int\.?|доб\.?|анекс)[ .:]{0,2}\d{1,6}(?!\w)/iy;
/** Behind a number: it is a quantity. */
const QUANTITY = /^ ?(?:%|°|€|\$|£|kg|km|mm|cm|mb|gb|kb|ms|px|usd|eur|miles|people|bytes|tokens|=|×|\*)/i;
const BEFORE_QUANTITY = /[$€£¥=^*×÷%] ?$/;

interface Candidate {
  start: number;
  end: number;
  score: number;
}

export const phones: Recogniser = (scan, report) => {
  for (const run of scan.digitRuns) findInRun(scan, run, report);
};

/** From each group that a number may begin with, the best window of groups; a number found is passed over whole. */
function findInRun(scan: Scan, run: DigitRun, report: Report): void {
  for (let first = 0; first < run.groups.length; ) {
    const found = startsNumber(scan.text, run.groups, first)
      ? bestWindow(scan, run.groups, first)
      : undefined;
    if (!found) {
      first++;
      continue;
    }
    report('PHONE_NUMBER', found.start, found.end, found.score, CONTEXT);
    first = found.last + 1;
  }
}

function startsNumber(text: string, groups: readonly DigitGroup[], first: number): boolean {
  const { start } = groups[first]!;
  const before = text[start - 1] ?? ' ';
  if (/[\p{L}\p{N}_]/u.test(before) && !UNSPACED.test(before)) return false;
  if (first > 0) return /[ (+]/.test(before) && !/[-./]/.test(text[groups[first - 1]!.end] ?? '');
  if (!/[.,:/#]/.test(before)) return true;
  // Behind a comma or colon a column or a value begins, unless digits stand before it too.
  const ahead = text[start - 2] ?? ' ';
  return before === '.' || before === '#' ? !/[\p{L}\p{N}]/u.test(ahead) : !/\p{N}/u.test(ahead);
}

/** How much less a longer window may be worth. */
const SLACK = 0.05;
const LONG_GROUP_SLACK = 0.25;

const UNSPACED = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}]/u;

function bestWindow(
  scan: Scan,
  groups: readonly DigitGroup[],
  first: number,
): (Candidate & { last: number }) | undefined {
  let digits = 0;
  let best: (Candidate & { last: number }) | undefined;
  for (let last = first; last < groups.length && last - first < MAX_GROUPS; last++) {
    digits += groups[last]!.end - groups[last]!.start;
    if (digits > MAX_DIGITS) break;
    if (digits < MIN_DIGITS || !endsNumber(scan.text, groups, last)) continue;
    const found = weighWindow(scan.text, groups.slice(first, last + 1));
    // A longer window wins unless it is worth clearly less: trailing groups belong to the number as a rule, and groups
    // of three and more digits behind an international one do so more often than not.
    const group = groups[last]!.end - groups[last]!.start;
    const slack = group >= 3 && scan.text[best?.start ?? 0] === '+' ? LONG_GROUP_SLACK : SLACK;
    if (found && (!best || found.score >= best.score - slack)) best = { ...found, last };
  }
  return best;
}

function endsNumber(text: string, groups: readonly DigitGroup[], last: number): boolean {
  const { end } = groups[last]!;
  const behind = text[end];
  if (last + 1 < groups.length) return behind === ' ' || behind === ')';
  if (behind === undefined) return true;
  if (/[\p{L}_]/u.test(behind)) return UNSPACED.test(behind) || /^x ?\d/i.test(text.slice(end, end + 3));
  return !(/[-.:@/]/.test(behind) && /[\p{L}\p{N}]/u.test(text[end + 1] ?? ' '));
}

function weighWindow(text: string, groups: readonly DigitGroup[]): Candidate | undefined {
  const form = readForm(text, groups);
  if (!form || refuse(form) || isDump(text, form)) return undefined;
  let score = form.plus || form.exit ? scoreInternational(form) : scoreNational(form);
  EXTENSION.lastIndex = form.end;
  const extension = EXTENSION.exec(text)?.[0].length ?? 0;
  if (extension > 0) score += 0.3;
  if (
    !form.plus &&
    (QUANTITY.test(text.slice(form.end, form.end + 8)) ||
      BEFORE_QUANTITY.test(text.slice(Math.max(0, form.start - 3), form.start)))
  ) {
    score -= 0.3;
  }
  return { start: form.start, end: form.end + extension, score: Math.min(1, score) };
}

interface Form {
  start: number;
  end: number;
  /** Begins with +. */
  plus: boolean;
  /** Begins with 00 or 011, and what follows is a calling code. */
  exit: string;
  /** All digits; behind the exit code when there is one. */
  digits: string;
  lengths: number[];
  /** The separators between the groups, joined. */
  separators: string[];
  /** What stands in round brackets, as digits. */
  bracketed: string | undefined;
  written: string;
}

function readForm(text: string, groups: readonly DigitGroup[]): Form | undefined {
  const end = groups.at(-1)!.end;
  let start = groups[0]!.start;
  const opened = text[start - 1] === '(';
  // Its own bracket, not one around the whole: (212) 555-0100, but not (8 (912) 555-01-00).
  if (opened && /^[^()]*\)/.test(text.slice(start, end))) start--;
  let plus = false;
  const at = text[start - 1] === ' ' && text[start - 2] === '+' ? start - 2 : start - 1;
  if (text[at] === '+' && !/[\d)\]a-z]/i.test(text[at - 1] ?? ' ')) {
    plus = true;
    start = at;
  } else if (text[start] === '(' && text[start + 1] === '+') plus = true;
  if (!plus && opened && text[start] !== '(' && text[start - 2] === '+') plus = true;
  if (
    text[start - 1] === '(' &&
    plus &&
    text.slice(start, end).includes(')') &&
    !text.slice(start, end).includes('(')
  )
    start--;
  const written = text.slice(start, end);
  const separators = groups.slice(1).map((group, i) => text.slice(groups[i]!.end, group.start));
  if (separators.some((separator) => /_|[-./]{2}|\((?!$)|^ {2,}$/.test(separator.replace(/^\)/, ''))))
    return undefined;
  const all = groups.map((group) => text.slice(group.start, group.end));
  const joined = all.join('');
  const exit = plus ? '' : (/^(?:011|00)(?=[1-9])/.exec(joined)?.[0] ?? '');
  const international =
    exit !== '' && callingCode(joined.slice(exit.length)) !== undefined && joined.length >= exit.length + 8;
  const bracket = /\(([^()]{1,12})\)/.exec(written)?.[1];
  return {
    start,
    end,
    plus,
    exit: international ? exit : '',
    digits: international ? joined.slice(exit.length) : joined,
    lengths: all.map((group) => group.length),
    separators,
    bracketed: bracket?.replaceAll(/\D/g, ''),
    written,
  };
}

/** Dates, addresses of networks, decimals, years, card numbers: digits in groups that are something else. */
function refuse({ plus, exit, digits, lengths, separators, written, bracketed }: Form): boolean {
  if (/^(\d)\1+$/.test(digits)) return true;
  // A version and its date, a date and its time.
  if (!plus && /(?<!\d)(?:19|20)\d{2}([-./])[01]?\d\1[0-3]?\d(?!\d)/.test(written)) return true;
  if (plus || exit !== '') return digits.length < 7;
  if (
    lengths.length === 3 &&
    /^(?:(?:19|20)\d{2}([-./ ])[01]?\d\1[0-3]?\d|[0-3]?\d([-./ ])[0-3]?\d\2(?:19|20)?\d{2})$/.test(written)
  )
    return true;
  if (
    lengths.length === 4 &&
    separators.every((separator) => separator === '.') &&
    lengths.every((length) => length <= 3)
  )
    return true;
  if (lengths.length === 2 && separators[0] === '.' && bracketed === undefined) return true;
  if (written.split(/[ ./-]/).filter((group) => /^(?:19|20)\d{2}$/.test(group)).length >= 2) return true;
  if (lengths.join() === '3,2,4' && separators[0] === separators[1] && !written.startsWith('0')) return true;
  if (lengths.slice(1).some((length) => length === 1) && bracketed === undefined) return true;
  if (lengths.join() === '4,4,4,4' || (lengths.length === 1 && digits.length >= 14)) return true;
  return digits.length >= 15 && luhn(digits) && lengths.join() !== '2,3,3,4,3';
}

/** Two digits after two digits, and beside them a byte that has a letter: a dump of memory. */
const isDump = (text: string, { start, end, lengths }: Form): boolean =>
  lengths.length > 2 &&
  lengths.every((length) => length === 2) &&
  (HEX_BYTE_BEFORE.test(text.slice(Math.max(0, start - 4), start)) ||
    HEX_BYTE_BEHIND.test(text.slice(end, end + 4)));
const HEX_BYTE_BEFORE = /(?:^|[^0-9a-z])(?:[a-f][0-9a-f]|[0-9][a-f]) $/i;
const HEX_BYTE_BEHIND = /^ (?:[a-f][0-9a-f]|[0-9][a-f])(?:[^0-9a-z]|$)/i;

function scoreInternational({ digits, plus, exit, lengths }: Form): number {
  // (0) behind the calling code is said, not dialled.
  const code = callingCode(digits);
  if (code === undefined) return plus ? 0.35 : 0.1;
  const rest = digits.slice(code.length);
  if (rest.length < 4 || rest.length > 13) return 0.2;
  if (rest.length < 7 && lengths.length === 1) return 0.3;
  const valid =
    isValidInternational(digits) || (rest.startsWith('0') && isValidInternational(code + rest.slice(1)));
  if (plus) return valid ? 0.95 : rest.length >= 7 ? 0.75 : 0.5;
  if (valid) return lengths.length > 1 ? 0.75 : 0.6;
  return lengths.length > 1 ? 0.6 : exit === '011' ? 0.4 : 0.35;
}

const NANP = /^1?[2-9]\d{2}[2-9]\d{6}$/;

function scoreNational(form: Form): number {
  const { digits, lengths, separators, bracketed } = form;
  if (digits.length > 13) return 0;
  if (bracketed !== undefined) return scoreBracketed(form);
  const shape = lengths.join();
  if (shape === '3,3,4' || shape === '1,3,3,4') return scoreNanp(form);
  if (shape === '3,4') return separators[0] === '-' ? 0.25 : 0.1;
  const trunk = digits.startsWith('0');
  // ZIP+4.
  if (shape === '5,4' && separators[0] === '-') return 0.1;
  const valid = validNationally(form);
  if (lengths.length === 1) {
    if (trunk) return valid && digits.length >= 10 ? 0.45 : 0.25;
    return valid ? 0.25 : 0.15;
  }
  const mixed = new Set(separators).size > 1;
  if (trunk)
    return digits.length < 8 || digits.length > 12
      ? 0.2
      : valid
        ? 0.6
        : mixed
          ? 0.35
          : lengths.length > 2 && digits.length > 8
            ? 0.5
            : 0.4;
  return digits.length < 8 ? 0.1 : valid ? 0.35 : 0.2;
}

/** `(212) 555-0100`, `(030) 901820`, `(11) 91234-5678`, `1(212)…`. */
function scoreBracketed({ digits, bracketed, written }: Form): number {
  if (digits.length < 7 || digits.length > 13 || bracketed!.length < 1) return 0.1;
  const opens = /^(?:\d{1,3}[ -]?)?\(/.test(written);
  if (!opens || bracketed!.length > 5) return 0.2;
  if (digits.length >= 10 && digits.length <= 11 && bracketed!.length === 3)
    return NANP.test(digits) ? 0.8 : 0.65;
  if (bracketed!.startsWith('0')) return 0.65;
  return digits.length >= 8 && bracketed!.length >= 2 ? 0.55 : 0.3;
}

/** Three, three and four digits: North America's form, which others have too. Exchanges that do not exist are made up. */
function scoreNanp(form: Form): number {
  const { digits, separators } = form;
  const set = [...new Set(separators)].join('');
  const plausible = NANP.test(digits);
  const lead = digits.length === 11;
  if (digits.startsWith('0') && validNationally(form)) return 0.6;
  if (lead && !/^[178]/.test(digits)) return 0.3;
  if (set === '-' || set === '.')
    return plausible ? (lead ? 0.75 : 0.7) : digits.startsWith('0') ? 0.55 : 0.5;
  if (set === ' ') return plausible ? (lead ? 0.6 : 0.5) : digits.startsWith('0') ? 0.45 : 0.25;
  if (set === '/') return plausible ? 0.5 : 0.3;
  return plausible ? 0.55 : 0.4;
}

function validNationally({ digits, lengths }: Form): boolean {
  const key = `${digits.startsWith('0') ? '0 ' : ''}${lengths.join()}`;
  const regions = NATIONAL_PRINTINGS.get(key);
  return regions?.some((region) => isValidIn(region, digits)) ?? false;
}
