// Poland, Czechia, Slovakia, Romania, Bulgaria, Hungary, Croatia, Slovenia, the Baltic states, Ukraine, Russia.
import { isDate, isTrivial, mod11_10, weighted } from '../../checks/checksums.ts';
import type { IdRule } from './rule.ts';

const num = (id: string, from: number, to: number): number => Number(id.slice(from, to));

/** Centuries are written into the month: 80, 0, 20, 40, 60 are added. */
export function isPesel(id: string): boolean {
  const check = (10 - (weighted(id, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10;
  return isDate(num(id, 0, 2), num(id, 2, 4) % 20, num(id, 4, 6)) && check === Number(id[10]);
}

export const isNip = (id: string): boolean =>
  weighted(id, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === Number(id[9]) && !isTrivial(id);

export function isRegon(id: string): boolean {
  return (weighted(id, [8, 9, 2, 3, 4, 5, 6, 7]) % 11) % 10 === Number(id[8]) && !isTrivial(id);
}

/** Ten digits are divisible by 11 (until 1985 a remainder of 10 was written 0); women have 50 added to the month. */
export function isRodneCislo(id: string): boolean {
  const month = num(id, 2, 4) % 50;
  if (!isDate(num(id, 0, 2), month > 20 ? month - 20 : month, num(id, 4, 6))) return false;
  if (id.length === 9) return num(id, 0, 2) < 54;
  return Number(id) % 11 === 0 || (Number(id.slice(0, 9)) % 11 === 10 && id[9] === '0');
}

export function isCnp(id: string): boolean {
  const rest = weighted(id, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  return (
    /^[1-9]/.test(id) &&
    isDate(num(id, 1, 3), num(id, 3, 5), num(id, 5, 7)) &&
    (rest === 10 ? 1 : rest) === Number(id[12])
  );
}

/** GRAO: months of the 1800s have 20 added, those of the 2000s 40. */
export function isEgn(id: string): boolean {
  const rest = weighted(id, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11;
  return isDate(num(id, 0, 2), num(id, 2, 4) % 20, num(id, 4, 6)) && rest % 10 === Number(id[9]);
}

/** Estonia and Lithuania: weights 1-9,1, and 3-9,1-3 when that gives 10. */
export function isIsikukood(id: string): boolean {
  if (!/^[1-6]/.test(id) || !isDate(num(id, 1, 3), num(id, 3, 5), num(id, 5, 7))) return false;
  let check = weighted(id, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  if (check === 10) check = (weighted(id, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10;
  return check === Number(id[10]);
}

export function isTajszam(id: string): boolean {
  return weighted(id, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === Number(id[8]) && !isTrivial(id);
}

/** Federal Tax Service: two check digits of a person's INN. */
export function isInn(id: string): boolean {
  const eleventh = (weighted(id, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10;
  const twelfth = (weighted(id, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10;
  return eleventh === Number(id[10]) && twelfth === Number(id[11]);
}

export function isSnils(id: string): boolean {
  const sum = weighted(id, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
  return (sum % 101) % 100 === Number(id.slice(9));
}

export const EASTERN_EUROPE: readonly IdRule[] = [
  {
    type: 'PL_PESEL',
    forms: '99999999999',
    check: isPesel,
    score: 0.4,
    bare: 0.4,
    words: 'pesel|numer pesel',
  },
  {
    type: 'PL_NIP',
    forms: '999-999-99-99|9999999999|999-99-99-999',
    check: isNip,
    score: 0.65,
    bare: 0.2,
    words: 'nip|numer identyfikacji podatkowej|podatkowy',
  },
  { type: 'PL_REGON', forms: '999999999', check: isRegon, score: 0.2, bare: 0.2, words: 'regon' },
  {
    type: 'PL_ID_CARD',
    forms: 'AAA999999|AAA 999999',
    check: (id) => weighted(id.slice(0, 3) + id.slice(4), [7, 3, 1, 7, 3, 1, 7, 3]) % 10 === Number(id[3]),
    score: 0.3,
    bare: 0.3,
    words: 'dowód osobisty|dowodu|dowód|seria i numer',
  },
  {
    type: 'CZ_RODNE_CISLO',
    forms: '999999/9999|9999999999|999999/999',
    check: isRodneCislo,
    score: 0.75,
    bare: 0.25,
    words: 'rodné číslo|rodne cislo|rodné č|r.č.|rč|rodného čísla|birth number',
  },
  {
    type: 'RO_CNP',
    forms: '9999999999999',
    check: isCnp,
    score: 0.6,
    bare: 0.6,
    words: 'cnp|cod numeric personal',
  },
  {
    type: 'BG_EGN',
    forms: '9999999999',
    check: isEgn,
    score: 0.25,
    bare: 0.25,
    words: 'егн|egn|единен граждански',
  },
  {
    type: 'HR_OIB',
    forms: '99999999999',
    check: mod11_10,
    score: 0.25,
    bare: 0.25,
    words: 'oib|osobni identifikacijski broj',
  },
  {
    type: 'EE_LT_PERSONAL_CODE',
    forms: '99999999999',
    check: isIsikukood,
    score: 0.4,
    bare: 0.4,
    words: 'isikukood|asmens kodas|personal code|ik',
  },
  {
    type: 'LV_PERSONAL_CODE',
    forms: '999999-99999',
    check: (id) => isDate(num(id, 4, 6), num(id, 2, 4), num(id, 0, 2)) || id.startsWith('32'),
    score: 0.35,
    bare: 0.35,
    words: 'personas kods|personal code|p.k.',
  },
  {
    type: 'HU_TAJ',
    forms: '999 999 999|999-999-999|999999999',
    check: isTajszam,
    score: 0.3,
    bare: 0.2,
    words: 'taj|taj szám|tajszám|társadalombiztosítási',
  },
  {
    type: 'SI_EMSO',
    forms: '9999999999999',
    check: (id) =>
      isDate(0, num(id, 2, 4), num(id, 0, 2)) &&
      (11 - (weighted(id, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === Number(id[12]),
    score: 0.4,
    bare: 0.4,
    words: 'emšo|emso|jmbg|jmb|matični broj',
  },
  {
    type: 'RU_INN',
    forms: '999999999999',
    check: isInn,
    score: 0.35,
    bare: 0.35,
    words: 'инн|inn',
  },
  {
    type: 'RU_SNILS',
    forms: '999-999-999 99|99999999999|999-999-999-99',
    check: isSnils,
    score: 0.8,
    bare: 0.3,
    words: 'снилс|snils|страховой номер',
  },
];
