// What is found, where it begins and ends, and what it is.
import { describe, expect, it } from 'vitest';
import { Detector } from '../../../plugins/pii-redact/detect/detector.ts';
import { ENTITIES } from '../../../plugins/pii-redact/entities.ts';
import { expectMarked } from './marked.ts';

const detector = new Detector();

const CASES: Record<string, readonly string[]> = {
  EMAIL_ADDRESS: [
    'mail [[first.last+tag@sub.example.co.uk]], please',
    '<[[a@example.org]]>',
    'mailto:[[a.b@example.com]]?subject=x',
    'write to [[john (at) example (dot) com]]',
    'it is [[john.doe at example dot com]]',
    '[[用户@例子.公司]]',
    'full ｗｉｄｔｈ [[ａｂｃ@example.com]]',
    '"[[ü.müller@exämple.de]]"',
  ],
  PHONE_NUMBER: [
    'call [[+1 (212) 555-0100 ext. 42]] today',
    '[[(212) 555-0100]]',
    'ring [[020 7946 0958]]',
    'Tel. [[030/901820]]',
    'mobile: [[0171 1234567]]',
    'appelez le [[01 42 68 53 00]]',
    '[[+33 (0)6 12 34 56 78]]',
    '[[+7 (495) 123-45-67]]',
    '[[0049 30 901820]]',
    '[[001-212-555-0100x123]]',
    'phone [[５５５-２１２-０１００]]',
    'phone [[555\u200b-212\u200b-0100]]',
    'phone [[212 dash 555 dash 0100]]',
    'هاتف [[٠١٢٣٤٥٦٧٨٩]]',
    '电话：[[13812345678]]',
    '{"userPhone":"[[2125550100]]"}',
  ],
  CREDIT_CARD: [
    'card [[4111 1111 1111 1111]]',
    '[[5555-5555-5555-4444]]',
    '[[378282246310005]]',
    '[[3782 822463 10005]]',
    'pay with [[6011.1111.1111.1117]]',
    '[[４１１１１１１１１１１１１１１１]]',
    'Maestro card [[6759 6498 2643 8453]]',
  ],
  IBAN_CODE: [
    '[[DE89 3704 0044 0532 0130 00]]',
    'IBAN:[[GB82WEST12345698765432]].',
    '[[fr14 2004 1010 0505 0001 3m02 606]]',
    '[[NL91-ABNA-0417-1643-00]]',
  ],
  SWIFT_CODE: ['BIC: [[COBADEFFXXX]]', 'the SWIFT code is [[BNPAFRPP]]'],
  BANK_ACCOUNT: [
    'account number: [[12345678]]',
    'Kontonummer [[1234567890]]',
    'numer konta: [[12345678901]]',
    'acct no. [[000123456789]]',
  ],
  ROUTING_NUMBER: ['routing number [[021000021]]', 'sort code [[20-00-00]]'],
  US_SSN: ['ssn [[536-22-1234]]', 'social security number: [[536221234]]', 'SSN [[536 22 1234]]'],
  US_ITIN: ['ITIN [[912-70-1234]]'],
  CA_SIN: ['SIN: [[193-456-787]]'],
  UK_NINO: ['[[AB 12 34 56 C]]'],
  UK_NHS: ['NHS number [[943 476 5919]]'],
  IE_PPS: ['PPS number [[1234567T]]'],
  FR_NIR: ['numéro de sécurité sociale [[2 95 10 99 126 111 93]]'],
  DE_TAX_ID: ['Steuer-ID [[36 574 261 809]]'],
  ES_NIF: ['DNI [[12345678Z]]'],
  ES_NIE: ['NIE [[X2482300W]]'],
  IT_FISCAL_CODE: ['[[RSSMRA85T10A562S]]'],
  PT_NIF: ['contribuinte [[501964843]]'],
  NL_BSN: ['BSN [[111222333]]'],
  BE_NRN: ['rijksregisternummer [[85.07.30-033.28]]'],
  SE_PERSONNUMMER: ['personnummer [[811218-9876]]'],
  NO_FODSELSNUMMER: ['fødselsnummer [[15108695088]]'],
  FI_PERSONAL_IDENTITY_CODE: ['[[131052-308T]]'],
  DK_CPR: ['CPR [[211062-5629]]'],
  PL_PESEL: ['PESEL [[44051401359]]'],
  CZ_RODNE_CISLO: ['rodné číslo [[710319/2745]]'],
  RO_CNP: ['CNP [[1630615123457]]'],
  GR_AMKA: ['ΑΜΚΑ [[01013099997]]'],
  TR_TCKN: ['T.C. kimlik no [[10000000146]]'],
  IN_AADHAAR: ['Aadhaar [[2341 2341 2346]]'],
  IN_PAN: ['PAN [[AAPFU0939F]]'],
  AU_TFN: ['TFN [[123 456 782]]'],
  AU_ABN: ['ABN [[51 824 753 556]]'],
  AU_MEDICARE: ['Medicare card [[2428 77813 2]]'],
  SG_NRIC_FIN: ['NRIC [[S1234567D]]'],
  KR_RRN: ['주민등록번호 [[760101-2000006]]'],
  JP_MY_NUMBER: ['マイナンバー[[123456789018]]'],
  CN_RESIDENT_ID: ['身份证号[[11010519491231002X]]'],
  BR_CPF: ['CPF [[529.982.247-25]]'],
  BR_CNPJ: ['[[11.222.333/0001-81]]'],
  MX_CURP: ['[[HEGG560427MVZRRL04]]'],
  AR_CUIT: ['CUIT [[20-05536168-2]]'],
  CL_RUT: ['RUT [[12.531.909-2]]'],
  ZA_ID: ['SA ID [[8001015009087]]'],
  CH_AHV: ['[[756.9217.0769.85]]'],
  US_EIN: ['EIN [[12-3456789]]'],
  US_MBI: ['Medicare [[1EG4-TE5-MK73]]'],
  UK_UTR: ['UTR [[1123456789]]'],
  FR_SIREN: ['SIREN [[732 829 320]]'],
  FR_SIRET: ['SIRET [[732 829 320 00074]]'],
  FR_TAX_ID: ['numéro fiscal [[30 23 217 600 053]]'],
  DE_TAX_NUMBER: ['Steuernummer [[12/345/67890]]'],
  DE_ID_CARD: ['Personalausweis [[T220001293]]'],
  DE_SOCIAL_SECURITY: ['Rentenversicherungsnummer [[15070649C103]]'],
  DE_HEALTH_INSURANCE: ['Krankenversichertennummer [[A123456780]]'],
  AT_SVNR: ['SVNR [[1237 010180]]'],
  ES_CIF: ['CIF [[A58818501]]'],
  ES_SSN: ['seguridad social [[28 12345678 40]]'],
  IT_VAT_CODE: ['partita IVA [[07643520567]]'],
  IT_ID_CARD: ['carta d’identità [[CA12345AA]]'],
  PT_CC: ['cartão de cidadão [[00000000 0 ZZ4]]'],
  LU_CNS: ['matricule [[1983081200212]]'],
  IS_KENNITALA: ['kennitala [[120174-3399]]'],
  PL_NIP: ['NIP [[123-456-32-18]]'],
  PL_REGON: ['REGON [[123456785]]'],
  PL_ID_CARD: ['dowód osobisty [[ABA300000]]'],
  BG_EGN: ['ЕГН [[7523169263]]'],
  HR_OIB: ['OIB [[94577403194]]'],
  SI_EMSO: ['EMŠO [[0101006500006]]'],
  HU_TAJ: ['TAJ szám [[111 111 110]]'],
  EE_LT_PERSONAL_CODE: ['isikukood [[37605030299]]'],
  LV_PERSONAL_CODE: ['personas kods [[161175-19997]]'],
  GR_AFM: ['ΑΦΜ [[094259216]]'],
  IL_ID: ['teudat zehut [[123456782]]'],
  RU_INN: ['ИНН [[500100732259]]'],
  RU_SNILS: ['СНИЛС [[112-233-445 95]]'],
  IN_GSTIN: ['GSTIN [[27AAPFU0939F1ZV]]'],
  IN_VOTER: ['voter id [[ABC1234567]]'],
  TW_ID: ['身分證 [[A123456789]]'],
  TH_ID: ['เลขประจำตัว [[1-1012-00001-12-1]]'],
  MY_NRIC: ['MyKad [[850412-14-5021]]'],
  ID_NIK: ['NIK [[3171012501900001]]'],
  AU_ACN: ['ACN [[004 085 616]]'],
  NZ_IRD: ['IRD number [[49-091-850]]'],
  BR_RG: ['RG [[12.345.678-9]]'],
  MX_RFC: ['RFC [[GODE561231GR8]]'],
  AR_DNI: ['DNI [[30.123.456]]'],
  CO_NIT: ['NIT [[860.034.313-7]]'],
  CO_CEDULA: ['cédula [[1.023.456.789]]'],
  PE_DNI: ['RENIEC [[12345678]]'],
  VAT_NUMBER: ['USt-IdNr. [[DE136695976]]', 'VAT [[ATU13585627]]'],
  IP_ADDRESS: ['from [[203.0.113.77]]', 'at [[2001:db8:85a3::8a2e:370:7334]]', 'ip [[10.1.2.3]]'],
  MAC_ADDRESS: ['[[00:1B:44:11:3A:B7]]', '[[00-1b-44-11-3a-b7]]'],
  URL_WITH_CREDENTIALS: [
    '[[https://bob:s3cr3tpw@example.com/x]]',
    '[[https://example.com/a?access_token=abc123def456]]',
  ],
  CONNECTION_STRING: [
    '[[postgres://app:pa55word@db:5432/main]]',
    '[[mongodb+srv://u:p4ss@cluster0.example.net/db]]',
  ],
  CRYPTO: [
    '[[1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa]]',
    '[[bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4]]',
    '[[0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed]]',
  ],
  IMEI: ['IMEI [[490154203237518]]'],
  VIN: ['VIN [[1HGCM82633A004352]]'],
  PASSPORT: ['passport no. [[AB1234567]]', 'Passport number: [[512345678]]'],
  DRIVER_LICENSE: ["driver's license [[D1234567]]", 'driving licence [[MORGA753116SM9IJ]]'],
  MEDICAL_LICENSE: ['DEA [[AB1234563]]', 'NPI [[1234567893]]'],
  MEDICAL_RECORD_NUMBER: ['MRN [[00123456]]'],
  DATE_OF_BIRTH: [
    'born on [[12/05/1980]]',
    'DOB: [[1980-05-12]]',
    'geboren am [[12.05.1980]]',
    'date of birth: [[May 12, 1980]]',
    '出生于[[1980年5月12日]]',
  ],
  COORDINATES: ['GPS [[40.7128, -74.0060]]', `[[40°26'46"N 79°58'56"W]]`],
  AGE: [
    'she is [[42]] years old',
    'er ist [[42]] Jahre alt',
    'I just turned [[54]].',
    '"age": [[42]]',
    'when he was [[78]]',
  ],
  STREET_ADDRESS: [
    '[[1600 Pennsylvania Avenue NW, Washington, DC 20500]]',
    'wohnt [[Hauptstraße 12, 10115 Berlin]]',
    '[[12 rue de la Paix, 75002 Paris]]',
    '[[Calle Mayor 5]]',
    '[[P.O. Box 123]]',
  ],
  PERSON: [
    'Dear Mr. [[Smith]]',
    'My name is [[Zorblax Quendle]].',
    '[[John Smith]] called',
    '[[Maria van der Berg]] wrote',
    '[[Sokolova]], Anna'.replace('[[Sokolova]], Anna', '[[Smith, Jennifer]]'),
    '[[Иван Иванович Петров]]',
    '[[田中]]様',
  ],
  LOCATION: ['I live in [[New York]]', 'she was born in [[Paris]]'],
  ORGANIZATION: ['signed by [[Acme Widgets Ltd.]]', '[[Müller & Söhne GmbH]]'],
  API_KEY: [
    '[[AKIAIOSFODNN7EXAMPLE]]',
    '[[ghp_16C7e42F292c6912E7710c838347Ae178B4a]]',
    '[[sk-ant-api03-R2D2C3POabcdefGHIJKL0123456789]]',
    '[[AIzaSyA-1234567890abcdefghijklmnopqrstu]]',
    '[[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]]',
  ],
  JWT: ['[[eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U]]'],
  PRIVATE_KEY: [
    '[[-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq1xq5Yw0l4dG9v7c8n2\nabcdef0123456789\n-----END RSA PRIVATE KEY-----]]',
  ],
  PASSWORD: [
    'password = "[[hunter2!]]"',
    'DB_PASSWORD=[[s3cr3t-pw]]',
    'my password is [[Tr0ub4dor&3]]',
    '"dbPassword": "[[x9!kLmn]]"',
    'mysql -u root -p[[Geheim123]]',
    'PIN: [[4921]]',
    '<password>[[Geheim!123]]</password>',
    "define('DB_PASSWORD', '[[x9!kLmn]]');",
    'builder.setPassword("[[x9!kLmn]]")',
    '<add key="SmtpPassword" value="[[x9!kLmn]]"/>',
    'passphrase: "[[correct horse battery staple]]"',
    'ENV MYSQL_ROOT_PASSWORD [[s3cr3tRoot]]',
  ],
  SECRET: [
    'aws_secret_access_key = [[wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY]]',
    'Authorization: Bearer [[mF_9.B5f-4.1JqM8a7b6c5d4]]',
    "clientSecret: '[[8f14e45fceea167a5a36dedd4bea2543]]'",
    'Authorization: Bearer [[abcdef1234567890abcdef]]',
    'SECRET_KEY = "[[django-insecure-8x!k2^v9@z#q$w%e&r*t(y)u_i+o=p]]"',
    'my_widget_key = "[[a8Fk2x0Qp9ZtR4mN7vBs]]"',
  ],
};

it('every entity has an example', () => {
  expect(ENTITIES.map(({ type }) => type).filter((type) => !(type in CASES))).toEqual([]);
});

describe.each(Object.entries(CASES))('%s', (type, texts) => {
  it.each(texts)('%s', (text) => {
    expectMarked(type, text);
  });
});

describe('words around', () => {
  const score = (text: string, type: string): number =>
    detector.find(text).find((found) => found.type === type)?.score ?? 0;

  it('raise a score', () => {
    expect(score('my phone is 2125550100', 'PHONE_NUMBER')).toBeGreaterThan(
      score('see 2125550100', 'PHONE_NUMBER'),
    );
  });

  it('of something else lower it', () => {
    expect(score('4111111111111111', 'CREDIT_CARD')).toBeGreaterThanOrEqual(0.5);
    expect(score('order number 4111111111111111', 'CREDIT_CARD')).toBe(0);
  });
});

it.each([
  ['an IBAN of words', 'Call me at 55 4604 6591 tomorrow', 'IBAN_CODE'],
  ['a version and its date', '### 0.0.1 (2020-05-04), phone', 'PHONE_NUMBER'],
  ['a turn that is no birthday', 'he turned 180 degrees', 'AGE'],
  ['a digest behind a key', 'cache_key = "d41d8cd98f00b204e9800998ecf8427e"', 'SECRET'],
  ['four numbers in a list', '[4539,1488,0343,6467]', 'CREDIT_CARD'],
  ['a type', 'auth?: BetaManagedAgentsMCPOAuthUpdateParams', 'SECRET'],
  ['a URN', "JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'", 'SECRET'],
  ['a dump of memory', '<Buffer a0 8b 28 3f 01 00 00 00 50>', 'PHONE_NUMBER'],
  ['a year and a name', 'Copyright 2011 Gary Court', 'STREET_ADDRESS'],
  ['a hint', 'password: "please enter your new password"', 'PASSWORD'],
])('%s is left', (_name, text, type) => {
  expect(detector.find(text).map((found) => found.type)).not.toContain(type);
});

it.each([' ', '-', '.', '/', '_', ' - ', ':', '|', '\u00a0', '\u2011', '\u200b', '\t', ','])(
  'a card’s groups may be divided by %j',
  (sign) => {
    expectMarked('CREDIT_CARD', `my card is [[${['4539', '1488', '0343', '6467'].join(sign)}]]`);
  },
);

it('of two readings of one number the likelier stays', () => {
  const text = 'card 4111 1111 1111 1111 and phone +44 20 7946 0958';
  expect(detector.find(text).map(({ type }) => type)).toEqual(['CREDIT_CARD', 'PHONE_NUMBER']);
});
