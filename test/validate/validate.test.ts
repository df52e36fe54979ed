// What `kong-ai validate` finds in decK files, and what it leaves alone.
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { definePlugin } from '../../kong/relay/plugin.ts';
import { type Issue, validate } from '../../kong/validate/index.ts';
import { print } from '../../kong/validate/print.ts';

// A plugin that is not innermost, whatever else the suite has.
vi.mock('../../kong/registry.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../kong/registry.ts')>();
  const guard = definePlugin({
    name: 'test-guard',
    version: '1.0.0',
    priority: 1,
    config: z.object({ word: z.string().optional() }),
    stage: () => ({ run: (_exchange, next) => next() }),
  });
  return { ...original, PLUGINS: [guard, ...original.PLUGINS] };
});

const HEAD = '_format_version: "3.0"\n';
const PROXY = `{name: ai-proxy-ts, config: {targets: [{model: {provider: openai}}]}}`;
const AUTH = '{name: key-auth}';

function check(text: string, env: NodeJS.ProcessEnv = {}): Issue[] {
  return validate([{ file: 'kong.yaml', text: HEAD + text }], env);
}

/** `line severity message` of each issue. */
const brief = (issues: Issue[]): string[] =>
  issues.map(({ line, severity, message }) => `${line} ${severity} ${message}`);

const service = (plugins: string[], routes: string): string => `services:
  - name: ai
    url: http://ai.invalid
    plugins: [${plugins.join(', ')}]
    routes: ${routes}
`;

/** With a line for each field of the target, which begins on line 10. */
const withTarget = (target: string): string => `services:
  - name: ai
    url: http://ai.invalid
    plugins:
      - name: key-auth
      - name: ai-proxy-ts
        config:
          targets:
            - ${target}
`;

describe('configs', () => {
  it('are held against the schema, with the line of the field and what may be meant', () => {
    const text = withTarget(`model:
                provider: opena
                nam: gpt`);
    const issues = check(text);
    expect(issues).toHaveLength(2);
    expect(issues[0]).toMatchObject({
      line: 11,
      severity: 'error',
      path: 'services[0].plugins[1].config.targets[0].model.provider',
      hint: 'Is openai meant?',
    });
    expect(issues[1]).toMatchObject({ line: 12, message: 'unknown field, did you mean name?' });
  });

  it('may come from _plugin_configs, where their mistakes are reported', () => {
    const text = `_plugin_configs:
  shared:
    targets: []
plugins:
  - {name: key-auth}
  - {name: ai-proxy-ts, _config: shared}
  - {name: test-guard, _config: nothing}
`;
    const issues = check(text);
    expect(issues.map(({ path }) => path)).toEqual(['_plugin_configs.shared.targets', 'plugins[2]._config']);
    expect(issues[1]!.hint).toBe('There are shared.');
  });

  it('filled by variables that are not set are not judged, and those that are set are', () => {
    const text = service(
      [AUTH, `{name: ai-proxy-ts, config: {targets: [{model: {provider: '\${{ env "DECK_P" }}'}}]}}`],
      '[{name: r, paths: [/a]}]',
    );
    expect(check(text)).toEqual([]);
    expect(check(text, { DECK_P: 'openai' })).toEqual([]);
    expect(check(text, { DECK_P: 'nobody' })).toHaveLength(1);
  });

  it('of a field that does not exist are mistakes even when a variable fills it', () => {
    const text = service(
      [
        AUTH,
        `{name: ai-proxy-ts, config: {targets: [{model: {provider: openai}}], tragets: '\${{ env "DECK_P" }}'}}`,
      ],
      '[]',
    );
    expect(check(text)).toMatchObject([{ message: expect.stringContaining('unknown field') }]);
  });
});

describe('plugins without ai-proxy-ts', () => {
  const guard = '{name: test-guard}';

  it('on a route whose service has it are fine, on others not', () => {
    const fine = service([AUTH, PROXY], `[{name: r, paths: [/a], plugins: [${guard}]}]`);
    expect(check(fine)).toEqual([]);
    const bare = service([AUTH], `[{name: r, paths: [/a], plugins: [${guard}]}]`);
    expect(brief(check(bare))).toEqual([
      "6 error test-guard (route 'r') runs on routes without ai-proxy-ts: r",
    ]);
  });

  it('on a service name the routes that lack it', () => {
    const text = service(
      [AUTH, guard],
      `[{name: yes, paths: [/a], plugins: [${PROXY}]}, {name: no, paths: [/b]}]`,
    );
    expect(brief(check(text))).toEqual([
      "5 error test-guard (service 'ai') runs on routes without ai-proxy-ts: no",
    ]);
  });

  it('that are global break every other route', () => {
    const text = `${service([AUTH, PROXY], '[{name: ai, paths: [/a]}]')}
routes: [{name: shop, paths: [/shop]}]
plugins: [${guard}]
`;
    expect(check(text).map(({ message }) => message)).toEqual([
      'test-guard (global) runs on routes without ai-proxy-ts: shop',
    ]);
  });

  it('on a consumer are a warning', () => {
    const text = `${service([AUTH, PROXY], '[{name: ai, paths: [/a]}]')}
routes: [{name: shop, paths: [/shop]}]
consumers: [{username: c, plugins: [${guard}]}]
`;
    expect(check(text)).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('routes without ai-proxy-ts: shop') },
    ]);
  });

  it('that are disabled do not count', () => {
    expect(check(service([AUTH, '{name: test-guard, enabled: false}'], '[]'))).toEqual([]);
  });

  it('may have it in another of the files', () => {
    const files = [
      { file: 'a.yaml', text: HEAD + service([AUTH, PROXY], '[{name: ai, paths: [/a]}]') },
      { file: 'b.yaml', text: `${HEAD}plugins: [{name: test-guard, service: ai}]\n` },
    ];
    expect(validate(files, {})).toEqual([]);
    expect(validate([files[1]!], {})).toMatchObject([
      { file: 'b.yaml', message: "there is no service 'ai' in these files" },
    ]);
  });

  it('may refer to what decK looks up in Kong', () => {
    const text = `_info: {default_lookup_tags: {services: [ai]}}\nplugins: [{name: test-guard, service: ai}]\n`;
    expect(check(text)).toEqual([]);
  });
});

describe('secrets', () => {
  const withAuth = (value: string): string =>
    service(
      [
        AUTH,
        `{name: ai-proxy-ts, config: {targets: [{model: {provider: openai}, auth: {header_name: a, header_value: ${value}}}]}}`,
      ],
      '[]',
    );

  it.each([
    `'Bearer \${{ env "DECK_KEY" }}'`,
    `"{vault://env/openai-key}"`,
    '"env://OPENAI_API_KEY"',
    '"file:///run/secrets/openai"',
  ])('by reference are fine: %s', (value) => {
    expect(check(withAuth(value), { DECK_KEY: 'sk-0123456789abcdef0123' })).toEqual([]);
  });

  it('in plain text are mistakes, and are not repeated', () => {
    const [issue, ...others] = check(withAuth('"Bearer sk-secret-of-somebody"'));
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ line: 5, severity: 'error', message: 'a secret in plain text' });
    expect(JSON.stringify(issue)).not.toContain('sk-secret');
  });

  it('with the shape of a key are found in Kong’s own plugins too', () => {
    const text = `plugins: [{name: http-log, config: {headers: {x: "sk-ant-0123456789abcdefghij"}}}]\n`;
    expect(check(text)).toMatchObject([{ message: 'this looks like a key in plain text' }]);
  });

  it('in vaults that nobody has, or in fields that Kong does not resolve, are mistakes', () => {
    expect(check(withAuth('"{vault://mine/key}"'))).toMatchObject([
      { severity: 'error', message: "there is no vault 'mine' in these files" },
    ]);
    expect(check(`vaults: [{name: env, prefix: mine}]\n${withAuth('"{vault://mine/key}"')}`)).toEqual([]);
    expect(check(withAuth('"{vault://hcv/key}"'))).toMatchObject([{ severity: 'warning' }]);
    const inName = service(
      [
        AUTH,
        `{name: ai-proxy-ts, config: {targets: [{model: {provider: openai, name: "{vault://env/m}"}}]}}`,
      ],
      '[]',
    );
    expect(check(inName)).toMatchObject([{ message: 'Kong resolves no vault reference in this field' }]);
  });

  it('as a reference inside of a longer value are mistakes, with file, line and what to do', () => {
    const text = withTarget(`model: {provider: openai}
              auth:
                header_name: authorization
                header_value: 'Bearer {vault://env/openai-key}'`);
    expect(check(text)).toEqual([
      {
        file: 'kong.yaml',
        line: 13,
        path: 'services[0].plugins[1].config.targets[0].auth.header_value',
        severity: 'error',
        message: 'Kong resolves a vault reference only where it is the whole value',
        hint: expect.stringContaining('prefix included'),
      },
    ]);
  });

  it.each([
    ['" {vault://env/key}"', 'only where it is the whole value'],
    ['"{vault://env/a}{vault://env/b}"', 'only where it is the whole value'],
    ['"{vault://env/key"', 'only where it is the whole value'],
    ['"{vault://env}"', 'names no secret'],
    ['"{vault://env/}"', 'names no secret'],
  ])('as the reference %s, which Kong does not resolve, are mistakes', (value, message) => {
    expect(check(withAuth(value))).toMatchObject([
      { severity: 'error', message: expect.stringContaining(message) },
    ]);
  });

  it.each(['"{vault://env/key/part}"', '"{vault://env/key#1}"', `'{vault://env/\${{ env "DECK_NAME" }}}'`])(
    'as the reference %s are fine',
    (value) => {
      expect(check(withAuth(value))).toEqual([]);
    },
  );

  it('of consumers are warned of', () => {
    const text = `consumers: [{username: c, keyauth_credentials: [{key: abc}, {key: '\${{ env "DECK_K" }}'}]}]\n`;
    expect(check(text)).toMatchObject([
      { severity: 'warning', path: 'consumers[0].keyauth_credentials[0].key' },
    ]);
  });
});

describe('what Kong would do otherwise than is meant', () => {
  it('a route to a model without authentication', () => {
    const text = service([PROXY], '[{name: open, paths: [/a]}]');
    expect(check(text)).toMatchObject([
      { severity: 'warning', message: expect.stringContaining("route 'open'") },
    ]);
  });

  it('Kong’s own ai-proxy beside ai-proxy-ts', () => {
    const text = service([AUTH, PROXY, '{name: ai-proxy}'], '[{name: r, paths: [/a]}]');
    expect(check(text)).toMatchObject([
      { severity: 'error', hint: '`kong-ai migrate` makes ai-proxy-ts of it.' },
    ]);
    expect(check('services: [{name: x, plugins: [{name: ai-proxy}], routes: [{name: r}]}]\n')).toEqual([]);
  });

  it.each([
    ['ai-request-transformer', {}, true],
    ['ai-response-transformer', {}, true],
    ['proxy-cache', { strategy: 'memory' }, false],
    ['proxy-cache', { request_method: ['POST'], content_type: ['text/event-stream'] }, true],
    ['response-transformer', { add: { headers: ['a:b'] } }, false],
  ])('%s with %j beside ai-proxy-ts: no stream gets through it is %s', (name, config, buffers) => {
    const plugin = `{name: ${name}, config: ${JSON.stringify(config)}}`;
    const text = service([AUTH, PROXY, plugin], '[{name: r, paths: [/a]}]');
    const found = check(text).filter(({ hint }) => hint?.includes('No stream gets through'));
    expect(found).toHaveLength(buffers ? 1 : 0);
  });

  it('a name that nobody has', () => {
    expect(check('plugins: [{name: ai-proxy-tss}]\n')).toMatchObject([{ hint: 'Is ai-proxy-ts meant?' }]);
    expect(check('plugins: [{name: my-own-plugin}]\n')).toEqual([]);
  });

  it('one plugin twice in one place', () => {
    const text = service([AUTH, PROXY, PROXY], '[{name: r, paths: [/a]}]');
    expect(check(text)).toMatchObject([
      { message: "ai-proxy-ts is configured twice (service 'ai')", hint: 'Also at kong.yaml:5.' },
    ]);
  });

  it('ordering, gRPC, consumer groups and a short read_timeout', () => {
    const text = `services:
  - name: ai
    url: http://ai.invalid
    read_timeout: 5000
    plugins:
      - name: key-auth
      - name: ai-proxy-ts
        ordering: {before: {access: [acl]}}
        protocols: [grpc, http]
        config: {targets: [{model: {provider: openai}}]}
    routes: [{name: r, paths: [/a]}]
consumer_groups: [{name: gold, plugins: [{name: test-guard}]}]
`;
    expect(check(text).map(({ line, severity }) => `${line} ${severity}`)).toEqual([
      '5 warning',
      '9 warning',
      '10 warning',
      '13 warning',
    ]);
  });
});

describe('files', () => {
  it('that are no YAML, or not decK’s, are said to be so, with the line', () => {
    expect(validate([{ file: 'a.yaml', text: 'a: 1\nb: [' }], {})).toMatchObject([
      { file: 'a.yaml', line: 2 },
    ]);
    expect(validate([{ file: 'a.yaml', text: 'services: []' }], {})).toMatchObject([
      { message: '_format_version must be "3.0" (in quotes)' },
    ]);
  });

  it('of several documents have only the first read by decK, which is said', () => {
    const text = `${HEAD}services: []\n---\n${HEAD}services: []\n`;
    expect(validate([{ file: 'a.yaml', text }], {})).toMatchObject([
      { line: 3, message: expect.stringContaining('only the first document') },
    ]);
  });

  it('of a format version other than "3.0" are said to be so, with how to convert them', () => {
    for (const version of ['"1.1"', '3.0', '"3"'])
      expect(validate([{ file: 'a.yaml', text: `_format_version: ${version}\n` }], {})).toMatchObject([
        { line: 1, path: '_format_version', hint: expect.stringContaining('deck file convert') },
      ]);
  });

  it('may use anchors, aliases and merge keys, whose mistakes are found', () => {
    const text = (weight: string): string => `_plugin_configs:
  base:
    targets:
      - &target
        model: {provider: openai, name: a}
services:
  - name: ai
    url: http://ai.invalid
    plugins:
      - name: key-auth
      - name: ai-proxy-ts
        config:
          targets:
            - *target
            - <<: *target
              weight: ${weight}
    routes: [{name: r, paths: [/a]}]
`;
    expect(check(text('5'))).toEqual([]);
    expect(check(text('many'))).toMatchObject([
      { line: 17, path: expect.stringMatching(/targets\[1\]\.weight$/) },
    ]);
  });

  it('with aliases that multiply without end are refused, not expanded', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++)
      lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`);
    expect(check(`${lines.join('\n')}\n`)).toMatchObject([{ message: expect.stringContaining('alias') }]);
  });

  it('may hold everything that Kong has and this suite does not know', () => {
    const text = `upstreams: [{name: u, targets: [{target: "a:1"}]}]
certificates: [{cert: x, key: y}]
services: [{name: g, protocol: grpc, host: h, plugins: [{name: saml, config: {a: 1}}]}]
`;
    expect(check(text)).toEqual([]);
  });

  it('have issues in the form that is asked for', () => {
    const issues = check('plugins: [{name: ai-proxy-tss}]\n');
    expect(print(issues, 'text')).toMatch(/^kong\.yaml:2: warning: plugins\[0\]\.name: there is no plugin/);
    expect(print(issues, 'github')).toMatch(/^::warning file=kong\.yaml,line=2::plugins\[0\]\.name: /);
    expect(JSON.parse(print(issues, 'json'))).toEqual(issues);
  });
});
