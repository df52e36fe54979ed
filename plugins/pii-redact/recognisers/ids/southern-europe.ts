// Spain, Italy, Portugal, Greece, Turkey, Israel.
import { isDate, isTrivial, luhn, weighted } from '../../checks/checksums.ts';
import type { IdRule } from './rule.ts';

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** Ministerio del Interior: modulo 23; X, Y, Z of a foreigner's number count as 0, 1, 2. */
export function isDni(id: string): boolean {
  const number = id.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return /^\d{8}$/.test(number.padStart(8, '0')) && DNI_LETTERS[Number(number) % 23] === id.at(-1);
}

/** Orden EHA/451/2008: digits doubled in odd places; the control is a digit or a letter by kind. */
export function isCif(id: string): boolean {
  if (!/^[ABCDEFGHJNPQRSUVW]\d{7}[0-9A-J]$/.test(id)) return false;
  let sum = 0;
  for (let i = 1; i <= 7; i++) {
    const digit = Number(id[i]) * (i % 2 === 1 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  const check = (10 - (sum % 10)) % 10;
  return id[8] === String(check) || id[8] === 'JABCDEFGHI'[check];
}

// Decreto ministeriale 23 dicembre 1976: values of characters in odd places, by 0-9 and A-Z.
const CF_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const CF_ODD_LETTERS = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];
const CF_FORM = /^[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]$/;

export function isCodiceFiscale(id: string): boolean {
  if (!CF_FORM.test(id)) return false;
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const char = id[i]!;
    const letter = char.charCodeAt(0) - 65;
    if (i % 2 === 1) sum += letter >= 0 ? letter : Number(char);
    else sum += letter >= 0 ? CF_ODD_LETTERS[letter]! : CF_ODD[Number(char)]!;
  }
  return String.fromCharCode(65 + (sum % 26)) === id[15];
}

export function isNifPt(id: string): boolean {
  const rest = weighted(id, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return /^[1235689]/.test(id) && (rest < 2 ? 0 : 11 - rest) === Number(id[8]) && !isTrivial(id);
}

const birthDate = (id: string): boolean =>
  isDate(Number(id.slice(4, 6)), Number(id.slice(2, 4)), Number(id.slice(0, 2)));

export function isAfm(id: string): boolean {
  return (weighted(id, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === Number(id[8]) && !/^0+$/.test(id);
}

/** Nüfus: two check digits over the odd and even places. */
export function isTckn(id: string): boolean {
  if (id[0] === '0' || /^(\d)\1+$/.test(id)) return false;
  const digits = [...id].map(Number);
  const odd = digits[0]! + digits[2]! + digits[4]! + digits[6]! + digits[8]!;
  const even = digits[1]! + digits[3]! + digits[5]! + digits[7]!;
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return tenth === digits[9] && (odd + even + digits[9]!) % 10 === digits[10];
}

export const SOUTHERN_EUROPE: readonly IdRule[] = [
  {
    type: 'ES_NIF',
    forms: '99999999A|99999999-A|99.999.999-A|99999999 A|99.999.999A|99 999 999 A',
    check: isDni,
    score: 0.8,
    bare: 0.7,
    words: 'dni|nif|documento nacional|d.n.i.|n.i.f.|identidad',
  },
  {
    type: 'ES_NIE',
    forms: 'A9999999A|A-9999999-A|A-9999999A|A9999999-A|A 9999999 A',
    check: (id) => /^[XYZ]/.test(id) && isDni(id),
    score: 0.8,
    bare: 0.7,
    failing: 0,
    words: 'nie|extranjero|extranjería|n.i.e.',
  },
  {
    type: 'ES_CIF',
    forms: 'A99999999|A-99999999|A9999999A|A-9999999-X',
    check: isCif,
    score: 0.35,
    bare: 0.35,
    failing: 0,
    words: 'cif|c.i.f.|nif|código de identificación|razón social|empresa|sociedad',
  },
  {
    type: 'ES_SSN',
    forms: '99/99999999/99|999999999999|99 99999999 99',
    check: (id) =>
      Number(BigInt(id.slice(0, 10)) % 97n) === Number(id.slice(10)) ||
      Number(BigInt(id.slice(0, 2) + String(Number(id.slice(2, 10)))) % 97n) === Number(id.slice(10)),
    score: 0.6,
    bare: 0.25,
    words: 'seguridad social|nuss|afiliación|número de la seguridad',
  },
  {
    type: 'IT_FISCAL_CODE',
    forms: 'AAAAAAXXAXXAXXXA|AAA AAA XXAXX AXXXA|AAAAAA XXAXX AXXXA',
    check: isCodiceFiscale,
    score: 0.95,
    bare: 0.95,
    failing: 0.3,
    words: 'codice fiscale|c.f.|cf|fiscal code|tax code',
  },
  {
    type: 'IT_VAT_CODE',
    forms: '99999999999',
    check: (id) => luhn(id) && !isTrivial(id),
    score: 0.2,
    bare: 0.2,
    failing: 0,
    words: 'partita iva|p.iva|p. iva|piva|iva',
  },
  {
    type: 'IT_ID_CARD',
    forms: 'AA99999AA|AA9999999',
    score: 0.2,
    bare: 0.2,
    words: 'carta d’identità|carta di identità|carta identità|cie|documento',
  },
  {
    type: 'PT_NIF',
    forms: '999999999|999 999 999|999.999.999',
    check: isNifPt,
    score: 0.3,
    bare: 0.2,
    words: 'nif|contribuinte|número de contribuinte|número fiscal|nipc|identificação fiscal',
  },
  {
    type: 'PT_CC',
    forms: '99999999 9 AA9|999999999AA9|99999999-9-AA9|99999999 9AA9',
    check: (id) => {
      let sum = 0;
      for (let i = 0; i < 12; i++) {
        let value = Number.parseInt(id[i]!, 36);
        if (i % 2 === 0) value = value * 2 > 9 ? value * 2 - 9 : value * 2;
        sum += value;
      }
      return sum % 10 === 0;
    },
    score: 0.8,
    bare: 0.7,
    failing: 0.3,
    words: 'cartão de cidadão|cartao de cidadao|cc|bilhete de identidade',
  },
  {
    type: 'GR_AMKA',
    forms: '99999999999|999999-99999',
    check: (id) => birthDate(id) && luhn(id),
    score: 0.5,
    bare: 0.4,
    words: 'αμκα|amka|αριθμός μητρώου|κοινωνικής ασφάλισης',
  },
  {
    type: 'GR_AFM',
    forms: '999999999',
    check: isAfm,
    score: 0.2,
    bare: 0.2,
    words: 'αφμ|afm|α.φ.μ.|φορολογικού μητρώου',
  },
  {
    type: 'TR_TCKN',
    forms: '99999999999|999 999 999 99|999 99 999 999',
    check: isTckn,
    score: 0.5,
    bare: 0.5,
    words: 'tckn|tc kimlik|t.c. kimlik|kimlik no|kimlik numarası|kimlik*|vatandaşlık',
  },
  {
    type: 'IL_ID',
    forms: '999999999|99999999-9',
    check: (id) => luhn(id) && !isTrivial(id),
    score: 0.3,
    bare: 0.15,
    words: 'teudat zehut|israeli id|תעודת זהות|מספר זהות|ת.ז.|israel*',
  },
];
