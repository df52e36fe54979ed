// United States: SSA (social security numbers), IRS (ITIN, EIN), CMS (MBI).
import type { IdRule } from './rule.ts';

/** SSA, "SSN randomization" (2011): area 000, 666 and 900-999, group 00 and serial 0000 are never issued. */
export function isSsn(id: string): boolean {
  const area = id.slice(0, 3);
  if (area === '000' || area === '666' || area >= '900') return false;
  if (id.slice(3, 5) === '00' || id.slice(5) === '0000') return false;
  // Printed in advertising, so never anybody's.
  return !/^(\d)\1{8}$/.test(id) && id !== '123456789' && id !== '078051120';
}

/** IRS Publication 1915: begins with 9; fourth and fifth digit 50-65, 70-88, 90-92, 94-99. */
export function isItin(id: string): boolean {
  const group = Number(id.slice(3, 5));
  return (
    id[0] === '9' &&
    ((group >= 50 && group <= 65) ||
      (group >= 70 && group <= 88) ||
      (group >= 90 && group <= 99 && group !== 93))
  );
}

/** CMS, "Medicare Beneficiary Identifier format": no S, L, O, I, B, Z. */
const MBI =
  /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d[AC-HJKMNP-RT-Y]{2}\d{2}$/;

export const US: readonly IdRule[] = [
  {
    type: 'US_SSN',
    forms: '999-99-9999|999 99 9999|999.99.9999|999999999|999/99/9999',
    check: isSsn,
    score: 0.75,
    bare: 0.2,
    failing: 0.25,
    words:
      'ssn|ssns|social security|social sec|soc sec|social|ss number|ss no|seguro social|social insurance|sécurité sociale|sozialversicherung*',
  },
  {
    type: 'US_ITIN',
    forms: '999-99-9999|999 99 9999|999999999',
    check: isItin,
    score: 0.7,
    bare: 0.2,
    failing: 0,
    words: 'itin|individual taxpayer|taxpayer id*|tax id*|taxpayer',
  },
  {
    type: 'US_EIN',
    forms: '99-9999999',
    score: 0.3,
    bare: 0.3,
    words: 'ein|fein|employer identification|employer id|federal tax id|tax id*|taxpayer id*',
  },
  {
    type: 'US_MBI',
    forms: '9AX9-AX9-AA99|9AX9AX9AA99',
    check: (id) => MBI.test(id),
    score: 0.75,
    bare: 0.5,
    failing: 0,
    words: 'mbi|medicare|beneficiary|hicn',
  },
];
