// Dates of birth (a date beside words of birth), ages, and coordinates.
import { isDate } from '../checks/checksums.ts';
import { type Context, wordsOf } from '../detect/context.ts';
import { neededBy } from '../detect/needed.ts';
import type { Scan } from '../detect/scan.ts';
import type { Recogniser, Report } from '../detect/types.ts';

const BIRTH: Context = {
  requires: true,
  near: wordsOf(
    'born|dob|d.o.b.|date of birth|birth date|birthdate|birthday|birth|date-of-birth|dateofbirth',
    'geboren|geb.|geburtsdatum|geburtstag|né|née|né le|née le|naissance|date de naissance|nacido|nacida|nació|nacimiento|fecha de nacimiento|cumpleaños',
    'nato|nata|nato il|nascita|data di nascita|nascido|nascida|nascimento|data de nascimento|geboortedatum|född|født|syntynyt|syntymäaika|födelsedatum|fødselsdato',
    'urodzony|urodzona|data urodzenia|narozen*|datum narození|născut*|data nașterii|doğum|doğum tarihi|γεννήθηκε|γέννησης|рожден*|родился|родилась|дата рождения|' +
      'जन्म|生年月日|出生|出生日期|생년월일|생일|誕生日|生日|תאריך לידה|تاريخ الميلاد',
  ),
};

const MONTHS =
  'jan(?:uary|uar|v\\.?|vier|eiro)?|feb(?:ruary|ruar|r\\.?|rero|braio)?|f[eé]vr(?:ier)?|fev(?:ereiro)?|m(?:ar(?:ch|s|zo|ço)?|ärz|aart|rt)|apr(?:il|ile)?|abr(?:il)?|avr(?:il)?|ma[yij]|mei|maio|mayo|maggio|' +
  'ju(?:n[ei]?|in|ne|ni|nio|nho|l[yi]?|ly|li|illet|lio|lho)|giugno|luglio|aug(?:ust|ustus)?|ao[uû]t|ago(?:sto)?|sep(?:t|tember|tembre|tiembre)?|set(?:embro|tembre)?|o[ck]t(?:ober|obre|ubre)?|ottobre|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?|' +
  'de[cz](?:ember|embre|embro)?|d[eé]c(?:embre)?|dic(?:embre|iembre)?|genn?(?:aio)?|ene(?:ro)?';
const NUMERIC = /(?<![\w/.-])(\d{1,4})([-/. ])(\d{1,2})\2(\d{2,4})(?![\w/-]|\.\d)/y;
const DAY_FIRST = new RegExp(
  `(?<![\\w-])(\\d{1,2})(?:st|nd|rd|th|º|er|\\.)?[ -](?:of |de |di )?(?:${MONTHS})\\.?,?[ -](?:de |del |di )?(?:\\d{4}|'?\\d{2})(?!\\w)`,
  'iy',
);
const YEAR_FIRST = new RegExp(`(?<![\\w-])\\d{4}-(?:${MONTHS})-(\\d{1,2})(?!\\w)`, 'iy');
/** Month, day, year: found by its year, and read backwards. */
const YEAR = /(?<=\d(?:st|nd|rd|th)?,? )(?:1[89]|20)\d{2}(?!\w)/y;
const MONTH_FIRST = new RegExp(`(?<![\\w-])(?:${MONTHS})\\.? (\\d{1,2})(?:st|nd|rd|th)?,? $`, 'i');
const LONGEST_MONTH_AND_DAY = 20;
const EAST_ASIAN = /(?<!\d)\d{4} ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日일]/y;
const COMPACT = /(?<![\w.-])(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?![\w-]|\.\d)/y;

const dates: Recogniser = (scan, report) => {
  if (!scan.hasDigit || !scan.mentions.has(BIRTH.near)) return;
  for (const match of scan.numberMatches(NUMERIC)) {
    const [first, middle, last] = [match[1], match[3], match[4]].map(Number) as [number, number, number];
    if (isSomeDate(first, middle, last, match[1]!.length, match[4]!.length)) reportBirth(match, report);
  }
  for (const expression of [DAY_FIRST, YEAR_FIRST]) {
    for (const match of scan.numberMatches(expression)) if (isDay(match[1])) reportBirth(match, report);
  }
  for (const match of scan.numberMatches(YEAR)) {
    const before = scan.text.slice(Math.max(0, match.index - LONGEST_MONTH_AND_DAY), match.index);
    const monthAndDay = MONTH_FIRST.exec(before);
    if (!monthAndDay || !isDay(monthAndDay[1])) continue;
    report('DATE_OF_BIRTH', match.index - monthAndDay[0].length, match.index + 4, 0.3, BIRTH);
  }
  for (const expression of [EAST_ASIAN, COMPACT])
    for (const match of scan.numberMatches(expression)) reportBirth(match, report);
};

const isDay = (text: string | undefined): boolean => Number(text) >= 1 && Number(text) <= 31;

function reportBirth(match: RegExpExecArray, report: Report): void {
  report('DATE_OF_BIRTH', match.index, match.index + match[0].length, 0.3, BIRTH);
}

function isSomeDate(
  first: number,
  middle: number,
  last: number,
  firstLength: number,
  lastLength: number,
): boolean {
  if (firstLength >= 3) return firstLength === 4 && lastLength <= 2 && isDate(first, middle, last);
  if (lastLength === 3) return false;
  return isDate(last, middle, first) || isDate(last, first, middle);
}

const YEARS = /(?<![\w.,-])\d{1,3}(?![\d.,]\d|\w{6})/y;
/** What stands right behind a number of years, and what may stand right before one. */
const AGE_BEHIND =
  /^(?:[- ](?:years?|yrs?|yr\.)[- ]old|[- ]?(?:y\/o|yo|y\.o\.)| Jahre alt| jaar oud| ?(?:岁|歲|歳|세)| (?:años|anos) de (?:edad|idade))(?!\w)/i;
const AGE_BEFORE = /(?<!\w)(?:aged?|age of|age is|age(?:d)?['"]?[:=]|âgée? de) ?['"]?$/i;
const TURNED =
  /(?<!\w)(?:(?:just|will|i'll|he'll|she'll|i|he|she|who|recently) turn(?:s|ed)?|when (?:i|he|she) was) $/i;
const MEASURE =
  /^ ?(?:%|°|degrees|left|right|percent|k?m\b|cm|miles|pounds|lbs|kg|pages|minutes|seconds|hours|days|weeks|months)/i;
const AGE_AROUND: readonly [before: RegExp, behind: RegExp][] = [
  [/(?<!\p{L})(?:j'ai|il a|elle a) $/iu, /^ ans(?!\p{L})/iu],
  [/(?<!\p{L})(?:tengo|tiene) $/iu, /^ años(?!\p{L})/iu],
  [/(?<!\p{L})(?:ho|ha) $/iu, /^ anni(?!\p{L})/iu],
  [/(?<!\p{L})(?:tenho|tem) $/iu, /^ anos(?!\p{L})/iu],
];
const MAX_AGE = 122; // Jeanne Calment
/** Things are old too. */
const NOT_PEOPLE = wordsOf(
  'building|house|car|company|tree|wine|whisk*|scotch|bridge|castle|software|code|codebase|system|laptop|computer|mortgage|bond|treaty|tradition|' +
    'species|fossil|earth|planet|star|universe|church|furniture|machine|bottle|manuscript|document|painting|recipe|loan|warranty|server',
);

const THING_NEAR = 24;
/** ` years old`. */
const LONGEST_UNIT = 10;

const ages: Recogniser = (scan, report) => {
  for (const match of scan.numberMatches(YEARS)) {
    const years = Number(match[0]);
    if (years < 1 || years > MAX_AGE) continue;
    const numberEnd = match.index + match[0].length;
    if (!isAge(scan.text, match.index, numberEnd)) continue;
    const thing =
      Math.min(
        scan.mentions.before(NOT_PEOPLE, match.index, THING_NEAR),
        scan.mentions.behind(NOT_PEOPLE, numberEnd, THING_NEAR + LONGEST_UNIT),
      ) <=
      THING_NEAR + LONGEST_UNIT;
    report('AGE', match.index, numberEnd, thing ? 0.3 : 0.6);
  }
};

/** The number is the age; the words that make it one stand around it. */
function isAge(text: string, start: number, end: number): boolean {
  const behind = text.slice(end, end + 16);
  if (AGE_BEHIND.test(behind)) return true;
  if (/^ ?%|^[\w:/-]/.test(behind)) return false;
  const before = text.slice(Math.max(0, start - 24), start);
  if (AGE_BEFORE.test(before)) return true;
  if (TURNED.test(before) && !MEASURE.test(behind)) return true;
  return AGE_AROUND.some(([ahead, after]) => ahead.test(before) && after.test(behind));
}

const DECIMAL_PAIR =
  /(?<![\w.,-]|\d[ ,;]{1,2})[-+]?([1-8]?\d|90)\.(\d{3,15})°?( ?[NS])?[,;/ ]{1,3}[-+]?(1[0-7]\d|180|\d{1,2})\.(\d{3,15})°?( ?[EWO])?(?![\w.]|[,;] ?[-+]?\d)/g;
const SEXAGESIMAL =
  /(?<![\w.])\d{1,3} ?° ?\d{1,2} ?['′’] ?(?:\d{1,2}(?:\.\d{1,6})? ?(?:"|″|''|”) ?)?[NSEWO](?:[ ,]{1,3}\d{1,3} ?° ?\d{1,2} ?['′’] ?(?:\d{1,2}(?:\.\d{1,6})? ?(?:"|″|''|”) ?)?[NSEWO])?(?!\w)/y;
const HEMISPHERE_DEGREES = /(?<![\w.])\d{1,3}\.\d{2,10} ?° ?[NS][ ,]{1,3}\d{1,3}\.\d{2,10} ?° ?[EWO](?!\w)/y;
const SINGLE =
  /(?<!\w)(?:latitude|longitude|lat|lng|lon|long|breitengrad|längengrad|latitud|longitud)['"]?[ ]?[:=]?[ ]?['"]?([-+]?\d{1,3}\.\d{3,15})(?!\w|\.\d)/gi;
const SINGLE_NEEDS = neededBy('lat', 'lng', 'lon', 'breite', 'länge');
const PLACE_CONTEXT: Context = {
  near: wordsOf(
    'gps|coordinates|coordinate|coords|latitude|longitude|lat|lng|lon|lat/lon|location|located|geo*|koordinaten|coordonnées|coordenadas|coordinate|position|map|maps',
  ),
};

const coordinates: Recogniser = (scan, report) => {
  for (const match of scan.matches(DECIMAL_PAIR)) {
    const precise = match[2]!.length >= 4 && match[5]!.length >= 4;
    const score = match[3] && match[6] ? 0.8 : precise ? 0.4 : 0.2;
    report('COORDINATES', match.index, match.index + match[0].length, score, PLACE_CONTEXT);
  }
  for (const expression of [SEXAGESIMAL, HEMISPHERE_DEGREES]) {
    if (!scan.text.includes('°')) break;
    for (const match of scan.numberMatches(expression))
      report('COORDINATES', match.index, match.index + match[0].length, 0.8, PLACE_CONTEXT);
  }
  if (!scan.mayHave(SINGLE_NEEDS)) return;
  for (const match of scan.matches(SINGLE)) {
    const start = match.index + match[0].length - match[1]!.length;
    if (Math.abs(Number(match[1])) <= 180) report('COORDINATES', start, start + match[1]!.length, 0.6);
  }
};

export const personalFacts: Recogniser = (scan: Scan, report) => {
  if (!scan.hasDigit) return;
  dates(scan, report);
  ages(scan, report);
  coordinates(scan, report);
};
