// Dictionaries in files: read at the start, and again when they have changed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseConfig } from '../../../kong/schema/index.ts';
import { piiRedactConfig } from '../../../plugins/pii-redact/config.ts';
import { Detector } from '../../../plugins/pii-redact/detect/detector.ts';
import { customRecognisers } from '../../../plugins/pii-redact/recognisers/custom.ts';
import { Dictionary } from '../../../plugins/pii-redact/recognisers/dictionary.ts';
import { ValueIndex } from '../../../plugins/pii-redact/value-index.ts';
import { contentOf, piiRelay, says } from './stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'pii-dictionary-'));
afterAll(() => rmSync(folder, { recursive: true }));

const detectorWith = (dictionary: Dictionary): Detector =>
  new Detector({
    minScore: () => 0.5,
    ignored: () => false,
    allowed: () => false,
    custom: [dictionary.recognise],
    words: [],
  });

function setUp(
  name: string,
  lines: string,
): { file: string; dictionary: Dictionary; found: (text: string) => string[] } {
  const file = join(folder, name);
  writeFileSync(file, lines);
  const config = { entity: 'PROJECT', file, case_sensitive: false, score: 0.9, values: ['Always'] };
  const dictionary = new Dictionary(config, 'dictionaries[0]');
  const detector = detectorWith(dictionary);
  return {
    file,
    dictionary,
    found: (text) => detector.find(text).map(({ start, end }) => text.slice(start, end)),
  };
}

const fails = (field: string, code: string): never => {
  throw new Error(`${field} ${code}`);
};

it('a file is read at the start: a value a line, # for comments', () => {
  const { found } = setUp('start', '# projects\nBlue Moon\r\n\n  Zebra \n');
  expect(found('blue moon, # projects, ZEBRA, always, blue moons')).toEqual(['blue moon', 'ZEBRA', 'always']);
});

it('and again when it has changed, a second later at the latest', async () => {
  const { file, dictionary, found } = setUp('changed', 'Alpha\n');
  let now = 10_000;
  await dictionary.refresh(fails, () => now);
  writeFileSync(file, 'Beta Gamma\n');
  now += 999;
  await dictionary.refresh(fails, () => now);
  expect(found('Alpha, Beta Gamma, Always')).toEqual(['Alpha', 'Always']);
  now += 1;
  await dictionary.refresh(fails, () => now);
  expect(found('Alpha, Beta Gamma, Always')).toEqual(['Beta Gamma', 'Always']);
});

it('while it cannot be read its last values stay, and that is said once', async () => {
  const { file, dictionary, found } = setUp('gone', 'Alpha\n');
  const failures: string[] = [];
  const failed = (field: string, code: string): void => void failures.push(`${field} ${code}`);
  let now = 0;
  const later = (): Promise<void> => {
    now += 2_000;
    return dictionary.refresh(failed, () => now);
  };
  rmSync(file);
  await later();
  await later();
  expect(failures).toEqual(['dictionaries[0].file ENOENT']);
  expect(found('Alpha')).toEqual(['Alpha']);
  writeFileSync(file, 'Omega\n');
  await later();
  expect(found('Alpha Omega')).toEqual(['Omega']);
});

it('a request sees what the file says now', async () => {
  const file = join(folder, 'request');
  writeFileSync(file, 'nothing\n');
  const relay = await piiRelay(
    { dictionaries: [{ entity: 'PROJECT', file }] },
    says(([content]) => content!),
  );
  expect(await contentOf(await relay.chat('about Blue Moon'))).toBe('about Blue Moon');
  writeFileSync(file, 'Blue Moon\n');
  await new Promise((resume) => setTimeout(resume, 1_100));
  await relay.chat('about Blue Moon');
  expect(relay.bodies.at(-1)!.messages).toEqual([{ role: 'user', content: 'about <PROJECT_1>' }]);
});

it('a file that says the same is not read again; a long one is read without holding up others', async () => {
  const lines = Array.from({ length: 2_500 }, (_, i) => `Name ${i}`);
  const { file, dictionary, found } = setUp('long', 'Alpha\n');
  writeFileSync(file, lines.join('\n'));
  let now = 0;
  for (let i = 0; i < 3; i++) {
    await dictionary.refresh(fails, () => now);
    now += 2_000;
  }
  expect(found('Alpha, name 0, Name 2499, name 2500')).toEqual(['name 0', 'Name 2499']);
});

it('with case_sensitive the case must be the same, and a file may be empty', () => {
  const file = join(folder, 'empty');
  writeFileSync(file, '');
  const empty = new Dictionary({ entity: 'P', file, case_sensitive: true, score: 0.9 }, 'd');
  expect(detectorWith(empty).find('Apple')).toEqual([]);
  const exact = new Dictionary({ entity: 'P', values: ['Apple'], case_sensitive: true, score: 0.9 }, 'd');
  expect(
    detectorWith(exact)
      .find('apple Apple APPLE')
      .map(({ start }) => start),
  ).toEqual([6]);
  // A list of values needs no file and is never read again.
  return expect(exact.refresh(fails)).resolves.toBeUndefined();
});

it('a pattern’s own words raise its score; a match of nothing is none', () => {
  const config = parseConfig(piiRedactConfig, {
    patterns: [
      { entity: 'BADGE', regex: 'B\\d{3}', score: 0.3, context: ['badge', 'staff'] },
      { entity: 'PERSON', regex: 'x?', score: 0.9 },
    ],
  });
  const { recognisers, words } = customRecognisers(config);
  const detector = new Detector({
    minScore: () => 0.5,
    ignored: () => false,
    allowed: () => false,
    custom: recognisers,
    words,
  });
  const types = (text: string): string[] => detector.find(text).map(({ type }) => type);
  expect(types('see B123')).toEqual([]);
  expect(types('my badge is B123')).toEqual(['BADGE']);
  expect(types('an x here')).toEqual(['PERSON']);
});

it('one that is not there when the plugin starts is an error that names the field', () => {
  const config = { entity: 'PROJECT', file: join(folder, 'none'), case_sensitive: false, score: 0.9 };
  expect(() => new Dictionary(config, 'dictionaries[3]')).toThrow(
    'dictionaries[3].file: cannot be read (ENOENT)',
  );
});

it('of values that begin alike the longest is found, as whole words', () => {
  const index = new ValueIndex<number>();
  for (const [at, value] of ['new', 'new york', 'new york city', 'new-age'].entries()) index.add(value, at);
  const at = (text: string): string | undefined => index.at(text, 0, 'new')?.value;
  expect(at('new york city hall')).toBe('new york city');
  expect(at('new york cityscape')).toBe('new york');
  expect(at('new yorkers')).toBe('new');
  expect(at('new-age')).toBe('new-age');
  expect(index.at('newer', 0, 'newer')).toBeUndefined();
});
