// Entity checks hold in zod as they do in Kong.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type ConfigError,
  type EntityCheck,
  entityChecks,
  parseConfig,
  text,
} from '../../kong/schema/index.ts';

const fields = z.object({
  a: text().optional(),
  b: z.string().optional(),
  list: z.array(text()).optional(),
  policy: z.enum(['local', 'redis']).default('local'),
  redis: z.object({ host: text().optional(), port: z.int().optional() }).optional(),
});

function verdict(check: EntityCheck, raw: unknown): string {
  try {
    parseConfig(entityChecks(fields, check), raw);
    return 'ok';
  } catch (error) {
    return (error as ConfigError).message;
  }
}

describe('entity checks', () => {
  it.each<[EntityCheck, object, string]>([
    [{ at_least_one_of: ['a', 'b'] }, {}, 'config: at least one of these must be set: a, b'],
    [{ at_least_one_of: ['a', 'b'] }, { b: '' }, 'config: at least one of these must be set: a, b'],
    [{ at_least_one_of: ['a', 'list'] }, { list: [] }, 'config: at least one of these must be set: a, list'],
    [{ at_least_one_of: ['a', 'b'] }, { a: 'x', b: 'x' }, 'ok'],
    [{ at_least_one_of: ['a', 'redis.host'] }, { redis: { host: 'h' } }, 'ok'],
    [{ only_one_of: ['a', 'b'] }, { a: 'x' }, 'ok'],
    [{ only_one_of: ['a', 'b'] }, { a: 'x', b: 'x' }, 'config: exactly one of these must be set: a, b'],
    [{ only_one_of: ['a', 'b'] }, {}, 'config: exactly one of these must be set: a, b'],
    [{ mutually_required: ['a', 'b'] }, {}, 'ok'],
    [{ mutually_required: ['a', 'b'] }, { a: 'x' }, 'config: all or none of these must be set: a, b'],
    [{ mutually_exclusive: ['a', 'b'] }, {}, 'ok'],
    [{ mutually_exclusive: ['a', 'b'] }, { a: 'x', b: 'x' }, 'config: at most one of these may be set: a, b'],
  ])('%j of %j: %s', (check, raw, expected) => {
    expect(verdict(check, raw)).toBe(expected);
  });

  const port = (then_match: object): EntityCheck => ({
    conditional: { if_field: 'policy', if_match: { eq: 'redis' }, then_field: 'redis.port', then_match },
  });
  const list = (then_match: object): EntityCheck => ({
    conditional: { if_field: 'policy', if_match: { eq: 'redis' }, then_field: 'list', then_match },
  });

  it.each<[EntityCheck, good: unknown, bad: unknown, string]>([
    [port({ eq: 1 }), 1, 2, 'must be 1'],
    [port({ eq: 1 }), 1, undefined, 'must be 1'],
    [port({ ne: 1 }), 2, 1, 'must not be 1'],
    [port({ one_of: [1, 2] }), 2, 3, 'must be one of 1, 2'],
    [port({ not_one_of: [1, 2] }), 3, 2, 'must not be one of 1, 2'],
    [port({ gt: 1 }), 2, 1, 'must be greater than 1'],
    [port({ between: [1, 2] }), 2, 3, 'must be between 1 and 2'],
    [port({ between: [1, 2] }), undefined, 0, 'must be between 1 and 2'],
    [list({ len_min: 2 }), ['a', 'b'], ['a'], 'must have at least 2 entries'],
    [list({ len_max: 1 }), ['a'], ['a', 'b'], 'must have at most 1 entries'],
  ])('%j: of %j and %j the second is refused: %s', (check, good, bad, message) => {
    const onPort = JSON.stringify(check).includes('redis.port');
    const raw = (value: unknown) => ({
      policy: 'redis',
      ...(onPort ? { redis: value === undefined ? {} : { port: value } } : { list: value }),
    });
    expect(verdict(check, raw(good))).toBe('ok');
    expect(verdict(check, raw(bad))).toBe(
      `config.${onPort ? 'redis.port' : 'list'}: ${message}, given the value of policy beside it`,
    );
    // Where the condition does not hold, nothing is asked.
    expect(verdict(check, { ...raw(bad), policy: 'local' })).toBe('ok');
  });

  const needsHost: EntityCheck = {
    conditional: {
      if_field: 'policy',
      if_match: { eq: 'redis' },
      then_field: 'redis.host',
      then_match: { required: true },
    },
  };

  it.each<[EntityCheck, object, string]>([
    [needsHost, {}, 'ok'],
    [needsHost, { policy: 'redis', redis: { host: 'h' } }, 'ok'],
    [needsHost, { policy: 'redis' }, 'config.redis.host: required, given the value of policy beside it'],
    [
      {
        conditional: {
          if_field: 'policy',
          if_match: { one_of: ['redis'] },
          then_field: 'redis.port',
          then_match: { between: [1, 9] },
        },
      },
      { policy: 'redis', redis: { port: 10 } },
      'config.redis.port: must be between 1 and 9, given the value of policy beside it',
    ],
    [
      {
        conditional: {
          if_field: 'a',
          if_match: { eq: 'x' },
          then_field: 'b',
          then_match: { eq: 'y' },
          then_err: 'goes with %s',
        },
      },
      { a: 'x', b: 'z' },
      'config.b: goes with a',
    ],
    [
      {
        conditional: {
          if_field: 'a',
          if_match: { required: true, not_one_of: ['q'] },
          then_field: 'list',
          then_match: { len_min: 2 },
        },
      },
      { a: 'x', list: ['1'] },
      'config.list: must have at least 2 entries, given the value of a beside it',
    ],
  ])('%j of %j: %s', (check, raw, expected) => {
    expect(verdict(check, raw)).toBe(expected);
  });

  it('say where they failed, at any depth', () => {
    const inner = entityChecks(z.object({ a: text().optional(), b: text().optional() }), {
      only_one_of: ['a', 'b'],
    });
    expect(() => parseConfig(z.object({ list: z.array(inner) }), { list: [{ a: 'x' }, {}] })).toThrow(
      'config.list[1]: exactly one of these must be set: a, b',
    );
  });

  it('are refused at build time when a field does not exist, which Kong would not notice', () => {
    expect(() => entityChecks(fields, { only_one_of: ['a', 'c'] })).toThrow('there is no field c');
    expect(() => entityChecks(fields, { only_one_of: ['a', 'redis.hots'] })).toThrow(
      'there is no field redis.hots',
    );
  });

  it('are refused at build time when the condition would hold in Kong for an absent field', () => {
    const check: EntityCheck = {
      conditional: {
        if_field: 'a',
        if_match: { one_of: ['x'] },
        then_field: 'b',
        then_match: { required: true },
      },
    };
    expect(() => entityChecks(fields, check)).toThrow('if_match needs eq or required');
  });
});

it('a conditional of a record is refused: Kong would crash on it', () => {
  const check = (if_field: string, then_field: string): EntityCheck => ({
    conditional: { if_field, if_match: { eq: 'redis' }, then_field, then_match: { required: true } },
  });
  expect(() => entityChecks(fields, check('policy', 'redis'))).toThrow('redis is a record');
  expect(() => entityChecks(fields, check('policy', 'redis.host'))).not.toThrow();
});
