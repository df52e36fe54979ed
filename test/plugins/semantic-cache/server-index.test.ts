// The commands that vector search in the server takes, against a client that understands them.
import { describe, expect, test } from 'vitest';
import { dot, normalise } from '../../../kong/llm/vector.ts';
import type { RedisConnection } from '../../../kong/relay/redis.ts';
import type { EntryMeta } from '../../../plugins/semantic-cache/store/entry.ts';
import { ServerIndex } from '../../../plugins/semantic-cache/store/server-index.ts';
import { quantise } from '../../../plugins/semantic-cache/store/vectors.ts';

type Args = (string | number | Buffer)[];
const floats = (bytes: Buffer): Float32Array =>
  Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));

/** As the documents of the commands say. */
class FakeClient {
  readonly sets = new Map<string, Map<string, Float32Array>>();
  readonly hashes = new Map<string, { s: string; v: Float32Array }>();
  readonly indexes = new Map<string, string>();
  expiries = 0;
  private readonly knows: string[];

  constructor(knows: string[]) {
    this.knows = knows;
  }

  command = async (_info: string, ...names: string[]) =>
    names.map((name) => (this.knows.includes(name) ? [name] : null));
  pttl = async () => -1;
  pexpire = async () => {
    this.expiries += 1;
  };
  multi = () => {
    const chain = {
      hset: (name: string, _s: string, s: string, _v: string, v: Buffer) => {
        this.hashes.set(name, { s, v: floats(v) });
        return chain;
      },
      pexpireat: () => chain,
      exec: async () => [],
    };
    return chain;
  };
  call = async (name: string, ...args: Args): Promise<unknown> => {
    if (name === 'VADD') return this.vadd(args);
    if (name === 'VSIM') return this.vsim(args);
    if (name === 'VREM') return this.sets.get(args[0] as string)?.delete(args[1] as string);
    if (name === 'FT.CREATE') return this.create(args);
    if (name === 'FT.SEARCH') return this.search(args);
    throw new Error(`ERR unknown command '${name}'`);
  };

  private vadd([name, kind, bytes, key]: Args): number {
    if (kind !== 'FP32') throw new Error('ERR syntax');
    const set = this.sets.get(name as string) ?? new Map();
    this.sets.set(name as string, set.set(key as string, floats(bytes as Buffer)));
    return 1;
  }

  private vsim([name, , bytes, , , count]: Args): string[] {
    const query = floats(bytes as Buffer);
    return [...(this.sets.get(name as string) ?? [])]
      .map(([key, vector]): [string, number] => [key, (1 + dot(query, vector)) / 2])
      .sort((a, b) => b[1] - a[1])
      .slice(0, count as number)
      .flatMap(([key, score]) => [key, String(score)]);
  }

  private create([name, ...rest]: Args): string {
    if (this.indexes.has(name as string)) throw new Error('Index already exists');
    this.indexes.set(name as string, rest[rest.indexOf('PREFIX') + 2] as string);
    return 'OK';
  }

  private search([name, query, ...rest]: Args): unknown[] {
    const prefix = this.indexes.get(name as string)!;
    const tag = /^\(@s:\{(\w+)\}\)=>\[KNN (\d+) @v \$q AS d\]$/.exec(query as string)!;
    const vector = floats(rest[rest.indexOf('q') + 1] as Buffer);
    const found = [...this.hashes]
      .filter(([key, { s }]) => key.startsWith(prefix) && s === tag[1])
      .map(([key, { v }]): [string, number] => [key, 1 - dot(vector, v)])
      .sort((a, b) => a[1] - b[1])
      .slice(0, Number(tag[2]));
    return [found.length, ...found.flatMap(([key, distance]) => [key, ['d', String(distance)]])];
  }
}

function indexOn(client: FakeClient): ServerIndex {
  const connection = {
    key: (name: string) => `kong-ai:${name}`,
    run: (commands: (client: unknown) => unknown) => commands(client),
  };
  return new ServerIndex(connection as unknown as RedisConnection);
}

const vectorOf = (...values: number[]): Float32Array => normalise(Float32Array.from(values))!;
const meta = (key: string, partition: string, vector: Float32Array): EntryMeta => ({
  key,
  partition,
  question: 'q',
  embedder: 'lexical-1',
  vector: quantise(vector),
  createdAt: 0,
  expiresAt: Date.now() + 1_000,
  keptUntil: Date.now() + 1_000,
  tags: [],
  consumer: [],
});

describe.each([['VADD'], ['FT.SEARCH']])('a server that knows %s', (command) => {
  test('finds what is alike in its partition, most similar first', async () => {
    const index = indexOn(new FakeClient([command]));
    expect(await index.isUsable()).toBe(true);
    await index.add(meta('same', 'ab12', vectorOf(1, 0, 0)));
    await index.add(meta('near', 'ab12', vectorOf(1, 0.2, 0)));
    await index.add(meta('far', 'ab12', vectorOf(0, 1, 0)));
    await index.add(meta('elsewhere', 'cd34', vectorOf(1, 0, 0)));
    const found = await index.near('ab12', 'lexical-1', vectorOf(1, 0, 0), 0.9);
    expect(found.map(({ key }) => key)).toEqual(['same', 'near']);
    expect(found[0]!.similarity).toBeCloseTo(1, 2);
    expect(found[1]!.similarity).toBeCloseTo(0.98, 2);
    expect(await index.near('ab12', 'other', vectorOf(1, 0, 0), 0.9)).toEqual([]);
  });
});

test('an index that another process has made is used', async () => {
  const client = new FakeClient(['FT.SEARCH']);
  await indexOn(client).add(meta('a', 'ab', vectorOf(1, 0)));
  const second = indexOn(client);
  await second.add(meta('b', 'ab', vectorOf(1, 0)));
  expect(await second.near('ab', 'lexical-1', vectorOf(1, 0), 0.9)).toHaveLength(2);
});

test('sets that would never go are given an end', async () => {
  const client = new FakeClient(['VADD']);
  await indexOn(client).add(meta('a', 'ab', vectorOf(1, 0)));
  expect(client.expiries).toBe(1);
});

test('a server that knows neither is not usable', async () => {
  expect(await indexOn(new FakeClient([])).isUsable()).toBe(false);
});
