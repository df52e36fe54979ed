// All concepts that the rules are made of, numbered.
import { extraction } from './extraction.ts';
import { harm } from './harm.ts';
import { indirect } from './indirect.ts';
import { jailbreak } from './jailbreak.ts';
import { override } from './override.ts';
import type { Lexicon } from './types.ts';

const LEXICON: Lexicon = { ...override, ...extraction, ...jailbreak, ...harm, ...indirect };

export const CONCEPTS: readonly string[] = Object.keys(LEXICON);

/** Every phrase with the number of its concept. */
export function* phrases(): Generator<[concept: number, phrase: string]> {
  for (const [concept, name] of CONCEPTS.entries()) {
    for (const list of Object.values(LEXICON[name]!)) {
      for (const phrase of list.split(',')) {
        const trimmed = phrase.trim();
        if (trimmed !== '') yield [concept, trimmed];
      }
    }
  }
}
