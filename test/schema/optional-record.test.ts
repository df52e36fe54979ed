// A record that may be absent, and needs a field when it is there, as Kong Manager's form sends it.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  ConfigError,
  checkKongSchema,
  entityChecks,
  map,
  parseConfig,
  pluginDump,
  secret,
  text,
  toKongSchema,
} from '../../kong/schema/index.ts';

const service = z.object({
  url: text().describe('Where the service is.'),
  model: text().describe('What it is asked for.'),
  timeout: z.int().min(1).default(1000).describe('Milliseconds for a call.'),
  auth: z.object({
    header_name: text().default('authorization').describe('Header that carries the key.'),
    header_value: secret().optional().describe('Its whole value.'),
  }),
  labels: map(text()).optional().describe('Labels of the calls.'),
});
const config = z.object({ name: text().optional(), service: service.optional() });

/** Defaults of the record's fields, which the form fills in by itself. */
const UNTOUCHED = { timeout: 1000, auth: { header_name: 'authorization' }, labels: {} };
const NEEDED = { url: 'http://a', model: 'm' };

describe('what Kong is told', () => {
  const schema = toKongSchema('x', config);
  const dump = pluginDump({ name: 'x', version: '1.0.0', priority: 1, phases: ['access'], schema });
  const told = dump.Plugins[0].Schema.fields[1]!.config!.fields![1]!.service!;

  it('is that the needed fields come together, not that they are required', () => {
    expect(told).toMatchObject({ type: 'record', required: false });
    expect(told.entity_checks).toEqual([{ mutually_required: ['url', 'model'] }]);
    for (const entry of told.fields!)
      for (const [name, { required }] of Object.entries(entry))
        expect([name, required]).toEqual([name, name === 'auth' ? true : undefined]);
    expect(checkKongSchema(dump.Plugins[0].Schema)).toEqual([]);
  });

  it('is what is required wherever the record is always there', () => {
    const always = toKongSchema('x', z.object({ service, list: z.array(service) }));
    const { fields } = pluginDump({ name: 'x', version: '1', priority: 1, phases: [], schema: always })
      .Plugins[0].Schema.fields[1]!.config!;
    expect(fields![0]!.service!.fields![0]!.url).toHaveProperty('required', true);
    expect(fields![1]!.list!.elements!.fields![0]!.url).toHaveProperty('required', true);
  });

  it('leaves the schema of the documents as it is', () => {
    expect(schema.fields[1]!.config!.fields![1]!.service!.fields![0]!.url).toHaveProperty('required', true);
  });
});

describe('the record', () => {
  it.each([
    ['nothing', {}],
    ['nulls', { url: null, model: null, timeout: null, auth: null, labels: null }],
    ['defaults', UNTOUCHED],
  ])('of which the config says %s is absent', (_what, value) => {
    expect(parseConfig(config, { service: value })).toEqual({});
  });

  it('that has what it needs is there, with its defaults', () => {
    expect(parseConfig(config, { service: NEEDED })).toMatchObject({ service: { ...NEEDED, timeout: 1000 } });
  });

  it.each([
    ['one of two needed fields', { ...UNTOUCHED, url: 'http://a' }],
    ['another value than the default', { ...UNTOUCHED, timeout: 5 }],
    ['a field without a default, further in', { auth: { header_value: 'k' } }],
    ['an entry of a map', { labels: { a: 'b' } }],
    ['a field that there is not', { ...NEEDED, ulr: 'http://a' }],
  ])('that has %s, and not all that it needs, is refused', (_what, value) => {
    expect(() => parseConfig(config, { service: value })).toThrow(ConfigError);
  });

  it('that needs one of several fields is there when one is said, and Kong is not told of the need', () => {
    const redis = entityChecks(
      z.object({
        host: text().optional(),
        nodes: z.array(text()).optional(),
        port: z.int().min(1).default(6379),
      }),
      { at_least_one_of: ['host', 'nodes'] },
      { mutually_exclusive: ['host', 'nodes'] },
    );
    const either = z.object({ redis: redis.optional() });
    expect(parseConfig(either, { redis: { host: null, nodes: [], port: 6379 } })).toEqual({});
    expect(parseConfig(either, { redis: { nodes: ['a'] } })).toEqual({ redis: { nodes: ['a'], port: 6379 } });
    expect(() => parseConfig(either, { redis: { port: 1 } })).toThrow(/host, nodes/);
    const schema = toKongSchema('x', either);
    const dump = pluginDump({ name: 'x', version: '1', priority: 1, phases: [], schema });
    const told = dump.Plugins[0].Schema.fields[1]!.config!.fields![0]!.redis!;
    expect(told.entity_checks).toEqual([{ mutually_exclusive: ['host', 'nodes'] }]);
  });

  it('that needs nothing is there when it is said, whatever is in it', () => {
    const redis = z.object({ redis: z.object({ host: text().default('localhost') }).optional() });
    expect(parseConfig(redis, { redis: {} })).toEqual({ redis: { host: 'localhost' } });
    expect(parseConfig(redis, {})).toEqual({});
  });
});
