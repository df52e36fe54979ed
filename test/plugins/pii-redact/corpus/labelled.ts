// Labelled rows: sentences, forms, mails, chats, logs and code of several languages with made-up values in them.
import { Chance } from './chance.ts';
import { MAKERS, type Made } from './values.ts';

export interface Row {
  text: string;
  spans: { start: number; end: number; type: string }[];
}

/** `{TYPE}` is a value. Most have words that say what it is; some have none. */
const TEMPLATES: readonly string[] = [
  'My phone number is {PHONE_NUMBER}.',
  'Please call me back at {PHONE_NUMBER} after 5pm.',
  'Call {PHONE_NUMBER} now',
  'You can reach {PERSON} at {PHONE_NUMBER} or {EMAIL_ADDRESS}.',
  'Phone: {PHONE_NUMBER}',
  'Tel.: {PHONE_NUMBER} / Fax: {PHONE_NUMBER}',
  '{PERSON}\nMobile {PHONE_NUMBER}\n{EMAIL_ADDRESS}',
  'Contact number - {PHONE_NUMBER}, alternate {PHONE_NUMBER}',
  'the customer ({PHONE_NUMBER}) was not happy with the delivery',
  'text me on {PHONE_NUMBER} when you are there',
  "Hi, it's {PERSON}, my new number is {PHONE_NUMBER}, save it!",
  'Meine Telefonnummer lautet {PHONE_NUMBER}.',
  'Sie erreichen mich unter {PHONE_NUMBER} oder {EMAIL_ADDRESS}.',
  'Mon numéro de téléphone est le {PHONE_NUMBER}.',
  'Vous pouvez me joindre au {PHONE_NUMBER}.',
  'Mi número de teléfono es {PHONE_NUMBER}, gracias.',
  'Il mio cellulare è {PHONE_NUMBER}',
  'Meu telefone é {PHONE_NUMBER}.',
  'Mijn telefoonnummer is {PHONE_NUMBER}.',
  '电话：{PHONE_NUMBER}',
  '{"name": "{PERSON}", "phone": "{PHONE_NUMBER}", "email": "{EMAIL_ADDRESS}"}',
  'id,name,phone\n17,{PERSON},{PHONE_NUMBER}',
  'WhatsApp {PHONE_NUMBER} for details',
  'Emergency contact: {PERSON}, {PHONE_NUMBER}',
  'Write to {EMAIL_ADDRESS} please.',
  'From: {PERSON} <{EMAIL_ADDRESS}>\nTo: <{EMAIL_ADDRESS}>\nSubject: lunch',
  'mailto:{EMAIL_ADDRESS}?subject=hello',
  'user={EMAIL_ADDRESS}&page=2',
  'I lost my card {CREDIT_CARD}, please block it.',
  'My credit card number is {CREDIT_CARD} and it expires 09/27.',
  'Charge {CREDIT_CARD} for the full amount',
  'payment with {CREDIT_CARD} was declined twice',
  'Card number: {CREDIT_CARD}, CVV 123',
  'Meine Kreditkarte {CREDIT_CARD} funktioniert nicht.',
  'La carte {CREDIT_CARD} a été refusée.',
  'Mi tarjeta es {CREDIT_CARD}.',
  '{"card": "{CREDIT_CARD}", "exp": "11/28"}',
  'visa {CREDIT_CARD} exp 04/29',
  'Here it is: {CREDIT_CARD}',
  'Please transfer it to {IBAN_CODE}.',
  'IBAN: {IBAN_CODE}',
  'Meine Bankverbindung ist {IBAN_CODE}, Kontoinhaber {PERSON}.',
  'refund goes to {IBAN_CODE} within 3 days',
  'My SSN is {US_SSN}.',
  'Social security number {US_SSN} belongs to {PERSON}',
  'SSN: {US_SSN}',
  'employee ssn={US_SSN} start=2021-03-01',
  'Applicant {PERSON}, social {US_SSN}, approved.',
  'Failed login from {IP_ADDRESS} port 22',
  'The server at {IP_ADDRESS} is down.',
  '{IP_ADDRESS} - - [10/Oct/2023:13:55:36 +0000] "GET /index.html HTTP/1.1" 200 2326',
  'client ip {IP_ADDRESS}, gateway {IP_ADDRESS}',
  'Device {MAC_ADDRESS} joined the network',
  'MAC address: {MAC_ADDRESS}',
  'Send the coins to {CRYPTO} today.',
  'my wallet {CRYPTO} got 0.5',
  'O CPF dele é {BR_CPF}.',
  'Mi DNI es {ES_NIF}.',
  'National Insurance number {UK_NINO}',
  'My name is {PERSON} and I have a question.',
  'Dear {PERSON},\n\nthank you for your letter.',
  'Mr. {PERSON} called yesterday about the invoice.',
  'meeting with {PERSON} tomorrow',
  'The token {API_KEY} does not work any more.',
  'export SERVICE_KEY={API_KEY}',
  'client = Client("{API_KEY}")',
  '{"key": "{API_KEY}", "region": "eu-west-1"}',
  'api_key = "{SECRET}"',
  'SECRET_KEY={SECRET}',
  'const token = "{SECRET}";',
  'auth_token: {SECRET}',
  'curl -H "Authorization: Bearer {SECRET}" https://api.example.com/v1/items',
  'password = "{PASSWORD}"',
  'DB_PASSWORD={PASSWORD}',
  '  password: {PASSWORD}',
  '{"user": "admin", "password": "{PASSWORD}"}',
  'The wifi password is {PASSWORD}',
  'login with {EMAIL_ADDRESS} and password {PASSWORD}',
];

export function labelledRows(seed: number, perTemplate: number): Row[] {
  const chance = new Chance(seed);
  return TEMPLATES.flatMap((template) => Array.from({ length: perTemplate }, () => fill(template, chance)));
}

function fill(template: string, chance: Chance): Row {
  const spans: Row['spans'] = [];
  let text = '';
  for (const part of template.split(/(\{[A-Z_]+\})/)) {
    const type = /^\{([A-Z_]+)\}$/.exec(part)?.[1] as Made | undefined;
    const value = type === undefined ? part : MAKERS[type](chance);
    if (type !== undefined) spans.push({ start: text.length, end: text.length + value.length, type });
    text += value;
  }
  return { text, spans };
}
