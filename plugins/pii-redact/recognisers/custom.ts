// Recognisers of the config: RE2 expressions, and dictionaries.
import { RE2JS } from 're2js';
import type { PiiRedactConfig } from '../config.ts';
import { type WordList, wordList } from '../detect/context.ts';
import type { Recogniser } from '../detect/types.ts';
import { typeByName } from '../entities.ts';
import { Dictionary } from './dictionary.ts';

export interface Custom {
  recognisers: Recogniser[];
  /** Words that the patterns have near them. */
  words: WordList[];
  dictionaries: Dictionary[];
}

/** @throws Error that names the field: an expression that RE2 does not take, a file that cannot be read */
export function customRecognisers({ patterns = [], dictionaries = [] }: PiiRedactConfig): Custom {
  const words: WordList[] = [];
  const found = patterns.map((pattern, index) => {
    const near = pattern.context && wordList(pattern.context);
    if (near) words.push(near);
    return patternRecogniser(pattern, compile(pattern.regex, `patterns[${index}].regex`), near);
  });
  const known = dictionaries.map((dictionary, index) => new Dictionary(dictionary, `dictionaries[${index}]`));
  return { recognisers: [...found, ...known.map(({ recognise }) => recognise)], words, dictionaries: known };
}

type Pattern = NonNullable<PiiRedactConfig['patterns']>[number];

function patternRecogniser(
  { entity, score }: Pattern,
  compiled: RE2JS,
  near: WordList | undefined,
): Recogniser {
  const type = typeByName(entity) ?? entity;
  const context = near && { near };
  return (scan, report) => {
    const matcher = compiled.matcher(scan.text);
    while (matcher.find()) {
      if (matcher.end() > matcher.start()) report(type, matcher.start(), matcher.end(), score, context);
    }
  };
}

/** @throws Error that names the field */
export function compile(regex: string, field: string): RE2JS {
  try {
    return RE2JS.compile(regex);
  } catch (error) {
    throw new Error(`${field}: ${(error as Error).message}`);
  }
}
