// Addresses of wallets and machines, cards, documents and dates: what a form is worth by itself, beside the word for it,
// and with a wrong check digit.
import { describe, it } from 'vitest';
import { expectMarked } from './marked.ts';

const MONERO =
  '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A';

describe('is taken by itself', () => {
  it.each([
    ['CRYPTO', 'an address of the XRP ledger', '[[rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh]]'],
    ['CRYPTO', 'an address of Monero', `[[${MONERO}]]`],
    ['CRYPTO', 'an address of Ethereum in small letters', '[[0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed]]'],
    ['CRYPTO', 'a bech32 address in capitals', '[[BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4]]'],
    ['CRYPTO', 'a cash address', '[[bitcoincash:qpm2qsznhks23z7629mms6s5cwef74vcwvy22gdx6a]]'],
    ['EMAIL_ADDRESS', 'a quoted local part', 'write to [["john doe"@example.com]] now'],
    ['EMAIL_ADDRESS', 'an address as its domain', '[[user@[192.168.0.1]]]'],
    ['EMAIL_ADDRESS', 'a parameter of a URL', 'see https://x.example/?to=[[ada%40example.com]]&page=2'],
    ['EMAIL_ADDRESS', 'a parameter with a plus', 'to=[[ada%2Bnews%40mail.example.com]]&page=2'],
    ['IP_ADDRESS', 'a link-local address', 'at [[fe80::1]]'],
    ['IP_ADDRESS', 'eight groups', 'at [[1:2:3:4:5:6:7:8]]'],
    ['MAC_ADDRESS', 'three groups', 'at [[001b.4411.3ab7]]'],
    ['IMEI', 'its groups', 'see [[49-015420-323751-8]]'],
    ['VIN', 'with its check digit', 'see [[1HGCM82633A004352]]'],
    ['CREDIT_CARD', 'other groups than those printed', 'see [[4111 111111 111 111]]'],
    ['CREDIT_CARD', 'thirteen digits, as printed', 'see [[4222 2222 2222 2]]'],
    ['VAT_NUMBER', 'Switzerland’s check digit', 'see [[CHE-123.456.788]]'],
    ['VAT_NUMBER', 'Austria’s letter', 'see [[ATU13585627]]'],
    ['DRIVER_LICENSE', 'Britain’s form', 'see [[MORGA753116SM9IJ]]'],
    ['BANK_ACCOUNT', 'its name and groups', 'account number [[12 34 5678]]'],
    ['AGE', 'years of somebody', 'il a [[42]] ans'],
    ['AGE', 'years of somebody in Spanish', 'tengo [[42]] años'],
    ['COORDINATES', 'hemispheres', 'at [[40.7128 N, 74.0060 W]]'],
    ['COORDINATES', 'degrees and minutes', `at [[40°26'46"N]]`],
    ['COORDINATES', 'a latitude by its name', 'lat: [[40.7128]]'],
  ])('%s: %s', (type, _what, marked) => {
    expectMarked(type, marked);
  });
});

describe('is taken beside its word only', () => {
  it.each([
    ['CRYPTO', 'wallet', 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi', 'a wrong checksum of the XRP ledger'],
    ['CRYPTO', 'wallet', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', 'a wrong checksum of Bitcoin'],
    ['CRYPTO', 'solana', '9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM', 'a public key without checksum'],
    ['CRYPTO', 'eth', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD', 'wrong cases of Ethereum'],
    ['CRYPTO', 'btc', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5', 'a wrong checksum of bech32'],
    ['MAC_ADDRESS', 'mac', 'abcd.efab.cdef', 'three groups of letters'],
    ['IMEI', 'imei', '490154203237518', 'fifteen digits'],
    ['IMEI', 'imei', '4901542032375181', 'fifteen digits and a version'],
    ['IMEI', 'imei', '49-015420-323751-9', 'groups with a wrong check digit'],
    ['VIN', 'vin', '1HGCM82633A004353', 'a wrong check digit'],
    ['VIN', 'vin', '1M8GDM9AXKP0427A8', 'letters among the last four'],
    ['CREDIT_CARD', 'card', '4222 22222 2222', 'few digits in other groups'],
    ['CREDIT_CARD', 'card', '4111 1111 1111 1112', 'a wrong check digit'],
    ['CREDIT_CARD', 'card', '12345 67890 12347', 'a number that no network issues'],
    ['VAT_NUMBER', 'VAT', 'CHE-123.456.789', 'Switzerland with a wrong check digit'],
    ['VAT_NUMBER', 'VAT', 'DK12345678', 'a country and eight digits'],
    ['VAT_NUMBER', 'VAT', 'IT07643520567', 'a country and eleven digits'],
    ['IBAN_CODE', 'IBAN', 'DE89370400440532013001', 'wrong check digits'],
    ['DATE_OF_BIRTH', 'born', '12-May-80', 'a day, a month and a year'],
    ['DATE_OF_BIRTH', 'born', '1980-May-12', 'a year first'],
    ['DATE_OF_BIRTH', 'born', 'May 12th, 1980', 'a month first'],
    ['DATE_OF_BIRTH', 'born', '19800512', 'no separators'],
    ['COORDINATES', 'gps', '40.7128, -74.0060', 'two decimals'],
    ['COORDINATES', 'gps', '40.712, -74.006', 'two decimals of three places'],
    ['MAC_ADDRESS', 'mac', '10-20-30-40-50-60', 'digits alone, divided as dates are'],
    ['MEDICAL_LICENSE', 'NPI', '1234567894', 'a wrong check digit'],
    ['ORGANIZATION', 'she works at', 'Boston University', 'an institution'],
    ['ORGANIZATION', 'she works at', 'University of Zork', 'an institution of a place'],
    ['STREET_ADDRESS', 'I live at', '1850 Willow Bend', 'a year and a street'],
  ])('%s, %s %s: %s', (type, word, value) => {
    expectMarked(type, `see ${value}`);
    expectMarked(type, `${word} [[${value}]]`);
  });
});

describe('is left even beside its word', () => {
  it.each([
    ['CRYPTO', 'too few kinds of characters', 'wallet rabcdefghijkmnopqrstuvwxyzab'],
    ['CRYPTO', 'a beginning that no network has', 'wallet 2A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb'],
    ['CRYPTO', 'as long as Monero’s, of one letter', `monero 4${'a'.repeat(94)}`],
    ['CRYPTO', 'a public key of too few bytes', 'solana 2zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzAA9'],
    ['CRYPTO', 'a length that no network has', 'solana 9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAW'],
    ['CRYPTO', 'nobody’s address', 'eth 0x0000000000000000000000000000000000000000'],
    ['EMAIL_ADDRESS', 'an empty local part', 'mail ""@example.com'],
    ['EMAIL_ADDRESS', 'an escaped sign before no domain', 'a discount of 20%40 or mail ada%40localhost'],
    ['EMAIL_ADDRESS', 'an escaped sign behind nothing', 'mail %40example.com'],
    ['EMAIL_ADDRESS', 'an escaped sign in the user of a URL', 'see ssh://ada%40example.com'],
    ['EMAIL_ADDRESS', 'a list of strings', 'mail ["abc", "@example.com"]'],
    ['EMAIL_ADDRESS', 'a string that goes on to the left', 'mail x"john"@example.com'],
    ['EMAIL_ADDRESS', 'an index', 'mail user@[not an address]'],
    ['EMAIL_ADDRESS', 'a domain that is none', 'mail john (at) example dot zzz'],
    ['IP_ADDRESS', 'two short groups', 'ip 1a::2'],
    ['IP_ADDRESS', 'everybody’s', 'ip ::1'],
    ['MAC_ADDRESS', 'nobody’s', 'mac 00:00:00:00:00:00'],
    ['MAC_ADDRESS', 'everybody’s', 'mac FF:FF:FF:FF:FF:FF'],
    ['VIN', 'digits alone', 'vin 11111111111111111'],
    ['VIN', 'a part of an identifier', 'vin _1HGCM82633A004352'],
    ['VIN', 'the beginning of an identifier', 'vin 1HGCM82633A004352-x'],
    ['BANK_ACCOUNT', 'single digits', 'account 1-2-3456789'],
    ['PASSPORT', 'letters alone', 'passport no. ABCDEFGHI'],
    ['PASSPORT', 'letters alone of a passport’s alphabet', 'passport no. CFGHJKLMN'],
    ['DRIVER_LICENSE', 'two digits', 'driver licence ABCDEF12'],
    ['ORGANIZATION', 'a word alone', 'she works at University'],
    ['DRIVER_LICENSE', 'a month that is none', 'DVLA MORGA763116SM9IJ'],
    ['DATE_OF_BIRTH', 'a month that is none', 'born on 31/31/1980'],
    ['DATE_OF_BIRTH', 'a day that is none', 'born 32 May 1980'],
    ['DATE_OF_BIRTH', 'a day that is none behind a year', 'born 1980-May-32'],
    ['DATE_OF_BIRTH', 'a day that is none before a year', 'born May 32, 1980'],
    ['DATE_OF_BIRTH', 'three digits of a year', 'born 12/05/980'],
    ['DATE_OF_BIRTH', 'three digits of a year in front', 'born 198-05-12'],
    ['AGE', 'years that nobody lives', 'she is 200 years old'],
    ['AGE', 'years of a thing', 'the house is 42 years old'],
    ['AGE', 'years of a thing before it', 'the 42-year-old house'],
    ['AGE', 'a share', 'when she was 42% done'],
    ['AGE', 'a weight', 'when she was 42 kg'],
    ['AGE', 'money', 'il a 42 euros'],
    ['COORDINATES', 'more than there are degrees', 'lat: 240.7128'],
    ['COORDINATES', 'two prices', 'gps 40.71, -74.00'],
  ])('%s, %s: %s', (type, _what, text) => {
    expectMarked(type, text);
  });
});
