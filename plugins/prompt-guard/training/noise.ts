// Disguises for training examples, and adversarial suffixes as optimisers make them.

const MARKS = [
  '\\(',
  '}}',
  '=>{',
  '"]',
  '.+',
  '--',
  '!!',
  '??',
  '\\n',
  '$(',
  '"))',
  '[[',
  '::',
  '<?',
  '/>',
  '];',
  '/*',
  '**',
];
const SCRAPS =
  'window teapot rather Schrank ladder perhaps blue onto kernel feuille quickly thrice cabin lambda stone porque under parser violet namely salt render twelve button mirror Wolke despite'.split(
    ' ',
  );

/** Words and code marks glued together without sense. */
export function suffix(random: () => number): string {
  let out = '';
  for (let i = 0; i < 14; i++) {
    const from = random() < 0.55 ? MARKS : SCRAPS;
    out += from[Math.floor(random() * from.length)] + (random() < 0.5 ? ' ' : '');
  }
  return out;
}

/** A few wrong keys, in longer words only. */
export function typos(text: string, random: () => number): string {
  return text.replace(/[a-z]{6,}/g, (word) => {
    if (random() > 0.2) return word;
    const at = 1 + Math.floor(random() * (word.length - 3));
    return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
  });
}
