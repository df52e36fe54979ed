// The state files in decK/ are what decK, Kong's schemas and the suite's own rules want; by decK itself where it is.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { substituteEnv } from '../../kong/gateway/deck/env.ts';
import { readDeckFile } from '../../kong/gateway/deck/read.ts';
import { packagePath } from '../../kong/root.ts';
import { validate } from '../../kong/validate/index.ts';
import { OURS } from '../../kong/validate/names.ts';
import { merge } from '../../spec/support/render.ts';
import { deck, deckAvailable, withFile } from '../support/deck.ts';
import { lint, type Rule } from '../support/lint.ts';

const ENVIRONMENTS = ['development', 'staging', 'production'];
const SUITE = ['cost-log', 'token-rate-limit', 'prompt-guard', 'pii-redact', 'semantic-cache', 'ai-proxy-ts'];
const KONGS = ['key-auth', 'acl', 'rate-limiting', 'cors', 'prometheus', 'http-log'];

const path = (name: string): string => packagePath('decK', name);
const text = (name: string): string => readFileSync(path(name), 'utf8');
const filesOf = (environment: string): string[] => ['gateway.yaml', 'consumers.yaml', `${environment}.yaml`];
const rules = (parse(text('lint.yaml')) as { rules: Record<string, Rule> }).rules;

/** As decK fills it in when the variable is not set. */
const variables = (name: string): string => name;

function merged(environment: string): Record<string, unknown> {
  const documents = filesOf(environment).map((name) => ({ name, document: parse(text(name)) }));
  return merge(documents);
}

/** Every plugin of a document, wherever it stands. */
function pluginNames(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'plugins' && Array.isArray(value)
      ? value.map(({ name }: { name: string }) => name)
      : pluginNames(value),
  );
}

describe.each(ENVIRONMENTS)('%s', (environment) => {
  it('uses all six plugins of the suite with Kong’s own', () => {
    const names = ([] as string[]).concat(
      pluginNames(merged(environment)),
      (merged(environment).services as unknown[]).flatMap(pluginNames),
    );
    for (const name of [...SUITE, ...KONGS]) expect(names).toContain(name);
  });

  it('has no error and no warning of kong-ai validate, whether or not its variables are set', () => {
    const files = filesOf(environment).map((name) => ({ file: name, text: text(name) }));
    expect(validate(files, {})).toEqual([]);
  });

  it('keeps every rule of decK/lint.yaml', () => {
    expect(lint(rules, merged(environment))).toEqual([]);
    if (!deckAvailable) return;
    withFile(stringify(merged(environment), { aliasDuplicateObjects: false }), (file) => {
      const run = deck(['file', 'lint', '-s', file, '--fail-severity', 'warn', path('lint.yaml')]);
      expect(run, run.stdout + run.stderr).toMatchObject({ status: 0 });
    });
  });

  it('is valid to decK, and merges and renders', () => {
    // Without decK: the templates are decK's, and the YAML stays YAML when they are filled in.
    for (const name of filesOf(environment))
      expect(parse(substituteEnv(text(name), {}, variables))).toMatchObject({ _format_version: '3.0' });
    if (!deckAvailable) return;
    const files = filesOf(environment).map(path);
    const env = Object.fromEntries(variablesOf(environment).map((name) => [name, `value-of-${name}`]));
    for (const command of [
      ['file', 'validate'],
      ['file', 'merge'],
      ['file', 'render', '--populate-env-vars'],
    ]) {
      const run = deck([...command, ...files], env);
      expect(run, `deck ${command.join(' ')}: ${run.stderr}`).toMatchObject({ status: 0 });
    }
  });
});

const variablesOf = (environment: string): string[] =>
  filesOf(environment).flatMap((name) =>
    [...text(name).matchAll(/env "(DECK_\w+)"/g)].map(([, variable]) => variable!),
  );

describe('decK/lint.yaml', () => {
  const KEY = `\${{ env "DECK_KEY" }}`;
  const good = {
    _info: { select_tags: ['ai'] },
    services: [
      { name: 'a', plugins: [{ name: 'key-auth' }, { name: 'ai-proxy-ts' }, { name: 'prompt-guard' }] },
    ],
    consumers: [{ keyauth_credentials: [{ key: KEY }] }],
  };
  const cases: [string, object][] = [
    ['info', { services: [] }],
    ['select-tags', { _info: { defaults: {} } }],
    ['no-global-ai-plugin', { ...good, plugins: [{ name: 'cost-log' }] }],
    ['needs-ai-proxy-ts', { ...good, services: [{ plugins: [{ name: 'pii-redact' }] }] }],
    ['needs-ai-proxy-ts', { ...good, services: [{ routes: [{ plugins: [{ name: 'pii-redact' }] }] }] }],
    ['needs-auth', { ...good, services: [{ plugins: [{ name: 'ai-proxy-ts' }] }] }],
    ['needs-auth', { ...good, services: [{ routes: [{ plugins: [{ name: 'ai-proxy-ts' }] }] }] }],
    [
      'secret-in-header-value',
      { ...good, plugins: [{ name: 'x', service: 'a', config: { header_value: 'Bearer sk-1' } }] },
    ],
    [
      'secret-in-password',
      { ...good, plugins: [{ name: 'x', service: 'a', config: { redis: { password: 'x' } } }] },
    ],
    ['secret-in-consumer-key', { ...good, consumers: [{ keyauth_credentials: [{ key: 'abc' }] }] }],
    [
      'secret-by-its-looks',
      { ...good, plugins: [{ name: 'x', service: 'a', config: { keys: ['sk-abc'] } }] },
    ],
    ['read-timeout', { ...good, services: [{ read_timeout: 1000 }] }],
    ['names', { ...good, services: [{ plugins: [{ name: 'ai-proxy' }] }] }],
  ];

  it('has a case here for every rule', () => {
    expect([...new Set(cases.map(([name]) => name))].sort()).toEqual(Object.keys(rules).sort());
    expect(lint(rules, good)).toEqual([]);
  });

  it.each(cases)('%s is broken by %j', (name, document) => {
    expect(lint(rules, document)).toEqual([name]);
    if (!deckAvailable) return;
    withFile(stringify({ _format_version: '3.0', ...document }), (file) => {
      const { stdout, status } = deck([
        'file',
        'lint',
        '-s',
        file,
        '--fail-severity',
        'warn',
        path('lint.yaml'),
      ]);
      expect(stdout).toContain(rules[name]!.description);
      expect(status).not.toBe(0);
    });
  });
});

describe('the files in decK', () => {
  it('name no plugin of the suite that does not exist', () => {
    for (const name of OURS) expect(SUITE).toContain(name);
  });

  it('are all named here', () => {
    const known = ['gateway.yaml', 'consumers.yaml', 'lint.yaml', 'quickstart.yaml', 'README.md'];
    const environments = ENVIRONMENTS.map((environment) => `${environment}.yaml`);
    expect(readdirSync(packagePath('decK')).sort()).toEqual([...known, ...environments].sort());
  });

  it('begin with one that the embedded gateway serves', () => {
    const env = {
      DECK_AI_PROVIDER: 'openai-compatible',
      DECK_AI_MODEL: 'm',
      DECK_AI_BASE_URL: 'http://127.0.0.1:1/v1',
      DECK_AI_AUTH_HEADER: 'authorization',
      DECK_AI_AUTH_VALUE: 'Bearer x',
    };
    expect(readDeckFile(text('quickstart.yaml'), env).routes).toHaveLength(1);
  });
});

describe('the workflow', () => {
  const workflow = readFileSync(packagePath('.github', 'workflows', 'deck.yml'), 'utf8');

  it('gives decK every variable that the state files name', () => {
    const { jobs } = parse(workflow) as { jobs: Record<string, { env?: Record<string, string> }> };
    for (const job of ['diff', 'sync', 'drift'])
      for (const name of new Set(ENVIRONMENTS.flatMap(variablesOf)))
        expect(jobs[job]!.env).toHaveProperty(name);
  });

  it('validates and diffs pull requests, syncs merges, and looks for drift at night', () => {
    const { on, jobs } = parse(workflow) as {
      on: object;
      jobs: Record<string, { if?: string; steps: { run?: string }[] }>;
    };
    expect(Object.keys(on)).toEqual(['pull_request', 'push', 'schedule', 'workflow_dispatch']);
    const runs = (job: string): string => jobs[job]!.steps.map(({ run }) => run).join('\n');
    expect(runs('validate')).toMatch(/kong\/cli\.js validate .*\n.*deck file merge .*\n.*deck file lint/);
    expect(runs('diff')).toContain('deck gateway diff');
    expect(runs('sync')).toContain('deck gateway sync');
    expect(jobs.sync!.if).toContain("'push'");
    expect(runs('drift')).toContain('--non-zero-exit-code');
    for (const [, file] of workflow.matchAll(/(decK\/[\w-]+\.yaml)/g))
      expect(readFileSync(packagePath(file!), 'utf8')).not.toBe('');
  });
});
