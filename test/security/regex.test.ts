// No expression of the project's own takes more than linear time: texts of clients and providers run through them.
// (What operators configure runs in RE2.) Each is fed with what makes backtracking engines slow: long runs of what it
// takes, followed by what it does not.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';
import { packagePath } from '../../kong/root.ts';

/** Texts grow by this; what takes linear time grows by as much, and what takes quadratic time by its square. */
const TIMES = 4;
const LENGTHS = [200, 800, 3_200, 12_800];
/** Between the two, with the noise of a busy machine. */
const GROWTH = 9;
/** Below it nothing can be said of growth, and nothing hurts. CPU, µs; a quadratic one takes some hundred thousand. */
const NEGLIGIBLE_US = 8_000;

/** Files whose slow expressions, and expressions that, meet only texts that are short by then, with the reason. */
const SHORT_TEXTS: Record<string, string> = {
  '/\\/+$/': 'the end of an address in a config',
  'schema/table.js': 'descriptions in the source',
  'relay/secret-ref.js': 'a file of the operator’s, 64 KiB at most',
  'llm/usd.js': 'twelve digits',
  'pii-redact/entities.js': 'names of entities in a config',
  'pii-redact/recognisers/places.js': 'what a bounded expression has found',
  'pii-redact/recognisers/secrets/assignments.js': 'values, 2,048 characters at most',
  'pii-redact/recognisers/secrets/keys.js': 'what a bounded expression has found',
};

const TRIES = 8;

interface Literal {
  pattern: string;
  flags: string;
}

function literalsOf(folder: string): Map<string, { file: string; regex: RegExp }> {
  const found = new Map<string, { file: string; regex: RegExp }>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js')) continue;
    JSON.stringify(parseAst(readFileSync(join(folder, file), 'utf8')), (_key, node: unknown) => {
      if (typeof node === 'bigint') return String(node);
      const { regex } = (node ?? {}) as { regex?: Literal };
      if (regex) {
        found.set(`${file} /${regex.pattern}/${regex.flags}`, {
          file,
          regex: new RegExp(regex.pattern, regex.flags),
        });
      }
      return node;
    });
  }
  return found;
}

const COMMON = [
  'a',
  'A',
  '0',
  ' ',
  '\n',
  '-',
  '.',
  '_',
  '/',
  '=',
  '"',
  '\\',
  '<',
  '(',
  '[',
  'a ',
  'A.',
  '0 ',
  'a-',
  'Aa ',
  '\t',
];

/** What to repeat: common things, every literal run of the pattern and its beginning. */
function pumps({ source }: RegExp): string[] {
  const plain = source
    .replace(/\\[bBdDwWsSpP](\{[^}]*\})?|\(\?<?[:=!]|[{][\d,]+[}]|[()|^$?*+]/g, '\u0000')
    .replace(/\\(.)/g, '$1');
  const runs = plain.split('\u0000').filter((run) => run !== '' && run.length < 30);
  const inside = [...new Set(source.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, ''))].slice(0, 20);
  return [...new Set([...COMMON, ...runs.slice(0, 20), ...inside])];
}

function cpuOf(regex: RegExp, text: string): number {
  const before = process.cpuUsage();
  regex.lastIndex = 0;
  // As replaceAll would: every place is tried.
  if (regex.global) for (let left = 50; left > 0 && regex.exec(text); left -= 1);
  else regex.exec(text);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function slowOn(regex: RegExp): string | undefined {
  for (const pump of pumps(regex)) {
    const run = (length: number): string => `${pump.repeat(Math.ceil(length / pump.length))}\u0000`;
    // The kernel may count in steps of 10 ms: one of them in all of the tries is no chance.
    const least = (text: string): number =>
      Math.min(...Array.from({ length: TRIES }, () => cpuOf(regex, text)));
    for (const length of LENGTHS) {
      if (cpuOf(regex, run(length)) < NEGLIGIBLE_US) continue;
      const [few, many] = [least(run(length / TIMES)), least(run(length))];
      if (many > NEGLIGIBLE_US && many > GROWTH * few)
        return `${JSON.stringify(pump)} × ${length}: ${many} µs`;
    }
  }
  return undefined;
}

it('the check itself tells quadratic from linear', () => {
  expect(slowOn(/a+b/)).toBeDefined();
  expect(slowOn(/x*x*x*y/)).toBeDefined();
  expect(slowOn(/a{1,40}b/)).toBeUndefined();
});

describe.each(['plugins', 'kong'])('expressions of %s/', (folder) => {
  it('take linear time', { timeout: 240_000 }, () => {
    const literals = literalsOf(packagePath('dist', folder));
    expect(literals.size).toBeGreaterThan(50);
    const slow = [...literals].flatMap(([text, { file, regex }]) => {
      const why = file in SHORT_TEXTS || String(regex) in SHORT_TEXTS ? undefined : slowOn(regex);
      return why ? [`${text} on ${why}`] : [];
    });
    expect(slow).toEqual([]);
  });
});
