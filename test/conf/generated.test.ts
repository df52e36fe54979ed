import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fillSection, generatedFiles } from '../../kong/conf/generated.ts';
import { asConf, asEnv, DEFAULTS, kongSettings } from '../../kong/conf/kong-conf.ts';
import { PLUGINS } from '../../kong/registry.ts';
import { packagePath } from '../../kong/root.ts';

test.each(generatedFiles())('$path is in step with the code (npm run build)', ({ path, text }) => {
  expect(readFileSync(packagePath(path), 'utf8')).toBe(text);
});

test.each(PLUGINS.map(({ Name }) => Name))('the README of %s has its table of fields', (name) => {
  const readme = generatedFiles().find(
    ({ path, text }) => path.endsWith('README.md') && text.startsWith(`# ${name}\n`),
  );
  expect(readme?.text).toMatch(/<!-- fields -->\n+\| Field \|/);
});

test('a section is filled between its markers, and only there', () => {
  const text = 'a\n<!-- fields -->\nold\n<!-- /fields -->\nb\n';
  expect(fillSection(text, 'fields', 'new')).toBe('a\n<!-- fields -->\nnew\n<!-- /fields -->\nb\n');
  expect(fillSection('no markers', 'fields', 'new')).toBe('no markers');
});

test('kong.conf names every plugin, its socket and its dump', () => {
  const conf = asConf(kongSettings(DEFAULTS));
  for (const { Name } of PLUGINS) {
    const key = `pluginserver_${Name.replaceAll('-', '_')}`;
    expect(conf).toContain(`\n${key}_socket = /run/kong-ai/plugins.sock\n`);
    expect(conf).toContain(`\n${key}_query_cmd = cat /usr/share/kong-ai/plugins/${Name}.json\n`);
  }
  expect(conf).not.toContain('start_cmd');
});

test('when Kong spawns the server, exactly one entry starts it', () => {
  const conf = asConf(kongSettings({ ...DEFAULTS, mode: 'spawned', socket: '/tmp/a.sock' }));
  expect(conf.match(/^pluginserver_\w+_start_cmd = kong-ai start --socket \/tmp\/a\.sock$/gm)).toHaveLength(
    1,
  );
});

test('environment variables say the same as kong.conf', () => {
  const settings = kongSettings(DEFAULTS);
  const env = asEnv(settings);
  for (const { name, value } of settings) expect(env).toContain(`KONG_${name.toUpperCase()}=${value}\n`);
});

test('a Kong that the plugins do not run on is refused', () => {
  expect(() => kongSettings({ ...DEFAULTS, kongVersion: '2.8' })).toThrow('Kong 2.8 is not supported');
});
