// Single settings of Kong's AI plugins: what each becomes, and what its owner is told.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { migrate } from '../../kong/migrate/index.ts';

function convert(
  name: string,
  config: unknown,
  more: object = {},
): { config: Record<string, unknown>; notes: string[] } {
  const text = JSON.stringify({ _format_version: '3.0', plugins: [{ name, config, ...more }] });
  const result = migrate(text);
  const { plugins } = parse(result.text) as { plugins: { config: Record<string, unknown> }[] };
  return {
    config: plugins[0]!.config,
    notes: result.notes.map(({ kind, field, message }) => `${kind} ${field}: ${message}`),
  };
}

const told = (notes: string[], start: string) => notes.filter((note) => note.startsWith(start));

describe('ai-rate-limiting-advanced', () => {
  const limiting = (config: object) => convert('ai-rate-limiting-advanced', config);
  const openai = { name: 'openai', limit: [10, 20], window_size: [60] };

  it('a single limit is a list of one, and a window that is missing is the first', () => {
    const { config } = limiting({
      llm_providers: [openai, { name: 'azure', limit: 5, window_size: 30 }],
      tokens_count_strategy: 'cost',
      window_type: 'fixed',
    });
    expect(config.policies).toMatchObject([
      {
        match: { provider: ['openai'] },
        limits: [
          { unit: 'cost_usd', limit: 10, window: '60', window_type: 'fixed' },
          { unit: 'cost_usd', limit: 20, window: '60', window_type: 'fixed' },
        ],
      },
      { match: { provider: ['azure'] }, limits: [{ limit: 5, window: '30' }] },
    ]);
  });

  it.each(['customCost', 'requestPrompt'])('%s, which counts by a function, is lost', (name) => {
    const { config, notes } = limiting({ llm_providers: [openai, { ...openai, name }] });
    expect(config.policies).toHaveLength(1);
    expect(told(notes, 'lost llm_providers[1]')).toEqual([expect.stringContaining(name)]);
  });

  it('without any limits somebody must give it some', () => {
    expect(limiting({}).notes).toContain('todo : it has no limits: give it policies');
  });

  it.each([
    ['header', { partition_by: ['header'], partition_header: 'x-team' }, 0],
    ['consumer-group', { partition_by: ['consumer_group'] }, 0],
    ['path', {}, 1],
  ])('the identifier %s', (identifier, partition, todos) => {
    const { config, notes } = limiting({
      llm_providers: [openai],
      identifier,
      header_name: 'x-team',
      path: '/a',
    });
    const [policy] = config.policies as Record<string, unknown>[];
    const { partition_by, partition_header } = policy!;
    expect(JSON.parse(JSON.stringify({ partition_by, partition_header }))).toEqual(partition);
    expect(told(notes, 'todo identifier')).toHaveLength(todos);
  });

  it('counters in Kong’s database are local, and somebody must decide', () => {
    const { config, notes } = limiting({
      llm_providers: [openai],
      strategy: 'cluster',
      redis: { host: 'r' },
    });
    expect([config.strategy, config.redis]).toEqual(['local', undefined]);
    expect(told(notes, 'todo strategy')).toHaveLength(1);
  });

  it('settings of Redis are kept only with that strategy, by name', () => {
    const redis = { host: 'r', port: 6380, username: null, cloud_authentication: { a: 1 } };
    const kept = limiting({ llm_providers: [openai], strategy: 'redis', redis });
    expect(kept.config.redis).toEqual({ host: 'r', port: 6380 });
    expect(told(kept.notes, 'lost redis.')).toEqual(['lost redis.cloud_authentication: has no equivalent']);
    expect(limiting({ llm_providers: [openai], strategy: 'local', redis }).config.redis).toBeUndefined();
  });

  it('policies have names that are allowed, matches by header, and budgets where there are some', () => {
    const { config, notes } = limiting({
      policies: [
        {
          id: 'a team/1',
          window_type: null,
          match: [
            { type: 'header', key: 'x-team', values: ['a', 'b'], partition_by: true },
            { type: 'model', values: ['m'] },
            { type: 'path', partition_by: true },
            { type: 'ip', values: [], partition_by: false },
          ],
          limits: [{ limit: 1, window_size: 60, tokens_count_strategy: 'prompt_tokens' }],
        },
        { limits: [{ limit: 2, window_size: 3600 }] },
      ],
    });
    expect(config.policies).toEqual([
      {
        name: 'a-team-1',
        match: {
          header: [
            { name: 'x-team', value: 'a' },
            { name: 'x-team', value: 'b' },
          ],
          model: ['m'],
        },
        partition_by: ['header'],
        partition_header: 'x-team',
        limits: [{ unit: 'prompt_tokens', limit: 1, window: '60' }],
      },
      {
        name: 'policy-2',
        partition_by: ['none'],
        limits: [{ unit: 'total_tokens', limit: 2, window: '3600' }],
      },
    ]);
    expect(told(notes, 'todo policies[0].match')).toEqual([
      expect.stringContaining('several values of one header'),
      expect.stringContaining('no budgets by path'),
    ]);
  });
});

describe('the models of ai-proxy', () => {
  const target = (model: object, more: object = {}) => {
    const { config, notes } = convert('ai-proxy', { route_type: 'llm/v1/chat', model, ...more });
    return { target: (config.targets as { model: Record<string, unknown> }[])[0]!, notes };
  };

  it.each([
    [{ provider: 'llama2', options: { llama2_format: 'ollama' } }, 'ollama', []],
    [{ provider: 'mistral', options: { mistral_format: 'ollama' } }, 'ollama', []],
    [{ provider: 'llama2', options: { llama2_format: 'openai' } }, 'openai-compatible', []],
    [
      { provider: 'llama2', options: { llama2_format: 'raw' } },
      'openai-compatible',
      ['todo model.options.llama2_format: raw prompts are not made; use an OpenAI-compatible server'],
    ],
    [{ provider: 'gemini', options: { gemini: { project_id: 'p', location_id: 'l' } } }, 'vertex', []],
    [{ provider: 'gemini', options: { gemini: {} } }, 'gemini', []],
  ])('%j is of %s', (model, provider, todos) => {
    const made = target(model);
    expect(made.target.model.provider).toBe(provider);
    expect(told(made.notes, 'todo model.options.llama2')).toEqual(todos);
    if (provider !== model.provider)
      expect(made.notes).toContain(`changed model.provider: ${model.provider} is ${provider} here`);
  });

  it('options of single providers are lost, unless they are null', () => {
    const { notes } = target({
      provider: 'cohere',
      options: { cohere: { embedding_input_type: 'x' }, huggingface: null },
    });
    expect(told(notes, 'lost')).toEqual(['lost model.options.cohere: the relay sends what the client says']);
  });

  it('own prices are cost-log’s to have', () => {
    const { target: made, notes } = target({
      provider: 'openai',
      options: { temperature: 1, cache_read_cost: 2, service_tier_factor: null },
    });
    expect(made.model.options).toEqual({ temperature: 1 });
    expect(told(notes, 'todo model.options')).toEqual([
      'todo model.options.cache_read_cost: list prices are known; own ones are `prices` of cost-log',
    ]);
  });

  it.each([
    ['anthropic', 1],
    ['openai', 0],
  ])('a format of %s needs no setting', (llm_format, changes) => {
    const { notes } = target({ provider: 'openai' }, { llm_format });
    expect(told(notes, 'changed llm_format')).toHaveLength(changes);
  });
});

describe('the embeddings of semantic plugins', () => {
  const cache = (embeddings: unknown, more: object = {}) =>
    convert('ai-semantic-cache', { embeddings, vectordb: { strategy: 'redis' }, ...more });
  const service = (config: Record<string, unknown>) =>
    (config.semantic as { embeddings: Record<string, unknown> }).embeddings;

  it.each([
    [{ provider: 'openai', name: 'e' }, 'https://api.openai.com/v1/embeddings'],
    [{ provider: 'mistral', name: 'e' }, 'https://api.mistral.ai/v1/embeddings'],
    [{ provider: 'openai', name: 'e', options: { upstream_url: 'http://h/e' } }, 'http://h/e'],
  ])('%j are asked for at %s', (model, url) => {
    const { config, notes } = cache({
      model,
      auth: { header_name: 'a', header_value: 'b', allow_override: false },
    });
    expect(service(config)).toMatchObject({ url, model: 'e', auth: { header_name: 'a', header_value: 'b' } });
    expect(told(notes, 'todo embeddings')).toEqual([]);
  });

  it('of a provider without a known address have one to set, and sign in by header only', () => {
    const { config, notes } = cache({
      model: { provider: 'bedrock', name: 'e' },
      auth: { aws_access_key_id: 'k', header_name: null },
    });
    expect(service(config)).toMatchObject({ url: 'https://set-me.invalid/v1/embeddings', auth: {} });
    expect(told(notes, 'todo embeddings.model.provider')).toEqual([expect.stringContaining('bedrock')]);
    expect(notes).toContain('lost embeddings.auth.aws_access_key_id: only a header signs in');
  });

  it('that say nothing are what they can be, and one must look', () => {
    const { config, notes } = cache({});
    expect(service(config)).toEqual({ url: 'https://set-me.invalid/v1/embeddings', auth: {} });
    expect(told(notes, 'todo embeddings.model.provider: the provider has no')).toHaveLength(1);
    expect(told(notes, 'todo semantic.embeddings.model: semantic-cache: required')).toHaveLength(1);
    expect(cache('none').config.semantic).toBeUndefined();
  });

  it('a cache in PostgreSQL is one in memory, and blocks on errors where Kong’s would', () => {
    const { config, notes } = cache(
      { model: { provider: 'openai', name: 'e' } },
      { vectordb: { strategy: 'pgvector', threshold: 0.1 }, stop_on_failure: true },
    );
    expect(config).toMatchObject({ strategy: 'memory', on_error: 'block' });
    expect(told(notes, 'changed vectordb')).toHaveLength(1);
    expect(told(notes, 'todo vectordb.threshold')).toHaveLength(1);
  });
});

describe('guards', () => {
  it('that match all roles and the whole conversation go on doing so', () => {
    const pattern = convert('ai-prompt-guard', {
      deny_patterns: ['x'],
      match_all_roles: true,
      allow_all_conversation_history: true,
    });
    expect(pattern.config).toMatchObject({
      history: 'last',
      roles: expect.arrayContaining(['system', 'tool']),
    });
    const semantic = convert('ai-semantic-prompt-guard', {
      rules: { deny_prompts: ['x'], match_all_conversation_history: true, match_all_roles: false },
      search: { threshold: 0.7 },
      vectordb: { strategy: 'redis' },
      embeddings: { model: { provider: 'openai', name: 'e' } },
    });
    expect(semantic.config).toMatchObject({ history: 'all', roles: ['user'], semantic: { similarity: 0.7 } });
    expect(told(semantic.notes, 'todo search.threshold')).toHaveLength(1);
    expect(told(semantic.notes, 'changed vectordb')).toHaveLength(1);
  });

  it('of answers have rules for answers', () => {
    const { config } = convert('ai-semantic-response-guard', {
      rules: { deny_responses: ['x'], allow_responses: ['y'] },
      embeddings: { model: { provider: 'openai', name: 'e' } },
    });
    expect(config).toMatchObject({
      deny: [{ id: 'deny-response-1', semantic: 'x', target: 'response' }],
      allow: [{ id: 'allow-response-1', semantic: 'y', target: 'response' }],
    });
    expect(config).not.toHaveProperty('history');
  });
});

describe('ai-sanitizer', () => {
  it('with made-up values needs a secret, and keeps own patterns', () => {
    const { config, notes } = convert('ai-sanitizer', {
      redact_type: 'synthetic',
      sanitization_mode: 'BOTH',
      custom_patterns: [
        { name: 'badge', regex: 'B[0-9]+', score: 0.5 },
        { name: 'desk', regex: 'D[0-9]+', score: null },
      ],
    });
    expect(config).toMatchObject({ action: 'synthetic', direction: 'both' });
    expect(config.patterns).toEqual([
      { entity: 'badge', regex: 'B[0-9]+', score: 0.5 },
      { entity: 'desk', regex: 'D[0-9]+' },
    ]);
    expect(told(notes, 'todo redact_type')).toHaveLength(1);
  });

  it('a kind that is not known here takes nothing', () => {
    const { config } = convert('ai-sanitizer', { anonymize: ['shoe_size'] });
    const actions = (config.entities as { action: string }[]).map(({ action }) => action);
    expect(new Set(actions)).toEqual(new Set(['allow']));
  });
});

describe('ai-proxy-advanced', () => {
  it('loses what has no equivalent of its balancer, and texts become of metadata', () => {
    const { config, notes } = convert('ai-proxy-advanced', {
      balancer: { algorithm: 'lowest-usage', write_timeout: 5, tokens_count_strategy: 'llm-accuracy' },
      targets: [
        {
          route_type: 'llm/v1/chat',
          model: { provider: 'openai', name: 'm' },
          metadata: { a: 'x', b: { c: 1 } },
        },
      ],
    });
    expect((config.targets as { metadata: object }[])[0]!.metadata).toEqual({ a: 'x', b: '{"c":1}' });
    expect(config.balancer).not.toHaveProperty('tokens_count_strategy');
    expect(told(notes, 'lost balancer')).toHaveLength(2);
  });
});

describe('a file', () => {
  it('that is no YAML is refused', () => {
    expect(() => migrate('plugins: [')).toThrow(/line 1/);
  });

  it('keeps what its aliases share, and takes a plugin without a config', () => {
    const text = `_format_version: "3.0"
x: &model {provider: openai, name: m}
plugins:
- name: ai-proxy
  config: {route_type: llm/v1/chat, model: *model}
- name: ai-prompt-guard
- just a text
`;
    const { text: out, migrated } = migrate(text);
    expect(migrated).toBe(2);
    const { plugins } = parse(out) as { plugins: { name: string; config: Record<string, unknown> }[] };
    expect(plugins[0]!.config.targets).toEqual([{ model: { provider: 'openai', name: 'm' } }]);
    expect(plugins[1]).toMatchObject({ name: 'prompt-guard', config: { injection: { enabled: false } } });
  });

  it('joins a guard with one of ours that is there already, without a config too', () => {
    const { text, notes } = migrate(
      JSON.stringify({
        plugins: [{ name: 'prompt-guard' }, { name: 'ai-prompt-guard', config: { deny_patterns: ['x'] } }],
      }),
    );
    const { plugins } = parse(text) as { plugins: { config: object }[] };
    expect(plugins).toHaveLength(1);
    expect(plugins[0]!.config).toMatchObject({ deny: [{ pattern: 'x' }] });
    expect(notes.map(({ message }) => message).join()).toContain('is joined with prompt-guard at line');
  });

  it('with a shared config is told that it is not rewritten', () => {
    const { notes } = convert('ai-prompt-guard', { deny_patterns: ['x'] }, { _config: 'shared' });
    expect(notes).toContain('todo _config: what _plugin_configs says is not rewritten');
  });

  it('is told what our schema objects to, and not of what stands in the environment', () => {
    const { notes } = convert('ai-rate-limiting-advanced', {
      llm_providers: [{ name: 'openai', limit: -1, window_size: 60 }],
    });
    expect(told(notes, 'todo policies.0.limits.0.limit: token-rate-limit: ')).toHaveLength(1);
    const { notes: none } = migrate(
      `plugins:
- name: ai-rate-limiting-advanced
  config: {llm_providers: [{name: openai, limit: \${{ env "DECK_LIMIT" }}, window_size: 60}]}
`,
    );
    expect(none.filter(({ field }) => field.startsWith('policies'))).toEqual([]);
  });
});
