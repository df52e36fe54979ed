// Names of persons: lists of given names and surnames, and the words that introduce a name. It is no language model:
// a name that is in no list and that nothing introduces is not found.
import type { Scan } from '../detect/scan.ts';
import type { Recogniser, Report } from '../detect/types.ts';
import type { Word } from '../detect/words.ts';
import { GIVEN_NAMES, PLACES, SURNAMES, WORD_NAMES } from './gazetteer.ts';

/** Surnames that are ordinary words: beside a given name that is one too, they are a phrase ("Will Power", "May Day"). */
const WORD_SURNAMES = new Set(
  (
    'ball banks barber bell berry best bishop black bloom bond booth branch bridges brown buck bush butler carpenter case cash chase church clay cook cooper cross day dean decker drake ' +
    'english fields fisher flowers forbes ford foreman forest foster fowler fox france franklin french frost fry gates glass golden good grant graves gray green grey hall hardy hart head heath hill holiday hood hope horn house ' +
    'hunter jordan judge king knight lake lamb lane law leach lee little long love low major mann marks marsh may meadows miles mills moon moody morning moss noble north nova ' +
    'page paris park parks perry pierce pitts pool poole pope porter potter power price prince ray reed rice rich rivers roach rose rush sage sharp shields short silver singer skinner small snow sparks speed spring stark steel ' +
    'stone story street strong summers sun sweet temple turner valentine van vance wade walker wall walls ware washington waters way webb weeks weiss wells west wheeler white wise wolf wood woods young'
  ).split(' '),
);
/** Capitalised words that are no surname: sentence beginnings, months, nouns that follow a name in other names. */
const NO_SURNAME = new Set(
  (
    'the and for you your his her our their this that these those with from when where what who why how are was were has have had will would can could should may might must shall did does not but about after before ' +
    'monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december ' +
    'street st road rd avenue ave boulevard lane drive court square bridge river lake mountain mount island valley beach bay park garden gardens airport station university college school institute academy hospital ' +
    'church cathedral museum library hotel inn restaurant cafe theatre theater stadium center centre foundation society award prize cup inc ltd llc gmbh corp corporation company group bank motors records press news times ' +
    'county city town village state country north south east west northern southern eastern western day night morning evening week month year century war act law theorem equation number function method class algorithm ' +
    'model test distribution process effect principle rule syndrome disease constant transform series sort search tree machine loop api sdk framework is in on at to of if or as by it its be an so we he she they i my me ' +
    "i’m i'm yes no ok hi hello hey dear thanks thank regards sincerely please sir madam mr mrs ms dr prof chapter section table figure page part email phone address date name id ssn"
  ).split(' '),
);
const TITLES = new Set(
  (
    'mr mrs ms miss mx dr prof professor doctor sir dame lady madam madame rev reverend father sister brother captain capt sergeant sgt lieutenant lt colonel col judge justice senator sen congressman ' +
    'president minister nurse officer detective herr frau hr fr monsieur mme mlle mademoiselle señor señora señorita sr sra srta don doña signor signora sig dott dottoressa dottor senhor senhora dhr mevr mevrouw meneer pan pani herra rouva'
  ).split(' '),
);
const WEAK_TITLES = new Set(
  'father sister brother president minister judge justice don pan nurse captain officer lady fr col sr sen'.split(
    ' ',
  ),
);
const PARTICLES = new Set(
  'van von der den de del della di da dos das du la le el al bin ibn ben ter ten zu zum af av'.split(' '),
);
const SURNAME_ENDINGS =
  /(?:sson|sen|son|ez|ski|ska|sky|skaya|wicz|czyk|ov|ova|ev|eva|enko|chuk|yan|ian|idis|opoulos|akis|escu|eanu|oğlu|oglu|inen|berg|ström|strom|quist|qvist|mann|stein|burg|dottir|dóttir|elli|etti|ini|ucci|swamy|murthy|singh|wala)$/i;
/** Where one of these ends right before a capitalised word, that word is looked at. */
const INTRODUCTIONS =
  /(?<![\p{L}\d])(?:my name is|name is|name's|i am|i'm|this is|call me|named|dear|hi|hello|hey|signed|sincerely|regards|best|cheers|yours|patient|customer|client|employee|applicant|tenant|attendee|contact|recipient|sender|cardholder|account holder|beneficiary|full name|first name|last name|name|spoke with|spoke to|met with|meeting with|talk to|talked to|assigned to|reported by|written by|prepared by|mit freundlichen grüßen|ich heiße|mein name ist|je m'appelle|je suis|nom|prénom|me llamo|mi nombre es|nombre|mi chiamo|nome|meu nome é|mijn naam is|ik ben|naam|jag heter|mitt namn är|nazywam się|imię|benim adım|меня зовут)["'*_]{0,3} ?[:=,]?["'*_ ]{0,3}\n?["']?$/iu;
const LONGEST_INTRODUCTION = 32;

export const persons: Recogniser = (scan, report) => {
  const { words } = scan;
  for (let first = 0; first < words.length; ) {
    const found = fullName(scan.text, words, first) ?? surnameFirst(scan.text, words, first);
    if (found) report('PERSON', words[first]!.start, trimEnd(scan.text, words[found.last]!.end), found.score);
    else if (isOnlyAName(words[first]!))
      report('PERSON', words[first]!.start, trimEnd(scan.text, words[first]!.end), GIVEN_NAME_ALONE);
    first = found ? found.last + 1 : first + 1;
  }
  titled(scan, words, report);
  introduced(scan, words, report);
  eastAsian(scan, report);
  slavic(scan, report);
};

/** Below what counts by default: whoever in an exercise or a story "sold 48 clips" is nobody. */
const GIVEN_NAME_ALONE = 0.4;
const isOnlyAName = ({ text, plain }: Word): boolean =>
  GIVEN_NAMES.has(plain) &&
  plain.length >= 4 &&
  !isUpper(text) &&
  !WORD_NAMES.has(plain) &&
  !SURNAMES.has(plain) &&
  !PLACES.has(plain);

/** The place behind a word that another one may begin at: a space, perhaps with an initial or a particle. */
function gap(text: string, from: number, to: number): 'space' | 'particle' | undefined {
  const between = text.slice(from, to);
  if (between === ' ') return 'space';
  // The dot of an initial or of a title; any other ends a sentence.
  if (between === '. ') return isShortened(text, from) ? 'space' : undefined;
  if (to - from > 14 || !/^ [\p{L}.]{1,3}(?: \p{Ll}{2,3})? $/u.test(between)) return undefined;
  return between
    .trim()
    .split(' ')
    .every((word) => PARTICLES.has(word) || /^\p{Lu}\.$/u.test(word))
    ? 'particle'
    : undefined;
}

const isShortened = (text: string, end: number): boolean =>
  TITLES.has((/\p{L}{1,10}$/u.exec(text.slice(Math.max(0, end - 10), end))?.[0] ?? '').toLowerCase()) ||
  /(?<!\p{L})\p{Lu}$/u.test(text.slice(Math.max(0, end - 2), end));

const isUpper = (word: string): boolean => word.length > 1 && word === word.toUpperCase();
const isSurname = (word: Word): boolean =>
  SURNAMES.has(word.plain) ||
  SURNAMES.has(firstPart(word)) ||
  (word.plain.length > 4 && SURNAME_ENDINGS.test(word.plain));

function firstPart({ plain }: Word): string {
  const joint = plain.indexOf('-');
  return joint < 0 ? plain : plain.slice(0, joint);
}

function fullName(
  text: string,
  words: readonly Word[],
  first: number,
): { last: number; score: number } | undefined {
  const given = words[first]!;
  if (!GIVEN_NAMES.has(given.plain) && !GIVEN_NAMES.has(firstPart(given))) return undefined;
  let last = first;
  let score = 0;
  for (let at = first + 1; at < words.length && at - first <= 4; at++) {
    const word = words[at]!;
    const kind = gap(text, words[at - 1]!.end, word.start);
    if (!kind || NO_SURNAME.has(word.plain)) break;
    const upper = isUpper(word.text) && word.text.length > 2;
    if (upper !== (isUpper(given.text) && given.text.length > 2)) break;
    const worth = word.text.length === 1 ? 0.01 : nextScore(given, word, kind === 'particle', upper);
    if (worth === 0) break;
    score = Math.max(score, worth);
    last = at;
    if (word.text.endsWith('’s') || word.text.endsWith("'s")) break;
  }
  while (last > first && words[last]!.text.length === 1) last--;
  return last > first && score >= 0.3 ? { last, score } : undefined;
}

function nextScore(given: Word, word: Word, particle: boolean, upper: boolean): number {
  const ordinary = WORD_NAMES.has(given.plain);
  if (isSurname(word)) {
    if (ordinary && WORD_SURNAMES.has(word.plain)) return 0.35;
    return ordinary ? 0.65 : 0.85;
  }
  if (upper) return 0;
  if (GIVEN_NAMES.has(word.plain)) return ordinary || WORD_NAMES.has(word.plain) ? 0.35 : 0.6;
  if (ordinary) return particle ? 0.4 : 0;
  return particle ? 0.7 : word.text.length > 2 ? 0.55 : 0.3;
}

/** `Smith, John`. */
function surnameFirst(
  text: string,
  words: readonly Word[],
  first: number,
): { last: number; score: number } | undefined {
  const [surname, given] = [words[first]!, words[first + 1]];
  if (!given || given.start !== surname.end + 2 || !text.startsWith(', ', surname.end)) return undefined;
  if (!SURNAMES.has(surname.plain) || WORD_SURNAMES.has(surname.plain) || GIVEN_NAMES.has(surname.plain))
    return undefined;
  return GIVEN_NAMES.has(given.plain) && !WORD_NAMES.has(given.plain)
    ? { last: first + 1, score: 0.6 }
    : undefined;
}

function titled(scan: Scan, words: readonly Word[], report: Report): void {
  for (let first = 0; first + 1 < words.length; first++) {
    if (!TITLES.has(words[first]!.lower)) continue;
    const last = runOfNames(scan.text, words, first + 1, first);
    if (last === undefined) continue;
    const weak = WEAK_TITLES.has(words[first]!.lower);
    const known = words
      .slice(first + 1, last + 1)
      .some((word) => GIVEN_NAMES.has(word.plain) || isSurname(word));
    if (known || !weak)
      report('PERSON', words[first + 1]!.start, trimEnd(scan.text, words[last]!.end), known ? 0.9 : 0.75);
  }
}

/** The last of up to four capitalised words in a row that may be a name. */
function runOfNames(text: string, words: readonly Word[], from: number, before?: number): number | undefined {
  let last: number | undefined;
  for (let at = from; at < words.length && at - from < 4; at++) {
    const previous = at === from ? before : at - 1;
    if (previous !== undefined && !gap(text, words[previous]!.end, words[at]!.start)) break;
    if (NO_SURNAME.has(words[at]!.plain) || TITLES.has(words[at]!.lower)) break;
    last = at;
  }
  return last !== undefined && words[last]!.text.length > 1 ? last : undefined;
}

const trimEnd = (text: string, end: number): number =>
  /['’]s$/.test(text.slice(0, end).slice(-2)) ? end - 2 : end;

/** Words behind which any capitalised pair is a name; behind the others it must be known. */
const SURE =
  /name|dear|call me|cardholder|holder|heiße|appelle|llamo|chiamo|naam|heter|namn|nazywam|imię|adım|зовут|nom|signed/i;

function introduced(scan: Scan, words: readonly Word[], report: Report): void {
  for (let first = 0; first < words.length; first++) {
    const word = words[first]!;
    if (!INTRODUCERS.has(wordBefore(scan.text, word.start))) continue;
    const before = scan.text.slice(Math.max(0, word.start - LONGEST_INTRODUCTION), word.start);
    const introduction = INTRODUCTIONS.exec(before)?.[0];
    if (introduction === undefined) continue;
    const from = TITLES.has(word.lower) ? first + 1 : first;
    const last = words[from] && runOfNames(scan.text, words, from, from === first ? undefined : first);
    if (last !== undefined)
      reportIntroduced(scan.text, words.slice(from, last + 1), SURE.test(introduction), report);
  }
}

/** The word right before a name, and what may stand between: a colon, quotes, marks of emphasis, a line's end. */
function wordBefore(text: string, start: number): string {
  let end = start;
  while (end > 0 && start - end < 6 && GLUE.has(text[end - 1]!)) end--;
  let from = end;
  while (from > 0 && end - from < 12 && isLetterCode(text.charCodeAt(from - 1))) from--;
  return text.slice(from, end).toLowerCase();
}

const GLUE = new Set([...' "\'*_:=,\n']);
const isLetterCode = (code: number): boolean =>
  (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code > 0xbf;
const INTRODUCERS = new Set(
  (
    'name is s am m me this named dear hi hello hey signed sincerely regards best cheers yours patient customer client employee applicant tenant attendee contact recipient sender cardholder holder beneficiary ' +
    'with to by grüßen heiße ist appelle suis nom prénom llamo es nombre chiamo nome é ben naam heter är się imię adım зовут'
  ).split(' '),
);

function reportIntroduced(text: string, parts: readonly Word[], sure: boolean, report: Report): void {
  const [given] = parts as [Word];
  const end = trimEnd(text, parts.at(-1)!.end);
  if (GIVEN_NAMES.has(given.plain) && !(WORD_NAMES.has(given.plain) && parts.length === 1))
    report('PERSON', given.start, end, 0.75);
  else if (sure && parts.length >= 2 && parts.length <= 3 && parts.every((word) => !isUpper(word.text)))
    report('PERSON', given.start, end, 0.6);
}

const HAN_NAME =
  /(?:姓名|名字|联系人|收件人|患者|客户|氏名|お名前|名前)[:： ]{1,2}([\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]{2,6}(?: [\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]{1,5})?)/gu;
const HONORIFIC = /(?<!\p{scx=Han})([\p{scx=Han}]{2,4})(?:さん|様|女士|小姐|先生)/gu;
const KOREAN =
  /(?:이름은|이름|성함|담당자|고객)[:은는이가 ]{1,3}([가-힣]{2,4})|(?<![가-힣])([가-힣]{3})(?= ?(?:씨|님)(?![가-힣]))/gu;

function eastAsian(scan: Scan, report: Report): void {
  if (!/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/.test(scan.text)) return;
  for (const expression of [HAN_NAME, HONORIFIC, KOREAN]) {
    for (const match of scan.matches(expression)) {
      const name = match[1] ?? match[2]!;
      const start = match.index + match[0].indexOf(name);
      report('PERSON', start, start + name.length, 0.65);
    }
  }
}

/** Patronymics are in names only. */
const PATRONYMIC =
  /(?<!\p{L})(?:[А-ЯЁІЇЄ][а-яёіїє'’]{1,24} ){1,2}[А-ЯЁІЇЄ][а-яёіїє'’]{2,24}(?:ович|евич|овна|евна|ична|івна|йович|ійович)(?: [А-ЯЁІЇЄ][а-яёіїє'’]{1,24})?(?!\p{L})/gu;

function slavic(scan: Scan, report: Report): void {
  if (!/[\u0400-\u04ff]/.test(scan.text)) return;
  for (const match of scan.matches(PATRONYMIC))
    report('PERSON', match.index, match.index + match[0].length, 0.8);
}
