// Check digits by the examples that their publishers give, and each with one digit changed.
import { describe, expect, it } from 'vitest';
import { isBase58Check } from '../../../plugins/pii-redact/checks/base58.ts';
import { isBech32 } from '../../../plugins/pii-redact/checks/bech32.ts';
import { luhn, mod97, verhoeff } from '../../../plugins/pii-redact/checks/checksums.ts';
import { isEip55, keccak256 } from '../../../plugins/pii-redact/checks/keccak.ts';
import { isIban, isRouting } from '../../../plugins/pii-redact/recognisers/bank.ts';
import { isVin } from '../../../plugins/pii-redact/recognisers/devices.ts';
import { isDea, isNpi } from '../../../plugins/pii-redact/recognisers/documents.ts';
import * as americas from '../../../plugins/pii-redact/recognisers/ids/americas.ts';
import * as asia from '../../../plugins/pii-redact/recognisers/ids/asia-pacific-africa.ts';
import * as british from '../../../plugins/pii-redact/recognisers/ids/british-isles.ts';
import * as eastern from '../../../plugins/pii-redact/recognisers/ids/eastern-europe.ts';
import * as nordics from '../../../plugins/pii-redact/recognisers/ids/nordics.ts';
import * as southern from '../../../plugins/pii-redact/recognisers/ids/southern-europe.ts';
import * as us from '../../../plugins/pii-redact/recognisers/ids/us.ts';
import * as western from '../../../plugins/pii-redact/recognisers/ids/western-europe.ts';

type Check = (id: string) => boolean;

const EXAMPLES: [name: string, check: Check, ...good: string[]][] = [
  ['Luhn', luhn, '79927398713', '4111111111111111', '378282246310005', '6011111111111117'],
  ['Verhoeff', verhoeff, '2363', '123451'],
  [
    'IBAN',
    isIban,
    'GB82WEST12345698765432',
    'DE89370400440532013000',
    'FR1420041010050500013M02606',
    'NO9386011117947',
    'MT84MALT011000012345MTLCAST001S',
  ],
  ['ABA routing number', isRouting, '021000021', '011401533', '111000025'],
  ['VIN', isVin, '1M8GDM9AXKP042788', '1HGCM82633A004352', '11111111111111111'],
  ['DEA', isDea, 'AB1234563', 'F91234563'],
  ['NPI', isNpi, '1234567893'],
  ['CPF', americas.isCpf, '52998224725', '11144477735'],
  ['CNPJ', americas.isCnpj, '11222333000181', '11444777000161'],
  ['CURP', americas.isCurp, 'HEGG560427MVZRRL04', 'BOXW310820HNERXN09'],
  ['CUIT', americas.isCuit, '20055361682', '20267565393', '20100000059', '20100000130'],
  ['RUT', americas.isRut, '125319092', '760864285'],
  ['Aadhaar', asia.isAadhaar, '234123412346'],
  ['GSTIN', asia.isGstin, '27AAPFU0939F1ZV', '29AAGCB7383J1Z4'],
  ['resident id', asia.isResidentId, '11010519491231002X', '440524188001010014'],
  ['My Number', asia.isMyNumber, '123456789018'],
  ['RRN', asia.isRrnChecked, '7601012000006'],
  ['NRIC', asia.isNric, 'S1234567D', 'F1234567N', 'T1234567J', 'G1234567X', 'M1234567K'],
  ['Taiwan id', asia.isTaiwanId, 'A123456789'],
  ['Thai id', asia.isThaiId, '1234545678781', '3100600445635'],
  ['TFN', asia.isTfn, '123456782'],
  ['ABN', asia.isAbn, '51824753556', '83914571673'],
  ['ACN', asia.isAcn, '000000019', '004085616'],
  ['Medicare card', asia.isMedicare, '2123456701', '2428778132'],
  ['IRD', asia.isIrd, '49091850', '136410132'],
  ['South African id', asia.isSouthAfricanId, '8001015009087', '7503305044089'],
  ['NHS number', british.isNhs, '9434765919', '4505577104'],
  ['NINO', british.isNino, 'AB123456C', 'JG103759A'],
  ['PPS', british.isPps, '1234567T', '6433435F', '6433435IH'],
  ['UTR', british.isUtr, '1955839661'],
  ['PESEL', eastern.isPesel, '44051401359', '02070803628'],
  ['NIP', eastern.isNip, '1234563218', '8567346215'],
  ['REGON', eastern.isRegon, '123456785', '192598184'],
  ['rodné číslo', eastern.isRodneCislo, '7103192745', '7103190040', '530101123'],
  ['CNP', eastern.isCnp, '1630615123457', '1800101221144', '1630615120031'],
  ['EGN', eastern.isEgn, '7523169263', '8032056031'],
  ['isikukood', eastern.isIsikukood, '36805280109', '33309240064'],
  ['TAJ', eastern.isTajszam, '123456788'],
  ['INN', eastern.isInn, '500100732259', '123456789047'],
  ['SNILS', eastern.isSnils, '11223344595', '08765430300'],
  ['personnummer', nordics.isPersonnummer, '8112189876', '8803200016'],
  ['fødselsnummer', nordics.isFodselsnummer, '15108695088', '29029600013'],
  ['HETU', nordics.isHetu, '131052308T', '010190900P'],
  ['kennitala', nordics.isKennitala, '1201743399'],
  ['DNI', southern.isDni, '12345678Z', '54362315K', 'X2482300W', 'Z8327649K'],
  ['CIF', southern.isCif, 'B58378431', 'A58818501', 'J99216582'],
  ['codice fiscale', southern.isCodiceFiscale, 'RSSMRA85T10A562S', 'MRTMTT91D08F205J'],
  ['NIF', southern.isNifPt, '501442600', '501964843'],
  ['AFM', southern.isAfm, '094259216', '023456780'],
  ['TCKN', southern.isTckn, '10000000146', '17291716060'],
  ['NIR', western.isNir, '295109912611193', '253072B07300470'],
  ['Steuer-ID', western.isSteuerId, '36574261809', '47036892816'],
  ['German document', western.isGermanDocument, 'T220001293', 'L01X00T471'],
  ['pension insurance', western.isRvnr, '15070649C103', '65180539W001'],
  ['health insurance', western.isKvnr, 'A123456780'],
  ['SVNR', western.isSvnr, '1237010180'],
  ['AHV', western.isAhv, '7569217076985', '7561234567897'],
  ['BSN', western.isBsn, '111222333', '123456782'],
  ['rijksregister', western.isRijksregister, '85073003328', '17073003384'],
  [
    'EIP-55',
    isEip55,
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  ],
  [
    'base58check',
    (text) => isBase58Check(text),
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
  ],
  [
    'bech32',
    isBech32,
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
  ],
];

describe.each(EXAMPLES)('%s', (_name, check, ...good) => {
  it.each(good)('takes %s', (id) => {
    expect(check(id)).toBe(true);
  });
});

const changed = (id: string): string => id.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));

describe('a changed last digit is refused by', () => {
  // Nine digits of a rodné číslo have no check digit.
  const plain = EXAMPLES.filter(
    ([name]) => !['rodné číslo', 'NINO', 'Verhoeff', 'VIN', 'Medicare card', 'kennitala'].includes(name),
  );
  it.each(plain)('%s', (_name, check, ...good) => {
    for (const id of good) expect(check(changed(id)), changed(id)).toBe(false);
  });
});

it.each<[what: string, check: Check, id: string]>([
  ['a CPF of one digit', americas.isCpf, '11111111111'],
  ['a CNPJ of one digit', americas.isCnpj, '11111111111111'],
  ['a CURP of no state', americas.isCurp, 'HEGG560427MXXRRL04'],
  ['a CUIT of no kind', americas.isCuit, '21055361682'],
  ['a GSTIN of no state', asia.isGstin, '99aAPFU0939F1ZV'],
  ['a resident id of no day', asia.isResidentId, '11010519491331002X'],
  ['a NRIC of no series', asia.isNric, 'A1234567D'],
  ['a Taiwan id of no sex', asia.isTaiwanId, 'A323456789'],
  ['an Aadhaar that begins with 1', asia.isAadhaar, '134123412346'],
  ['a NINO of a prefix not used', british.isNino, 'BG123456C'],
  ['a rodné číslo of no month', eastern.isRodneCislo, '7143192745'],
  ['nine digits of a rodné číslo after 1953', eastern.isRodneCislo, '540101123'],
  ['a rodné číslo that 11 does not divide', eastern.isRodneCislo, '7103192746'],
  ['an isikukood of no century', eastern.isIsikukood, '76805280109'],
  ['an isikukood of no month', eastern.isIsikukood, '36815280109'],
  ['a codice fiscale of no month', southern.isCodiceFiscale, 'RSSMRA85X10A562S'],
  ['a German document with a vowel', western.isGermanDocument, 'A220001293'],
  ['a pension number of digits alone', western.isRvnr, '150706491103'],
  ['base58 with a letter that it leaves out', isBase58Check, '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN0'],
  ['base58 that is too short for a checksum', isBase58Check, '1111'],
  ['bech32 in both cases', isBech32, 'bc1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4'],
  ['bech32 with a letter that it leaves out', isBech32, 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3tb'],
  ['bech32 without a separator', isBech32, 'qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
])('%s is refused', (_what, check, id) => {
  expect(check(id)).toBe(false);
});

it('numbers that were never issued are no social security numbers', () => {
  expect(us.isSsn('536221234')).toBe(true);
  for (const id of [
    '000221234',
    '666221234',
    '900221234',
    '536001234',
    '536220000',
    '123456789',
    '111111111',
  ])
    expect(us.isSsn(id), id).toBe(false);
  expect(us.isItin('912701234')).toBe(true);
  expect(us.isItin('912931234')).toBe(false);
});

it('Keccak-256 of nothing and of abc', () => {
  expect(keccak256(Buffer.from('')).toString('hex')).toBe(
    'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
  );
  expect(keccak256(Buffer.from('abc')).toString('hex')).toBe(
    '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45',
  );
});

it('MOD 97-10 reads letters as numbers', () => {
  expect(mod97('WEST12345698765432GB82')).toBe(1);
});
