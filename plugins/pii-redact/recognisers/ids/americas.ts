// Canada and Latin America.
import { isDate, isTrivial, luhn, weighted } from '../../checks/checksums.ts';
import type { IdRule } from './rule.ts';

/** Receita Federal: two digits modulo 11. */
export function isCpf(id: string): boolean {
  if (/^(\d)\1{10}$/.test(id)) return false;
  const digit = (length: number): number => {
    const weights = Array.from({ length }, (_, i) => length + 1 - i);
    return ((weighted(id, weights) * 10) % 11) % 10;
  };
  return digit(9) === Number(id[9]) && digit(10) === Number(id[10]);
}

export function isCnpj(id: string): boolean {
  if (/^(\d)\1{13}$/.test(id)) return false;
  const digit = (weights: number[]): number => {
    const rest = weighted(id, weights) % 11;
    return rest < 2 ? 0 : 11 - rest;
  };
  const first = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
  return digit(first) === Number(id[12]) && digit([6, ...first]) === Number(id[13]);
}

const CURP_ALPHABET = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';
const CURP =
  /^[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX](?:AS|B[CS]|C[CLMSH]|D[FG]|G[TR]|HG|JC|M[CNS]|N[ETL]|OC|PL|Q[TR]|S[PLR]|T[CSL]|VZ|YN|ZS)[B-DF-HJ-NP-TV-Z]{3}[A-Z\d]\d$/;

/** RENAPO, Instructivo normativo para la asignación de la CURP. */
export function isCurp(id: string): boolean {
  if (!CURP.test(id)) return false;
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += CURP_ALPHABET.indexOf(id[i]!) * (18 - i);
  return (10 - (sum % 10)) % 10 === Number(id[17]);
}

const rfcDate = (id: string, at: number): boolean =>
  isDate(Number(id.slice(at, at + 2)), Number(id.slice(at + 2, at + 4)), Number(id.slice(at + 4, at + 6)));

/** AFIP: modulo 11 with the weights 5,4,3,2,7,6,5,4,3,2; the prefix says who it is. */
export function isCuit(id: string): boolean {
  if (!/^(?:2[0347]|3[034])/.test(id)) return false;
  const rest = 11 - (weighted(id, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11);
  return (rest === 11 ? 0 : rest === 10 ? 9 : rest) === Number(id[10]);
}

/** Registro Civil: modulo 11, ten is K. */
export function isRut(id: string): boolean {
  let sum = 0;
  for (let i = id.length - 2, weight = 2; i >= 0; i--, weight = weight === 7 ? 2 : weight + 1) {
    sum += Number(id[i]) * weight;
  }
  return '0K987654321'[sum % 11] === id.at(-1);
}

export const AMERICAS: readonly IdRule[] = [
  {
    type: 'CA_SIN',
    forms: '999-999-999|999 999 999|999999999',
    check: (id) => luhn(id) && id[0] !== '0' && id[0] !== '8' && !isTrivial(id),
    score: 0.4,
    bare: 0.2,
    words: 'sin|social insurance|sin number|numéro d’assurance sociale|assurance sociale|nas|canada|canadian',
  },
  {
    type: 'BR_CPF',
    forms: '999.999.999-99|99999999999|999-999-999-99|999 999 999 99',
    check: isCpf,
    score: 0.9,
    bare: 0.35,
    words: 'cpf|cadastro de pessoa*|pessoa física|contribuinte',
  },
  {
    type: 'BR_CNPJ',
    forms: '99.999.999/9999-99|99999999999999|99.999.999-9999-99',
    check: isCnpj,
    score: 0.9,
    bare: 0.4,
    words: 'cnpj|cadastro nacional|pessoa jurídica|empresa',
  },
  {
    type: 'BR_RG',
    forms: '99.999.999-9|99.999.999-A',
    score: 0.3,
    bare: 0.2,
    words: 'rg|registro geral|identidade|carteira de identidade',
  },
  {
    type: 'MX_CURP',
    forms: 'AAAA999999AAAAAAX9',
    check: isCurp,
    score: 0.95,
    bare: 0.95,
    failing: 0.4,
    words: 'curp|clave única|registro de población',
  },
  {
    type: 'MX_RFC',
    forms: 'AAAA999999XXX|AAA999999XXX|AAAA-999999-XXX|AAA-999999-XXX',
    check: (id) => rfcDate(id, id.length - 9),
    score: 0.5,
    bare: 0.4,
    words: 'rfc|registro federal|contribuyente*|hacienda|sat',
  },
  {
    type: 'AR_CUIT',
    forms: '99-99999999-9|99 99999999 9|99999999999',
    check: isCuit,
    score: 0.75,
    bare: 0.35,
    words: 'cuit|cuil|afip|clave única',
  },
  {
    type: 'AR_DNI',
    forms: '99.999.999|9.999.999|99999999',
    score: 0.15,
    bare: 0.1,
    words: 'dni|documento nacional|documento de identidad|documento',
  },
  {
    type: 'CL_RUT',
    forms: '99.999.999-X|9.999.999-X|99999999-X|9999999-X|999999999',
    check: isRut,
    score: 0.75,
    bare: 0.2,
    words: 'rut|run|rol único|rol unico',
  },
  {
    type: 'CO_NIT',
    forms: '999.999.999-9|999999999-9',
    score: 0.35,
    bare: 0.2,
    words: 'nit|número de identificación tributaria',
  },
  {
    type: 'CO_CEDULA',
    forms: '9.999.999.999|99.999.999|9999999999|99999999',
    score: 0.15,
    bare: 0.1,
    words: 'cédula|cedula|cédula de ciudadanía|c.c.|registraduría',
  },
  {
    type: 'PE_DNI',
    forms: '99999999|99999999-9',
    score: 0.1,
    bare: 0.1,
    words: 'dni peruano|reniec',
  },
];
