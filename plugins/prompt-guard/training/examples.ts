// Labelled examples from a folder of JSON lines: attacks.jsonl and benign.jsonl, each line with text and source.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Example {
  text: string;
  attack: boolean;
  source: string;
  family: string;
  /** `core`: an attack whatever surrounds it. */
  tier: string | undefined;
}

/** What only a context makes an attack teaches nothing about texts: it is left out. */
export function readExamples(folder: string): Example[] {
  return [
    ...readLines(join(folder, 'attacks.jsonl'), true).filter(({ tier }) => tier === 'core'),
    ...readLines(join(folder, 'benign.jsonl'), false),
  ];
}

function readLines(file: string, attack: boolean): Example[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const { text, source, family, tier } = JSON.parse(line) as Record<string, string | null>;
      return { text: text!, attack, source: source!, family: family ?? '', tier: tier ?? undefined };
    });
}
