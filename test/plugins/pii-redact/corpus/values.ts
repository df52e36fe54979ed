// Made-up values of each entity in the ways that people and forms write them. The check digits are worked out here by
// other code than the recognisers have.
import { createHash } from 'node:crypto';
import type { Chance } from './chance.ts';

export type Maker = (chance: Chance) => string;

function luhnDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, char, i) => {
    const doubled = Number(char) * (i % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}

const group = (digits: string, sizes: readonly number[], separator: string): string => {
  const parts: string[] = [];
  let at = 0;
  for (const size of sizes) {
    parts.push(digits.slice(at, at + size));
    at += size;
  }
  return parts.join(separator);
};

/** How phone numbers are written, by country; several do not exist, as in forms and in made-up data. */
const PHONES: Record<string, readonly string[]> = {
  us: [
    '(%##) %##-####',
    '%##-%##-####',
    '%##.%##.####',
    '+1-%##-%##-####',
    '+1 (%##) %##-####',
    '1-%##-%##-####',
    '001-%##-###-####',
    '%## %## ####',
    '+1%##%######',
    '(%##)%##-####',
    '%##-###-####x###',
    '(%##)###-####x####',
    '+1-%##-###-####x#####',
    '001-%##-###-####x##',
    '%##.###.#### ext. ###',
    '%#########',
  ],
  gb: [
    '+44 20 #### ####',
    '020 7### ####',
    '07### ######',
    '+44 7### ######',
    '(0121) 496 0###',
    '0161 496 0###',
    '+44 (0)161 496 0###',
    '01632 960###',
    '07700 900 ###',
    '+44(0)1632960###',
    '0808 157 0###',
  ],
  de: [
    '+49 30 #######',
    '030 #######',
    '(030) ######',
    '+49 (0)89 ######',
    '0171 #######',
    '+49 151 ########',
    '0221/######',
    '+49(0)#### ######',
    '04321-######',
    '0049 40 ######',
  ],
  fr: [
    '01 ## ## ## ##',
    '+33 1 ## ## ## ##',
    '06 ## ## ## ##',
    '+33 (0)6 ## ## ## ##',
    '+33 6########',
    '07.##.##.##.##',
    '04########',
    '0033 1 ## ## ## ##',
  ],
  es: ['+34 6## ### ###', '91 ### ## ##', '+34 9########', '6## ## ## ##', '+34 7## ## ## ##'],
  it: [
    '+39 06 ########',
    '06 #### ####',
    '+39 3## #######',
    '3## #######',
    '02-########',
    '+39 3## ### ####',
  ],
  nl: [
    '+31 6 ########',
    '06-########',
    '020-#######',
    '+31 20 ### ####',
    '(020) ### ####',
    '+31(0)20 #######',
  ],
  br: [
    '(11) 9####-####',
    '+55 11 9####-####',
    '(21) ####-####',
    '+55 (31) #### ####',
    '11 9#### ####',
    '0800 ### ####',
  ],
  in: ['+91 9#########', '+91 98### #####', '09#########', '+91-80-########', '98#########'.slice(0, 10)],
  au: [
    '+61 4## ### ###',
    '04## ### ###',
    '(02) #### ####',
    '+61 2 #### ####',
    '+61.4########',
    '02-####-####',
  ],
  jp: ['03-####-####', '090-####-####', '+81 3-####-####', '+81-90-####-####'],
  cn: ['+86 13# #### ####', '13#########', '010-########', '+86-21-########'],
  se: ['+46 70 ### ## ##', '070-### ## ##', '08-### ### ##', '+46 (0)8 ### ## ##'],
  no: ['+47 ## ## ## ##', '+47 4## ## ###', '4## ## ###'],
  dk: ['+45 ## ## ## ##', '+45 ########'],
  pl: ['+48 5## ### ###', '5## ### ###', '22 ### ## ##', '+48 ## ### ## ##'],
  ch: ['+41 44 ### ## ##', '044 ### ## ##', '079 ### ## ##'],
  be: ['+32 4## ## ## ##', '02 ### ## ##', '0475 ## ## ##'],
  ie: ['+353 1 ### ####', '087 ### ####', '(01) ### ####'],
  mx: ['+52 55 #### ####', '55 #### ####', '+52 1 33 #### ####'],
  ru: ['+7 (495) ###-##-##', '8 (912) ###-##-##', '+7 9## ###-##-##', '8 9## ### ## ##'],
  tr: ['+90 532 ### ## ##', '0532 ### ## ##', '+90(212)#######'],
  za: ['+27 82 ### ####', '082 ### ####', '011 ### ####'],
  kr: ['02-###-####', '010-####-####', '+82 10-####-####'],
  xx: [
    '+2## ## ### ###',
    '+966 5# ### ####',
    '+971 50 ### ####',
    '+65 9### ####',
    '+852 9### ####',
    '+62 812-####-####',
    '+63 917 ### ####',
    '+234 803 ### ####',
    '+254 7## ######',
    '+972 5#-###-####',
    '+351 9## ### ###',
    '+30 69# ### ####',
    '+420 6## ### ###',
    '+36 30 ### ####',
    '+40 7## ### ###',
    '+380 67 ### ## ##',
    '+56 9 #### ####',
    '+54 11 ####-####',
    '+57 3## #######',
  ],
};

/** The parts mixed in ways that no plan has, as in filled forms. */
const MIXED = [
  '+##-###.### ####',
  '0### ###-####',
  '(0###) ###.####',
  '+### ### ### ###',
  '0##.#### ####',
  '+##.###-### ####',
  '0###-###-###',
  '+%#(0)#########',
  '+%##.###.#######',
];

const phone: Maker = (chance) => {
  const style = chance.below(10);
  if (style === 0) return chance.fill(chance.pick(MIXED));
  return chance.fill(chance.pick(style < 4 ? PHONES.us! : PHONES[chance.pick(Object.keys(PHONES))]!));
};

const NETWORKS: readonly [beginnings: readonly string[], length: number, sizes: readonly number[]][] = [
  [['4'], 16, [4, 4, 4, 4]],
  [['4'], 16, [4, 4, 4, 4]],
  [['51', '52', '53', '54', '55', '2221', '2500', '2719'], 16, [4, 4, 4, 4]],
  [['34', '37'], 15, [4, 6, 5]],
  [['6011', '65', '644'], 16, [4, 4, 4, 4]],
  [['300', '36', '38'], 14, [4, 6, 4]],
  [['3528', '3589'], 16, [4, 4, 4, 4]],
  [['62'], 16, [4, 4, 4, 4]],
  [['5018', '5020', '6304', '6759'], 16, [4, 4, 4, 4]],
  [['5018', '6304', '6759'], 12, [4, 4, 4]],
  [['4'], 19, [4, 4, 4, 4, 3]],
  [['4'], 13, [4, 4, 5]],
];

const card: Maker = (chance) => {
  const [beginnings, length, sizes] = chance.pick(NETWORKS);
  const beginning = chance.pick(beginnings);
  const body = beginning + chance.fill('#'.repeat(length - beginning.length - 1));
  const digits = body + luhnDigit(body);
  const separator = chance.pick(['', '', ' ', ' ', '-', '-', '.']);
  return separator === '' ? digits : group(digits, sizes, separator);
};

const IBANS: Record<string, string> = {
  DE: '##################',
  GB: '????##############',
  FR: '##########***********##',
  ES: '####################',
  NL: '????##########',
  IT: '?##########************',
  PL: '########################',
  CH: '#####************',
  BE: '############',
  AT: '################',
  SE: '####################',
  NO: '###########',
  PT: '#####################',
  IE: '????##############',
  GR: '#######****************',
  SA: '##******************',
};

const iban: Maker = (chance) => {
  const country = chance.pick(Object.keys(IBANS));
  const body = chance.fill(IBANS[country]!).toUpperCase();
  const numeric = [...`${body}${country}00`].map((char) => Number.parseInt(char, 36)).join('');
  const whole = `${country}${String(98n - (BigInt(numeric) % 97n)).padStart(2, '0')}${body}`;
  const style = chance.below(4);
  if (style === 0) return whole.replaceAll(/(.{4})(?=.)/g, '$1 ');
  return style === 1 ? whole.replaceAll(/(.{4})(?=.)/g, '$1-') : whole;
};

const ssn: Maker = (chance) => {
  const area = String(1 + chance.below(665)).padStart(3, '0');
  const digits = `${area}${chance.fill('%#')}${chance.fill('%###')}`;
  return chance.below(5) === 0 ? digits : group(digits, [3, 2, 4], chance.pick(['-', '-', '-', ' ']));
};

const GIVEN =
  'James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah Anna Lukas Sophie Marie Pierre Chloé Giulia Marco Sofía Carlos Lars Ingrid Piotr Agnieszka Priya Rahul Wei Yuki Fatima Omar'.split(
    ' ',
  );
const FAMILY =
  'Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Wilson Anderson Thomas Taylor Moore Jackson Müller Schmidt Dubois Moreau Rossi Bianchi Kowalski Nowak Johansson Hansen Patel Sharma Nguyen Kim Tanaka Chen Okafor Haddad'.split(
    ' ',
  );

const person: Maker = (chance) => `${chance.pick(GIVEN)} ${chance.pick(FAMILY)}`;

const plainLetters = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

const email: Maker = (chance) => {
  const [given, family] = person(chance).split(' ').map(plainLetters) as [string, string];
  const local = chance.pick([
    `${given}.${family}`,
    `${given}${chance.below(99)}`,
    `${given[0]}${family}`,
    `${family}_${given}`,
    `${given}+news`,
    `${given}-${family}`,
  ]);
  const host = chance.pick([
    'example.com',
    'mail.example.org',
    'example.co.uk',
    'firma-beispiel.de',
    'correo.example.es',
    'sub.domain.example.io',
    'hotmail.com',
    'yahoo.fr',
    'uni-beispiel.ac.at',
  ]);
  return chance.below(6) === 0 ? `${local}@${host}`.toUpperCase() : `${local}@${host}`;
};

const ip: Maker = (chance) => {
  if (chance.below(4) === 0)
    return chance.pick([
      chance.fill('2001:db8:~~~~:~~~~:~~~~:~~~~:~~~~:~~~~'),
      chance.fill('fe80::%~~~:%~~~:%~~~:%~~~'),
      chance.fill('2001:%~~::%~'),
    ]);
  return [1 + chance.below(223), chance.below(256), chance.below(256), 1 + chance.below(254)].join('.');
};

const mac: Maker = (chance) => {
  const separator = chance.pick([':', '-']);
  const text = Array.from({ length: 6 }, () => chance.fill('~~')).join(separator);
  return chance.below(2) === 0 ? text.toUpperCase() : text;
};

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const bitcoin: Maker = (chance) => {
  const payload = Buffer.from([chance.pick([0, 5]), ...Array.from({ length: 20 }, () => chance.below(256))]);
  const sha = (data: Buffer): Buffer => createHash('sha256').update(data).digest();
  const bytes = Buffer.concat([payload, sha(sha(payload)).subarray(0, 4)]);
  let number = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = BASE58[Number(number % 58n)] + text;
  return `${payload[0] === 0 ? '1' : ''}${text}`;
};
const wallet: Maker = (chance) =>
  chance.below(2) === 0 ? bitcoin(chance) : `0x${chance.fill('~'.repeat(40))}`;

const cpf: Maker = (chance) => {
  const nine = chance.fill('#########');
  const digit = (digits: string): string => {
    const sum = [...digits].reduce((total, char, i) => total + Number(char) * (digits.length + 1 - i), 0);
    return String(((sum * 10) % 11) % 10);
  };
  const ten = nine + digit(nine);
  const all = ten + digit(ten);
  return `${all.slice(0, 3)}.${all.slice(3, 6)}.${all.slice(6, 9)}-${all.slice(9)}`;
};

const dni: Maker = (chance) => {
  const number = chance.fill('########');
  return `${number}${'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23]}`;
};

const nino: Maker = (chance) => {
  const made = `${chance.pick(['AB', 'CE', 'JK', 'PW', 'SR', 'YA'])}${chance.fill('######')}${chance.pick(['A', 'B', 'C', 'D'])}`;
  return chance.below(2) === 0 ? made : made.replace(/(..)(..)(..)(..)(.)/, '$1 $2 $3 $4 $5');
};

const SECRETS = [
  'AKIA????????????????',
  'ghp_^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
  'sk_live_^^^^^^^^^^^^^^^^^^^^^^^^',
  'xoxb-############-############-^^^^^^^^^^^^^^^^^^^^^^^^',
  'glpat-^^^^^^^^^^^^^^^^^^^^',
  'AIza^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
  'SG.^^^^^^^^^^^^^^^^^^^^^^.^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
  'npm_^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
  'dop_v1_~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~',
  'shpat_~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~',
  'hf_^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
  'sk-ant-api03-^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^AA',
  'sk-proj-^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
  'rk_test_^^^^^^^^^^^^^^^^^^^^^^^^',
  'key-~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~',
  'dapi~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~',
  'PMAK-~~~~~~~~~~~~~~~~~~~~~~~~-~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~',
];
const apiKey: Maker = (chance) => chance.fill(chance.pick(SECRETS));
const opaque: Maker = (chance) =>
  chance.fill(
    chance.pick([
      '^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
      '~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~',
      '^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
      '****************************',
    ]),
  );
const password: Maker = (chance) =>
  chance.pick([
    chance.fill('?****#*!*'),
    chance.fill('^^^^#^^^$^^'),
    `${chance.pick(FAMILY)}${chance.fill('%###')}!`,
    chance.fill('***#-***#-***#'),
    chance.fill('^^^#^@^^^^'),
  ]);

export const MAKERS = {
  EMAIL_ADDRESS: email,
  PHONE_NUMBER: phone,
  CREDIT_CARD: card,
  IBAN_CODE: iban,
  US_SSN: ssn,
  IP_ADDRESS: ip,
  MAC_ADDRESS: mac,
  CRYPTO: wallet,
  BR_CPF: cpf,
  ES_NIF: dni,
  UK_NINO: nino,
  PERSON: person,
  API_KEY: apiKey,
  SECRET: opaque,
  PASSWORD: password,
} satisfies Record<string, Maker>;

export type Made = keyof typeof MAKERS;
