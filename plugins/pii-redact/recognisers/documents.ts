// Passports, driver licences and medical numbers: forms that say little, so the words beside them must say it.
import { luhn } from '../checks/checksums.ts';
import { type Context, wordsOf } from '../detect/context.ts';
import type { Recogniser } from '../detect/types.ts';

const PASSPORT =
  /(?:[A-Z]{1,2} ?\d{6,8}|\d{2}[A-Z]{2}\d{5}|\d{8,9}|[A-Z]\d{2} ?\d{6}|[A-Z]{3}\d{6}|[A-Z]{2}[A-Z0-9]{7}|[CFGHJK][CFGHJKLMNPRTVWXYZ0-9]{8})(?![A-Za-z0-9_-]|\.\d)/y;
const PASSPORT_CONTEXT: Context = {
  requires: true,
  near: wordsOf(
    'passport|passports|passport number|passport no|travel document|reisepass*|passnummer|passeport|pasaporte|passaporto|passaporte|paspoort*|pasnummer|' +
      'passnummer|passinumero|pass nr|paszport*|cestovní pas|pașaport|διαβατήριο|pasaport|паспорт*|護照|护照|パスポート|旅券|여권|पासपोर्ट|דרכון|جواز',
  ),
};

const LICENCE =
  /(?=[A-Z0-9 -]{0,12}\d)(?:[A-Z]{1,3}[- ]?\d{3,9}(?:[- ]\d{3,6}){0,4}|\d{7,12}|\d{3}[- ]\d{3}[- ]\d{3,4}|\d{2}[A-Z]{3}\d{5}|[A-Z0-9]{6,16}|[A-Z]{2}[- ]?\d{2}[- ]?\d{4}[- ]?\d{7}|[A-Z]{2}\d{2} \d{11})(?![A-Za-z0-9_-]|\.\d)/y;
const LICENCE_CONTEXT: Context = {
  requires: true,
  near: wordsOf(
    "driver's license|driver’s license|drivers license|driver license|driver's licence|drivers licence|driving licence|driving license|driver licence|dl|dl number|dl no|license number|licence number|" +
      'driver license number|license no|licence no|dmv|driving permit|führerschein*|führerscheinnummer|permis de conduire|numéro de permis|permiso de conducir|licencia de conducir|carnet de conducir|carné de conducir|patente di guida|patente|carta de condução|' +
      'cnh|carteira de motorista|rijbewijs*|körkort*|førerkort*|ajokortti*|kørekort*|prawo jazdy|řidičský průkaz|permis auto|ehliyet|sürücü belgesi|водительск*|運転免許|驾驶证|驾照|운전면허',
  ),
};

const DEA = /[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}(?![A-Za-z0-9_-])/y;
const DEA_CONTEXT: Context = {
  near: wordsOf(
    'dea|dea number|dea registration|medical license|prescriber|physician|doctor|controlled substance',
  ),
};
const NPI = /[12]\d{9}(?![\w-]|\.\d)/y;
const NPI_CONTEXT: Context = {
  requires: true,
  near: wordsOf('npi|national provider|provider identifier|provider id'),
};
const MEDICAL_LICENSE_CONTEXT: Context = {
  requires: true,
  near: wordsOf(
    'medical license|medical licence|gmc|gmc number|approbation*|lanr|rpps|crm|license to practice|nursing license|physician license',
  ),
};
const MEDICAL_LICENSE = /(?:[A-Z]{1,3}[- ]?\d{4,8}|\d{5,11})(?![A-Za-z0-9_-]|\.\d)/y;
const RECORD =
  /(?:[A-Z]{1,5}[- ]?\d{4,10}(?:-\d{1,4})?|\d{3}-\d{3}-\d{3,4}|\d{2,4}-\d{4,8}|\d{5,12}|[A-Z]{2,4}-\d{4}-\d{3,6})(?![A-Za-z0-9_-]|\.\d)/y;
const RECORD_CONTEXT: Context = {
  requires: true,
  near: wordsOf(
    'mrn|medical record|medical record number|medical records|patient id|patient number|patient no|record number|chart number|hospital number|health record|' +
      'health plan|beneficiary number|member id|insurance id|health insurance number|policy number|patientennummer|fallnummer|numéro de dossier|dossier médical|historia clínica|cartella clinica|prontuário|patiëntnummer|病历号|患者番号|환자번호',
  ),
};

export function isDea(id: string): boolean {
  const digit = (i: number): number => Number(id[i]);
  return (digit(2) + digit(4) + digit(6) + 2 * (digit(3) + digit(5) + digit(7))) % 10 === digit(8);
}

/** CMS: Luhn over the number with 80840 before it. */
export const isNpi = (id: string): boolean => luhn(`80840${id}`);

interface Rule {
  type: string;
  form: RegExp;
  context: Context;
  score(id: string): number;
}

const RULES: readonly Rule[] = [
  { type: 'PASSPORT', form: PASSPORT, context: PASSPORT_CONTEXT, score: (id) => (/\d/.test(id) ? 0.3 : 0) },
  {
    type: 'DRIVER_LICENSE',
    form: LICENCE,
    context: LICENCE_CONTEXT,
    score: (id) => (/\d.*\d.*\d/.test(id) ? 0.25 : 0),
  },
  { type: 'MEDICAL_LICENSE', form: DEA, context: DEA_CONTEXT, score: (id) => (isDea(id) ? 0.55 : 0.15) },
  { type: 'MEDICAL_LICENSE', form: NPI, context: NPI_CONTEXT, score: (id) => (isNpi(id) ? 0.4 : 0.2) },
  { type: 'MEDICAL_LICENSE', form: MEDICAL_LICENSE, context: MEDICAL_LICENSE_CONTEXT, score: () => 0.25 },
  { type: 'MEDICAL_RECORD_NUMBER', form: RECORD, context: RECORD_CONTEXT, score: () => 0.3 },
];

/** Letters and digits, or a joint, before a number: it goes on to the left. */
const JOINED = /[A-Za-z0-9_.-]/;

export const documents: Recogniser = (scan, report) => {
  if (!scan.hasDigit) return;
  const { text, atoms, mentions } = scan;
  // Without a word that they require nowhere near, most rules have nothing to say.
  const rules = RULES.filter(({ context }) => !context.requires || mentions.has(context.near));
  if (rules.length === 0) return;
  atoms.forEach(({ start, digits }, at) => {
    if (!digits && !atoms[at + 1]?.digits) return;
    if (start > 0 && JOINED.test(text[start - 1]!)) return;
    for (const { type, form, context, score } of rules) {
      form.lastIndex = start;
      const id = form.exec(text)?.[0];
      if (id !== undefined) report(type, start, start + id.length, score(id), context);
    }
  });
};
