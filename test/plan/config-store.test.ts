import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../kong/llm/canonical-json.ts';
import { ConfigStore } from '../../kong/plan/config-store.ts';

const json = fc.jsonValue({ maxDepth: 4 });

/** The same value with every object's keys the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

describe('canonicalJson', () => {
  it('does not depend on the order of keys, at any depth', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('is the value’s JSON', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.stringify(reversed(JSON.parse(canonicalJson(value))))).toBe(
          JSON.stringify(reversed(JSON.parse(canonicalJson(reversed(value))))),
        );
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keeps the order of lists', () => {
    expect(canonicalJson({ b: [2, 1], a: 0 })).toBe('{"a":0,"b":[2,1]}');
  });
});

describe('a config store', () => {
  const record = { plugin: 'p', pluginId: 'i', config: { a: 1, b: { c: [1, 2], d: null } } };

  it('has one hash for one config, in every process', () => {
    const hash = new ConfigStore().put(record);
    expect(new ConfigStore().put(reversed(record) as typeof record)).toBe(hash);
    expect(hash).toMatch(/^[\w-]{22}$/);
  });

  it('has another hash for another plugin, plugin entity or config', () => {
    const store = new ConfigStore();
    const others = [
      { ...record, plugin: 'q' },
      { ...record, pluginId: 'j' },
      { ...record, config: { ...record.config, a: 2 } },
    ];
    expect(new Set([record, ...others].map((one) => store.put(one))).size).toBe(4);
  });

  it('gives back what was put, and announces it', () => {
    const announced: string[] = [];
    const store = new ConfigStore((hash) => announced.push(hash));
    const hash = store.put(record);
    expect(store.get(hash)).toEqual(record);
    expect(store.get('other')).toBeUndefined();
    expect(announced).toEqual([hash]);
    expect([...store.entries()]).toEqual([[hash, record]]);
  });

  it('keeps what an instance still declares, however many configs come and go', () => {
    const store = new ConfigStore();
    const kept = store.put({ ...record, config: 'kept' });
    const twice = store.put({ ...record, config: 'twice' });
    store.put({ ...record, config: 'twice' });
    store.release(twice);
    for (let i = 0; i < 2_000; i += 1) store.release(store.put({ ...record, config: i }));
    expect(store.get(kept)).toBeDefined();
    expect(store.get(twice)).toBeDefined();
  });

  it('keeps for a while what nobody declares any more, and then forgets the oldest', () => {
    const store = new ConfigStore();
    const hashes = Array.from({ length: 1_001 }, (_, i) => store.put({ ...record, config: i }));
    for (const hash of hashes.slice(0, 1_000)) store.release(hash);
    expect(store.get(hashes[0]!)).toBeDefined();
    // Started again: no longer the one that fell out of use first.
    store.release(store.put({ ...record, config: 0 }));
    store.release(hashes[1_000]!);
    expect(store.get(hashes[0]!)).toBeDefined();
    expect(store.get(hashes[1]!)).toBeUndefined();
  });
});
