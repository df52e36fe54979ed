// Sweden, Norway, Finland, Denmark, Iceland.
import { isDate, luhn, weighted } from '../../checks/checksums.ts';
import type { IdRule } from './rule.ts';

const num = (id: string, from: number, to: number): number => Number(id.slice(from, to));

/** Skatteverket: Luhn over the last ten digits; a coordination number has 60 added to the day. */
export function isPersonnummer(id: string): boolean {
  const ten = id.slice(-10);
  const day = num(ten, 4, 6);
  return isDate(num(ten, 0, 2), num(ten, 2, 4), day > 60 ? day - 60 : day) && luhn(ten);
}

/** Skatteetaten: two digits modulo 11; a D number has 4 added to its first digit. */
export function isFodselsnummer(id: string): boolean {
  const day = num(id, 0, 2) % 40;
  if (!isDate(num(id, 4, 6), num(id, 2, 4) % 40, day)) return false;
  const first = (11 - (weighted(id, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11;
  const second = (11 - (weighted(id, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return first === Number(id[9]) && second === Number(id[10]);
}

/** DVV: remainder modulo 31 in an alphabet without G, I, O, Q, Z. The century's sign is taken out. */
export function isHetu(id: string): boolean {
  const digits = id.slice(0, 6) + id.slice(-4, -1);
  if (!isDate(num(id, 4, 6), num(id, 2, 4), num(id, 0, 2))) return false;
  return '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(digits) % 31] === id.at(-1);
}

/** CPR-kontoret: a date; since 2007 numbers without a valid modulo 11 are given out too. */
export const isCpr = (id: string): boolean => isDate(num(id, 4, 6), num(id, 2, 4), num(id, 0, 2));
const isCprChecked = (id: string): boolean =>
  isCpr(id) && weighted(id, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;

/** Þjóðskrá: modulo 11 on the first eight digits. */
export function isKennitala(id: string): boolean {
  const check = (11 - (weighted(id, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return (
    isDate(num(id, 4, 6), num(id, 2, 4), num(id, 0, 2) % 40) && check === Number(id[8]) && /[089]$/.test(id)
  );
}

export const NORDICS: readonly IdRule[] = [
  {
    type: 'SE_PERSONNUMMER',
    forms: '999999-9999|99999999-9999|9999999999|999999999999',
    check: isPersonnummer,
    score: 0.7,
    bare: 0.3,
    words: 'personnummer|personnr|person nr|samordningsnummer|personal identity number|pnr|födelsenummer',
  },
  {
    type: 'NO_FODSELSNUMMER',
    forms: '999999 99999|99999999999|999999-99999',
    check: isFodselsnummer,
    score: 0.8,
    bare: 0.6,
    words: 'fødselsnummer|fodselsnummer|personnummer|fnr|d-nummer|fødselsnr',
  },
  {
    type: 'FI_PERSONAL_IDENTITY_CODE',
    forms: '999999-999X|999999A999X',
    check: isHetu,
    score: 0.85,
    bare: 0.8,
    failing: 0.05,
    words: 'henkilötunnus|hetu|henkilötunnuksen|sotu|personbeteckning|personal identity code',
  },
  {
    type: 'DK_CPR',
    forms: '999999-9999',
    check: isCprChecked,
    score: 0.6,
    bare: 0.6,
    failing: 0,
    words: 'cpr|cpr-nummer|personnummer|cpr-nr|cprnr',
  },
  {
    type: 'DK_CPR',
    forms: '999999-9999|999999 9999|9999999999',
    check: isCpr,
    score: 0.4,
    bare: 0.2,
    failing: 0.05,
    words: 'cpr|cpr-nummer|personnummer|cpr-nr|cprnr',
  },
  {
    type: 'IS_KENNITALA',
    forms: '999999-9999|9999999999',
    check: isKennitala,
    score: 0.6,
    bare: 0.3,
    failing: 0.05,
    words: 'kennitala|kt.|kt',
  },
];
