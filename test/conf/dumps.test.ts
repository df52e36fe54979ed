import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { docFiles } from '../../kong/conf/docs.ts';
import { dumpByName, dumpFiles, dumpOf } from '../../kong/conf/dumps.ts';
import { PLUGINS } from '../../kong/registry.ts';
import { ERRORS } from '../../kong/relay/errors.ts';
import { packagePath } from '../../kong/root.ts';
import { checkKongSchema, type KongField, type KongVersion } from '../../kong/schema/index.ts';
import { optionRows, readOptions } from '../../kong/serve/options.ts';

const read = (...path: string[]): string => readFileSync(packagePath(...path), 'utf8');

describe('the dumps in kong/conf/plugins', () => {
  it('are those of the plugins as they are (npm run build writes them)', () => {
    const written = readdirSync(packagePath('kong', 'conf', 'plugins')).sort();
    expect(written).toEqual(
      dumpFiles()
        .map(({ file }) => file)
        .sort(),
    );
    for (const { file, text } of dumpFiles()) {
      expect(JSON.parse(read('kong', 'conf', 'plugins', file))).toEqual(JSON.parse(text));
    }
  });

  it.each(PLUGINS.map(({ definition }) => [definition.name, definition] as const))(
    '%s is what Kong takes',
    (name, definition) => {
      const dump = dumpOf(definition);
      expect(dump).toMatchObject({ Protocol: 'ProtoBuf:1', Plugins: [{ Name: name, Phases: ['access'] }] });
      expect(dump.Plugins).toHaveLength(1);
      for (const version of ['3.4', '3.9'] satisfies KongVersion[]) {
        expect(checkKongSchema(dump.Plugins[0].Schema, version)).toEqual([]);
      }
    },
  );

  // decK does not fill in the fields of records in a map, and Kong does: `deck gateway diff` would never come to rest.
  it('have no map of records', () => {
    const maps: string[] = [];
    const walk = (field: KongField, path: string): void => {
      if (field.values?.type === 'record') maps.push(path);
      for (const inner of [field.elements, field.values]) if (inner) walk(inner, path);
      for (const entry of field.fields ?? [])
        for (const [name, child] of Object.entries(entry)) walk(child, `${path}.${name}`);
    };
    for (const { definition } of PLUGINS)
      for (const entry of dumpOf(definition).Plugins[0].Schema.fields)
        if (entry.config) walk(entry.config, definition.name);
    expect(maps).toEqual([]);
  });

  it('have Kong’s priorities: each below the auth plugins, and only one plugin innermost', () => {
    const priorities = PLUGINS.map(({ Priority }) => Priority);
    expect(priorities).toEqual([...priorities].sort((a, b) => b - a));
    expect(new Set(priorities).size).toBe(priorities.length);
    expect(Math.max(...priorities)).toBeLessThan(801);
    const innermost = PLUGINS.filter(({ definition }) => definition.innermost);
    expect(innermost.map(({ Name }) => Name)).toEqual(['ai-proxy-ts']);
    expect(PLUGINS.at(-1)).toBe(innermost[0]);
  });
});

describe('kong-ai dump', () => {
  // The tests' own preparation builds dist (npm test).
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [packagePath('dist', 'kong', 'cli.js'), ...args], {
      encoding: 'utf8',
      timeout: 20_000,
    });

  it('prints a plugin’s info as JSON', () => {
    const { stdout, stderr, status } = run('dump', 'ai-proxy-ts');
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(dumpByName('ai-proxy-ts'))));
  });

  it('of a plugin that does not exist ends with 1 and a sentence', () => {
    const { stdout, stderr, status } = run('dump', 'ai-proxy');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^kong-ai: no plugin ai-proxy; there are .*ai-proxy-ts/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('the pages in docs', () => {
  it('are those of the code as it is (npm run build writes them)', () => {
    for (const { file, text } of docFiles()) expect(read('docs', file)).toBe(text);
  });

  it('have every error code and every variable', () => {
    const errors = read('docs', 'errors.md');
    for (const [code, { status }] of Object.entries(ERRORS))
      expect(errors).toContain(`| \`${code}\` | ${status} |`);
    const settings = read('docs', 'settings.md');
    for (const { name } of optionRows()) expect(settings).toContain(`| \`${name}\` |`);
  });
});

describe('settings', () => {
  it('have the defaults that the page says', () => {
    const defaults = Object.fromEntries(
      optionRows().flatMap((row) => (row.default === '' ? [] : [[row.name, row.default]])),
    );
    expect(readOptions(defaults)).toEqual(readOptions({}));
    expect(readOptions({}).maxBodyBytes).toBe(32 * 1024 * 1024);
  });

  it('that are empty count as not set', () => {
    const empty = Object.fromEntries(optionRows().map(({ name }) => [name, '']));
    delete empty.KONG_AI_ADMIN_TOKEN;
    expect(readOptions(empty)).toEqual(readOptions({}));
  });

  it('that are wrong are refused by name', () => {
    expect(() => readOptions({ KONG_AI_RELAY_PORT: '70000' })).toThrow('KONG_AI_RELAY_PORT');
    expect(() => readOptions({ KONG_AI_WORKERS: 'many' })).toThrow('KONG_AI_WORKERS');
    expect(() => readOptions({ KONG_AI_ADMIN_TOKEN: '' })).toThrow('KONG_AI_ADMIN_TOKEN');
  });
});
