// The language of a question, as far as its function words tell.

export type Language = 'en' | 'de' | 'fr' | 'es' | 'it' | 'pt' | 'nl' | 'other';

const WORDS: Record<Exclude<Language, 'other'>, string> = {
  en: 'the is are was were what how who why when where which do does did can could would should of to and in my your i you a an it this that for with on be there have has will tell explain me please show write give list make if not from by about or we they',
  de: 'der die das ist sind was wie wer warum wann wo welche welcher kann ich du sie und nicht ein eine einen einem mein meine mit von zu auf für den dem des im wird werden macht man es bitte',
  fr: "le la les est sont que quoi quel quelle comment qui pourquoi quand où peut je tu vous et pas un une mon ma mes avec de des du dans pour il elle sur au aux qu'est-ce en ce",
  es: 'el la los las es son qué cómo quién cuándo dónde cuál puedo yo tú y no un una mi con de en para por del al se está están cuánto que como hay',
  it: 'il lo la gli è sono che cosa come chi perché quando dove quale posso io tu e non un una mio con di in per del della dei si nel',
  pt: 'o a os as é são que como quem quando onde qual posso eu você e não um uma meu minha com de em para por do da no na se está',
  nl: 'de het is zijn wat hoe wie waarom wanneer waar welke kan ik jij u en niet een mijn met van te op voor in er dat',
};
const VOTES = new Map<string, Language[]>();
for (const [language, words] of Object.entries(WORDS))
  for (const word of words.split(' ')) VOTES.set(word, [...(VOTES.get(word) ?? []), language as Language]);

const ASCII = /^[\x20-\x7e]*$/;

/** English is what is left when nothing but plain letters speak. */
export function languageOf(forms: readonly string[]): Language {
  const votes = new Map<Language, number>();
  for (const form of forms) {
    const spoken = VOTES.get(form.includes("'") ? form.replace(/'.*$/, '') : form);
    for (const language of spoken ?? []) votes.set(language, (votes.get(language) ?? 0) + 1 / spoken!.length);
  }
  let best: Language = forms.every((form) => ASCII.test(form)) ? 'en' : 'other';
  let most = best === 'en' ? 0.6 : 0.3;
  for (const [language, count] of votes) {
    if (count <= most) continue;
    best = language;
    most = count;
  }
  return best;
}
