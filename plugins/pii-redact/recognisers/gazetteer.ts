// The lists of names, read once: plugins/pii-redact/data.
import { readFileSync } from 'node:fs';
import { packagePath } from '../../../kong/root.ts';

function lines(file: string): string[] {
  const path = packagePath('plugins', 'pii-redact', 'data', file);
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function wordsIn(from: readonly string[]): string[] {
  return from.flatMap((line) =>
    [...line.matchAll(/"([^"]+)"|([^\s"!]+)/g)].map((match) => match[1] ?? match[2]!),
  );
}

const given = lines('given-names.txt');

/** Lower case, without accents. */
export const GIVEN_NAMES: ReadonlySet<string> = new Set(wordsIn(given));
/** Given names that are ordinary words too. */
export const WORD_NAMES: ReadonlySet<string> = new Set(wordsIn(given.filter((line) => line.startsWith('!'))));
export const SURNAMES: ReadonlySet<string> = new Set(wordsIn(lines('surnames.txt')));
/** Lower case, with accents; of one word or several. */
export const PLACES: ReadonlySet<string> = new Set(wordsIn(lines('places.txt')));
