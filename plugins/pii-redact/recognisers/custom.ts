// Recognisers of the config: RE2 expressions and dictionaries.
import { readFileSync } from 'node:fs';
import { RE2JS } from 're2js';
import type { PiiRedactConfig } from '../config.ts';
import { type Context, wordsOf } from '../detect/context.ts';
import type { Recogniser } from '../detect/types.ts';
import { typeByName } from '../entities.ts';

/** @throws Error that names the field: an expression that RE2 does not take, a file that cannot be read */
export function customRecognisers({ patterns = [], dictionaries = [] }: PiiRedactConfig): Recogniser[] {
  return [...patterns.map(patternRecogniser), ...dictionaries.map(dictionaryRecogniser)];
}

type Pattern = NonNullable<PiiRedactConfig['patterns']>[number];
type Dictionary = NonNullable<PiiRedactConfig['dictionaries']>[number];

const typeOf = (entity: string): string => typeByName(entity) ?? entity;

function patternRecogniser({ entity, regex, score, context }: Pattern, index: number): Recogniser {
  const compiled = compile(regex, `patterns[${index}].regex`);
  const type = typeOf(entity);
  const weighed: Context | undefined = context && { near: wordsOf(...context) };
  return (scan, report) => {
    const matcher = compiled.matcher(scan.text);
    while (matcher.find()) {
      if (matcher.end() > matcher.start()) report(type, matcher.start(), matcher.end(), score, weighed);
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

function dictionaryRecogniser(dictionary: Dictionary, index: number): Recogniser {
  const { entity, case_sensitive: exact, score } = dictionary;
  const values = [
    ...(dictionary.values ?? []),
    ...fileValues(dictionary.file, `dictionaries[${index}].file`),
  ];
  const type = typeOf(entity);
  const byFirst = new Map<string, string[]>();
  for (const value of values) {
    const written = exact ? value : value.toLowerCase();
    const first = firstRun(written);
    byFirst.set(
      first,
      [...(byFirst.get(first) ?? []), written].sort((a, b) => b.length - a.length),
    );
  }
  return (scan, report) => {
    const text = exact ? scan.text : scan.lower;
    for (const match of scan.matches(RUN)) {
      const start = match.index;
      const candidates = byFirst.get(text.slice(start, start + match[0].length));
      const value = candidates?.find(
        (candidate) => text.startsWith(candidate, start) && scan.bounded(start, start + candidate.length),
      );
      if (value !== undefined) report(type, start, start + value.length, score);
    }
  };
}

/** A run of letters and digits, or a single sign: where a value of a dictionary may begin. */
const RUN = /[\p{L}\p{M}\p{N}]{1,64}|[^\s\p{L}\p{M}\p{N}]/gu;
const firstRun = (value: string): string => /^(?:[\p{L}\p{M}\p{N}]{1,64}|[^\s])/u.exec(value)?.[0] ?? value;

function fileValues(file: string | undefined, field: string): string[] {
  if (file === undefined) return [];
  try {
    return readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  } catch (error) {
    throw new Error(`${field}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
