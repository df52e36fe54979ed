// Entries as bytes, vectors on shelves, memory within its bounds.
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { dot, normalise } from '../../../kong/llm/vector.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import type { Question } from '../../../plugins/semantic-cache/identify.ts';
import { newMeta } from '../../../plugins/semantic-cache/keep.ts';
import {
  type CachedAnswer,
  cipherKey,
  type EntryMeta,
  metaFromJson,
  metaToJson,
  pack,
  unpack,
} from '../../../plugins/semantic-cache/store/entry.ts';
import { MemoryStore } from '../../../plugins/semantic-cache/store/memory.ts';
import { quantise, VectorShelf } from '../../../plugins/semantic-cache/store/vectors.ts';

const random = (dimensions: number): Float32Array =>
  normalise(
    Float32Array.from({ length: dimensions }, () => Math.random() + Math.random() + Math.random() - 1.5),
  )!;

/** A vector at about the given cosine to another one. */
function near(vector: Float32Array, cosine: number): Float32Array {
  const other = random(vector.length);
  const along = dot(vector, other);
  const across = normalise(other.map((value, i) => value - along * vector[i]!))!;
  return normalise(vector.map((value, i) => cosine * value + Math.sqrt(1 - cosine * cosine) * across[i]!))!;
}

describe('entries as bytes', () => {
  const key = cipherKey('a secret');
  const value = { text: 'x'.repeat(5_000), small: { a: [1, null] } };

  test('what is known of an entry comes back with its vector, and nothing else passes for it', () => {
    const meta: EntryMeta = {
      key: 'k',
      partition: 'p',
      question: 'q',
      embedder: 'e',
      vector: { bytes: new Int8Array([1, -2, 127]), scale: 0.5 },
      createdAt: 1,
      expiresAt: 2,
      keptUntil: 3,
      tags: ['t'],
      consumer: [],
    };
    const { vector: _, embedder: __, ...plain } = meta;
    const there = (value: object): unknown => JSON.parse(JSON.stringify(value));
    expect(metaFromJson(there(metaToJson(meta)))).toEqual(meta);
    expect(metaFromJson(there(metaToJson(plain)))).toEqual(plain);
    for (const wrong of [
      null,
      {},
      { ...plain, key: 1 },
      { ...plain, vector: { scale: 1 } },
      { ...plain, expiresAt: '2' },
    ])
      expect(metaFromJson(wrong)).toBeUndefined();
  });

  test.each([
    ['plain', undefined],
    ['encrypted', key],
  ])('%s: come back as they were', async (_name, cipher) => {
    const bytes = await pack(value, 'name', cipher);
    expect(bytes.length).toBeLessThan(500);
    expect(await unpack(bytes, 'name', cipher)).toEqual(value);
    expect(bytes.includes('xxxx')).toBe(false);
  });

  test.each([
    ['plain', undefined],
    ['encrypted', key],
  ])('%s: cut off, changed or misnamed they are nothing', async (_name, cipher) => {
    const bytes = await pack({ a: 'short' }, 'name', cipher);
    for (let length = 0; length < bytes.length; length += 1)
      expect(await unpack(bytes.subarray(0, length), 'name', cipher)).toBeUndefined();
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(await unpack(changed, 'name', cipher)).toBeUndefined();
    }
    expect(await unpack(bytes, 'other', cipher)).toBeUndefined();
    expect(await unpack(randomBytes(500), 'name', cipher)).toBeUndefined();
  });

  test('another key, or none, does not open them', async () => {
    const bytes = await pack({ a: 1 }, 'name', key);
    expect(await unpack(bytes, 'name', cipherKey('another'))).toBeUndefined();
    expect(await unpack(bytes, 'name', undefined)).toBeUndefined();
    expect(await unpack(await pack({ a: 1 }, 'name', undefined), 'name', key)).toBeUndefined();
  });
});

test('the words of a question are kept only where they are compared', () => {
  const exchange = { identity: {} } as Exchange;
  const question = { key: 'k', partition: 'p', text: 'what it says' } as Question;
  const config = {
    cache_ttl: 1,
    stale_while_revalidate: 0,
    stale_if_error: 0,
    tags: [],
    cache_tool_calls: false,
  };
  const made = (vector: Parameters<typeof newMeta>[2]): string =>
    JSON.stringify(metaToJson(newMeta(exchange, question, vector, config)));
  expect(made(undefined)).not.toContain('what it says');
  expect(made({ vector: quantise(random(8)), embedder: 'e' })).toContain('what it says');
});

describe('vectors', () => {
  test('all that is similar enough is found among thousands, most similar first', async () => {
    const shelf = new VectorShelf(256);
    for (let i = 0; i < 3_000; i += 1) shelf.add(`other-${i}`, quantise(random(256)));
    const query = random(256);
    const cosines = [0.99, 0.95, 0.92, 0.91];
    for (const cosine of cosines) shelf.add(`near-${cosine}`, quantise(near(query, cosine)));
    const found = await shelf.search(query, 10, 0.9);
    expect(found.map(({ key }) => key)).toEqual(cosines.map((cosine) => `near-${cosine}`));
    for (const [i, { similarity }] of found.entries())
      expect(Math.abs(similarity - cosines[i]!)).toBeLessThan(0.01);
  });

  test('the most similar are found among thousands that are similar enough', async () => {
    const shelf = new VectorShelf(256);
    const query = random(256);
    const cosines = [0.92, 0.995, 0.95, 0.98, 0.935, 0.965];
    for (let i = 0; i < 3_000; i += 1) {
      shelf.add(`other-${i}`, quantise(near(query, 0.85)));
      const cosine = cosines[i / 500];
      if (cosine !== undefined) shelf.add(`near-${cosine}`, quantise(near(query, cosine)));
    }
    const found = await shelf.search(query, cosines.length, 0.65);
    const best = cosines.toSorted((a, b) => b - a);
    expect(found.map(({ key }) => key)).toEqual(best.map((cosine) => `near-${cosine}`));
  });

  test('the most similar are found among thousands that are hardly less so', async () => {
    const shelf = new VectorShelf(256);
    const query = random(256);
    for (let i = 0; i < 3_000; i += 1) shelf.add(`other-${i}`, quantise(near(query, 0.99)));
    for (let i = 0; i < 4; i += 1) shelf.add(`near-${i}`, quantise(near(query, 0.999)));
    const found = await shelf.search(query, 4, 0.65);
    expect(found.map(({ key }) => key).toSorted()).toEqual(['near-0', 'near-1', 'near-2', 'near-3']);
  });

  test('what was deleted is gone, what was moved into its place is found', async () => {
    const shelf = new VectorShelf(64);
    const vectors = Array.from({ length: 600 }, () => random(64));
    for (const [i, vector] of vectors.entries()) shelf.add(`${i}`, quantise(vector));
    for (let i = 0; i < 600; i += 2) shelf.delete(`${i}`);
    expect(shelf.size).toBe(300);
    for (const [i, vector] of vectors.entries()) {
      const found = (await shelf.search(vector, 3, 0.98)).map(({ key }) => key);
      expect(found.includes(`${i}`)).toBe(i % 2 === 1);
    }
  });

  test('a key has one vector', async () => {
    const shelf = new VectorShelf(64);
    const [old, fresh] = [random(64), random(64)];
    shelf.add('a', quantise(old));
    shelf.add('a', quantise(fresh));
    expect(shelf.size).toBe(1);
    expect(await shelf.search(old, 1, 0.95)).toEqual([]);
    expect(await shelf.search(fresh, 1, 0.95)).toHaveLength(1);
  });
});

describe('memory', () => {
  const cached: CachedAnswer = {
    model: {},
    answer: { id: 'a', object: 'chat.completion', created: 1, model: 'm', choices: [] },
  };
  const meta = (key: string, more: Partial<EntryMeta> = {}): EntryMeta => ({
    key,
    partition: 'p',
    question: `question ${key}`,
    createdAt: Date.now(),
    expiresAt: Date.now() + 60_000,
    keptUntil: Date.now() + 60_000,
    tags: [],
    consumer: [],
    ...more,
  });

  test('the least recently used make room, in the index too', async () => {
    const store = new MemoryStore(20_000);
    const vector = random(64);
    for (let i = 0; i < 200; i += 1) {
      await store.put(meta(`${i}`, { vector: quantise(vector), embedder: 'e' }), cached);
      await store.get('0');
    }
    expect(store.stats().bytes).toBeLessThanOrEqual(20_000);
    expect(await store.get('0')).toBeDefined();
    expect(await store.get('1')).toBeUndefined();
    for (const { key } of await store.near('p', 'e', vector, 0.9)) expect(await store.get(key)).toBeDefined();
  });

  test('what is over is gone', async () => {
    const store = new MemoryStore(20_000);
    await store.put(meta('a', { keptUntil: Date.now() - 1 }), cached);
    expect(await store.get('a')).toBeUndefined();
    expect(store.stats().entries).toBe(0);
  });

  test('purging by key, partition, tag, consumer, all', async () => {
    const store = new MemoryStore(1_000_000);
    const fill = async () => {
      await store.put(meta('a', { tags: ['t'], consumer: ['id-1', 'ann'] }), cached);
      await store.put(meta('b', { partition: 'q', tags: ['t', 'u'] }), cached);
      await store.put(meta('c', { consumer: ['id-2'] }), cached);
    };
    const left = async () => {
      const there = await Promise.all(['a', 'b', 'c'].map((key) => store.get(key)));
      return there.flatMap((entry) => (entry ? [entry.meta.key] : [])).join('');
    };
    for (const [filter, rest] of [
      [{ by: 'key', value: 'a' }, 'bc'],
      [{ by: 'partition', value: 'q' }, 'ac'],
      [{ by: 'tag', value: 't' }, 'c'],
      [{ by: 'consumer', value: 'ann' }, 'bc'],
      [{ by: 'consumer', value: 'id-2' }, 'ab'],
      [{ by: 'all' }, ''],
    ] as const) {
      await fill();
      await store.purge(filter);
      expect(await left()).toBe(rest);
    }
  });
});
