// The kinds of values that are found: their names, how a placeholder calls them, and what others call them.

export type Group =
  | 'contact'
  | 'person'
  | 'financial'
  | 'national_id'
  | 'document'
  | 'medical'
  | 'network'
  | 'device'
  | 'place'
  | 'secret';

export interface Entity {
  type: string;
  group: Group;
  /** In placeholders: `<EMAIL_1>`. */
  label: string;
  description: string;
}

const entity = (type: string, group: Group, description: string, label = type): Entity => ({
  type,
  group,
  label,
  description,
});

/** Names are those of Microsoft Presidio where it has the entity. */
export const ENTITIES: readonly Entity[] = [
  entity('EMAIL_ADDRESS', 'contact', 'E-mail address, spelled ones too', 'EMAIL'),
  entity('PHONE_NUMBER', 'contact', 'Phone number with or without country code and extension', 'PHONE'),
  entity('STREET_ADDRESS', 'contact', 'Street and house number, post box, postcode in context', 'ADDRESS'),
  entity('PERSON', 'person', 'Name of a person (gazetteer and context)'),
  entity('DATE_OF_BIRTH', 'person', 'Date beside words of birth'),
  entity('AGE', 'person', 'Age beside words of years and birthdays'),
  entity('LOCATION', 'place', 'City or country beside words of residence or origin (gazetteer)'),
  entity('ORGANIZATION', 'place', 'Company by its legal form, employer in context'),
  entity('COORDINATES', 'place', 'Geographic coordinates'),
  entity('CREDIT_CARD', 'financial', 'Payment card: issuer ranges, length, Luhn'),
  entity('IBAN_CODE', 'financial', 'IBAN: length by country, modulo 97', 'IBAN'),
  entity('SWIFT_CODE', 'financial', 'SWIFT/BIC in context', 'SWIFT'),
  entity('BANK_ACCOUNT', 'financial', 'Account number in context'),
  entity('ROUTING_NUMBER', 'financial', 'ABA routing number, sort code in context'),
  entity(
    'CRYPTO',
    'financial',
    'Wallet of Bitcoin, Ethereum, Litecoin, Tron, Ripple, Monero and others, with checksums',
  ),
  entity('VAT_NUMBER', 'financial', 'VAT number of the EU, Norway, Switzerland, the UK'),
  ...ids(),
  entity('PASSPORT', 'document', 'Passport number in context'),
  entity('DRIVER_LICENSE', 'document', 'Driver licence number in context; the UK’s by its form'),
  entity('MEDICAL_LICENSE', 'medical', 'DEA, NPI and other licences of physicians'),
  entity('MEDICAL_RECORD_NUMBER', 'medical', 'Record, patient and member number in context'),
  entity('IP_ADDRESS', 'network', 'IPv4 or IPv6 address, but loopback and masks'),
  entity('MAC_ADDRESS', 'network', 'MAC address'),
  entity('URL_WITH_CREDENTIALS', 'secret', 'URL with a password or a secret parameter'),
  entity('IMEI', 'device', 'IMEI of a mobile phone'),
  entity('VIN', 'device', 'Vehicle identification number'),
  entity('API_KEY', 'secret', 'Key of a cloud or SaaS provider, by its published form'),
  entity('JWT', 'secret', 'JSON Web Token'),
  entity('PRIVATE_KEY', 'secret', 'Private key block'),
  entity('CONNECTION_STRING', 'secret', 'Connection string of a database or broker, with password'),
  entity('PASSWORD', 'secret', 'Password, passphrase or PIN in an assignment or a sentence'),
  entity('SECRET', 'secret', 'Value of a secret’s name, or random token beside one'),
];

function ids(): Entity[] {
  const table: [type: string, description: string][] = [
    ['US_SSN', 'United States: social security number'],
    ['US_ITIN', 'United States: individual taxpayer number'],
    ['US_EIN', 'United States: employer number, in context'],
    ['US_MBI', 'United States: Medicare beneficiary'],
    ['CA_SIN', 'Canada: social insurance number'],
    ['UK_NHS', 'United Kingdom: NHS number'],
    ['UK_NINO', 'United Kingdom: National Insurance number'],
    ['UK_UTR', 'United Kingdom: taxpayer reference'],
    ['IE_PPS', 'Ireland: PPS number'],
    ['FR_NIR', 'France: social security number'],
    ['FR_SIREN', 'France: SIREN, in context'],
    ['FR_SIRET', 'France: SIRET'],
    ['FR_TAX_ID', 'France: numéro fiscal'],
    ['DE_TAX_ID', 'Germany: Steuer-ID'],
    ['DE_TAX_NUMBER', 'Germany: Steuernummer'],
    ['DE_ID_CARD', 'Germany: identity card or passport'],
    ['DE_SOCIAL_SECURITY', 'Germany: pension insurance number'],
    ['DE_HEALTH_INSURANCE', 'Germany: health insurance number'],
    ['AT_SVNR', 'Austria: social insurance number'],
    ['CH_AHV', 'Switzerland: AHV number'],
    ['ES_NIF', 'Spain: DNI and NIF'],
    ['ES_NIE', 'Spain: foreigner’s number'],
    ['ES_CIF', 'Spain: company number'],
    ['ES_SSN', 'Spain: social security number'],
    ['IT_FISCAL_CODE', 'Italy: codice fiscale'],
    ['IT_VAT_CODE', 'Italy: partita IVA'],
    ['IT_ID_CARD', 'Italy: identity card, in context'],
    ['PT_NIF', 'Portugal: taxpayer number'],
    ['PT_CC', 'Portugal: citizen card'],
    ['NL_BSN', 'Netherlands: citizen service number'],
    ['BE_NRN', 'Belgium: national register number'],
    ['LU_CNS', 'Luxembourg: matricule'],
    ['SE_PERSONNUMMER', 'Sweden: personal number'],
    ['NO_FODSELSNUMMER', 'Norway: birth number'],
    ['FI_PERSONAL_IDENTITY_CODE', 'Finland: personal identity code'],
    ['DK_CPR', 'Denmark: CPR number'],
    ['IS_KENNITALA', 'Iceland: kennitala'],
    ['PL_PESEL', 'Poland: PESEL'],
    ['PL_NIP', 'Poland: tax number'],
    ['PL_REGON', 'Poland: REGON'],
    ['PL_ID_CARD', 'Poland: identity card'],
    ['CZ_RODNE_CISLO', 'Czechia and Slovakia: birth number'],
    ['RO_CNP', 'Romania: personal code'],
    ['BG_EGN', 'Bulgaria: EGN'],
    ['HR_OIB', 'Croatia: OIB'],
    ['SI_EMSO', 'Slovenia and neighbours: EMŠO, JMBG'],
    ['HU_TAJ', 'Hungary: TAJ number'],
    ['EE_LT_PERSONAL_CODE', 'Estonia and Lithuania: personal code'],
    ['LV_PERSONAL_CODE', 'Latvia: personal code'],
    ['GR_AMKA', 'Greece: AMKA'],
    ['GR_AFM', 'Greece: tax number'],
    ['TR_TCKN', 'Türkiye: identity number'],
    ['IL_ID', 'Israel: identity number'],
    ['RU_INN', 'Russia: taxpayer number'],
    ['RU_SNILS', 'Russia: SNILS'],
    ['IN_AADHAAR', 'India: Aadhaar'],
    ['IN_PAN', 'India: PAN'],
    ['IN_GSTIN', 'India: GSTIN'],
    ['IN_VOTER', 'India: voter id, in context'],
    ['CN_RESIDENT_ID', 'China: resident identity number'],
    ['JP_MY_NUMBER', 'Japan: My Number'],
    ['KR_RRN', 'Korea: resident registration number'],
    ['TW_ID', 'Taiwan: identity number'],
    ['SG_NRIC_FIN', 'Singapore: NRIC and FIN'],
    ['TH_ID', 'Thailand: identity number'],
    ['MY_NRIC', 'Malaysia: MyKad'],
    ['ID_NIK', 'Indonesia: NIK, in context'],
    ['AU_TFN', 'Australia: tax file number'],
    ['AU_ABN', 'Australia: business number'],
    ['AU_ACN', 'Australia: company number'],
    ['AU_MEDICARE', 'Australia: Medicare card'],
    ['NZ_IRD', 'New Zealand: IRD number'],
    ['ZA_ID', 'South Africa: identity number'],
    ['BR_CPF', 'Brazil: CPF'],
    ['BR_CNPJ', 'Brazil: CNPJ'],
    ['BR_RG', 'Brazil: RG, in context'],
    ['MX_CURP', 'Mexico: CURP'],
    ['MX_RFC', 'Mexico: RFC'],
    ['AR_CUIT', 'Argentina: CUIT and CUIL'],
    ['AR_DNI', 'Argentina: DNI, in context'],
    ['CL_RUT', 'Chile: RUT'],
    ['CO_NIT', 'Colombia: NIT'],
    ['CO_CEDULA', 'Colombia: cédula, in context'],
    ['PE_DNI', 'Peru: DNI, in context'],
  ];
  return table.map(([type, description]) => entity(type, 'national_id', description));
}

const BY_TYPE = new Map(ENTITIES.map((known) => [known.type, known]));

export const GROUPS: readonly Group[] = [...new Set(ENTITIES.map(({ group }) => group))];

export const groupOf = (type: string): Group | undefined => BY_TYPE.get(type)?.group;

/** The word of a placeholder; a type of the config's own is its own label. */
export function labelOf(type: string): string {
  return (
    BY_TYPE.get(type)?.label ??
    type
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]+/g, '_')
      .replace(/^_|_?\d*_?$/g, '')
  );
}

/** Other names of types, upper case without separators: those of Presidio, of public data sets, and the placeholders'. */
const SYNONYMS: Record<string, string> = {
  EMAIL: 'EMAIL_ADDRESS',
  EMAILS: 'EMAIL_ADDRESS',
  MAIL: 'EMAIL_ADDRESS',
  CONTACTEMAIL: 'EMAIL_ADDRESS',
  PHONE: 'PHONE_NUMBER',
  PHONENUM: 'PHONE_NUMBER',
  TELEPHONE: 'PHONE_NUMBER',
  TELEPHONENUM: 'PHONE_NUMBER',
  TELEPHONENUMBER: 'PHONE_NUMBER',
  TEL: 'PHONE_NUMBER',
  MOBILE: 'PHONE_NUMBER',
  FAX: 'PHONE_NUMBER',
  FAXNUMBER: 'PHONE_NUMBER',
  CELLPHONE: 'PHONE_NUMBER',
  ADDRESS: 'STREET_ADDRESS',
  STREET: 'STREET_ADDRESS',
  MAILINGADDRESS: 'STREET_ADDRESS',
  FULLADDRESS: 'STREET_ADDRESS',
  POSTALADDRESS: 'STREET_ADDRESS',
  NAME: 'PERSON',
  PER: 'PERSON',
  FULLNAME: 'PERSON',
  PERSONNAME: 'PERSON',
  FIRSTNAME: 'PERSON',
  LASTNAME: 'PERSON',
  GIVENNAME: 'PERSON',
  SURNAME: 'PERSON',
  NAMEGIVEN: 'PERSON',
  NAMEFAMILY: 'PERSON',
  DOB: 'DATE_OF_BIRTH',
  BIRTHDATE: 'DATE_OF_BIRTH',
  BIRTHDAY: 'DATE_OF_BIRTH',
  DATEOFBIRTH: 'DATE_OF_BIRTH',
  LOC: 'LOCATION',
  GPE: 'LOCATION',
  CITY: 'LOCATION',
  COUNTRY: 'LOCATION',
  STATE: 'LOCATION',
  PLACE: 'LOCATION',
  ORG: 'ORGANIZATION',
  ORGANISATION: 'ORGANIZATION',
  COMPANY: 'ORGANIZATION',
  COMPANYNAME: 'ORGANIZATION',
  GPS: 'COORDINATES',
  COORDINATE: 'COORDINATES',
  NEARBYGPSCOORDINATE: 'COORDINATES',
  LATLONG: 'COORDINATES',
  LATITUDE: 'COORDINATES',
  LONGITUDE: 'COORDINATES',
  CARD: 'CREDIT_CARD',
  CARDNUMBER: 'CREDIT_CARD',
  CREDITCARDNUMBER: 'CREDIT_CARD',
  CREDITDEBITCARD: 'CREDIT_CARD',
  DEBITCARD: 'CREDIT_CARD',
  PAYMENTCARD: 'CREDIT_CARD',
  CC: 'CREDIT_CARD',
  CCNUMBER: 'CREDIT_CARD',
  IBAN: 'IBAN_CODE',
  IBANNUMBER: 'IBAN_CODE',
  SWIFT: 'SWIFT_CODE',
  BIC: 'SWIFT_CODE',
  SWIFTBIC: 'SWIFT_CODE',
  SWIFTBICCODE: 'SWIFT_CODE',
  BICCODE: 'SWIFT_CODE',
  ACCOUNTNUMBER: 'BANK_ACCOUNT',
  BANKACCOUNTNUMBER: 'BANK_ACCOUNT',
  USBANKNUMBER: 'BANK_ACCOUNT',
  ACCOUNTNUM: 'BANK_ACCOUNT',
  BBAN: 'BANK_ACCOUNT',
  ABAROUTINGNUMBER: 'ROUTING_NUMBER',
  BANKROUTINGNUMBER: 'ROUTING_NUMBER',
  ROUTING: 'ROUTING_NUMBER',
  SORTCODE: 'ROUTING_NUMBER',
  BITCOINADDRESS: 'CRYPTO',
  ETHEREUMADDRESS: 'CRYPTO',
  LITECOINADDRESS: 'CRYPTO',
  WALLET: 'CRYPTO',
  CRYPTOWALLET: 'CRYPTO',
  CRYPTOADDRESS: 'CRYPTO',
  BTC: 'CRYPTO',
  VAT: 'VAT_NUMBER',
  VATID: 'VAT_NUMBER',
  SSN: 'US_SSN',
  SOCIALSECURITYNUMBER: 'US_SSN',
  SOCIALNUM: 'US_SSN',
  SOCIALNUMBER: 'US_SSN',
  ITIN: 'US_ITIN',
  EIN: 'US_EIN',
  SIN: 'CA_SIN',
  NHS: 'UK_NHS',
  NHSNUMBER: 'UK_NHS',
  NINO: 'UK_NINO',
  PPS: 'IE_PPS',
  PPSN: 'IE_PPS',
  NIR: 'FR_NIR',
  STEUERID: 'DE_TAX_ID',
  DNI: 'ES_NIF',
  ESDNI: 'ES_NIF',
  NIF: 'ES_NIF',
  NIE: 'ES_NIE',
  CODICEFISCALE: 'IT_FISCAL_CODE',
  ITFISCALCODE: 'IT_FISCAL_CODE',
  ITPASSPORT: 'PASSPORT',
  ITDRIVERLICENSE: 'DRIVER_LICENSE',
  ITIDENTITYCARD: 'IT_ID_CARD',
  BSN: 'NL_BSN',
  PERSONNUMMER: 'SE_PERSONNUMMER',
  CPR: 'DK_CPR',
  PESEL: 'PL_PESEL',
  CNP: 'RO_CNP',
  TCKN: 'TR_TCKN',
  AADHAAR: 'IN_AADHAAR',
  PAN: 'IN_PAN',
  TFN: 'AU_TFN',
  ABN: 'AU_ABN',
  ACN: 'AU_ACN',
  NRIC: 'SG_NRIC_FIN',
  SGNRICFIN: 'SG_NRIC_FIN',
  RRN: 'KR_RRN',
  MYNUMBER: 'JP_MY_NUMBER',
  CPF: 'BR_CPF',
  CNPJ: 'BR_CNPJ',
  CURP: 'MX_CURP',
  RFC: 'MX_RFC',
  CUIT: 'AR_CUIT',
  RUT: 'CL_RUT',
  PASSPORTNUMBER: 'PASSPORT',
  USPASSPORT: 'PASSPORT',
  INPASSPORT: 'PASSPORT',
  UKPASSPORT: 'PASSPORT',
  PASSPORTNUM: 'PASSPORT',
  DRIVERLICENSENUMBER: 'DRIVER_LICENSE',
  DRIVERSLICENSE: 'DRIVER_LICENSE',
  DRIVINGLICENSE: 'DRIVER_LICENSE',
  DRIVERLICENSENUM: 'DRIVER_LICENSE',
  USDRIVERLICENSE: 'DRIVER_LICENSE',
  DRIVERSLICENSENUMBER: 'DRIVER_LICENSE',
  DRIVERLICENCE: 'DRIVER_LICENSE',
  MRN: 'MEDICAL_RECORD_NUMBER',
  MEDICALRECORD: 'MEDICAL_RECORD_NUMBER',
  HEALTHPLANBENEFICIARYNUMBER: 'MEDICAL_RECORD_NUMBER',
  NPI: 'MEDICAL_LICENSE',
  DEA: 'MEDICAL_LICENSE',
  IP: 'IP_ADDRESS',
  IPV4: 'IP_ADDRESS',
  IPV6: 'IP_ADDRESS',
  IPADDR: 'IP_ADDRESS',
  IPV4ADDRESS: 'IP_ADDRESS',
  IPV6ADDRESS: 'IP_ADDRESS',
  MAC: 'MAC_ADDRESS',
  IMEINUMBER: 'IMEI',
  PHONEIMEI: 'IMEI',
  VEHICLEVIN: 'VIN',
  VEHICLEIDENTIFIER: 'VIN',
  VINNUMBER: 'VIN',
  URLCREDENTIALS: 'URL_WITH_CREDENTIALS',
  APIKEYS: 'API_KEY',
  ACCESSKEY: 'API_KEY',
  AWSACCESSKEY: 'API_KEY',
  JSONWEBTOKEN: 'JWT',
  SSHKEY: 'PRIVATE_KEY',
  PEM: 'PRIVATE_KEY',
  RSAPRIVATEKEY: 'PRIVATE_KEY',
  PASS: 'PASSWORD',
  PASSPHRASE: 'PASSWORD',
  PIN: 'PASSWORD',
  TOKEN: 'SECRET',
  GENERICSECRET: 'SECRET',
  SECRETKEY: 'SECRET',
  DSN: 'CONNECTION_STRING',
};

const squeeze = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
const BY_SQUEEZED = new Map(ENTITIES.map(({ type }) => [squeeze(type), type]));

/** The type that a name stands for: its own, a synonym, in any case and with any separators. */
export function typeByName(name: string): string | undefined {
  const squeezed = squeeze(name);
  return BY_SQUEEZED.get(squeezed) ?? SYNONYMS[squeezed];
}

/** Names of data sets that stand for several types at once: groups, and types of other groups. */
const WIDE: Record<string, readonly string[]> = {
  NATIONALID: ['national_id'],
  IDNUMBER: ['national_id', 'document'],
  IDCARD: ['national_id', 'PASSPORT'],
  IDCARDNUM: ['national_id', 'PASSPORT'],
  TAXID: ['national_id', 'VAT_NUMBER'],
  TAXNUM: ['national_id', 'VAT_NUMBER'],
  TAXNUMBER: ['national_id', 'VAT_NUMBER'],
  SECRET: ['secret'],
  CREDENTIAL: ['secret'],
  CREDENTIALS: ['secret'],
  APIKEY: ['API_KEY', 'SECRET', 'JWT'],
};

/** Which of our types count as a find of a label in a data set; undefined when none does. */
export function typesOfLabel(label: string): ((type: string) => boolean) | undefined {
  const wide = WIDE[squeeze(label)];
  if (wide) return (type) => wide.includes(type) || wide.some((group) => group === groupOf(type));
  const own = typeByName(label);
  return own === undefined ? undefined : (type) => type === own;
}
