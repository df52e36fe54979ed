// From Kong's own AI plugins to the suite's: what is kept, what is said otherwise, what is reported as lost.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { migrate } from '../../kong/migrate/index.ts';
import { MIGRATIONS, WITHOUT } from '../../kong/migrate/plugins/index.ts';
import { packagePath } from '../../kong/root.ts';
import { validate } from '../../kong/validate/index.ts';
import { OURS } from '../../kong/validate/names.ts';

interface Plugin {
  name: string;
  service?: string;
  config: Record<string, never>;
}

const file = (plugins: object[]): string => JSON.stringify({ _format_version: '3.0', plugins });

function run(...plugins: object[]): { plugins: Plugin[]; notes: string[] } {
  const { text, notes } = migrate(file(plugins));
  return {
    plugins: (parse(text) as { plugins: Plugin[] }).plugins,
    notes: notes.map(({ kind, plugin, field, message }) => `${kind} ${plugin} ${field}: ${message}`),
  };
}

describe('ai-proxy', () => {
  it('is one target of ai-proxy-ts', () => {
    const { plugins, notes } = run({
      name: 'ai-proxy',
      config: {
        route_type: 'llm/v1/chat',
        auth: { header_name: 'Authorization', header_value: '{vault://env/openai}' },
        model: { provider: 'openai', name: 'gpt-4o', options: { max_tokens: 100, temperature: 1 } },
        model_name_header: false,
      },
    });
    expect(plugins).toEqual([
      {
        name: 'ai-proxy-ts',
        config: {
          route_type: 'llm/v1/chat',
          model_name_header: false,
          targets: [
            {
              model: { provider: 'openai', name: 'gpt-4o', options: { max_tokens: 100, temperature: 1 } },
              auth: { header_name: 'Authorization', header_value: '{vault://env/openai}' },
            },
          ],
        },
      },
    ]);
    expect(notes).toEqual([]);
  });

  it('with statistics gets cost-log beside it, in the same scope, once', () => {
    const old = {
      service: 'ai',
      config: { model: { provider: 'openai' }, logging: { log_statistics: true, log_payloads: true } },
    };
    const { plugins } = run({ name: 'ai-proxy', ...old }, { name: 'cost-log', service: 'other' });
    expect(plugins.map(({ name, service }) => [name, service])).toEqual([
      ['ai-proxy-ts', 'ai'],
      ['cost-log', 'other'],
      ['cost-log', 'ai'],
    ]);
    expect(plugins[2]!.config).toEqual({ log_payloads: true });
    expect(run({ name: 'ai-proxy', ...old }, { name: 'cost-log', service: 'ai' }).plugins).toHaveLength(2);
  });

  it.each([
    [{ provider: 'llama2', options: { llama2_format: 'ollama' } }, 'ollama'],
    [{ provider: 'llama2', options: { llama2_format: 'openai' } }, 'openai-compatible'],
    [{ provider: 'mistral', options: { mistral_format: 'ollama' } }, 'ollama'],
    [{ provider: 'mistral' }, 'mistral'],
    [{ provider: 'gemini' }, 'gemini'],
    [{ provider: 'gemini', options: { gemini: { project_id: 'p', location_id: 'l' } } }, 'vertex'],
  ])('of provider %j calls %s', (model, provider) => {
    const { plugins } = run({ name: 'ai-proxy', config: { model } });
    expect(plugins[0]!.config).toMatchObject({ targets: [{ model: { provider } }] });
  });

  it('says what is lost, field by field, and nothing of what is off', () => {
    const { notes } = run({
      name: 'ai-proxy',
      config: {
        route_type: 'video/v1/videos/generations',
        max_request_body_size: 8192,
        something_new: { a: 1 },
        auth: { allow_override: false },
        model: { provider: 'openai', options: { embeddings_dimensions: 3, cache_read_cost: 1 } },
      },
    });
    expect(notes.map((note) => note.split(':')[0]).sort()).toEqual([
      'lost ai-proxy max_request_body_size',
      'lost ai-proxy model.options.embeddings_dimensions',
      'lost ai-proxy route_type',
      'lost ai-proxy something_new',
      'todo ai-proxy model.options.cache_read_cost',
    ]);
  });
});

describe('ai-proxy-advanced', () => {
  it('keeps targets, weights and balancer; timeouts move', () => {
    const { plugins, notes } = run({
      name: 'ai-proxy-advanced',
      config: {
        balancer: {
          algorithm: 'lowest-latency',
          retries: 2,
          slots: 100,
          connect_timeout: 1000,
          read_timeout: 2000,
          write_timeout: 3000,
          failover_criteria: ['error', 'non_idempotent', 'http_429'],
        },
        targets: [
          { route_type: 'llm/v1/chat', weight: 1, model: { provider: 'openai' }, metadata: { tier: 1 } },
          { route_type: 'llm/v1/chat', weight: 9, model: { provider: 'anthropic', model_alias: 'smart' } },
        ],
      },
    });
    expect(plugins[0]!.config).toEqual({
      route_type: 'llm/v1/chat',
      balancer: { algorithm: 'lowest-latency', retries: 2, failover_criteria: ['error', 'http_429'] },
      timeouts: { connect: 1000, first_token: 2000, between_tokens: 2000 },
      targets: [
        { model: { provider: 'openai' }, weight: 1, metadata: { tier: '1' } },
        { model: { provider: 'anthropic', model_alias: 'smart' }, weight: 9 },
      ],
    });
    expect(notes.some((note) => note.startsWith('lost ai-proxy-advanced balancer.write_timeout'))).toBe(true);
  });

  it('with targets of several route types has them on the targets', () => {
    const target = (route_type: string): object => ({ route_type, model: { provider: 'openai' } });
    const { plugins } = run({
      name: 'ai-proxy-advanced',
      config: { targets: [target('llm/v1/chat'), target('llm/v1/embeddings')] },
    });
    expect(plugins[0]!.config).toMatchObject({
      targets: [{ route_type: 'llm/v1/chat' }, { route_type: 'llm/v1/embeddings' }],
    });
    expect(plugins[0]!.config).not.toHaveProperty('route_type');
  });

  it('of algorithm semantic is left with the default, and somebody must decide', () => {
    const { plugins, notes } = run({
      name: 'ai-proxy-advanced',
      config: { balancer: { algorithm: 'semantic' }, targets: [{ model: { provider: 'openai' } }] },
    });
    expect(plugins[0]!.config).not.toHaveProperty('balancer');
    expect(notes).toContainEqual(expect.stringMatching(/^todo ai-proxy-advanced balancer\.algorithm/));
  });
});

describe('ai-rate-limiting-advanced', () => {
  it('by provider is a policy for each, with its windows', () => {
    const { plugins } = run({
      name: 'ai-rate-limiting-advanced',
      config: {
        identifier: 'header',
        header_name: 'x-team',
        tokens_count_strategy: 'cost',
        window_type: 'fixed',
        llm_providers: [{ name: 'openai', limit: [1, 10], window_size: [60, 3600] }],
      },
    });
    expect(plugins[0]!.config).toMatchObject({
      policies: [
        {
          name: 'openai',
          match: { provider: ['openai'] },
          partition_by: ['header'],
          partition_header: 'x-team',
          limits: [
            { unit: 'cost_usd', limit: 1, window: '60', window_type: 'fixed' },
            { unit: 'cost_usd', limit: 10, window: '3600', window_type: 'fixed' },
          ],
        },
      ],
    });
  });

  it('by policy keeps matches and partitions', () => {
    const { plugins } = run({
      name: 'ai-rate-limiting-advanced',
      config: {
        strategy: 'redis',
        redis: { host: 'r', port: 6380, cloud_authentication: { auth_provider: 'aws' } },
        policies: [
          {
            id: 'gold users',
            match: [
              { type: 'model', values: ['gpt-4o'] },
              { type: 'consumer', partition_by: true },
              { type: 'header', key: 'x-tier', values: ['gold'] },
            ],
            limits: [{ limit: 5, window_size: 60, tokens_count_strategy: 'prompt_tokens' }],
          },
        ],
      },
    });
    expect(plugins[0]!.config).toEqual({
      strategy: 'redis',
      redis: { host: 'r', port: 6380 },
      policies: [
        {
          name: 'gold-users',
          match: { model: ['gpt-4o'], header: [{ name: 'x-tier', value: 'gold' }] },
          partition_by: ['consumer'],
          limits: [{ unit: 'prompt_tokens', limit: 5, window: '60' }],
        },
      ],
    });
  });
});

describe('guards', () => {
  it('of one place become one prompt-guard, without the detector that Kong has not', () => {
    const embeddings = {
      model: { provider: 'openai', name: 'text-embedding-3-small' },
      auth: { header_name: 'Authorization', header_value: '{vault://env/k}' },
    };
    const { plugins, notes } = run(
      { name: 'ai-prompt-guard', config: { deny_patterns: ['a'], allow_patterns: ['b'] } },
      { name: 'ai-semantic-prompt-guard', config: { embeddings, rules: { deny_prompts: ['c'] } } },
      { name: 'ai-semantic-response-guard', config: { embeddings, rules: { deny_responses: ['d'] } } },
    );
    expect(plugins).toHaveLength(1);
    expect(plugins[0]).toMatchObject({
      name: 'prompt-guard',
      config: {
        deny: [
          { id: 'deny-1', pattern: 'a' },
          { id: 'deny-prompt-1', semantic: 'c' },
          { id: 'deny-response-1', semantic: 'd', target: 'response' },
        ],
        allow: [{ id: 'allow-1', pattern: 'b' }],
        injection: { enabled: false },
        semantic: {
          embeddings: { url: 'https://api.openai.com/v1/embeddings', model: 'text-embedding-3-small' },
        },
      },
    });
    expect(notes.filter((note) => note.includes('is joined with prompt-guard'))).toHaveLength(2);
  });

  it('of different places stay apart', () => {
    const { plugins } = run(
      { name: 'ai-prompt-guard', service: 'a', config: { deny_patterns: ['a'] } },
      { name: 'ai-semantic-prompt-guard', service: 'b', config: { rules: { deny_prompts: ['c'] } } },
    );
    expect(plugins.map(({ service }) => service)).toEqual(['a', 'b']);
  });
});

describe('ai-sanitizer', () => {
  it('takes only the groups that were asked for', () => {
    const { plugins } = run({
      name: 'ai-sanitizer',
      config: {
        anonymize: ['email', 'creditcard'],
        sanitization_mode: 'BOTH',
        recover_redacted: false,
        custom_patterns: [{ name: 'EMPLOYEE', regex: 'E\\d{6}', score: 0.9 }],
      },
    });
    const { entities, ...config } = plugins[0]!.config as Record<string, object>;
    expect(config).toEqual({
      action: 'placeholder',
      direction: 'both',
      restore: false,
      patterns: [{ entity: 'EMPLOYEE', regex: 'E\\d{6}', score: 0.9 }],
    });
    const named = (entities as { entity: string }[]).map(({ entity }) => entity);
    expect(named).not.toContain('contact');
    expect(named).not.toContain('financial');
    expect(entities).toContainEqual({ entity: 'secret', action: 'allow' });
  });

  it('that blocks goes on blocking', () => {
    const { plugins } = run({ name: 'ai-sanitizer', config: { block_if_detected: true } });
    expect(plugins[0]!.config).toMatchObject({ action: 'block' });
  });
});

describe('ai-semantic-cache', () => {
  it('keeps its Redis and its embeddings', () => {
    const { plugins, notes } = run({
      name: 'ai-semantic-cache',
      config: {
        cache_ttl: 60,
        stop_on_failure: true,
        embeddings: { model: { provider: 'mistral', name: 'mistral-embed' } },
        vectordb: { strategy: 'redis', dimensions: 3, redis: { host: 'r' }, threshold: 0.1 },
      },
    });
    expect(plugins[0]).toMatchObject({
      name: 'semantic-cache',
      config: {
        strategy: 'redis',
        cache_ttl: 60,
        on_error: 'block',
        semantic: { embedder: 'endpoint', embeddings: { url: 'https://api.mistral.ai/v1/embeddings' } },
      },
    });
    expect(notes).toContainEqual(expect.stringMatching(/^todo ai-semantic-cache vectordb\.threshold/));
  });
});

describe('a file', () => {
  const text = `# ours
_format_version: "3.0"
services:
  - name: ai # the only one
    url: http://ai.invalid
    plugins:
      # first of all
      - name: ai-proxy
        config:
          model:
            provider: openai
            name: \${{ env "DECK_MODEL" }}
            options: # kept warm
              temperature: \${{ env "DECK_T" | toFloat }}
      - {name: key-auth, config: {key_names: ['\${{ env "DECK_N" }}']}}
`;

  it('keeps its comments, its templates and everything else', () => {
    const { text: made, migrated } = migrate(text);
    expect(migrated).toBe(1);
    for (const comment of ['# ours', '# the only one', '# first of all', '# kept warm'])
      expect(made).toContain(comment);
    for (const [template] of text.matchAll(/\$\{\{.*?\}\}/g)) expect(made).toContain(template);
    expect(made).toContain('url: http://ai.invalid');
    const errors = validate([{ file: 'made.yaml', text: made }], {}).filter(
      ({ severity }) => severity === 'error',
    );
    expect(errors).toEqual([]);
  });

  it('without any of Kong’s AI plugins stays as it is, to the letter', () => {
    const other = '_format_version:   "3.0"\nplugins: [ {name: cors} ]  # as is\n';
    expect(migrate(other)).toEqual({ text: other, notes: [], migrated: 0 });
  });

  it('is told of plugins that have no equivalent, with their lines', () => {
    const { notes } = migrate(
      '_format_version: "3.0"\nplugins:\n  - name: cors\n  - name: ai-rag-injector\n',
    );
    expect(notes).toMatchObject([{ line: 4, kind: 'todo', plugin: 'ai-rag-injector' }]);
  });

  it('can be Kong’s own declarative file, flat or nested in routes and consumers', () => {
    const { text: made } = migrate(
      file([]).replace(
        '"plugins":[]',
        '"consumers":[{"username":"c","plugins":[{"name":"ai-prompt-guard","config":{"deny_patterns":["x"]}}]}]',
      ),
    );
    expect(made).toContain('prompt-guard');
    expect(made).not.toContain('ai-prompt-guard');
  });
});

describe('what migrations make', () => {
  it('is a plugin of the suite that its schema takes', () => {
    for (const { from } of MIGRATIONS) {
      const { plugins, notes } = run({ name: from, config: MINIMAL[from] });
      for (const { name } of plugins)
        if (OURS.includes(name)) expect(notes.join('\n')).not.toContain(`${name}:`);
    }
  });

  it('is documented for every plugin', () => {
    const page = readFileSync(packagePath('docs', 'migration.md'), 'utf8');
    for (const name of [...MIGRATIONS.map(({ from }) => from), ...Object.keys(WITHOUT)])
      expect(page).toContain(`\`${name}\``);
    expect(readdirSync(packagePath('kong', 'migrate', 'plugins')).length).toBeGreaterThan(5);
  });
});

const EMBEDDINGS = { model: { provider: 'openai', name: 'e' } };
const MINIMAL: Record<string, object> = {
  'ai-proxy': { route_type: 'llm/v1/chat', model: { provider: 'openai' } },
  'ai-proxy-advanced': { targets: [{ route_type: 'llm/v1/chat', model: { provider: 'openai' } }] },
  'ai-rate-limiting-advanced': { llm_providers: [{ name: 'openai', limit: [1], window_size: [60] }] },
  'ai-prompt-guard': { deny_patterns: ['x'] },
  'ai-semantic-prompt-guard': { embeddings: EMBEDDINGS, rules: { deny_prompts: ['x'] } },
  'ai-semantic-response-guard': { embeddings: EMBEDDINGS, rules: { deny_responses: ['x'] } },
  'ai-sanitizer': { anonymize: ['all'] },
  'ai-semantic-cache': { embeddings: EMBEDDINGS, vectordb: { strategy: 'redis', redis: { host: 'r' } } },
};
