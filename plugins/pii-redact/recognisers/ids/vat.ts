// VAT numbers of the European Union, Norway, Switzerland and the United Kingdom: the country's prefix and its form.
// https://taxation-customs.ec.europa.eu (VIES, "number format by country").
import { weighted } from '../../checks/checksums.ts';
import { wordsOf } from '../../detect/context.ts';
import type { Recogniser } from '../../detect/types.ts';

const FORMS: Record<string, string> = {
  AT: 'U\\d{8}',
  BE: '[01]\\d{9}',
  BG: '\\d{9,10}',
  CY: '\\d{8}[A-Z]',
  CZ: '\\d{8,10}',
  DE: '[1-9]\\d{8}',
  DK: '\\d{8}',
  EE: '\\d{9}',
  EL: '\\d{9}',
  ES: '[A-Z0-9]\\d{7}[A-Z0-9]',
  FI: '\\d{8}',
  FR: '[A-HJ-NP-Z0-9]{2}\\d{9}',
  GB: '(?:\\d{9}|\\d{12}|(?:GD|HA)\\d{3})',
  HR: '\\d{11}',
  HU: '\\d{8}',
  IE: '\\d[A-Z0-9+*]\\d{5}[A-Z]{1,2}',
  IT: '\\d{11}',
  LT: '(?:\\d{9}|\\d{12})',
  LU: '\\d{8}',
  LV: '\\d{11}',
  MT: '\\d{8}',
  NL: '\\d{9}B\\d{2}',
  NO: '\\d{9}(?:MVA)?',
  PL: '\\d{10}',
  PT: '\\d{9}',
  RO: '\\d{6,10}',
  SE: '\\d{10}01',
  SI: '\\d{8}',
  SK: '\\d{10}',
  XI: '\\d{9}',
};

const WORDS = wordsOf(
  'vat|vat number|vat no|vat id|vat reg*|tva|iva|btw|mwst|ust|ust-id*|ust-idnr|umsatzsteuer*|moms|alv|nip|dič|dic|áfa|pvn|pvm|' +
    'intracommunautaire|partita iva|numéro de tva|αφμ|tax id*|tax number|cui|oib|nif|siren|uid',
);
const COMPILED = Object.entries(FORMS).map(([country, form]) => ({
  country,
  form: new RegExp(`^${country}${form}$`),
}));
const CANDIDATE = new RegExp(
  `(?<![A-Za-z0-9])(?:${Object.keys(FORMS).join('|')})[ ]?[A-Z0-9](?:[ .-]?[A-Z0-9]){5,13}(?![A-Za-z0-9])`,
  'g',
);
const SWISS =
  /(?<![A-Za-z0-9])CHE[- ]?(\d{3})[. ]?(\d{3})[. ]?(\d{3})(?: ?(?:MWST|TVA|IVA))?(?![A-Za-z0-9])/g;

export const vatNumbers: Recogniser = (scan, report) => {
  if (!scan.hasDigit) return;
  for (const match of scan.matches(CANDIDATE)) {
    const compact = match[0].replaceAll(/[ .-]/g, '');
    const country = compact.slice(0, 2);
    const known = COMPILED.find((entry) => entry.country === country)?.form.test(compact);
    if (known)
      report('VAT_NUMBER', match.index, match.index + match[0].length, vatScore(country, compact), {
        near: WORDS,
      });
  }
  for (const match of scan.matches(SWISS)) {
    const digits = `${match[1]}${match[2]}${match[3]}`;
    const check = (11 - (weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4]) % 11)) % 11;
    const score = check === Number(digits[8]) ? 0.85 : 0.4;
    report('VAT_NUMBER', match.index, match.index + match[0].length, score, { near: WORDS });
  }
};

/** Forms with letters in their places are rare by chance; digits alone behind two letters are not. */
function vatScore(country: string, id: string): number {
  if (/^(?:ATU|NL\d{9}B)/.test(id)) return 0.75;
  return country === 'GB' || country === 'DE' || id.length >= 11 ? 0.45 : 0.35;
}
