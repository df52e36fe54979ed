// What holds for every config: Kong's way of sending it changes nothing, and nothing makes the parser throw oddly.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ConfigError, type KongField, parseConfig, toKongSchema } from '../../kong/schema/index.ts';
import { example } from './example.ts';

const name = fc.stringMatching(/^[a-z]{1,8}$/);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const valid = fc.record({
  targets: fc.array(
    fc.record({
      provider: fc.constantFrom('openai', 'anthropic'),
      model: optional(name),
      weight: optional(fc.integer({ min: 1, max: 100 })),
      auth: optional(
        fc.oneof(
          fc.record({ header_name: name, header_value: name }),
          fc.record({ location: fc.constantFrom('query', 'body') }),
          fc.constant({}),
        ),
      ),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  redis: optional(
    fc.record({ host: optional(name), port: optional(fc.nat(65535)), tls: optional(fc.boolean()) }),
  ),
  prices: optional(fc.dictionary(name, fc.record({ input: fc.nat(), output: optional(fc.nat()) }))),
  tags: optional(fc.array(name)),
  keys: optional(fc.array(name)),
  limits: optional(fc.dictionary(fc.constantFrom('minute', 'hour'), fc.integer({ min: 1, max: 99 }))),
  threshold: optional(fc.double({ min: 0, max: 1, noNaN: true })),
});

/** What Kong makes of a config before a plugin sees it: defaults and nulls filled in, its own keys beside. */
function asKongSends(field: KongField, value: unknown): unknown {
  if (value === undefined || value === null) {
    if ('default' in field) return emptied(structuredClone(field.default));
    return field.type === 'record' && field.required ? asKongSends(field, {}) : null;
  }
  if (field.fields) {
    const given = value as Record<string, unknown>;
    const filled = field.fields.flatMap((entry) =>
      Object.entries(entry).map(([key, child]) => [key, asKongSends(child, given[key])]),
    );
    return { ...Object.fromEntries(filled), $refs: { anything: '{vault://env/x}' } };
  }
  if (Array.isArray(value)) return emptied(value.map((element) => asKongSends(field.elements!, element)));
  if (field.values) {
    const entries = Object.entries(value).map(([key, entry]) => [key, asKongSends(field.values!, entry)]);
    return emptied(Object.fromEntries(entries));
  }
  return value;
}

/** An empty Lua table that lost its type. */
const emptied = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? {} : value;

it('a config means the same whether it comes from a file or from Kong', () => {
  const config = toKongSchema('example', example).fields[1]!.config!;
  fc.assert(
    fc.property(valid, (raw) => {
      const sent = { ...(asKongSends(config, raw) as object), __seq__: 1, __plugin_id: 'x', route_id: 'r' };
      expect(parseConfig(example, sent)).toEqual(parseConfig(example, raw));
    }),
  );
});

it('parsing what was parsed changes nothing', () => {
  fc.assert(
    fc.property(valid, (raw) => {
      const once = parseConfig(example, raw);
      expect(parseConfig(example, JSON.parse(JSON.stringify(once)))).toEqual(once);
    }),
  );
});

it('an unknown field anywhere is refused by its path', () => {
  fc.assert(
    fc.property(valid, fc.constantFrom('top', 'target', 'redis'), (raw, where) => {
      const config = structuredClone(raw) as Record<string, unknown> & { targets: object[] };
      if (where === 'top') Object.assign(config, { zzzzzzzz: 1 });
      if (where === 'target') Object.assign(config.targets[0]!, { zzzzzzzz: 1 });
      if (where === 'redis') config.redis = { ...(config.redis as object), zzzzzzzz: 1 };
      const at = { top: 'config', target: 'config.targets[0]', redis: 'config.redis' }[where];
      expect(() => parseConfig(example, config)).toThrow(`${at}.zzzzzzzz: unknown field`);
    }),
  );
});

it('anything at all either parses or is a ConfigError that names a path', () => {
  const keys = fc.constantFrom(
    'targets',
    'redis',
    'prices',
    'tags',
    'keys',
    'limits',
    '__proto__',
    'constructor',
    'x',
  );
  const anything = fc.anything({ key: keys, withNullPrototype: true });
  fc.assert(
    fc.property(fc.oneof(anything, fc.dictionary(keys, anything)), (raw) => {
      try {
        parseConfig(example, raw);
      } catch (error) {
        expect((error as ConfigError).name).toBe('ConfigError');
        expect((error as ConfigError).message).toMatch(/^config/);
      }
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
  );
});
