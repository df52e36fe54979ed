// United Kingdom and Ireland.
import { isTrivial, weighted } from '../../checks/checksums.ts';
import type { IdRule } from './rule.ts';

/** NHS Data Dictionary, "NHS number": modulo 11 with the weights 10 to 2. */
export function isNhs(id: string): boolean {
  const check = 11 - (weighted(id, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return (check === 11 ? 0 : check) === Number(id[9]) && !/^(\d)\1{9}$/.test(id);
}

/** HMRC, National Insurance Manual NIM39110: letters and prefixes that are not used. */
export function isNino(id: string): boolean {
  return /^(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(id);
}

/** Modulo 23 with the weights 8 to 2; a second letter counts 9 times (Revenue, from 2013). */
export function isPps(id: string): boolean {
  const second = id[8] === undefined || id[8] === 'W' ? 0 : id.charCodeAt(8) - 64;
  const rest = (weighted(id, [8, 7, 6, 5, 4, 3, 2]) + second * 9) % 23;
  return 'WABCDEFGHIJKLMNOPQRSTUV'[rest] === id[7];
}

/** HMRC: modulo 11 with the weights 6,7,8,9,10,5,4,3,2 on the last nine digits. */
export function isUtr(id: string): boolean {
  const rest = weighted(id.slice(1), [6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
  return '21987654321'[rest] === id[0];
}

/** DVLA: surname, decade, month (+50 for women), day, year, initials, check. */
function isDvla(id: string): boolean {
  if (!/^[A-Z]{1,5}9{0,4}\d[0156]\d[0-3]\d\d[A-Z][A-Z9][A-Z0-9][A-Z]{2}$/.test(id)) return false;
  const month = Number(id.slice(6, 8)) % 50;
  return month >= 1 && month <= 12;
}

export const BRITISH_ISLES: readonly IdRule[] = [
  {
    type: 'UK_NHS',
    forms: '999 999 9999|999-999-9999|9999999999',
    check: (id) => isNhs(id) && !isTrivial(id),
    score: 0.35,
    bare: 0.2,
    words: 'nhs|nhs number|national health service|health service number|patient',
  },
  {
    type: 'UK_NINO',
    forms: 'AA 99 99 99 A|AA999999A|AA-99-99-99-A|AA 999999 A',
    check: isNino,
    score: 0.85,
    bare: 0.65,
    words: 'nino|national insurance|ni number|insurance number|ni no',
  },
  {
    type: 'UK_UTR',
    forms: '9999999999|99999 99999',
    check: isUtr,
    score: 0.25,
    bare: 0.2,
    words: 'utr|unique taxpayer|taxpayer reference|self assessment',
  },
  {
    type: 'DRIVER_LICENSE',
    forms: 'AAAXX999999AXXAA|AAAXX 999999 AXXAA|AAAXX-999999-AXXAA',
    check: isDvla,
    score: 0.7,
    bare: 0.65,
    failing: 0,
    words: 'driving licence|driver’s licence|driving license|licence|dvla',
  },
  {
    type: 'IE_PPS',
    forms: '9999999A|9999999AA|9999999 A|9999999 AA',
    check: isPps,
    score: 0.45,
    bare: 0.45,
    words: 'pps|ppsn|pps number|personal public service|revenue number',
  },
];
