// Street addresses by the rules of a dozen countries, cities and countries by list, organisations by their legal forms.
import { isCapitalCode, isDigitCode, kindsOf, LETTER } from '../detect/chars.ts';
import { type Context, wordsOf } from '../detect/context.ts';
import { neededBy } from '../detect/needed.ts';
import type { Scan } from '../detect/scan.ts';
import type { Recogniser } from '../detect/types.ts';
import { GIVEN_NAMES, PLACES } from './gazetteer.ts';

// No hyphen and no space inside: what divides the words of a name can be read in one way only, so that no expression
// here tries the same characters twice.
const NAME = "\\p{Lu}[\\p{L}\\p{M}'’]{0,24}\\.?";
const STREET_TYPES =
  'Street|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Trail|Trl|Parkway|Pkwy|Circle|Cir|Highway|Hwy|Way|Crescent|Close|Grove|Gardens|Mews|Row|' +
  'Walk|Quay|Mall|Plaza|Loop|Alley|Turnpike|Expressway|Freeway|Bypass|Causeway|Crossing|Heights|Hill|Hollow|Knoll|Landing|Manor|Meadow|Pass|Path|Pike|Point|Ridge|Run|Shore|Springs|Station|Summit|Trace|View|Villa|Vista|' +
  'Village|Island|Isle|Junction|Keys|Lodge|Mission|Motorway|Orchard|Oval|Overpass|Parade|Passage|Pine|Plain|Port|Prairie|Radial|Ramp|Ranch|Rapid|Rest|River|Route|Rue|Shoal|Spur|Stravenue|Stream|Throughway|Track|Trafficway|Tunnel|Underpass|Union|Viaduct|Well|Wells|Fork|Forks|Glen|Green|Harbor|Haven|Burg|Common|Corner|Cove|Creek|Dale|Dam|Divide|Estate|Estates|Extension|Fall|Falls|Ferry|Field|Flat|Ford|Forest|Forge|Fort|Garden|Gateway|Inlet|Lake|Lakes|Light|Lock|Mill|Mills|Mount|Mountain|Neck|Park|Center|Camp|Canyon|Cape|Bluff|Bottom|Branch|Bridge|Brook|Beach|Bend|Bayou|Arcade|Annex';
/** Types that are other words too count only with a house number that is not a year, and with a unit, a town or a zip behind. */
const SURE_STREETS =
  /(?:Street|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Terrace|Parkway|Pkwy|Circle|Cir|Highway|Hwy|Way|Crescent|Close|Grove|Square|Sq|Trail|Gardens|Mews|Terrace|Turnpike)\.?$/;
const UNIT = `(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|Room|Rm|Flat|Bldg|Building|#)\\.? ?#?[A-Za-z0-9-]{1,6})?`;
const US_TAIL = `(?:,? ${NAME}(?: ${NAME}){0,2},? (?:[A-Z]{2}|${NAME}(?: ${NAME})?),? \\d{5}(?:-\\d{4})?)?`;
const UK_POSTCODE = '[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[ABD-HJLNP-UW-Z]{2}';
const TAIL = `(?:,? (?:${NAME} ){0,3}${UK_POSTCODE}|,? \\d{4,5} ${NAME}(?:[ -]${NAME}){0,2})?`;

const ENGLISH = new RegExp(
  `\\d{1,6}[A-Za-z]?(?:-\\d{1,4})?,? (?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\\.? )?(?:${NAME} |\\d{1,3}(?:st|nd|rd|th) ){1,4}?(?:${STREET_TYPES})(?![\\p{L}])\\.?(?: (?:N|S|E|W|NE|NW|SE|SW)(?!\\p{L}))?${UNIT}${US_TAIL}${TAIL}`,
  'uy',
);
const POST_BOX =
  /(?<!\p{L})(?:P\.? ?O\.? ?Box|Post Office Box|Postfach|Apartado(?: de correos)?|Boîte Postale|Casella Postale|Postbus|Caixa Postal) \d{1,8}(?!\d)/giu;
/** A flat without its street: the line of an address. */
const FLAT = /(?<![\p{L}\d])(?:Apt|Apartment|Suite|Ste)\.? #?\d{1,5}[A-Z]?(?![\p{L}\d]|[.,]\d)/gu;
const MILITARY =
  /(?<!\p{L})(?:PSC \d{1,5},? Box \d{1,5}|Unit \d{3,5} Box \d{1,5}|(?:USNS|USS|USNV|USCGC) \p{Lu}\p{L}{1,20})(?:,? (?:APO|FPO|DPO) A[AEP] \d{5})?/gu;
/** Street and number: the number is behind the name, so these are found by it and read backwards. */
const GERMANIC_ENDINGS =
  'straße|strasse|str\\.|weg|platz|allee|gasse|ring|damm|ufer|steig|stieg|markt|straat|laan|plein|gracht|kade|dijk|singel|gatan|vägen|gata|veien|vej|gade|katu|tie|allé';
const GERMANIC = new RegExp(
  `(?<!\\p{L})(?:\\p{Lu}[\\p{L}-]{1,30}(?:${GERMANIC_ENDINGS})|(?:\\p{Lu}[\\p{L}-]{1,24} ){1,3}(?:Straße|Strasse|Str\\.|Weg|Platz|Allee|Ring|Damm)) $`,
  'u',
);
const HOUSE_NUMBER = /\d{1,5}(?: ?[a-zA-Z](?!\p{L}))?(?:-\d{1,4})?(?![\p{L}\d]|[.,:]\d)/uy;
const GERMANIC_TOWN = new RegExp(
  `,? (?:D-|A-|CH-|NL-)?\\d{4,5}(?: ?[A-Z]{2})? ${NAME}(?:[ -]${NAME}){0,2}`,
  'uy',
);
const LONGEST_STREET = 64;
const ROMANCE_TYPES =
  'rue|avenue|av\\.|boulevard|bd|place|allée|chemin|impasse|quai|cours|passage|route|square|esplanade|faubourg|calle|c/|avenida|avda\\.|avda|plaza|paseo|carrera|cra\\.|camino|ronda|travesía|calzada|' +
  'via|viale|piazza|piazzale|corso|largo|vicolo|strada|contrada|rua|travessa|praça|alameda|estrada|rodovia|praceta|ulica|ul\\.|aleja|al\\.|bulevardul';
const ROMANCE_WORDS = ROMANCE_TYPES.split('|')
  .flatMap((word) => [word, word[0]!.toUpperCase() + word.slice(1)])
  .join('|');
const ROMANCE_PARTICLES =
  "(?:(?:de|du|des|de la|del|de los|de las|della|delle|dei|degli|dello|do|da|dos|das|la|le|les|el|los|las|san|santa) |(?:de l|d|dell|all)['’])?";
const ROMANCE_NAMES = `${ROMANCE_PARTICLES}${NAME}(?:[ -]${ROMANCE_PARTICLES}${NAME}){0,4}`;
const FRENCH = new RegExp(
  `\\d{1,4}(?: ?(?:bis|ter|quater))?,? (?:${ROMANCE_WORDS}) ${ROMANCE_NAMES}(?:,? (?:F-)?\\d{5} ${NAME}(?:[ -]${NAME}){0,2})?`,
  'uy',
);
const ROMANCE = new RegExp(
  `(?<!\\p{L})(?:${ROMANCE_WORDS}) ?${ROMANCE_NAMES},? (?:n[.º°]{1,2} ?|núm\\.? ?|# ?)?$`,
  'u',
);
const ROMANCE_TOWN = new RegExp(`,? (?:\\d{4,5}(?:-\\d{3})?) ${NAME}(?:[ -]${NAME}){0,2}`, 'uy');
const ROMANCE_STREETS = wordsOf(ROMANCE_TYPES.replaceAll('\\', ''));
/** What such a number may be behind: `bis`, `ter`, `quater`, or the word for a street. */
const FRENCH_BEGINNINGS = new Set(
  [...'btq', ...ROMANCE_TYPES.split('|').map((word) => word[0]!)].map((char) => char.charCodeAt(0)),
);
/** The last two letters of a street before its number. */
const GERMANIC_SIGNS = new Set(
  [...GERMANIC_ENDINGS.split('|'), 'ße'].map((word) => word.replace('\\', '').slice(-2)),
);
const EAST_ASIAN_END =
  /\d{1,5}(?:号|號|番地|番|丁目|弄|室|-\d{1,4}(?:-\d{1,4})?)(?:\d{1,4}(?:号|號|室|楼))?/g;
const EAST_ASIAN_PART = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\d-]/u;
const KOREAN =
  /(?<![가-힣])[가-힣]{1,8}(?:시|도) [가-힣]{1,8}[구군시] [가-힣\d]{1,12}[로길동] ?\d{1,5}(?:-\d{1,5})?/g;
const HAN = /\p{scx=Han}/u;
const HANGUL = /[\uac00-\ud7af]/;
const MAX_EAST_ASIAN = 40;
const POSTCODE = new RegExp(`(?<![A-Za-z0-9])${UK_POSTCODE}(?![A-Za-z0-9])`, 'y');
const ADDRESS_CONTEXT: Context = {
  near: wordsOf(
    'address|addresses|street|lives at|live at|residing|resides|residence|postcode|postal code|post code|zip|zip code|ship to|shipping|deliver*|mail to|home|located at|moved to|billing address|mailing|london|uk|united kingdom|england',
    'adresse|anschrift|wohnhaft|wohnt|habite|domicilié|dirección|domicilio|indirizzo|residente|endereço|morada|adres|adress|osoite|住所|地址|주소',
  ),
};

const addresses: Recogniser = (scan, report) => {
  if (!scan.hasDigit) return;
  const emit = (start: number, text: string, score: number): void => {
    const trimmed = text.replace(/[ ,.-]+$/, '');
    report('STREET_ADDRESS', start, start + trimmed.length, score, ADDRESS_CONTEXT);
  };
  numbersFirst(scan, emit);
  streetsByNumber(scan, emit);
  if (scan.mayHave(BOX_NEEDS)) for (const match of scan.matches(POST_BOX)) emit(match.index, match[0], 0.7);
  for (const match of scan.mayHave(FLAT_NEEDS) ? scan.matches(FLAT) : []) emit(match.index, match[0], 0.5);
  for (const expression of HANGUL.test(scan.text) ? [MILITARY, KOREAN] : [MILITARY])
    for (const match of scan.matches(expression)) emit(match.index, match[0], 0.7);
  for (const match of HAN.test(scan.text) ? scan.matches(EAST_ASIAN_END) : []) {
    let start = match.index;
    while (start > 0 && match.index - start < MAX_EAST_ASIAN && EAST_ASIAN_PART.test(scan.text[start - 1]!))
      start--;
    const text = scan.text.slice(start, match.index + match[0].length);
    if (/^\p{scx=Han}.*[省市区區県都府町村路街]/u.test(text)) emit(start, text, 0.7);
  }
  const postcodeAt = (number: number): number =>
    number - (isCapitalCode(scan.text.charCodeAt(number - 2)) ? 2 : 1);
  for (const match of scan.numberMatches(POSTCODE, postcodeAt)) emit(match.index, match[0], 0.25);
};

const FLAT_NEEDS = neededBy('apt', 'apartment', 'suite', 'ste');
const BOX_NEEDS = neededBy('box', 'postfach', 'apartado', 'postale', 'postbus', 'caixa');

type Emit = (start: number, text: string, score: number) => void;

/** `12 High Street`, `12 bis rue de la Paix`: tried where a name may follow a number. */
function numbersFirst(scan: Scan, emit: Emit): void {
  const { text } = scan;
  let reached = 0;
  for (const { start, end, digits } of scan.atoms) {
    if (!digits || start < reached || !isDigitCode(text.charCodeAt(start))) continue;
    const before = text.charCodeAt(start - 1);
    if (before === DOT || before === HYPHEN || (kindsOf(before) & LETTER) !== 0 || !nameFollows(text, end))
      continue;
    ENGLISH.lastIndex = start;
    const english = before === COMMA ? undefined : ENGLISH.exec(text)?.[0];
    FRENCH.lastIndex = start;
    const found = english ?? FRENCH.exec(text)?.[0];
    if (found === undefined) continue;
    emit(start, found, english === undefined ? 0.65 : englishScore(found));
    reached = start + found.length;
  }
}

const [COMMA, HYPHEN, DOT, BLANK] = [44, 45, 46, 32];
/** The longest that stands between a house number and a name: `-1234 quater, NE. `. */
const MAX_BETWEEN = 12;

/** A space comes soon, and behind it what a street's name may begin with. */
function nameFollows(text: string, end: number): boolean {
  const code = text.charCodeAt(end);
  if (code !== BLANK && code !== COMMA && code !== HYPHEN) return false;
  for (let at = end; at < end + MAX_BETWEEN; at++) {
    if (text.charCodeAt(at) !== BLANK) continue;
    const next = text.charCodeAt(at + 1);
    if (isCapitalCode(next) || next > 0x7f || isDigitCode(next) || FRENCH_BEGINNINGS.has(next)) return true;
  }
  return false;
}

function streetsByNumber(scan: Scan, emit: Emit): void {
  const { text } = scan;
  for (const { start: at, digits } of scan.atoms) {
    if (!digits || !/[ .,º°#]/.test(text[at - 1] ?? '') || !/[\p{L}.,º°#]/u.test(text[at - 2] ?? ''))
      continue;
    HOUSE_NUMBER.lastIndex = at;
    const number = HOUSE_NUMBER.exec(text)?.[0];
    if (number === undefined || number.startsWith('0') || /^(?:19|20)\d{2}$/.test(number)) continue;
    const inGermanic = text[at - 1] === ' ' && GERMANIC_SIGNS.has(scan.lower.slice(at - 3, at - 1));
    const inRomance = scan.mentions.before(ROMANCE_STREETS, at, LONGEST_STREET) <= LONGEST_STREET;
    if (!inGermanic && !inRomance) continue;
    const before = text.slice(Math.max(0, at - LONGEST_STREET), at);
    const germanic = inGermanic ? GERMANIC.exec(before) : null;
    const found = germanic ?? (inRomance ? ROMANCE.exec(before) : null);
    if (!found) continue;
    const town = germanic ? GERMANIC_TOWN : ROMANCE_TOWN;
    const end = at + number.length;
    town.lastIndex = end;
    const whole = text.slice(at - found[0].length, end) + (town.exec(text)?.[0] ?? '');
    emit(
      at - found[0].length,
      whole,
      germanic ? 0.7 : /^(?:via|strada|place|route|square|passage|cours) /.test(whole) ? 0.2 : 0.6,
    );
  }
}

function englishScore(text: string): number {
  const street = text
    .replace(/,.*$/, '')
    .replace(/ (?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|Room|Rm|Flat|Bldg|#).*$/, '');
  const whole = /\d{5}(?:-\d{4})?$|[A-Z]{2}$/.test(text) && /[A-Z]{2},? \d{5}|\d[A-Z]{2}$/.test(text);
  if (whole || / (?:Apt|Apartment|Suite|Ste)\.? /.test(text)) return 0.85;
  if (/^(?:1[5-9]|20)\d{2} /.test(street) && !SURE_STREETS.test(street)) return 0.2;
  // "Copyright 2011 Gary Court".
  if (/^(?:19|20)\d{2} /.test(street)) return 0.45;
  return SURE_STREETS.test(street) ? 0.65 : 0.35;
}

const PLACE_CONTEXT: Context = {
  near: wordsOf(
    'live|lives|lived|living|reside|resides|resided|residing|resident|born|hometown|home town|moved|relocat*|grew up|raised|based|located|city|town|country|state|birthplace|place of birth|citizen|citizenship|nationality|native|address|zip|postal|visited|my house|my apartment|office in',
    'wohne|wohnt|wohnhaft|geboren|stadt|ort|land|wohnort|geburtsort|habite|réside|née?|ville|pays|vivo|vive|reside|nacido|nacida|ciudad|país|abito|abita|vivo a|nato|nata|città|paese|moro|mora|cidade|woon|woont|stad|bor|asun|mieszka|mieszkam|miasto',
  ),
};
/** The words that may follow the first word of a place's name; an empty string: none need to. */
const CONTINUATIONS = new Map<string, string[]>();
for (const place of [...PLACES].sort((a, b) => b.length - a.length)) {
  const [first, ...rest] = place.split(' ') as [string, ...string[]];
  CONTINUATIONS.set(first, [
    ...(CONTINUATIONS.get(first) ?? []),
    rest.length === 0 ? '' : ` ${rest.join(' ')}`,
  ]);
}

const places: Recogniser = (scan, report) => {
  for (const { start, end, lower: name } of scan.words) {
    for (const more of CONTINUATIONS.get(name) ?? []) {
      const close = end + more.length;
      if (more !== '' && (scan.lower.slice(end, close) !== more || /\p{L}/u.test(scan.text[close] ?? '')))
        continue;
      report('LOCATION', start, close, GIVEN_NAMES.has(name) && more === '' ? 0.15 : 0.2, PLACE_CONTEXT);
      break;
    }
  }
};

const COMPANY = "\\p{Lu}[\\p{L}\\p{N}\\p{M}&'’.]{0,30}";
const LEGAL =
  'Inc|Incorporated|Ltd|Limited|LLC|L\\.L\\.C|LLP|PLC|plc|Corp|Corporation|GmbH|mbH|AG|KG|OHG|KGaA|SE|S\\.A\\.S|SAS|SARL|S\\.A\\.R\\.L|S\\.A|SA|S\\.L|SL|S\\.p\\.A|SpA|S\\.r\\.l|Srl|SRL|B\\.V|BV|N\\.V|NV|AB|ASA|AS|A\\/S|ApS|Oy|Oyj|Pty Ltd|Pvt Ltd|Pte Ltd|Private Limited|Ltda|Lda|EIRL|Kft|Zrt|Sp\\. z o\\.o|s\\.r\\.o|a\\.s|d\\.o\\.o|e\\.V|K\\.K|Co';
const LEGAL_WORDS = new Set(
  LEGAL.replaceAll('\\', '')
    .split('|')
    .map((form) => form.split(/[. ]/)[0]!),
);
const LEGAL_FORM = new RegExp(`(?:${LEGAL})(?![\\p{L}\\p{N}])\\.?`, 'uy');
const LEGAL_NAME = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${COMPANY}(?:,? (?:and |& |und |et |y |e )?|-)){1,4}$`,
  'u',
);
const INSTITUTIONS = new Set(
  'University Hospital Bank College Institute Foundation Insurance Pharmaceuticals Holdings Industries Airlines Partners Associates Ventures Logistics Consulting'.split(
    ' ',
  ),
);
const INSTITUTION_NAME = /(?<![\p{L}\p{N}])(?:\p{Lu}[\p{L}'’.-]{1,24} ){1,3}$/u;
const INSTITUTION_OF = /^ (?:of|de|di|du|do) \p{Lu}\p{L}{1,24}/u;
const LONGEST_NAME = 80;
const EMPLOYER: Context = {
  near: wordsOf(
    'work at|works at|worked at|working at|work for|works for|worked for|working for|employed|employer|company|employee of|ceo|cto|cfo|founder|founded|job at|joined|organization|organisation|firm|client|vendor|supplier|hired by|arbeitet bei|arbeite bei|firma|travaille chez|trabaja en|lavora|trabalha',
  ),
};
/** Short forms that are words in other languages count only behind a word that is not all capitals. */
const SHORT_FORM =
  /(?:^|\s)[A-Z.]+ (?:SE|SA|AS|AB|AG|SL|NV|BV|KG|Co)\.?$|^(?:The|A|An|This|That|If|In|On|And|Or|But|Is|It) (?:SE|SA|AS|AB|AG|SL|NV|BV|KG|Co)\.?$/;

const organisations: Recogniser = (scan, report) => {
  const { text } = scan;
  for (const word of scan.words) {
    const before = (): string => text.slice(Math.max(0, word.start - LONGEST_NAME), word.start);
    if (LEGAL_WORDS.has(word.text)) {
      LEGAL_FORM.lastIndex = word.start;
      const form = LEGAL_FORM.exec(text)?.[0];
      const name = form === undefined ? undefined : LEGAL_NAME.exec(before())?.[0];
      if (form === undefined || name === undefined || SHORT_FORM.test(name + form)) continue;
      report('ORGANIZATION', word.start - name.length, word.start + form.length, 0.65, EMPLOYER);
    } else if (INSTITUTIONS.has(word.text)) {
      const name = INSTITUTION_NAME.exec(before())?.[0] ?? '';
      const of = INSTITUTION_OF.exec(text.slice(word.end, word.end + 32))?.[0] ?? '';
      if (name !== '' || of !== '')
        report('ORGANIZATION', word.start - name.length, word.end + of.length, 0.45, EMPLOYER);
    } else if (word.text.includes('-') && /^\p{Lu}\p{Ll}{2,20}-\p{Lu}\p{Ll}{2,20}$/u.test(word.text)) {
      report('ORGANIZATION', word.start, word.end, 0.1, EMPLOYER);
    }
  }
};

export const placesAndOrganisations: Recogniser = (scan, report) => {
  addresses(scan, report);
  places(scan, report);
  organisations(scan, report);
};
