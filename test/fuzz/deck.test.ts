// decK files, changed anywhere, as text and by their structure: read, or refused with a DeckFileError.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { DeckFileError } from '../../kong/gateway/deck/errors.ts';
import { readDeckFile } from '../../kong/gateway/deck/read.ts';
import { checkPluginConfig } from '../../kong/validate/plugins.ts';
import { budget, FUZZ_TIMEOUT_MS } from './budget.ts';
import { mutatedBytes, mutatedJson, nastyJson } from './mutate.ts';

const text = readFileSync('decK/quickstart.yaml', 'utf8');
const env = {
  DECK_AI_PROVIDER: 'openai',
  DECK_AI_MODEL: 'm',
  DECK_AI_BASE_URL: 'http://p.example/v1',
  DECK_AI_AUTH_HEADER: 'authorization',
  DECK_AI_AUTH_VALUE: 'Bearer k',
};
const read = (file: string) => readDeckFile(file, env, { checkPlugin: checkPluginConfig });

it(
  'a decK file is read or refused, whatever is in it',
  () => {
    expect(read(text).routes.length).toBe(1);
    const files = fc.oneof(
      mutatedBytes(Buffer.from(text)).map((bytes) => bytes.toString('utf8')),
      // JSON is YAML.
      mutatedJson(parse(text.replace(/\$\{\{.*?\}\}/g, 'openai'))),
      nastyJson,
    );
    fc.assert(
      fc.property(files, (file) => {
        try {
          read(file);
        } catch (error) {
          expect(error).toBeInstanceOf(DeckFileError);
        }
      }),
      budget(60),
    );
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
  },
  FUZZ_TIMEOUT_MS,
);

it('a file of aliases that multiply is refused', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let n = 1; n < 12; n += 1)
    lines.push(
      `a${n}: &a${n} [${Array(9)
        .fill(`*a${n - 1}`)
        .join(', ')}]`,
    );
  expect(() => read(`_format_version: "3.0"\n${lines.join('\n')}`)).toThrow(DeckFileError);
});
