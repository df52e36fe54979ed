// biome-ignore-all lint/suspicious/noTemplateCurlyInString: decK's templates look like JavaScript's
// Reading decK files: what becomes of them, and what is refused with which words.
import { describe, expect, it } from 'vitest';
import { DeckFileError } from '../../kong/gateway/deck/errors.ts';
import { readDeckFile } from '../../kong/gateway/deck/read.ts';

const read = (body: string, env: NodeJS.ProcessEnv = {}) =>
  readDeckFile(`_format_version: "3.0"\n${body}`, env);

function issuesOf(body: string, env?: NodeJS.ProcessEnv): string[] {
  try {
    read(body, env);
  } catch (error) {
    expect(error).toBeInstanceOf(DeckFileError);
    return (error as DeckFileError).message.split('\n');
  }
  return [];
}

describe('a decK file', () => {
  it('gives the same state nested and flat', () => {
    const nested = read(`
services:
- name: s
  url: https://example.com/base
  plugins: [{name: cors}]
  routes:
  - name: r
    paths: [/a]
    plugins: [{name: key-auth}]
consumers:
- username: alice
  plugins: [{name: correlation-id}]
`);
    const flat = read(`
services:
- {name: s, protocol: https, host: example.com, port: 443, path: /base}
routes:
- {name: r, paths: [/a], service: {name: s}}
consumers:
- {username: alice}
plugins:
- {name: cors, service: s}
- {name: key-auth, route: r}
- {name: correlation-id, consumer: alice}
`);
    const withoutPlaces = ({ plugins, ...rest }: typeof flat) => ({
      ...rest,
      plugins: plugins
        .map((plugin) => ({ ...plugin, path: '', line: 0 }))
        .sort((a, b) => a.name.localeCompare(b.name)),
    });
    expect(withoutPlaces(nested)).toEqual(withoutPlaces(flat));
    expect(flat.routes[0]!.service).toBe(flat.services[0]);
  });

  it('fills in the defaults of Kong', () => {
    const { services, routes, plugins } = read(`
services:
- {name: s, host: h}
routes:
- {name: r, methods: [GET], service: s}
plugins:
- {name: key-auth}
`);
    expect(services[0]).toMatchObject({
      protocol: 'http',
      port: 80,
      retries: 5,
      connect_timeout: 60000,
      write_timeout: 60000,
      read_timeout: 60000,
      enabled: true,
    });
    expect(routes[0]).toMatchObject({
      protocols: ['http', 'https'],
      strip_path: true,
      preserve_host: false,
      https_redirect_status_code: 426,
      regex_priority: 0,
    });
    expect(plugins[0]).toMatchObject({
      enabled: true,
      config: { key_names: ['apikey'], hide_credentials: false, run_on_preflight: true },
    });
  });

  it('gives services, routes and consumers the ids that Kong gives them without a database', () => {
    const { services, consumers } = read(
      'services: [{name: example-service, host: h}]\nconsumers: [{username: bob}]\n',
    );
    // Version 5 UUIDs of 'services' and 'consumers' in Kong's namespace, then of the name; made with another library.
    expect(services[0]!.id).toBe('7a267194-6123-5ee0-a1c9-4c1559eb0d95');
    expect(consumers[0]!.id).toBe('def4f7d3-9863-5ad2-8fa9-c949bf26f55e');
    const id = '3f0b7f0c-6b0e-4a57-9d1f-6f0d1a1f4f10';
    expect(read(`services: [{id: ${id}, host: h}]`).services[0]!.id).toBe(id);
  });

  it('adds select_tags to every entity, applies _info.defaults and _plugin_configs', () => {
    const state = read(`
_comment: whatever
_ignore: [anything]
_transform: true
_info:
  select_tags: [team]
  defaults: {service: {retries: 1}, route: {strip_path: false}}
_plugin_configs:
  limits: {minute: 5, limit_by: ip}
services:
- name: s
  host: h
  tags: [own]
  routes: [{name: r, paths: [/], _comment: x}]
plugins:
- {name: rate-limiting, _config: limits, config: {minute: 7}}
`);
    expect(state.services[0]).toMatchObject({ tags: ['own', 'team'], retries: 1 });
    expect(state.routes[0]).toMatchObject({ tags: ['team'], strip_path: false });
    expect(state.plugins[0]!.config).toMatchObject({ minute: 7, limit_by: 'ip' });
  });

  it('treats null as absent, as Kong and decK write it', () => {
    const state = read(`
services:
- {name: s, host: h, path: null, client_certificate: null, routes: [{paths: [/], snis: null, plugins: null}]}
consumers: null
plugins:
- name: request-transformer
  config: {http_method: null, replace: {uri: null, headers: ["a:b"]}, add: {body: []}}
`);
    expect(state.services[0]).not.toHaveProperty('path');
  });

  it('resolves env templates before it reads the YAML', () => {
    const state = read(
      'services:\n- host: ${{ env "DECK_HOST" }}\n  port: ${{ env "DECK_PORT" | toInt }}\n' +
        '  enabled: ${{ env `DECK_ON` | toBool }}\n  tags:\n  - |\n    ${{ env "DECK_TEXT" | indent 4 }}\n',
      { DECK_HOST: 'h', DECK_PORT: '8080', DECK_ON: 'false', DECK_TEXT: 'a\nb' },
    );
    expect(state.services[0]).toMatchObject({ host: 'h', port: 8080, enabled: false, tags: ['a\nb\n'] });
  });

  it.each([
    ['true', true],
    ['1', true],
    ['F', false],
  ])('reads %j as a boolean', (value, enabled) => {
    const text = 'services: [{host: h, enabled: ${{ env "DECK_ON" | toBool }}}]';
    expect(read(text, { DECK_ON: value }).services[0]!.enabled).toBe(enabled);
  });

  it('reads a number with decimals', () => {
    const text = 'plugins: [{name: rate-limiting, config: {second: ${{ env "DECK_N" | toFloat }}}}]';
    expect(read(text, { DECK_N: '0.5' }).plugins[0]!.config.second).toBe(0.5);
  });

  it.each([
    ['${{ env "DECK_NONE" }}', /line 2: environment variable 'DECK_NONE' is not set/],
    ['${{ env "HOME" }}', /must begin with 'DECK_', found 'HOME'/],
    ['${{ env "DECK_X" | rot13 }}', /unknown function 'rot13'/],
    ['${{ env "DECK_X" | constructor }}', /unknown function 'constructor'/],
    ['${{ env "DECK_X" | toBool }}', /the value is not a boolean/],
    ['${{ env "DECK_X" | toFloat }}', /the value is not a number/],
    ['${{ env "DECK_BLANK" | toFloat }}', /the value is not a number/],
    ['${{ env "DECK_X" | indent 101 }}', /a number of spaces from 0 to 100/],
    ['${{ env "DECK_X" | indent }}', /a number of spaces from 0 to 100/],
    ['${{ }}', /only env "DECK_..." can be used/],
    ['${{ env "" }}', /must begin with 'DECK_', found ''/],
    ['${{ env "DECK_X" | toInt }}', /the value is not an integer/],
    ['${{ printf "x" }}', /only env "DECK_..." can be used/],
  ])('refuses %s', (template, message) => {
    const [issue] = issuesOf(`_comment: ${template}`, { DECK_X: 's3cret', DECK_BLANK: ' ' });
    expect(issue).toMatch(message);
    expect(issue).not.toContain('s3cret');
  });

  it('names the place of every mistake at once', () => {
    expect(
      issuesOf(`services:
- name: s
  hots: h
  retries: many
  routes:
  - paths: [api]
  - paths: ["~/(?=x)"]
  - {name: none}
`),
    ).toEqual([
      'services[0].retries, line 5: Invalid input: expected number, received string',
      'services[0].routes[0].paths[0], line 7: should start with: / (fixed path) or ~/ (regex path)',
      expect.stringMatching(/^services\[0\]\.routes\[1\]\.paths\[0\], line 8: invalid regex: /),
      'services[0].hots, line 4: unknown field',
    ]);
    expect(issuesOf('services:\n- name: s\n  routes:\n  - name: r\n')).toEqual([
      "services[0], line 3: needs 'host' or 'url'",
      "services[0].routes[0], line 5: must set one of 'methods', 'hosts', 'headers', 'paths'",
    ]);
  });

  it.each([
    ['upstreams: []', "upstreams, line 2: the embedded gateway does not support 'upstreams'; use Kong"],
    [
      'consumers: [{username: a, basicauth_credentials: []}]',
      "consumers[0].basicauth_credentials, line 2: the embedded gateway does not support 'basicauth_credentials'; use Kong",
    ],
    [
      'routes: [{paths: [/], protocols: [grpc]}]',
      'routes[0].protocols[0], line 2: the embedded gateway does not speak grpc; use Kong',
    ],
    ['routes: [{paths: [//a]}]', 'routes[0].paths[0], line 2: must not have empty segments'],
    [
      'routes: [{paths: [/a/../b]}]',
      "routes[0].paths[0], line 2: non-normalized path, consider use '/b' instead",
    ],
    [
      'routes: [{paths: [/], service: nope}]',
      "routes[0].service, line 2: there is no service 'nope' in this file",
    ],
    [
      'plugins: [{name: key-auth, config: {key_name: [a]}}]',
      'plugins[0].config.key_name, line 2: unknown field',
    ],
    [
      'plugins: [{name: rate-limiting, config: {minute: 5, policy: redis}}]',
      "plugins[0].config.policy, line 2: the embedded gateway has only the policy 'local'; for the others use Kong",
    ],
    [
      'plugins: [{name: request-transformer, config: {add: {body: ["a:b"]}}}]',
      'plugins[0].config.add.body, line 2: the embedded gateway does not transform bodies; use Kong',
    ],
    [
      'plugins: [{name: request-transformer, config: {add: {headers: ["a:$(headers.b)"]}}}]',
      'plugins[0].config.add.headers[0], line 2: the embedded gateway does not run templates; use Kong',
    ],
    [
      'plugins: [{name: acl, config: {allow: [a], deny: [b]}}]',
      "plugins[0].config, line 2: exactly one of 'allow' and 'deny' must be set",
    ],
    [
      'consumers: [{username: a, plugins: [{name: acl, config: {allow: [a]}}]}]',
      "consumers[0].plugins[0], line 2: plugin 'acl' cannot be set on a consumer",
    ],
    [
      'plugins: [{name: cors}, {name: cors}]',
      "plugins[1], line 2: plugin 'cors' is configured twice in the same place",
    ],
    [
      'consumers: [{username: a, keyauth_credentials: [{key: k}, {key: k}]}]',
      'consumers[0].keyauth_credentials[1].key, line 2: is used twice',
    ],
    [
      'services: [{name: s, host: h}, {name: s, host: i}]',
      'services[1], line 2: another service has the same name or id',
    ],
    [
      'plugins: [{name: rate-limiting, config: {}}]',
      'plugins[0].config, line 2: at least one of second, minute, hour, day, month, year must be set',
    ],
    [
      'plugins: [{name: rate-limiting, config: {minute: 5, hour: 4}}]',
      'plugins[0].config.hour, line 2: the limit for hour cannot be lower than the limit for minute',
    ],
    [
      'plugins: [{name: rate-limiting, config: {minute: 5, limit_by: header}}]',
      "plugins[0].config.header_name, line 2: required with limit_by 'header'",
    ],
    [
      'plugins: [{name: rate-limiting, config: {minute: 5, limit_by: path}}]',
      "plugins[0].config.path, line 2: required with limit_by 'path'",
    ],
    [
      'plugins: [{name: request-termination, config: {message: a, body: b}}]',
      'plugins[0].config, line 2: message cannot be used with content_type or body',
    ],
    [
      'plugins: [{name: request-termination, config: {content_type: text/html}}]',
      'plugins[0].config, line 2: content_type requires a body',
    ],
    [
      'plugins: [{name: request-transformer, config: {rename: {headers: ["a b:c"]}}}]',
      'plugins[0].config.rename.headers[0], line 2: is not a valid header name',
    ],
    [
      'plugins: [{name: request-transformer, config: {rename: {headers: ["a:b c"]}}}]',
      'plugins[0].config.rename.headers[0], line 2: is not a valid header name',
    ],
    [
      'plugins: [{name: request-transformer, config: {add: {querystring: [a]}}}]',
      'plugins[0].config.add.querystring[0], line 2: must be name:value',
    ],
    [
      'plugins: [{name: cors, config: {origins: ["(a"]}}]',
      'plugins[0].config.origins[0], line 2: is not a valid regex',
    ],
    [
      'plugins: [{name: cors, _config: shared}]',
      "plugins[0]._config, line 2: no such entry in '_plugin_configs'",
    ],
    ['consumers: [{}]', "consumers[0], line 2: needs 'username' or 'custom_id'"],
    [
      'consumers: [{custom_id: a}, {custom_id: a, username: b}]',
      'consumers[1].custom_id, line 2: is used twice',
    ],
    ['plugins: [{name: key-auth, config: {a: 1, b: 2}}]', 'plugins[0].config.b, line 2: unknown field'],
    ['services: [{url: "ftp://h"}]', 'services[0].url, line 2: must be an http or https URL'],
    [
      'services: [{name: s, routes: 1}]',
      'services[0].routes, line 2: Invalid input: expected array, received number',
    ],
    ['plugins: [{}]', 'plugins[0].name, line 2: required field is missing'],
  ])('refuses %s', (body, message) => {
    expect(issuesOf(body)).toContain(message);
  });

  it('refuses what is not YAML, or not of this format', () => {
    expect(() => readDeckFile('a: [', {})).toThrow(/line 1: /);
    expect(() => readDeckFile('', {})).toThrow(/_format_version.*must be "3.0"/);
    expect(() => readDeckFile('_format_version: "1.1"', {})).toThrow(/must be "3.0"/);
    expect(() => readDeckFile('- a', {})).toThrow(DeckFileError);
    expect(() => readDeckFile('a: 1\n---\nb: 2\n', {})).toThrow('decK reads only the first document');
    expect(() => readDeckFile('a: *nobody\n', {})).toThrow(DeckFileError);
  });
});
