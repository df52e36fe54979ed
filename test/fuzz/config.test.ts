// Configs of every plugin, changed anywhere: parsed, or refused with a ConfigError that never repeats a value.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLUGINS } from '../../kong/registry.ts';
import { ConfigError, parseConfig, toKongSchema } from '../../kong/schema/index.ts';
import { budget, FUZZ_TIMEOUT_MS } from './budget.ts';
import { mutatedJson } from './mutate.ts';

const SECRET = 'sk-never-repeat-this';

const EXAMPLES: Record<string, object> = {
  'cost-log': {
    sinks: [{ name: 'a', http: { url: 'http://sink.example/x', headers: { authorization: SECRET } } }],
    spool: { path: '/tmp/spool', max_bytes: 1_000_000 },
  },
  'token-rate-limit': {
    policies: [
      {
        name: 'p',
        partition_by: ['consumer'],
        limits: [{ unit: 'total_tokens', limit: 5, window: 'minute' }],
      },
    ],
    redis: { host: 'localhost', password: SECRET },
  },
  'prompt-guard': {
    deny: [{ id: 'a', pattern: 'x+y' }],
    allow: [{ id: 'b', phrase: 'fine words' }],
    injection: { enabled: true, threshold: 0.5 },
  },
  'pii-redact': {
    direction: 'both',
    entities: [{ entity: 'EMAIL', action: 'mask', keep_first: 1 }],
    patterns: [{ entity: 'TICKET', regex: 'T-[0-9]+', context: ['ticket'] }],
    ner: { url: 'http://ner.example', header_name: 'authorization', header_value: SECRET },
  },
  'semantic-cache': {
    strategy: 'redis',
    redis: { host: 'h', password: SECRET },
    vary_headers: ['x-a'],
    semantic: { threshold: 0.5 },
  },
  'ai-proxy-ts': {
    targets: [
      {
        model: { provider: 'openai', name: 'm', options: { base_url: 'http://p.example/v1', max_tokens: 5 } },
        auth: { header_name: 'authorization', header_value: SECRET },
      },
    ],
    balancer: { algorithm: 'round-robin', retries: 2 },
  },
};

describe.each(PLUGINS.map(({ definition }) => definition))('a config of $name', (definition) => {
  const example = EXAMPLES[definition.name]!;

  it('that is the example is one', () => {
    expect(() => parseConfig(definition.config, example as Record<string, unknown>)).not.toThrow();
    expect(toKongSchema(definition.name, definition.config)).toBeDefined();
  });

  it(
    'that was changed is parsed or refused',
    () => {
      fc.assert(
        fc.property(mutatedJson(example), (json) => {
          try {
            parseConfig(definition.config, JSON.parse(json));
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError);
            expect((error as ConfigError).issues.length).toBeGreaterThan(0);
            expect((error as ConfigError).message).not.toContain(SECRET);
          }
        }),
        budget(150),
      );
      expect(({} as { polluted?: true }).polluted).toBeUndefined();
    },
    FUZZ_TIMEOUT_MS,
  );
});
