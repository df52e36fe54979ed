// Where a plugin runs, whatever way a decK file says it, and how issues are printed.
import { describe, expect, it } from 'vitest';
import { type Issue, validate } from '../../kong/validate/index.ts';
import { print } from '../../kong/validate/print.ts';

const PROXY = '{name: ai-proxy-ts, config: {targets: [{model: {provider: openai}}]}}';
const without = { auth: false, secrets: false } as const;

function check(text: string): Issue[] {
  return validate([{ file: 'kong.yaml', text: `_format_version: "3.0"\n${text}` }], {}, without);
}
const messages = (text: string): string[] => check(text).map(({ message }) => message);

describe('a plugin of the suite without ai-proxy-ts', () => {
  it.each([
    ['service', 'services: [{name: s, url: "http://h", plugins: [{name: cost-log}]}]', "service 's'"],
    [
      'route',
      'services: [{name: s, url: "http://h", routes: [{name: r, paths: [/], plugins: [{name: cost-log}]}]}]',
      "route 'r'",
    ],
    [
      'route and service, named from the top',
      'services: [{name: s, url: "http://h", routes: [{name: r, paths: [/]}]}]\nplugins: [{name: cost-log, route: r, service: {name: s}}]',
      "route 'r' and service 's'",
    ],
    [
      'place that has no name',
      'services: [{url: "http://h", plugins: [{name: cost-log}]}]',
      "service 'without a name (service)'",
    ],
    ['whole gateway', 'routes: [{name: r, paths: [/]}]\nplugins: [{name: cost-log}]', 'global'],
  ])('on a %s is an error that names it', (_place, text, scope) => {
    const [message, ...more] = messages(text);
    expect(message).toContain(`cost-log (${scope}) `);
    expect(more).toEqual([]);
  });

  it('on a service without routes is none when ai-proxy-ts is there, global, or in the running Kong', () => {
    const service = (plugins: string, rest = '') =>
      messages(`services: [{name: s, url: "http://h", plugins: [${plugins}]}]\n${rest}`);
    expect(service(`{name: cost-log}, ${PROXY}`)).toEqual([]);
    expect(service('{name: cost-log}', `plugins: [${PROXY}]`)).toEqual([]);
    const elsewhere = PROXY.replace('{name', '{service: other, name');
    expect(
      service('{name: cost-log}', `plugins: [${elsewhere}]\n_info: {default_lookup_tags: {services: [x]}}`),
    ).toEqual([]);
  });

  it.each([
    ['consumer', 'consumers: [{username: c, plugins: [{name: cost-log}]}]'],
    ['consumer', 'consumers: [{custom_id: c}]\nplugins: [{name: cost-log, consumer: c}]'],
  ])('on a %s is a warning, for the routes that the caller may use', (kind, text) => {
    const issues = check(`services: [{name: s, url: "http://h", routes: [{name: r, paths: [/]}]}]\n${text}`);
    expect(issues).toMatchObject([{ severity: 'warning', message: expect.stringContaining(`${kind} 'c'`) }]);
  });

  it('is warned of where ai-proxy-ts is set for single consumers', () => {
    const proxy = PROXY.replace('{name', '{consumer: c, route: r, name');
    const text = `services: [{name: s, url: "http://h", routes: [{name: r, paths: [/], plugins: [{name: cost-log}]}]}]
consumers: [{username: c}]
plugins: [${proxy}]`;
    expect(messages(text)).toEqual(['ai-proxy-ts is set for single consumers on: r']);
  });
});

describe('references', () => {
  it('of a route at the top to its service bring that service’s plugins to it', () => {
    const text = (service: string) =>
      `services: [{name: s, url: "http://h", plugins: [${PROXY}]}]\nroutes: [{name: r, paths: [/], service: ${service}, plugins: [{name: cost-log}]}]`;
    for (const named of ['s', '{name: s}']) expect(messages(text(named))).toEqual([]);
    expect(messages(text('none'))[0]).toBe("there is no service 'none' in these files");
  });

  it('to shared configs are held against what there is', () => {
    const use = 'plugins: [{name: cors, _config: mine}]';
    const hints = (text: string) => check(text).map(({ message, hint }) => `${message} ${hint}`);
    expect(hints(use)).toEqual(["no entry 'mine' in _plugin_configs The file has no _plugin_configs."]);
    expect(hints(`_plugin_configs: {a: {}, b: {}}\n${use}`)).toEqual([
      "no entry 'mine' in _plugin_configs There are a, b.",
    ]);
    expect(hints(`_plugin_configs: {mine: {}}\n${use}`)).toEqual([]);
  });
});

describe('plugins beside those of the suite', () => {
  const beside = (plugin: string) =>
    check(
      `services: [{name: s, url: "http://h", routes: [{name: r, paths: [/]}], plugins: [${PROXY}, ${plugin}]}]`,
    );

  it.each([
    ['{name: ai-proxy, config: {}}', 'error', 'both would call a provider'],
    ['{name: ai-sanitizer, config: {}}', 'warning', "reads Kong's own ai-proxy"],
    ['{name: ai-request-transformer, config: {}}', 'warning', 'holds answers back'],
    [
      '{name: proxy-cache, config: {request_method: [POST], content_type: [text/event-stream]}}',
      'warning',
      'holds answers back',
    ],
  ])('%s: %s', (plugin, severity, message) => {
    expect(beside(plugin)).toMatchObject([{ severity, message: expect.stringContaining(message) }]);
  });

  it.each([
    '{name: proxy-cache}',
    '{name: proxy-cache, config: {request_method: [POST]}}',
    '{name: cors}',
    '{}',
  ])('%s is left alone', (plugin) => {
    expect(beside(plugin)).toEqual([]);
  });

  it('protocols that Kong would refuse are named, and those of HTTP are not', () => {
    const proxy = (protocols: string) =>
      messages(
        `services: [{name: s, url: "http://h", routes: [{name: r, paths: [/]}], plugins: [${PROXY.replace('{name', `{protocols: ${protocols}, name`)}]}]`,
      );
    expect(proxy('[http, https]')).toEqual([]);
    expect(proxy('[http, grpc]')).toEqual(['ai-proxy-ts takes only http and https']);
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['with its line', 'a: [', /^kong\.yaml:1: error: \S/, /^::error file=kong\.yaml,line=1::[^:]/],
    [
      'without one, where it is the whole',
      'a: *b',
      /^kong\.yaml: error: \S/,
      /^::error file=kong\.yaml::[^:]/,
    ],
  ])('is told %s', (_what, text, asText, asAnnotation) => {
    const issues = validate([{ file: 'kong.yaml', text }], {});
    expect(print(issues, 'text')).toMatch(asText);
    expect(print(issues, 'github')).toMatch(asAnnotation);
  });

  it('does not hide what is wrong with the others, in the order in which they are given', () => {
    const bad = { file: 'b.yaml', text: 'a: [' };
    const wrong = {
      file: 'a.yaml',
      text: '_format_version: "3.0"\nplugins: [{name: cost-log, route: none}]\n',
    };
    const files = (given: { file: string; text: string }[]) => validate(given, {}).map(({ file }) => file);
    expect(new Set(files([bad, wrong]))).toEqual(new Set(['b.yaml', 'a.yaml']));
    expect(files([bad, wrong])[0]).toBe('b.yaml');
    expect(files([wrong, bad]).at(-1)).toBe('b.yaml');
  });

  it('has line ends and per cent signs escaped for GitHub', () => {
    const issue: Issue = {
      file: 'f',
      line: 1,
      path: 'p',
      severity: 'error',
      message: '100%\r\nx',
      hint: 'h',
    };
    expect(print([issue], 'github')).toBe('::error file=f,line=1::p: 100%25%0D%0Ax h');
  });
});
