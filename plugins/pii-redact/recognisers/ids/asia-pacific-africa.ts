// India, China, Japan, Korea, Taiwan, Singapore, Thailand, Malaysia, Indonesia, Australia, New Zealand, South Africa.
import { isDate, isTrivial, luhn, verhoeff, weighted } from '../../checks/checksums.ts';
import type { IdRule } from './rule.ts';

const num = (id: string, from: number, to: number): number => Number(id.slice(from, to));

/** UIDAI: Verhoeff; never begins with 0 or 1, and is no palindrome. */
export function isAadhaar(id: string): boolean {
  return /^[2-9]/.test(id) && verhoeff(id) && id !== [...id].reverse().join('') && !/000.*000/.test(id);
}

const GSTIN_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

export function isGstin(id: string): boolean {
  if (!/^(?:[0-2]\d|3[0-8]|9[79])[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z]$/.test(id)) return false;
  let sum = 0;
  for (let i = 0; i < 14; i++) {
    const product = GSTIN_ALPHABET.indexOf(id[i]!) * (i % 2 === 0 ? 1 : 2);
    sum += Math.floor(product / 36) + (product % 36);
  }
  return GSTIN_ALPHABET[(36 - (sum % 36)) % 36] === id[14];
}

/** GB 11643-1999: ISO 7064 MOD 11-2. */
export function isResidentId(id: string): boolean {
  if (!isDate(num(id, 6, 10), num(id, 10, 12), num(id, 12, 14)) || !/^[1-9]/.test(id)) return false;
  const sum = weighted(id, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  return '10X98765432'[sum % 11] === id[17];
}

/** Ministry of Internal Affairs, ordinance 85 of 2014. */
export function isMyNumber(id: string): boolean {
  const rest = weighted(id, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest <= 1 ? 0 : 11 - rest) === Number(id[11]) && !isTrivial(id);
}

/** Until October 2020 with a check digit; later numbers are random behind the date. */
export function isRrn(id: string): boolean {
  return isDate(num(id, 0, 2), num(id, 2, 4), num(id, 4, 6)) && /^\d{6}[1-8]/.test(id);
}

export function isRrnChecked(id: string): boolean {
  return (
    isRrn(id) && (11 - (weighted(id, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === Number(id[12])
  );
}

/** ICA: weights 2,7,6,5,4,3,2; the letter depends on the series S, T, F, G, M. */
export function isNric(id: string): boolean {
  const series = id[0]!;
  let sum = weighted(id.slice(1), [2, 7, 6, 5, 4, 3, 2]);
  if (series === 'T' || series === 'G') sum += 4;
  if (series === 'M') sum += 3;
  const letters: Record<string, string> = {
    S: 'JZIHGFEDCBA',
    T: 'JZIHGFEDCBA',
    F: 'XWUTRQPNMLK',
    G: 'XWUTRQPNMLK',
    M: 'KLJNPQRTUWX',
  };
  const index = series === 'M' ? 10 - (sum % 11) : sum % 11;
  return letters[series]?.[index] === id[8];
}

const TAIWAN = '0123456789ABCDEFGHJKLMNPQRSTUVXYWZIO';

export function isTaiwanId(id: string): boolean {
  const letter = TAIWAN.indexOf(id[0]!);
  if (letter < 10 || !/^[A-Z][1289]/.test(id)) return false;
  const sum =
    Math.floor(letter / 10) + (letter % 10) * 9 + weighted(id.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1]);
  return sum % 10 === 0;
}

export const isThaiId = (id: string): boolean =>
  /^[1-8]/.test(id) &&
  (11 - (weighted(id, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === Number(id[12]);

/** ATO: weights 1,4,3,7,5,8,6,9,10 modulo 11. */
export const isTfn = (id: string): boolean =>
  weighted(id, id.length === 9 ? [1, 4, 3, 7, 5, 8, 6, 9, 10] : [10, 7, 8, 4, 6, 3, 5, 1]) % 11 === 0 &&
  !isTrivial(id);

/** ABR: one is taken from the first digit, then modulo 89. */
export function isAbn(id: string): boolean {
  const sum = weighted(id, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10;
  return id[0] !== '0' && sum % 89 === 0;
}

/** ASIC: weights 8 to 1 modulo 10. */
export const isAcn = (id: string): boolean =>
  (10 - (weighted(id, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 === Number(id[8]) && !isTrivial(id);

/** Services Australia: weights 1,3,7,9,1,3,7,9; first digit 2 to 6. */
export const isMedicare = (id: string): boolean =>
  /^[2-6]/.test(id) && weighted(id, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(id[8]);

/** Inland Revenue: modulo 11 with two sets of weights. */
export function isIrd(id: string): boolean {
  const padded = id.padStart(9, '0');
  const digit = (weights: number[]): number => (11 - (weighted(padded, weights) % 11)) % 11;
  const first = digit([3, 2, 7, 6, 5, 4, 3, 2]);
  const check = first === 10 ? digit([7, 4, 3, 2, 5, 2, 7, 6]) : first;
  return check === Number(padded[8]) && Number(id) >= 10_000_000 && Number(id) <= 150_000_000;
}

/** Home Affairs: birth date, citizenship 0 or 1 (2: refugee), Luhn. */
export const isSouthAfricanId = (id: string): boolean =>
  isDate(num(id, 0, 2), num(id, 2, 4), num(id, 4, 6)) && /^\d{10}[012]/.test(id) && luhn(id);

export const ASIA_PACIFIC_AFRICA: readonly IdRule[] = [
  {
    type: 'IN_AADHAAR',
    forms: '9999 9999 9999|9999-9999-9999|999999999999|9999.9999.9999',
    check: isAadhaar,
    score: 0.6,
    bare: 0.3,
    words: 'aadhaar|aadhar|uidai|uid|आधार|adhaar',
  },
  {
    type: 'IN_PAN',
    forms: 'AAAAA9999A',
    check: (id) => /^[A-Z]{3}[ABCFGHJLPT]/.test(id),
    score: 0.6,
    bare: 0.6,
    failing: 0.2,
    words: 'pan|pan card|permanent account|income tax|pan number',
  },
  {
    type: 'IN_GSTIN',
    forms: '99AAAAA9999AXAX',
    check: isGstin,
    score: 0.9,
    bare: 0.9,
    failing: 0.3,
    words: 'gst|gstin|goods and services',
  },
  {
    type: 'IN_VOTER',
    forms: 'AAA9999999',
    score: 0.25,
    bare: 0.25,
    words: 'voter|epic|election|voter id|elector*',
  },
  {
    type: 'CN_RESIDENT_ID',
    forms: '99999999999999999X|999999 99999999 999X',
    check: isResidentId,
    score: 0.9,
    bare: 0.9,
    words: '身份证|身份証|公民身份|resident id|id card|shenfenzheng',
  },
  {
    type: 'JP_MY_NUMBER',
    forms: '999999999999|9999 9999 9999|9999-9999-9999',
    check: isMyNumber,
    score: 0.35,
    bare: 0.2,
    words: 'マイナンバー|個人番号|my number|mynumber|individual number',
  },
  {
    type: 'KR_RRN',
    forms: '999999-9999999',
    check: isRrnChecked,
    score: 0.85,
    bare: 0.85,
    failing: 0,
    words: '주민등록번호|주민번호|rrn|resident registration',
  },
  {
    type: 'KR_RRN',
    forms: '999999-9999999|9999999999999',
    check: isRrn,
    score: 0.6,
    bare: 0.25,
    failing: 0.05,
    words: '주민등록번호|주민번호|외국인등록번호|rrn|resident registration',
  },
  {
    type: 'TW_ID',
    forms: 'A999999999',
    check: isTaiwanId,
    score: 0.55,
    bare: 0.45,
    failing: 0.05,
    words: '身分證|身份證|taiwan*|統一編號|id number',
  },
  {
    type: 'SG_NRIC_FIN',
    forms: 'A9999999A',
    check: isNric,
    score: 0.75,
    bare: 0.75,
    failing: 0.15,
    words: 'nric|fin|singapore*|identification card|ic number',
  },
  {
    type: 'TH_ID',
    forms: '9-9999-99999-99-9|9999999999999|9 9999 99999 99 9',
    check: isThaiId,
    score: 0.8,
    bare: 0.25,
    words: 'บัตรประชาชน|เลขประจำตัว|thai id|thai national',
  },
  {
    type: 'MY_NRIC',
    forms: '999999-99-9999|999999999999',
    check: (id) => isDate(num(id, 0, 2), num(id, 2, 4), num(id, 4, 6)),
    score: 0.6,
    bare: 0.2,
    words: 'mykad|nric|kad pengenalan|malaysia*|ic number|ic no',
  },
  {
    type: 'ID_NIK',
    forms: '9999999999999999',
    check: (id) => isDate(num(id, 10, 12), num(id, 8, 10), num(id, 6, 8) % 40),
    score: 0.2,
    bare: 0.2,
    words: 'nik|ktp|nomor induk',
  },
  {
    type: 'AU_TFN',
    forms: '999 999 999|999999999|999-999-999|99 999 999',
    check: isTfn,
    score: 0.35,
    bare: 0.2,
    words: 'tfn|tax file|tax file number|ato',
  },
  {
    type: 'AU_ABN',
    forms: '99 999 999 999|99999999999',
    check: isAbn,
    score: 0.6,
    bare: 0.35,
    words: 'abn|australian business|business number',
  },
  {
    type: 'AU_ACN',
    forms: '999 999 999|999999999',
    check: isAcn,
    score: 0.3,
    bare: 0.15,
    words: 'acn|australian company|company number',
  },
  {
    type: 'AU_MEDICARE',
    forms: '9999 99999 9|9999999999|9999 99999 9/9|99999999999|9999-99999-9|9999 99999 9-9',
    check: isMedicare,
    score: 0.55,
    bare: 0.25,
    words: 'medicare|medicare card|medicare number',
  },
  {
    type: 'NZ_IRD',
    forms: '999-999-999|99-999-999|999 999 999|999999999',
    check: isIrd,
    score: 0.35,
    bare: 0.15,
    words: 'ird|inland revenue|ird number',
  },
  {
    type: 'ZA_ID',
    forms: '9999999999999|999999 9999 999|999999 9999 99 9',
    check: isSouthAfricanId,
    score: 0.6,
    bare: 0.5,
    words: 'south african id|sa id|rsa id|identity number|id number|id no',
  },
];
