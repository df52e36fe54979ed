import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { deckEnv } from './env.ts';
import { deckFiles, merge, render, resolveEnv } from './render.ts';

const env = (name: string) => `\${{ env "${name}" }}`;
const file = (name: string, document: object) => ({ name, document });

test('lists are joined in the order of the files', () => {
  const merged = merge([
    file('a', { _format_version: '3.0', services: [{ name: 'a' }] }),
    file('b', { _format_version: '3.0', services: [{ name: 'b' }], consumers: [{ username: 'c' }] }),
  ]);
  expect(merged).toEqual({
    _format_version: '3.0',
    services: [{ name: 'a' }, { name: 'b' }],
    consumers: [{ username: 'c' }],
  });
});

test('files that disagree, or name two entities alike, are refused', () => {
  const version = (value: string) => file(value, { _format_version: value });
  expect(() => merge([version('3.0'), version('1.1')])).toThrow("1.1: '_format_version'");
  const service = file('x', { services: [{ name: 'twin' }] });
  expect(() => merge([service, service])).toThrow("two services are named 'twin'");
  const plugins = file('x', { plugins: [{ name: 'key-auth' }] });
  expect(() => merge([plugins, plugins])).not.toThrow();
});

test('variables are replaced in the text, so that a number stays a number', () => {
  const text = `port: ${env('DECK_PORT')}\nurl: ${env('DECK_URL')}/v1\n`;
  expect(parse(resolveEnv(text, { DECK_PORT: '6379', DECK_URL: 'http://h' }))).toEqual({
    port: 6379,
    url: 'http://h/v1',
  });
  expect(() => resolveEnv(text, {}, 'chat.yaml')).toThrow(
    'chat.yaml: the environment variable DECK_PORT is not set',
  );
  expect(() => resolveEnv(env('HOME'), { HOME: '/' })).toThrow('must begin with DECK_');
});

test('the files of the suite merge, have no global plugin, and keep each topic to its own paths', () => {
  const files = deckFiles();
  const merged = parse(render(files, deckEnv({ upstreamPort: 1, redisPort: 2 })));
  expect(merged._format_version).toBe('3.0');
  for (const plugin of merged.plugins ?? []) {
    expect(plugin.route ?? plugin.service ?? plugin.consumer, `plugin ${plugin.name}`).toBeDefined();
  }
  for (const { name, text } of files) {
    const document = parse(resolveEnv(text, deckEnv({ upstreamPort: 1, redisPort: 2 })));
    const prefix = `/spec/${name.replace(/(\.kong)?\.yaml$/, '')}`;
    for (const { routes } of document.services ?? [])
      for (const { paths } of routes)
        for (const path of paths) expect(path.replace(/^~/, '')).toContain(prefix);
  }
});
