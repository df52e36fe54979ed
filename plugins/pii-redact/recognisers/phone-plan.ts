// What is known of phone numbers without parsing: calling codes, and the regions whose plans are tried for a number
// that is written without one. The plans themselves are libphonenumber's.
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';

/** Calling codes and the regions that share them. */
const CODES = new Map<string, CountryCode[]>();
for (const country of getCountries()) {
  const code = getCountryCallingCode(country);
  CODES.set(code, [...(CODES.get(code) ?? []), country]);
}

/** The calling code that digits begin with (ITU-T E.164: none is the beginning of another). */
export function callingCode(digits: string): string | undefined {
  for (let length = 1; length <= 3; length++) {
    const code = digits.slice(0, length);
    if (CODES.has(code)) return code;
  }
  return undefined;
}

/** Valid in libphonenumber's plan of its country. `digits` begin with the calling code. */
export function isValidInternational(digits: string): boolean {
  return remember(`+${digits}`, () => parsePhoneNumberFromString(`+${digits}`)?.isValid() ?? false);
}

export function isValidIn(region: CountryCode, digits: string): boolean {
  return remember(region + digits, () => {
    return parsePhoneNumberFromString(digits, region)?.isValid() ?? false;
  });
}

/** Parsing costs some 20 µs; a conversation repeats its numbers. Nothing is kept beyond the process. */
const MAX_REMEMBERED = 2_000;
const known = new Map<string, boolean>();

function remember(key: string, decide: () => boolean): boolean {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MAX_REMEMBERED) known.clear();
  const valid = decide();
  known.set(key, valid);
  return valid;
}

/**
 * Regions whose national numbers are looked for, by the groups that they are usually printed in. `0` begins with the
 * trunk prefix. One string for each usual printing, as lengths of groups.
 */
export const NATIONAL_PRINTINGS: ReadonlyMap<string, readonly CountryCode[]> = printings({
  // With trunk 0
  '0 2,2,2,2,2': ['FR', 'BE'],
  '0 3,2,2,2': ['BE', 'CH'],
  '0 3,3,2,2': ['CH', 'BE', 'TR', 'RS', 'UA'],
  '0 2,3,2,2': ['BE', 'CH', 'SE'],
  '0 3,2,2,3': ['BE', 'SE'],
  '0 4,3,2,2': ['TR'],
  '0 5,6': ['GB', 'DE'],
  '0 5,3,3': ['GB', 'DE', 'PK'],
  '0 4,3,4': ['GB', 'DE', 'PH'],
  '0 3,4,4': ['GB', 'JP', 'CN', 'KR', 'DE', 'VE', 'MY'],
  '0 3,4,3': ['JP', 'NL', 'AU', 'IT', 'DE', 'SE'],
  '0 2,4,4': ['AU', 'JP', 'KR', 'TW', 'IT', 'DE', 'ZA', 'NG', 'TH'],
  '0 4,3,3': ['AU', 'SE', 'IT', 'TW', 'VN', 'DE', 'RO', 'AT', 'NG', 'ID'],
  '0 3,3,4': ['IT', 'ZA', 'NZ', 'SE', 'TH', 'IN', 'AT', 'IE', 'JO', 'IL', 'MY'],
  '0 3,3,3': ['RO', 'HR', 'NZ', 'IE', 'BG', 'SI', 'KE'],
  '0 4,4,4': ['ID', 'IT', 'DE', 'AT'],
  '0 3,7': ['DE', 'NL', 'IL', 'MX', 'CN', 'IE', 'IT'],
  '0 3,8': ['DE', 'CN', 'IN', 'IT'],
  '0 4,6': ['NL', 'DE', 'GB', 'TW', 'IE', 'IT'],
  '0 4,7': ['DE', 'PK', 'NG', 'AT', 'PH', 'GB'],
  '0 4,8': ['DE', 'CN'],
  '0 5,5': ['IN', 'GB', 'DE', 'IE'],
  '0 2,7': ['IL', 'NL', 'BE', 'ZA', 'IE'],
  '0 2,8': ['NL', 'BR', 'IN', 'TW'],
  '0 2,3,4': ['ZA', 'NZ', 'IL', 'KR', 'SE', 'IE', 'SG', 'TW', 'TR'],
  '0 3,6': ['NL', 'DE', 'SE', 'IT'],
  '0 4,5': ['DE', 'SE', 'BG'],
  '0 5,4': ['GB', 'DE', 'JP'],
  '0 11': ['GB', 'DE', 'CN', 'KR', 'JP', 'TR', 'NG', 'PH'],
  '0 10': [
    'FR',
    'GB',
    'AU',
    'JP',
    'KR',
    'ZA',
    'RO',
    'BE',
    'SE',
    'VN',
    'UA',
    'TW',
    'CH',
    'NL',
    'IE',
    'IL',
    'TH',
  ],
  '0 2,3,3,2': ['NL', 'SE', 'AU'],
  '0 2,2,2,3': ['NL', 'HU', 'SE'],
  '0 1,2,2,2,2': ['FR'],
  '0 1,3,3,3': ['FR'],
  '0 3,5,3': ['GB'],
  '0 3,3,2,3': ['FI', 'SE'],
  // Without a trunk prefix
  '3,3,4': ['US', 'CA', 'IN', 'MX', 'CO', 'RU'],
  '10': ['US', 'IN', 'MX', 'CO'],
  '2,2,2,2': ['DK', 'NO', 'MA'],
  '3,2,3': ['NO'],
  '3,3,3': ['ES', 'PL', 'CZ', 'PT', 'GR', 'PE', 'SK'],
  '2,3,2,2': ['PL', 'ES'],
  '3,2,2,2': ['ES', 'PL'],
  '3,2,4': ['PT'],
  '9': ['ES', 'PL', 'CZ', 'PT', 'PE', 'CL', 'BR'],
  '8': ['DK', 'NO', 'SG', 'HK'],
  '4,4': ['SG', 'HK', 'BR', 'MX', 'UY', 'CR', 'GT'],
  '5,4': ['BR'],
  '2,5,4': ['BR'],
  '2,4,4': ['BR', 'MX', 'GR'],
  '2,9': ['BR'],
  '11': ['BR', 'RU', 'CN'],
  '3,4,4': ['CN', 'KR', 'JP'],
  '5,5': ['IN'],
  '1,4,4': ['CL'],
  '1,3,3,4': ['US', 'RU', 'KZ'],
  '1,3,3,2,2': ['RU', 'KZ'],
  '3,3,2,2': ['RU', 'TR', 'UA'],
  '4,3,3': ['AU', 'CO'],
  '1,10': ['US', 'RU'],
});

function printings(table: Record<string, CountryCode[]>): Map<string, CountryCode[]> {
  return new Map(Object.entries(table));
}
