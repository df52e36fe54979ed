// Numbers of telephones (IMEI, 3GPP TS 23.003) and vehicles (VIN, ISO 3779 and 49 CFR 565).
import { luhn } from '../checks/checksums.ts';
import { type Context, wordsOf } from '../detect/context.ts';
import type { Recogniser } from '../detect/types.ts';

const IMEI =
  /(?<![\w.-])(?:\d{2}[- ]\d{6}[- ]\d{6}[- ]\d|\d{6}[- ]\d{2}[- ]\d{6}[- ]\d|\d{8}[- ]\d{6}[- ]\d|\d{15,16})(?![\w-]|\.\d)/y;
const IMEI_CONTEXT: Context = {
  near: wordsOf('imei|imeis|imei number|device id|handset|phone imei|meid|mobile device'),
};

const VIN = /^[A-HJ-NPR-Z0-9]{17}$/i;
const VIN_CONTEXT: Context = {
  near: wordsOf(
    'vin|vehicle|vehicle identification|chassis|fahrgestellnummer|fahrzeug*|fin|car|truck|automobile|bastidor|telaio|châssis|chassi|véhicule|vehículo',
  ),
};
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const VIN_VALUES: Record<string, number> = Object.fromEntries(
  [...'ABCDEFGH']
    .map((letter, i) => [letter, i + 1] as const)
    .concat([...'JKLMN'].map((letter, i) => [letter, i + 1] as const))
    .concat([
      ['P', 7],
      ['R', 9],
    ])
    .concat([...'STUVWXYZ'].map((letter, i) => [letter, i + 2] as const)),
);

/** The check digit in the ninth place: North America and China demand it, others are free. */
export function isVin(vin: string): boolean {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (VIN_VALUES[vin[i]!] ?? Number(vin[i])) * VIN_WEIGHTS[i]!;
  return '0123456789X'[sum % 11] === vin[8];
}

export const devices: Recogniser = (scan, report) => {
  if (!scan.hasDigit) return;
  const mayBeImei = scan.digitRuns.some(({ digits }) => digits >= 15);
  for (const match of mayBeImei ? scan.numberMatches(IMEI) : []) {
    const digits = match[0].replaceAll(/\D/g, '');
    const grouped = digits.length < match[0].length;
    const good = digits.length === 16 || luhn(digits);
    const score = grouped ? (good ? 0.6 : 0.3) : good ? 0.25 : 0.15;
    report('IMEI', match.index, match.index + match[0].length, score, IMEI_CONTEXT);
  }
  for (const { start, end } of scan.atoms) {
    if (end - start !== 17 || /[_-]/.test(scan.text[start - 1] ?? ' ') || /[_-]/.test(scan.text[end] ?? ' '))
      continue;
    const written = scan.text.slice(start, end);
    const vin = written.toUpperCase();
    if (!VIN.test(vin) || !/[A-Z]/.test(vin)) continue;
    const upper = vin === written;
    // The last four are digits everywhere, and a hexadecimal string has no letter behind F.
    const likely = upper && /\d{4}$/.test(vin) && /[G-Z]/.test(vin);
    const score = likely ? (isVin(vin) ? 0.7 : 0.3) : upper && isVin(vin) ? 0.35 : 0.15;
    report('VIN', start, end, score, VIN_CONTEXT);
  }
};
