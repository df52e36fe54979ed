// Characters that are read as others. Facts of Unicode's confusables (https://www.unicode.org/reports/tr39/), as far
// as they make Latin words; one UTF-16 unit each.

/** `aа` = the letters after the first are read as it. */
const LETTERS: readonly string[] = [
  'aаαɑᴀ',
  'bЬьʙ',
  'cсϲᴄ',
  'dԁᴅ',
  'eеєεᴇ',
  'fꜰ',
  'gɡցԍɢ',
  'hһհнʜ',
  'iіιɩɪⅰ',
  'jјϳᴊ',
  'kкκᴋ',
  'lӏʟ',
  'mмᴍ',
  'nոпηɴ',
  'oоοօσᴏ',
  'pрρᴘ',
  'qԛզ',
  'rгʀ',
  'sѕꜱ',
  'tтτᴛ',
  'uսυᴜ',
  'vνѵᴠ',
  'wԝաωᴡ',
  'xхχ',
  'yуγүʏ',
  'zᴢ',
  'AАΑᎪ',
  'BВΒᏴ',
  'CСϹᏟ',
  'DᎠ',
  'EЕΕᎬ',
  'GԌᏀ',
  'HНΗᎻ',
  'IІΙӀ',
  'JЈᎫ',
  'KКΚᏦ',
  'LᏞ',
  'MМΜᎷ',
  'NΝ',
  'OОΟՕ',
  'PРΡᏢ',
  'QԚ',
  'RᎡᏒ',
  'SЅՏᏚ',
  'TТΤᎢ',
  'UՍ',
  'VᏙѴ',
  'WԜᎳ',
  'XХΧ',
  'YҮΥ',
  'ZΖᏃ',
];

/** Punctuation that is read as ASCII whatever stands around it: dashes, quotes, dots, slashes. */
const PUNCTUATION: readonly string[] = [
  '-‐‑‒–—―⁃−﹘',
  "'‘’‚‛′ʹʼˈ",
  '"“”„‟″',
  '.․。',
  ',،‚',
  ':ː∶꞉',
  '/⁄∕',
  '@﹫',
  '+﬩',
  '*∗',
  '~∼',
];

export const LOOK_ALIKES: ReadonlyMap<string, string> = table(LETTERS);
export const LOOK_ALIKE_PUNCTUATION: ReadonlyMap<string, string> = table(PUNCTUATION);

function table(rows: readonly string[]): Map<string, string> {
  const entries = new Map<string, string>();
  for (const [to, ...from] of rows) for (const char of from) if (!entries.has(char)) entries.set(char, to!);
  return entries;
}
