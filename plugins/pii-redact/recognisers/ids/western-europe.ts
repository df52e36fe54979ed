// France, Germany, Austria, Switzerland, the Netherlands, Belgium, Luxembourg.
import { isDate, isTrivial, luhn, mod11_10, weighted } from '../../checks/checksums.ts';
import type { IdRule } from './rule.ts';

/** INSEE: key = 97 - number mod 97; Corsica's 2A and 2B count as 19 and 18. */
export function isNir(id: string): boolean {
  if (!/^[1-478]\d{2}(?:0[1-9]|1[0-2]|[2-4]\d|[5-9]\d)(?:\d{2}|2[AB])\d{8}$/.test(id)) return false;
  const number = id.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return 97 - Number(BigInt(number) % 97n) === Number(id.slice(13));
}

/** BZSt, "Prüfziffernberechnung": ISO 7064 MOD 11,10; one digit occurs two or three times in the first ten. */
export function isSteuerId(id: string): boolean {
  const counts = new Map<string, number>();
  for (const digit of id.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  return id[0] !== '0' && repeated.length === 1 && repeated[0]! <= 3 && mod11_10(id);
}

/** ICAO 9303 part 3: weights 7, 3, 1; the alphabet of German documents has no vowels. */
export function isGermanDocument(id: string): boolean {
  if (!/^[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d$/.test(id)) return false;
  return weighted(id, [7, 3, 1, 7, 3, 1, 7, 3, 1]) % 10 === Number(id[9]);
}

/** Deutsche Rentenversicherung: area, birth date, letter, serial, check digit. */
export function isRvnr(id: string): boolean {
  if (!/^\d{8}[A-Z]\d{3}$/.test(id)) return false;
  const letter = String(id.charCodeAt(8) - 64).padStart(2, '0');
  const digits = id.slice(0, 8) + letter + id.slice(9, 11);
  const sum = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]
    .map((weight, i) => Number(digits[i]) * weight)
    .reduce((total, product) => total + Math.floor(product / 10) + (product % 10), 0);
  return sum % 10 === Number(id[11]);
}

/** GKV: letter as two digits, then modulo 10 with the weights 1 and 2. */
export function isKvnr(id: string): boolean {
  const digits = String(id.charCodeAt(0) - 64).padStart(2, '0') + id.slice(1, 9);
  let sum = 0;
  for (let i = 0; i < 10; i++) {
    const product = Number(digits[i]) * (i % 2 === 0 ? 1 : 2);
    sum += product > 9 ? product - 9 : product;
  }
  return sum % 10 === Number(id[9]);
}

/** Dachverband: weights 3,7,9,0,5,8,4,2,1,6 modulo 11, and a birth date. */
export function isSvnr(id: string): boolean {
  const sum = weighted(id, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]);
  return sum % 11 === Number(id[3]) && Number(id.slice(4, 6)) <= 31 && Number(id.slice(6, 8)) <= 15;
}

/** ZAS: an EAN-13 that begins with Switzerland's 756. */
export function isAhv(id: string): boolean {
  if (!id.startsWith('756')) return false;
  return (10 - (weighted(id, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === Number(id[12]);
}

/** The "elfproef": 9,8,…,2,-1. */
export function isBsn(id: string): boolean {
  return weighted(id, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 && !isTrivial(id);
}

/** Rijksregister: 97 - first nine digits mod 97, with a 2 before them for births from 2000. */
export function isRijksregister(id: string): boolean {
  const month = Number(id.slice(2, 4)) % 20;
  if (month > 12 || Number(id.slice(4, 6)) > 31) return false;
  const check = Number(id.slice(9));
  return [id.slice(0, 9), `2${id.slice(0, 9)}`].some((number) => 97 - (Number(number) % 97) === check);
}

export const WESTERN_EUROPE: readonly IdRule[] = [
  {
    type: 'FR_NIR',
    forms:
      '9 99 99 99 999 999 99|999999999999999|9 99 99 9A 999 999 99|999999A99999999|9-99-99-99-999-999-99|9999999999999 99|9 99 99 99 999 999|9999999999999',
    check: (id) => (id.length === 13 ? /^[12]\d{2}(?:0[1-9]|1[0-2])\d{8}$/.test(id) : isNir(id)),
    score: 0.85,
    bare: 0.5,
    words:
      'nir|numéro de sécurité sociale|sécurité sociale|securite sociale|numéro sécu|insee|sécu|carte vitale|social security',
  },
  {
    type: 'FR_SIREN',
    forms: '999 999 999|999999999',
    check: (id) => luhn(id) && !isTrivial(id),
    score: 0.3,
    bare: 0.15,
    failing: 0,
    words: 'siren|rcs|registre du commerce',
  },
  {
    type: 'FR_SIRET',
    forms: '999 999 999 99999|99999999999999',
    check: luhn,
    score: 0.5,
    bare: 0.25,
    words: 'siret',
  },
  {
    type: 'FR_TAX_ID',
    forms: '99 99 999 999 999|9999999999999',
    check: (id) => /^[0-3]/.test(id) && Number(BigInt(id.slice(0, 10)) % 511n) === Number(id.slice(10)),
    score: 0.5,
    bare: 0.3,
    failing: 0.05,
    words: 'numéro fiscal|spi|numéro d’identification fiscale|impôt*|tax id*|tin',
  },
  {
    type: 'DE_TAX_ID',
    forms: '99 999 999 999|99999999999|99-999-999-999|99/999/999/999',
    check: isSteuerId,
    score: 0.5,
    bare: 0.35,
    words:
      'steuer-id*|steueridentifikationsnummer|steuer-identifikationsnummer|idnr|tin|steuernummer|steuer id|identifikationsnummer|tax id*|tax number',
  },
  {
    type: 'DE_TAX_NUMBER',
    forms: '99/999/99999|999/999/99999|999/9999/9999|9999/999/99999',
    score: 0.4,
    bare: 0.4,
    words: 'steuernummer|steuer-nr|st.-nr|st-nr|finanzamt|tax number',
  },
  {
    type: 'DE_ID_CARD',
    forms: 'AXXXXXXXX9|AXXXXXXXX',
    check: (id) =>
      id.length === 10
        ? isGermanDocument(id)
        : /^[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}$/.test(id) && /\d/.test(id),
    score: 0.3,
    bare: 0.3,
    failing: 0,
    words:
      'personalausweis*|ausweis*|ausweisnummer|identity card|id card|reisepass*|passport|dokumentennummer',
  },
  {
    type: 'DE_SOCIAL_SECURITY',
    forms: '99 999999 A 999|99999999A999|99 99 99 99 A 999',
    check: isRvnr,
    score: 0.75,
    bare: 0.65,
    words:
      'sozialversicherungsnummer|rentenversicherungsnummer|versicherungsnummer|sv-nummer|rvnr|svnr|rentenversicherung*|social security',
  },
  {
    type: 'DE_HEALTH_INSURANCE',
    forms: 'A999999999|A99 999 999 9|A 999999999',
    check: isKvnr,
    score: 0.35,
    bare: 0.3,
    words:
      'krankenversichertennummer|krankenversicherung*|versichertennummer|kvnr|krankenkasse*|health insurance|gesundheitskarte',
  },
  {
    type: 'AT_SVNR',
    forms: '9999 999999|9999999999',
    check: isSvnr,
    score: 0.4,
    bare: 0.2,
    words: 'sozialversicherungsnummer|svnr|sv-nummer|versicherungsnummer|sv-nr|e-card',
  },
  {
    type: 'CH_AHV',
    forms: '999.9999.9999.99|9999999999999|999 9999 9999 99',
    check: isAhv,
    score: 0.95,
    bare: 0.6,
    failing: 0.15,
    words: 'ahv|avs|ahv-nummer|ahv-nr|numéro avs|sozialversicherungsnummer|oasi',
  },
  {
    type: 'NL_BSN',
    forms: '999999999|9999.99.999|999 999 999|999-999-999|9999-99-999',
    check: isBsn,
    score: 0.3,
    bare: 0.2,
    words: 'bsn|burgerservicenummer|sofinummer|sofi-nummer|burger service nummer|citizen service',
  },
  {
    type: 'BE_NRN',
    forms:
      '99.99.99-999.99|99999999999|99.99.99.999.99|99 99 99 999 99|999999-999-99|999999 999 99|99-99-99-999-99|99.99.99-999-99',
    check: isRijksregister,
    score: 0.9,
    bare: 0.4,
    failing: 0.2,
    words:
      'rijksregisternummer|rijksregister|registre national|numéro national|insz|niss|nrn|national register|nationalregister*',
  },
  {
    type: 'LU_CNS',
    forms: '9999999999999|9999 99 99 999 99',
    check: (id) =>
      /^(?:19|20)/.test(id) &&
      isDate(Number(id.slice(0, 4)), Number(id.slice(4, 6)), Number(id.slice(6, 8))) &&
      luhn(id.slice(0, 12)),
    score: 0.5,
    bare: 0.3,
    words: 'matricule|cns|sozialversicherungsnummer|numéro d’identification',
  },
];
