// Reading a config as Kong sends it: what Kong added goes, what the user got wrong is said in one line.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, map, parseConfig, secret, set, text } from '../../kong/schema/index.ts';
import { example } from './example.ts';

function problem(schema: z.ZodObject, raw: unknown): string {
  try {
    parseConfig(schema, raw);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('the config was accepted');
}

describe('what Kong adds', () => {
  const schema = z.object({
    a: text().optional(),
    nested: z.object({ key: secret().optional() }).optional(),
  });

  it('is left out at the top', () => {
    const kongs = {
      __key__: 'plugins:x',
      __seq__: 3,
      __plugin_id: 'p',
      __ws_id: 'w',
      route_id: 'r',
      service_id: 's',
      consumer_id: 'c',
      plugin_instance_name: 'i',
    };
    expect(parseConfig(schema, { a: 'x', ...kongs })).toEqual({ a: 'x' });
  });

  it('does not hide a field of the plugin with the same name', () => {
    expect(parseConfig(z.object({ consumer_id: text() }), { consumer_id: 'x' })).toEqual({
      consumer_id: 'x',
    });
  });

  it('is not looked for deeper down', () => {
    expect(problem(schema, { nested: { __seq__: 1 } })).toBe('config.nested.__seq__: unknown field');
    expect(problem(schema, { nested: { route_id: 'r' } })).toBe('config.nested.route_id: unknown field');
  });

  it('leaves the references of resolved vault values out at every depth', () => {
    const refs = { key: '{vault://env/key}' };
    expect(parseConfig(schema, { $refs: refs, nested: { key: 'k', $refs: refs } })).toEqual({
      nested: { key: 'k' },
    });
    const maps = z.object({ m: map(text()), list: z.array(z.object({ k: secret() })) });
    expect(parseConfig(maps, { m: { a: 'b', $refs: refs }, list: [{ k: 'x', $refs: refs }] })).toEqual({
      m: { a: 'b' },
      list: [{ k: 'x' }],
    });
  });
});

describe('null', () => {
  it('is absence, so that optional stays out and defaults step in', () => {
    const schema = z.object({
      a: text().optional(),
      b: text().default('x'),
      c: z.object({ d: text().optional() }).optional(),
    });
    expect(parseConfig(schema, { a: null, b: null, c: { d: null } })).toEqual({ b: 'x', c: {} });
    expect(parseConfig(schema, { c: null })).toEqual({ b: 'x' });
  });

  it('drops out of maps', () => {
    expect(parseConfig(z.object({ m: map(text()) }), { m: { a: null, b: 'x' } })).toEqual({ m: { b: 'x' } });
  });

  it('is refused in arrays', () => {
    expect(problem(z.object({ a: z.array(text()) }), { a: ['x', null] })).toBe(
      'config.a[1]: must be a string, not null',
    );
  });

  it('of a required field is a missing field', () => {
    expect(problem(z.object({ a: text() }), { a: null })).toBe('config.a: required');
  });
});

describe('an empty Lua table', () => {
  const schema = z.object({
    list: z.array(text()),
    tags: set(text()),
    m: map(text()),
    r: z.object({ a: text().optional() }),
  });

  it('is whatever is expected', () => {
    const empty = { list: [], tags: [], m: {}, r: {} };
    expect(parseConfig(schema, { list: {}, tags: {}, m: [], r: [] })).toEqual(empty);
    expect(parseConfig(schema, empty)).toEqual(empty);
  });

  it('is nothing else when it is not empty', () => {
    expect(problem(schema, { list: { a: 1 }, tags: [], m: ['x'], r: ['x'] })).toBe(
      'config.list: must be an array; config.m: must be a map; config.r: must be a record',
    );
  });
});

describe('defaults', () => {
  it('of the fields fill a required record that is absent, as in Kong', () => {
    const schema = z.object({
      redis: z.object({ host: text().default('h'), tls: z.object({ on: z.boolean().default(false) }) }),
    });
    expect(parseConfig(schema, {})).toEqual({ redis: { host: 'h', tls: { on: false } } });
  });

  it('do not hide which field of an absent record is missing', () => {
    expect(problem(z.object({ redis: z.object({ host: text() }) }), {})).toBe('config.redis.host: required');
  });
});

describe('a set', () => {
  it('holds each value once', () => {
    expect(parseConfig(z.object({ s: set(text()) }), { s: ['a', 'b', 'a'] })).toEqual({ s: ['a', 'b'] });
  });
});

describe('an unknown field', () => {
  it.each([
    ['provder', 'provider'],
    ['wieght', 'weight'],
    ['upstreamUrl', 'upstream_url'],
    ['auth-', 'auth'],
  ])('%s is refused, with %s suggested', (given, meant) => {
    expect(problem(example, { targets: [{ provider: 'openai', [given]: 1 }] })).toContain(
      `config.targets[0].${given}: unknown field, did you mean ${meant}?`,
    );
  });

  it('that is like nothing known gets no suggestion', () => {
    expect(problem(example, { targets: [{ provider: 'openai' }], xyzzy: 1 })).toBe(
      'config.xyzzy: unknown field',
    );
  });
});

describe('messages', () => {
  const schema = z.object({
    s: text().max(3).optional(),
    n: z.number().gt(0).max(9).optional(),
    i: z.int().min(1).optional(),
    b: z.boolean().optional(),
    e: z.enum(['x', 'y']).optional(),
    l: z.array(text()).min(1).max(2).optional(),
    u: z.url().optional(),
    own: text().regex(/^a/, 'must start with the letter a').optional(),
    m: z.record(text().max(2), text()).optional(),
    step: z.int().multipleOf(5).optional(),
  });

  it.each([
    [{ s: 1 }, 'config.s: must be a string'],
    [{ s: '' }, 'config.s: must not be empty'],
    [{ s: 'long' }, 'config.s: must have at most 3 characters'],
    [{ n: '1' }, 'config.n: must be a number'],
    [{ n: 0 }, 'config.n: must be greater than 0'],
    [{ n: 10 }, 'config.n: must be at most 9'],
    [{ i: 1.5 }, 'config.i: must be an integer'],
    [{ i: 0 }, 'config.i: must be at least 1'],
    [{ b: 'true' }, 'config.b: must be true or false'],
    [{ e: 'z' }, 'config.e: must be one of x, y'],
    [{ l: [] }, 'config.l: must have at least 1 entry'],
    [{ u: 'nowhere' }, 'config.u: must be a valid url'],
    [{ own: 'b' }, 'config.own: must start with the letter a'],
    [{ m: { abc: 'x' } }, 'config.m.abc: has a key that is not allowed: must have at most 2 characters'],
    [{ step: 7 }, 'config.step: must be a multiple of 5'],
    [null, 'config: must be a record, not null'],
    ['text', 'config: must be a record'],
    [[1], 'config: must be a record'],
  ])('%j gives "%s"', (raw, message) => {
    expect(problem(schema, raw)).toBe(message);
  });

  it('name every fault at once, with the path as it stands in the file', () => {
    const error = (() => {
      try {
        return parseConfig(example, {
          targets: [{ provider: 'openai' }, { provider: 'x', weight: 0 }],
          retries: -1,
        });
      } catch (caught) {
        return caught;
      }
    })();
    expect((error as ConfigError).issues).toEqual([
      { path: 'config.targets[1].provider', message: 'must be one of openai, anthropic' },
      { path: 'config.targets[1].weight', message: 'must be at least 1' },
      { path: 'config.retries', message: 'must be at least 0' },
    ]);
  });

  it('tell of a vault reference that came to nothing', () => {
    expect(problem(z.object({ key: secret() }), { key: '' })).toMatch(
      /^config.key: must not be empty; a vault reference/,
    );
  });

  it('never repeat a secret, even when the schema’s own message would', () => {
    const echo = secret().refine(() => false, { error: (issue) => `cannot use ${issue.input}` });
    const schema = z
      .object({ keys: z.array(echo), elsewhere: text().optional() })
      .superRefine((config, context) => {
        context.addIssue({ code: 'custom', path: ['elsewhere'], message: `differs from ${config.keys[0]}` });
      });
    expect(problem(schema, { keys: ['sk-hidden-value'] })).toBe(
      'config.keys[0]: is not valid; config.elsewhere: is not valid',
    );
    const open = z.object({ key: secret() }).superRefine((config, context) => {
      context.addIssue({ code: 'custom', path: ['key'], message: `differs from ${config.key}` });
    });
    expect(problem(open, { key: 'sk-hidden-value' })).toBe('config.key: is not valid');
  });
});

describe('names that are special in JavaScript', () => {
  const schema = z.object({
    prices: map(z.object({ input: z.number() })).default({}),
    nested: z.object({}).optional(),
  });

  it('never reach a prototype', () => {
    const top = JSON.parse('{"__proto__":{"polluted":1},"prices":{}}');
    expect(parseConfig(schema, top)).toEqual({ prices: {} });
    expect(problem(schema, JSON.parse('{"nested":{"__proto__":{"polluted":1}}}'))).toBe(
      'config.nested.__proto__: unknown field',
    );
    expect(problem(schema, JSON.parse('{"prices":{"__proto__":{"input":1}}}'))).toBe(
      'config.prices.__proto__: is not allowed as a name',
    );
    expect(problem(schema, { constructor: 1 })).toBe('config.constructor: unknown field');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('can be looked up in a map, and are not found', () => {
    const plain = parseConfig(schema, { prices: { gpt: { input: 1 } } });
    for (const name of ['constructor', 'toString', '__proto__']) expect(plain.prices[name]).toBeUndefined();
    expect(parseConfig(schema, {}).prices.constructor).toBeUndefined();
    const own = parseConfig(schema, JSON.parse('{"prices":{"constructor":{"input":2}}}'));
    expect(own.prices.constructor).toEqual({ input: 2 });
  });

  it('do not leak from one config into the default of the next', () => {
    const first = parseConfig(schema, {});
    first.prices.leaked = { input: 1 };
    expect(parseConfig(schema, {}).prices).toEqual({});
  });
});

it('changes nothing in what it is given', () => {
  const raw = { targets: [{ provider: 'openai', auth: null }], tags: ['a', 'a'], __seq__: 1 };
  const before = structuredClone(raw);
  parseConfig(example, raw);
  expect(raw).toEqual(before);
});

it('runs what Kong cannot: refinements and transforms', () => {
  const schema = z.object({ pattern: text().transform((value) => value.toUpperCase()) });
  expect(parseConfig(schema, { pattern: 'a' })).toEqual({ pattern: 'A' });
});
