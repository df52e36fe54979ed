// Words whose difference changes a question, by kind. What is not listed is content, and differs just as much; the
// lists say what a veto is called, and which kinds can be switched off.

export type Kind = 'number' | 'unit' | 'date' | 'negation' | 'comparative' | 'content';

const list = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** en, de, fr, es, it, pt, nl, pl, ru, zh, ja */
const NEGATION = list(`
  not no never none nobody nothing neither nor without cannot hardly nowhere non except unless
  nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne weder
  ne pas jamais aucun aucune rien personne sans ni
  nunca jamás nada nadie ningún ninguna ninguno sin tampoco
  non mai niente nessuno nessuna senza né
  não nenhum nenhuma ninguém sem nem
  niet geen nooit niemand niets zonder
  nie nigdy nic nikt bez
  не нет никогда ничего никто без ни
  不 没 沒 无 無 非 别 未 勿 莫 ない ず ぬ`);

const DATES = list(`
  today tomorrow yesterday tonight now currently current latest newest recent recently nowadays upcoming
  day days week weeks month months year years decade century weekend morning afternoon evening night noon midnight
  monday tuesday wednesday thursday friday saturday sunday
  january february march april may june july august september october november december
  spring summer autumn winter fall am pm ad bc bce ce this last next ago already still yet soon
  heute morgen gestern jetzt aktuell aktuelle aktuellen neueste neuesten montag dienstag mittwoch donnerstag freitag samstag sonntag
  januar februar märz mai juni juli oktober dezember woche monat jahr tag nächste nächsten letzte letzten
  aujourd'hui demain hier maintenant actuel actuelle lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril
  juin juillet août septembre octobre novembre décembre semaine mois année an jour
  hoy mañana ayer ahora actual lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto
  septiembre octubre noviembre diciembre semana mes año día
  oggi domani ieri adesso hoje amanhã ontem agora vandaag morgen gisteren nu
  сегодня завтра вчера сейчас`);

const COMPARATIVES = list(`
  more less fewer most least better worse best worst higher lower highest lowest bigger smaller biggest smallest larger largest greater
  greatest faster slower fastest slowest older younger oldest youngest earlier later earliest longer shorter longest shortest
  cheaper cheapest richer poorer richest poorest stronger weaker strongest weakest hotter colder hottest coldest warmer cooler
  heavier lighter heaviest lightest easier harder easiest hardest safer closer farther further nearest farthest deeper deepest taller tallest
  before after above below over under up down minimum maximum min max increase decrease raise lower rise fall gain lose same different
  only just always often sometimes rarely all any some every each both either first second third fifth than equal
  mehr weniger größer kleiner besser schlechter höher niedriger älter jünger schneller langsamer vor nach über unter
  plus moins meilleur pire avant après más menos mejor peor mayor menor antes después più meno migliore peggiore prima dopo
  mais melhor pior maior menor antes depois meer minder beter slechter voor na больше меньше лучше хуже
  更 最 多 少 大 小 高 低 前 后 上 下`);

/** Names of units to the one form that they are compared in; only after a number. */
export const UNITS: ReadonlyMap<string, string> = new Map(
  `kilometer:km kms kilometre kilometers kilometres;meter:m metre meters metres;centimeter:cm cms centimetre centimeters centimetres;
  millimeter:mm millimetre millimeters millimetres;mile:mi miles;yard:yd yards;foot:ft feet;inch:in inches;kilogram:kg kgs kilo kilos kilograms;
  gram:g grams gramme grammes;milligram:mg milligrams;microgram:mcg µg micrograms;pound:lb lbs pounds;ounce:oz ounces;ton:tons;tonne:tonnes;stone:stones;
  liter:l litre liters litres;milliliter:ml millilitre milliliters millilitres;gallon:gal gallons;cup:cups;pint:pints;quart:quarts;
  tablespoon:tbsp tablespoons;teaspoon:tsp teaspoons;second:s sec secs seconds;millisecond:ms milliseconds;minute:min mins minutes;hour:h hr hrs hours;
  day:days;week:weeks;month:months;year:yr yrs years;percent:% pct;dollar:$ usd dollars;euro:€ eur euros;sterling:£ gbp;yen:¥ jpy;rupee:₹ inr rupees;
  celsius:c °c centigrade;fahrenheit:f °f;kelvin:k;degree:° deg degrees;byte:b bytes;kilobyte:kb kilobytes;megabyte:mb megabytes;gigabyte:gb gigabytes;terabyte:tb terabytes;
  watt:w watts;kilowatt:kw kilowatts;volt:v volts;ampere:a amp amps amperes;hertz:hz;gigahertz:ghz;megahertz:mhz;calorie:cal calories;kilocalorie:kcal;joule:j joules;kph:kmh;mph`
    .split(';')
    .flatMap((row): [string, string][] => {
      const [unit, names = ''] = row.trim().split(':') as [string, string?];
      return [unit, ...list(names)].map((name) => [name, unit]);
    }),
);

const NUMBER_WORDS: readonly [string, string][] = [
  ...list(
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
  ).map((word, value): [string, string] => [word, String(value)]),
  ...list('twenty thirty forty fifty sixty seventy eighty ninety').map((word, tens): [string, string] => [
    word,
    String((tens + 2) * 10),
  ]),
  ...list('null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf').map(
    (word, value): [string, string] => [word, String(value)],
  ),
  ...list('zéro - deux trois quatre cinq - sept huit neuf dix').map((word, value): [string, string] => [
    word,
    String(value),
  ]),
  ...list('cero - dos tres cuatro cinco seis siete ocho nueve diez').map((word, value): [string, string] => [
    word,
    String(value),
  ]),
];
/** Words that are a number everywhere: another word for it is the same. */
export const NUMBERS: ReadonlyMap<string, string> = new Map(NUMBER_WORDS);

const MORE_NUMBERS = list(
  'hundred thousand million billion trillion half quarter third dozen double triple twice once first second pair single couple hundert tausend mille mil cent 一 二 三 四 五 六 七 八 九 十 百 千 万 两 半',
);

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...COMPARATIVES.map((word): [string, Kind] => [word, 'comparative']),
  ...DATES.map((word): [string, Kind] => [word, 'date']),
  ...MORE_NUMBERS.map((word): [string, Kind] => [word, 'number']),
  ...NEGATION.map((word): [string, Kind] => [word, 'negation']),
]);

export function kindOf(form: string): Kind {
  return KINDS.get(form) ?? 'content';
}

/** One word in lower case, another one (or a name) with a capital. */
export const CASE_MATTERS: ReadonlySet<string> = new Set(
  list(`polish turkey china march may august mobile reading nice jobs bill us it who aids sie ihr ihnen mark will rose grace hope frank jack bush ford
  bath cork jordan guinea niger lima nancy orange dart can act sat ban nato essen rich drew sue pat dick faith joy dawn job chase lent pole`),
);
/** Names that people write in lower case too: a common word only where an article says so ("a python"). */
export const ARTICLE_MATTERS: ReadonlySet<string> = new Set(
  list(`apple ram rust go swift java chile chili python ruby amazon shell target oracle meta square word excel access teams slack zoom windows office edge
  chrome safari visa julia pascal elm crystal spring flask express echo unity blender sketch notion signal discord steam epic hulu kindle fire mercury
  earth mars saturn phoenix victoria scala georgia mali`),
);
