// English question words, auxiliaries and small words, brought to one form.
import type { Word } from './words.ts';

const CONTRACTIONS: ReadonlyMap<string, string> = new Map(
  `can't:can not;cant:can not;cannot:can not;won't:will not;wont:will not;shan't:shall not;ain't:is not;let's:let us;y'all:you;
  don't:do not;dont:do not;doesn't:does not;doesnt:does not;didn't:did not;didnt:did not;isn't:is not;isnt:is not;aren't:are not;arent:are not;
  wasn't:was not;wasnt:was not;weren't:were not;werent:were not;haven't:have not;havent:have not;hasn't:has not;hasnt:has not;hadn't:had not;hadnt:had not;
  wouldn't:would not;wouldnt:would not;couldn't:could not;couldnt:could not;shouldn't:should not;shouldnt:should not;mustn't:must not;needn't:need not;mightn't:might not;
  i'm:i am;im:i am;i've:i have;ive:i have;i'd:i would;i'll:i will;you're:you are;youre:you are;you've:you have;you'd:you would;you'll:you will;
  he's:he is;she's:she is;it's:it is;that's:that is;thats:that is;there's:there is;theres:there is;here's:here is;we're:we are;we've:we have;we'd:we would;we'll:we will;
  they're:they are;theyre:they are;they've:they have;they'd:they would;they'll:they will;
  what's:what is;whats:what is;what're:what are;what'd:what did;what'll:what will;who's:who is;whos:who is;where's:where is;wheres:where is;when's:when is;why's:why is;how's:how is;hows:how is;how'd:how did;
  gonna:going to;wanna:want to;gotta:have to;gimme:give me;lemme:let me;u:you;ur:your;r:are;abt:about;bcoz:because;bc:because;cuz:because;'cause:because;
  versus:vs;till:until;til:until;upon:on;onto:on;into:to;amongst:among;whilst:while;thru:through;towards:toward;regarding:about;concerning:about;&:and;w:with;
  alright:ok;e-mail:email;info:information;etc:etc;whom:who;percent:percent;per:per;cheque:check;
  usa:us;whether:if`
    .split(';')
    .map((row) => row.trim().split(':') as [string, string]),
);

/** British and American spelling, where the rest of the word tells which word it is. */
const SPELLINGS: readonly [RegExp, string][] = [
  [/^(colo|favo|hono|labo|neighbo|behavio|flavo|humo|rumo|harbo|vapo|odo)ur/, '$1r'],
  [/^(\w{3,})is(e|es|ed|ing|ation|ations|er|ers)$/, '$1iz$2'],
  [/^(cent|theat|fib|met|lit)re(s?)$/, '$1er$2'],
  [/^(catalog|dialog|analog)ue(s?)$/, '$1$2'],
  [/^(travel|cancel|model|label|fuel|signal)l(ed|ing|er|ers)$/, '$1$2'],
  [/^(defen|offen|licen)ce(s?)$/, '$1se$2'],
  [/^gr(e)y(s?)$/, 'gray$2'],
  [/^aluminium$/, 'aluminum'],
  [/^programme(s?)$/, 'program$1'],
];
/** What one of these patterns asks for: most words have none of it. */
const MAY_VARY = /our|is|re|ue|ll|ce|grey|mini|mme/;
/** Words in -ise that are no variant of a word in -ize. */
const NO_IZE =
  /^(?:adv|rev|superv|exerc|surpr|prom|prem|compr|rais|pract|disgu|desp|dev|otherw|likew|w|r|a|no|po|pra|pa|expert|franch|merchand|parad|tort|prec|conc|cru|bru)is/;

/** Inflected forms that only grammar asks for. */
const ARTICLES = new Set(['a', 'an', 'the']);
const TENSES: ReadonlyMap<string, string> = new Map([
  ['was', 'past'],
  ['were', 'past'],
  ['did', 'past'],
  ['had', 'past'],
  ['will', 'future'],
  ['shall', 'future'],
  ['would', 'would'],
  ['can', 'can'],
  ['could', 'can'],
  ['may', 'may'],
  ['might', 'may'],
  ['should', 'should'],
  ['must', 'must'],
]);
const SILENT = new Set([
  'is',
  'are',
  'am',
  'be',
  'been',
  'do',
  'does',
  'there',
  'that',
  'really',
  'actually',
  'basically',
  'literally',
  'exactly',
  'please',
  'kindly',
]);
const PREPOSITIONS = new Set(
  'in on if unless then at to from by with for of about between among through during against across behind beside beyond near off out via per as like since until within toward than vs and or but because while so after before above below over under into without'.split(
    ' ',
  ),
);
const QUESTIONS = new Set(['what', 'who', 'whose', 'when', 'where', 'why', 'which', 'how']);
const AUXILIARIES = new Set([
  'is',
  'are',
  'am',
  'was',
  'were',
  'do',
  'does',
  'did',
  'has',
  'have',
  'had',
  'will',
  'would',
  'can',
  'could',
  'may',
  'might',
  'should',
  'shall',
  'must',
]);

export { ARTICLES, AUXILIARIES, PREPOSITIONS, QUESTIONS, SILENT, TENSES };

export function expand(words: readonly Word[]): Word[] {
  const expanded: Word[] = [];
  for (const word of words) {
    const longer = CONTRACTIONS.get(word.form);
    // "US" is a name, "us" a pronoun; "W", "R" and "U" may be names too.
    if (longer !== undefined && !(word.marked && word.form.length <= 2)) {
      const [first, ...rest] = longer.split(' ') as [string, ...string[]];
      expanded.push({ ...word, form: first });
      for (const form of rest)
        expanded.push({ ...word, form, afterPause: false, capital: false, marked: false });
      continue;
    }
    const spelt = spelling(word.form.endsWith("'s") ? word.form.slice(0, -2) : word.form);
    const form = (!word.capital && SYNONYMS.get(spelt)) || spelt;
    expanded.push(form === word.form ? word : { ...word, form });
  }
  return expanded;
}

function spelling(form: string): string {
  if (!MAY_VARY.test(form)) return form;
  for (const [pattern, to] of SPELLINGS) {
    if (!pattern.test(form)) continue;
    if (to.startsWith('$1iz') && NO_IZE.test(form)) continue;
    return form.replace(pattern, to);
  }
  return form;
}

/** Words that say the same wherever both are said; names are left alone. */
const SYNONYMS: ReadonlyMap<string, string> = new Map(
  `purchase:buy;purchasing:buying;purchased:bought;largest:biggest;quickest:fastest;repair:fix;repairing:fixing;begin:start;
  photograph:photo;photographs:photos;automobile:car;automobiles:cars`
    .split(';')
    .map((row) => row.trim().split(':') as [string, string]),
);

const SUBJECT = '(?:i|you|we|one|someone|somebody|anyone|people|a person)';
const HOW_TO: readonly [RegExp, string][] = [
  [new RegExp(`\\bhow (?:do|does|can|could|would|might) ${SUBJECT} (?:go about )?`), 'how to '],
  [new RegExp(`\\bhow ${SUBJECT} (?:do|can|could|would|might) `), 'how to '],
  [/\bhow (?:does|can) (?:one|someone|a person|anyone) /, 'how to '],
  [/\bin order to\b/, 'to'],
  [/\bas well as\b/, 'and'],
  [/\bhow come\b/, 'why'],
  [/\b(?:a lot of|lots of|plenty of)\b/, 'many'],
  [/\ba few\b/, 'several'],
  [/\ba little\b/, 'some'],
  [/\bper cent\b/, 'percent'],
  [/\bwi fi\b/, 'wifi'],
  // The ones that come to mind are asked for either way.
  [/^what are some\b/, 'what are'],
  [/^is there any way\b/, 'is there a way'],
  [/\be mail\b/, 'email'],
  [/\b(?:have|has|need|needs) to\b/, 'must'],
  [/\bwhat (?:are|is) the (?:way|ways) to\b/, 'how to'],
  [/\bwhich\b/, 'what'],
  [/\bunited states of america\b/, 'united states'],
];

/** Replaces phrases; every word that a phrase gives takes the writing of the phrase's first word. */
export function rephrase(words: readonly Word[]): Word[] {
  let current = [...words];
  let text = joined(current);
  for (const [pattern, to] of HOW_TO) {
    const found = pattern.exec(text);
    if (!found) continue;
    const from = countWords(text.slice(0, found.index));
    const length = countWords(found[0]);
    const like = current[from];
    if (!like) continue;
    const made = to
      .trim()
      .split(' ')
      .map(
        (form, i): Word => ({
          ...like,
          form,
          marked: false,
          capital: false,
          afterPause: i === 0 && like.afterPause,
        }),
      );
    current = [...current.slice(0, from), ...made, ...current.slice(from + length)];
    text = joined(current);
  }
  // "Where is … located?"
  if (current.length > 3 && current[0]!.form === 'where' && PLACED.has(current.at(-1)!.form)) current.pop();
  return current;
}

const PLACED = new Set(['located', 'situated']);

/** Each with a space behind it. */
const joined = (words: readonly Word[]): string => `${words.map(({ form }) => form).join(' ')} `;
const countWords = (text: string): number => text.split(' ').filter(Boolean).length;

/** Singular and plural of a noun. Where both are words of their own (new, news) they are not. */
const OWN_PLURALS = new Set(
  'news goods glasses customs arms means economics physics mathematics politics ethics series species lens gas bus species does has is was this us its less loss pass class boss across always process address access business stress success darkness analysis basis crisis thesis diabetes aids ios windows js css sales minutes times hundreds thousands drinks papers manners quarters spirits forces brains wits grounds colors airs'.split(
    ' ',
  ),
);

export function singular(form: string): string {
  if (
    form.length < 4 ||
    OWN_PLURALS.has(form) ||
    !form.endsWith('s') ||
    form.endsWith('ss') ||
    form.endsWith('us') ||
    form.endsWith('is')
  )
    return form;
  if (form.endsWith('ies') && form.length > 4) return `${form.slice(0, -3)}y`;
  if (/(?:ch|sh|x|ss|zz)es$/.test(form)) return form.slice(0, -2);
  return form.slice(0, -1);
}
