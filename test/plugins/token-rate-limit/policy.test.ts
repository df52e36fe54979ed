import { describe, expect, test } from 'vitest';
import type { Identity } from '../../../kong/plan/identity.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { tokenRateLimitConfig } from '../../../plugins/token-rate-limit/config.ts';
import { preparePolicy } from '../../../plugins/token-rate-limit/policy.ts';
import { newExchange } from './support/stage.ts';

const prepare = (more: object) => {
  const limits = [{ unit: 'requests', limit: 1, window: 'minute' }];
  const { policies } = parseConfig(tokenRateLimitConfig, { policies: [{ name: 'p', limits, ...more }] });
  return preparePolicy(policies[0]!);
};

const CHOICE = { target: 't', provider: 'openai', model: 'gpt-4o-mini' };
const ADA: Identity = {
  consumer: { id: 'c1', username: 'ada', customId: 'A-1', tags: ['gold', 'eu'] },
  credential: 'k1',
  route: { id: 'r1' },
  service: { id: 's1' },
  ip: '192.0.2.7',
};
const ask = (identity = ADA, headers: Record<string, string> = {}) => newExchange({ identity, headers });

describe('match', () => {
  test.each<[string, object, boolean]>([
    ['nothing at all', {}, true],
    ['the model', { model: ['gpt-4o*'] }, true],
    ['another model', { model: ['o3', 'claude-*'] }, false],
    ['the provider', { provider: ['openai'] }, true],
    ['another provider', { provider: ['azure'] }, false],
    ['the consumer by name', { consumer: ['ada'] }, true],
    ['the consumer by custom id', { consumer: ['A-1'] }, true],
    ['another consumer', { consumer: ['bob'] }, false],
    ['a group', { consumer_group: ['silver', 'gold'] }, true],
    ['another group', { consumer_group: ['silver'] }, false],
    ['the path', { path: ['/ai/*'] }, true],
    ['another path', { path: ['/ai'] }, false],
    ['the address', { ip: ['192.0.2.7'] }, true],
    ['a network', { ip: ['10.0.0.0/8', '192.0.2.0/24'] }, true],
    ['another network', { ip: ['2001:db8::/32'] }, false],
    ['a header', { header: [{ name: 'X-Tier', value: 'fr*' }] }, true],
    ['any value of a header', { header: [{ name: 'X-Tier' }] }, true],
    ['a header that is not there', { header: [{ name: 'X-Team' }] }, false],
    ['all of several', { consumer: ['ada'], ip: ['192.0.2.0/24'] }, true],
    ['but one of several', { consumer: ['ada'], ip: ['10.0.0.0/8'] }, false],
  ])('%s', (_name, match, expected) => {
    expect(prepare({ match }).matches(ask(ADA, { 'x-tier': 'free' }), CHOICE)).toBe(expected);
  });

  test('an IPv4 address that is written as IPv6 is the same one', () => {
    const policy = prepare({ match: { ip: ['192.0.2.0/24'] } });
    expect(policy.matches(ask({ ip: '::ffff:192.0.2.7' }), CHOICE)).toBe(true);
  });

  test('only a policy about models waits for the choice of one', () => {
    expect(prepare({}).needsChoice).toBe(false);
    expect(prepare({ match: { model: ['*'] } }).needsChoice).toBe(true);
    expect(prepare({ partition_by: ['provider'] }).needsChoice).toBe(true);
  });
});

describe('partition_by', () => {
  test.each<[string[], string]>([
    [['none'], 'all'],
    [['consumer'], 'consumer=c1'],
    [['credential'], 'credential=k1'],
    [['consumer_group'], 'consumer_group=gold'],
    [['ip'], 'ip=192.0.2.7'],
    [['route'], 'route=r1'],
    [['service'], 'service=s1'],
    [['model'], 'model=gpt-4o-mini'],
    [['provider'], 'provider=openai'],
    [['model', 'consumer'], 'consumer=c1&model=gpt-4o-mini'],
  ])('%j is %s', (partition_by, expected) => {
    expect(prepare({ partition_by }).partition(ask(), CHOICE)).toBe(expected);
  });

  test('who is not known by it is known by the address', () => {
    expect(prepare({ partition_by: ['consumer'] }).partition(ask({ ip: '192.0.2.9' }), CHOICE)).toBe(
      'ip=192.0.2.9',
    );
  });

  test('the group is one that the policy is for', () => {
    const policy = prepare({ match: { consumer_group: ['eu'] }, partition_by: ['consumer_group'] });
    expect(policy.partition(ask(), CHOICE)).toBe('consumer_group=eu');
  });

  test('a header’s value is not kept as it is', () => {
    const policy = prepare({ partition_by: ['header'], partition_header: 'X-Key' });
    const partition = policy.partition(ask(ADA, { 'x-key': 'sk-secret' }), CHOICE);
    expect(partition).toMatch(/^header=[0-9a-f]{24}$/);
    expect(policy.partition(ask(ADA, { 'x-key': 'sk-other' }), CHOICE)).not.toBe(partition);
  });
});
