import { expect, test } from 'vitest';
import { ConfigError, parseConfig } from '../../../kong/schema/index.ts';
import { counterName, tokenRateLimitConfig } from '../../../plugins/token-rate-limit/config.ts';

const LIMIT = { unit: 'requests', limit: 1, window: 'minute' };
const policy = (more: object = {}, limit: object = {}) => ({
  name: 'p',
  limits: [{ ...LIMIT, ...limit }],
  ...more,
});
const parse = (...policies: object[]) => parseConfig(tokenRateLimitConfig, { policies });

function problem(...policies: object[]): string {
  try {
    parse(...policies);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

test.each([
  ['no policy at all', [], 'policies'],
  ['two policies of one name', [policy(), policy()], 'names must differ'],
  ['a name with a colon', [policy({ name: 'a:b' })], 'policies[0].name'],
  ['a limit of nothing', [policy({}, { limit: 0 })], 'greater than 0'],
  ['a window that is none', [policy({}, { window: 'year' })], 'must be minute, hour, day, week, month'],
  ['a window of no seconds', [policy({}, { window: '0' })], 'must be minute'],
  ['tokens without a window', [policy({}, { window: undefined })], 'window'],
  ['a calendar of seconds', [policy({}, { window: '60', window_type: 'calendar' })], 'window'],
  ['a time zone of fancy', [policy({}, { timezone: 'Mars/Olympus' })], 'IANA'],
  ['more money than can be counted', [policy({}, { unit: 'cost_usd', limit: 1e7 })], 'limit'],
  ['a header partition without a header', [policy({ partition_by: ['header'] })], 'partition_header'],
  ['an address that is none', [policy({ match: { ip: ['10.0.0.0/33'] } })], 'CIDR'],
  ['two limits that are one', [policy({ limits: [LIMIT, { ...LIMIT, limit: 2 }] })], 'windows that differ'],
])('%s is refused', (_name, policies, says) => {
  expect(problem(...policies)).toContain(says);
});

test('concurrent requests need no window', () => {
  expect(problem(policy({ limits: [{ unit: 'concurrent_requests', limit: 5 }] }))).toBe('');
});

test('a counter goes by what it counts, not by how much is allowed', () => {
  const nameOf = (limit: object): string => counterName(parse(policy({}, limit)).policies[0]!.limits[0]!);
  expect(nameOf({ limit: 500 })).toBe(nameOf({ limit: 5 }));
  expect(nameOf({ window: 'hour' })).not.toBe(nameOf({}));
  expect(nameOf({ window_type: 'fixed' })).not.toBe(nameOf({}));
});
