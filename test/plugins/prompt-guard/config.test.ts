import { describe, expect, it } from 'vitest';
import { checkKongSchema, parseConfig, toKongSchema } from '../../../kong/schema/index.ts';
import { promptGuardConfig } from '../../../plugins/prompt-guard/config.ts';

const parse = (config: Record<string, unknown>) => parseConfig(promptGuardConfig, config);

describe('the config', () => {
  it('has a default for everything', () => {
    expect(parse({})).toMatchObject({
      deny: [],
      allow: [],
      injection: { enabled: true, threshold: 0.5, action: 'block' },
      history: 'all',
      rejection: 'quiet',
      status: 400,
    });
  });

  it('refuses semantic phrases without an endpoint, with a sentence', () => {
    expect(() => parse({ deny: [{ id: 'a', semantic: 'weapons' }] })).toThrow(/embeddings endpoint/);
  });

  it('refuses a rule with two matchers, or none', () => {
    expect(() => parse({ deny: [{ id: 'a' }] })).toThrow(/exactly one/);
    expect(() => parse({ deny: [{ id: 'a', phrase: 'x', pattern: 'x' }] })).toThrow(/exactly one/);
  });

  it('refuses what RE2 does not take', () => {
    expect(() => parse({ deny: [{ id: 'a', pattern: '(?=x)' }] })).toThrow(/RE2/);
    expect(() => parse({ deny: [{ id: 'a', pattern: 'x*' }] })).toThrow(/empty/);
  });

  it('wants a model for a classifier', () => {
    const check = { id: 'c', type: 'classifier', url: 'http://h/v1', auth: {} };
    expect(() => parse({ checks: [check] })).toThrow(/model/);
    expect(() => parse({ checks: [{ ...check, model: 'm' }] })).not.toThrow();
  });

  it('is a schema that Kong takes', () => {
    const schema = toKongSchema('prompt-guard', promptGuardConfig);
    for (const version of ['3.4', '3.9'] as const) expect(checkKongSchema(schema, version)).toEqual([]);
  });
});
