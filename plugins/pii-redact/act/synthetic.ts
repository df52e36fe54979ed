// Values of the same kind and shape that are valid and nobody's: reserved for documentation, tests and fiction.
import { luhn, mod97 } from '../checks/checksums.ts';
import type { KeyedChance } from './keyed.ts';

type Make = (value: string, chance: KeyedChance) => string | undefined;

/** RFC 2606: example.com, .net and .org are nobody's. */
const email: Make = (_value, chance) =>
  `${chance.pick(GIVEN)}.${chance.pick(SURNAMES)}${chance.digits(4)}@example.${chance.pick(['com', 'net', 'org'])}`.toLowerCase();

/**
 * North America keeps 555-0100 to 555-0199 of each area for fiction (ATIS-0300115); Ofcom keeps 07700 900000 to 900999,
 * and ACMA 0491 570 006 and its neighbours. Other plans have no such range: they are written as North American ones.
 */
const phone: Make = (value, chance) => {
  const digits = value.replaceAll(/\D/g, '');
  if (/^(?:44|0044|07)/.test(digits) && digits.length >= 11) {
    return value.trimStart().startsWith('+')
      ? `+44 7700 900${chance.digits(3)}`
      : `07700 900${chance.digits(3)}`;
  }
  const national = `${2 + chance.below(8)}${chance.digits(2)}5550${1}${chance.digits(2)}`;
  if (digits.length === 10 && !value.startsWith('+')) return fill(value, national);
  if (digits.length === 11 && digits.startsWith('1')) return fill(value, `1${national}`);
  return `${value.startsWith('+') ? '+1 ' : ''}${national.slice(0, 3)}-${national.slice(3, 6)}-${national.slice(6)}`;
};

/** Digits put in the places of digits. */
function fill(shape: string, digits: string): string {
  let next = 0;
  return shape.replaceAll(/\d/g, () => digits.charAt(next++));
}

/** The ranges of the processors' test cards, by network; the rest is drawn, the last digit is Luhn's. */
const card: Make = (value, chance) => {
  const digits = value.replaceAll(/\D/g, '');
  const beginning = digits.startsWith('3')
    ? '378282'
    : /^(?:5|2)/.test(digits)
      ? '555555'
      : digits.startsWith('6')
        ? '601111'
        : '400000';
  return fill(value, withLuhn(beginning + chance.digits(Math.max(1, digits.length - 7))));
};

const withLuhn = (digits: string): string =>
  digits + [...'0123456789'].findIndex((last) => luhn(digits + last));

/** RFC 5737: 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24. RFC 3849: 2001:db8::/32. */
const ip: Make = (value, chance) => {
  if (value.includes(':'))
    return `2001:db8:${chance.below(65_536).toString(16)}:${chance.below(65_536).toString(16)}::${(chance.below(65_535) + 1).toString(16)}`;
  return `${chance.pick(['192.0.2', '198.51.100', '203.0.113'])}.${1 + chance.below(254)}`;
};

/** RFC 7042: 00-00-5E-00-53-00 to -FF. */
const mac: Make = (value, chance) => {
  const separator = value.includes('-') ? '-' : ':';
  return ['00', '00', '5E', '00', '53', chance.below(256).toString(16).toUpperCase().padStart(2, '0')].join(
    separator,
  );
};

/** An account of a bank that has no code, with a good check. */
const iban: Make = (value, chance) => {
  const compact = value.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
  const country = compact.slice(0, 2);
  const account = [...compact.slice(4)]
    .map((char, at) => (/\d/.test(char) ? (at < 4 ? '0' : chance.below(10)) : 'X'))
    .join('');
  const check = 98 - mod97(`${account}${country}00`);
  const made = `${country}${String(check).padStart(2, '0')}${account}`;
  let next = 0;
  return value.replaceAll(/[A-Za-z0-9]/g, () => made[next++]!);
};

/** SSA: numbers that begin with 9 are never social security numbers, and group 00 is no taxpayer's either. */
const ssn: Make = (value, chance) => fill(value, `9${chance.digits(2)}00${chance.digits(4)}`);

const GIVEN = [
  'Avery',
  'Blake',
  'Casey',
  'Dana',
  'Ellis',
  'Finley',
  'Harper',
  'Jamie',
  'Kerry',
  'Logan',
  'Morgan',
  'Noel',
  'Parker',
  'Quinn',
  'Riley',
  'Robin',
  'Sage',
  'Taylor',
  'Jordan',
  'Alexis',
];
const SURNAMES = [
  'Ashdown',
  'Birchall',
  'Carlow',
  'Denholm',
  'Eastley',
  'Fairholt',
  'Greenway',
  'Hollis',
  'Ingleby',
  'Kestrel',
  'Langmere',
  'Merrow',
  'Northam',
  'Oakden',
  'Penrose',
  'Quilter',
  'Redfern',
  'Selwood',
  'Thornby',
  'Wexcombe',
  'Yarrow',
  'Aldwick',
  'Brackley',
  'Coldham',
  'Dunmore',
];

/** Names of fiction: as many as were found, made of lists without a bearer. */
const person: Make = (value, chance) =>
  value.trim().includes(' ') ? `${chance.pick(GIVEN)} ${chance.pick(SURNAMES)}` : chance.pick(SURNAMES);

const STREETS = ['Example Street', 'Sample Road', 'Specimen Lane', 'Model Avenue', 'Placeholder Way'];
const address: Make = (_value, chance) => `${100 + chance.below(900)} ${chance.pick(STREETS)}`;
const birth: Make = (_value, chance) => `1900-01-${String(1 + chance.below(28)).padStart(2, '0')}`;
const url: Make = (_value, chance) => `https://host-${chance.digits(5)}.example.com/`;

const MAKERS: Record<string, Make> = {
  EMAIL_ADDRESS: email,
  PHONE_NUMBER: phone,
  CREDIT_CARD: card,
  IP_ADDRESS: ip,
  MAC_ADDRESS: mac,
  IBAN_CODE: iban,
  US_SSN: ssn,
  PERSON: person,
  STREET_ADDRESS: address,
  DATE_OF_BIRTH: birth,
  URL_WITH_CREDENTIALS: url,
};

export const SYNTHETIC_TYPES: readonly string[] = Object.keys(MAKERS);

/** Undefined when nothing is reserved for the type: a placeholder then stands for it. */
export function synthesise(type: string, value: string, chance: KeyedChance): string | undefined {
  return MAKERS[type]?.(value, chance);
}
