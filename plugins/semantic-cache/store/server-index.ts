// Vector search in the Redis server, where it can: vector sets (Redis 8) or RediSearch. A server that can do neither is
// asked again after a while: it may be replaced by a newer one.
import type { RedisConnection } from '../../../kong/relay/redis.ts';
import type { EntryMeta } from './entry.ts';
import type { Near } from './vectors.ts';

const CANDIDATES = 8;
const ASK_AGAIN_MS = 60_000;
/** A set whose last entry has expired goes a while later. */
const KEEP_MS = 3_600_000;

/** What is searched: one partition with the vectors of one embedder. */
interface Space {
  partition: string;
  embedder: string;
}

interface Engine {
  add(space: Space, key: string, vector: Float32Array, keptUntil: number): Promise<void>;
  near(space: Space, vector: Float32Array): Promise<Near[]>;
  delete(space: Space, key: string): Promise<void>;
}

/** Rejects when the server does. */
export class ServerIndex {
  private readonly connection: RedisConnection;
  private detected: { engine: Engine | undefined; at: number } | undefined;

  constructor(connection: RedisConnection) {
    this.connection = connection;
  }

  /** Whether the server can search. */
  async isUsable(): Promise<boolean> {
    return (await this.engine()) !== undefined;
  }

  async add({ key, partition, embedder, vector, keptUntil }: EntryMeta): Promise<void> {
    if (!vector || embedder === undefined) return;
    const floats = Float32Array.from(vector.bytes, (byte) => byte * vector.scale);
    await (await this.engine())?.add({ partition, embedder }, key, floats, keptUntil);
  }

  /** Most similar first. */
  async near(partition: string, embedder: string, vector: Float32Array, threshold: number): Promise<Near[]> {
    const found = await (await this.engine())?.near({ partition, embedder }, vector);
    return (found ?? []).filter(({ similarity }) => similarity >= threshold);
  }

  async delete(partition: string, embedder: string, key: string): Promise<void> {
    await (await this.engine())?.delete({ partition, embedder }, key);
  }

  private async engine(): Promise<Engine | undefined> {
    if (this.detected && Date.now() - this.detected.at < ASK_AGAIN_MS) return this.detected.engine;
    const known = (await this.connection.run((client) =>
      client.command('INFO', 'VADD', 'FT.SEARCH'),
    )) as unknown[];
    const [sets, search] = known.map((info) => info !== null && info !== undefined);
    const engine = sets
      ? new VectorSets(this.connection)
      : search
        ? new RediSearch(this.connection)
        : undefined;
    this.detected = { engine, at: Date.now() };
    return engine;
  }
}

/** One set per space. https://redis.io/docs/latest/commands/vadd/ https://redis.io/docs/latest/commands/vsim/ */
class VectorSets implements Engine {
  private readonly connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.connection = connection;
  }

  async add(space: Space, key: string, vector: Float32Array, keptUntil: number): Promise<void> {
    const name = this.name(space);
    await this.connection.run(async (client) => {
      await client.call('VADD', name, 'FP32', bytesOf(vector), key);
      // -1: a new set, which never goes.
      const left = await client.pttl(name);
      const wanted = Math.ceil(keptUntil - Date.now() + KEEP_MS);
      if (left < wanted) await client.pexpire(name, wanted);
    });
  }

  async near(space: Space, vector: Float32Array): Promise<Near[]> {
    const flat = (await this.connection.run((client) =>
      client.call('VSIM', this.name(space), 'FP32', bytesOf(vector), 'WITHSCORES', 'COUNT', CANDIDATES),
    )) as string[];
    // The score is (1 + cosine) / 2.
    return pairs(flat).map(([key, score]) => ({ key, similarity: Number(score) * 2 - 1 }));
  }

  async delete(space: Space, key: string): Promise<void> {
    await this.connection.run((client) => client.call('VREM', this.name(space), key));
  }

  private name({ partition, embedder }: Space): string {
    return this.connection.key(`cache:v1:v:${partition}:${embedder}`);
  }
}

/**
 * One index per length of vectors, over hashes that expire with their entries; the space is a tag.
 * https://redis.io/docs/latest/develop/ai/search-and-query/vectors/
 */
class RediSearch implements Engine {
  private readonly connection: RedisConnection;
  private readonly made = new Map<number, Promise<void>>();

  constructor(connection: RedisConnection) {
    this.connection = connection;
  }

  async add(space: Space, key: string, vector: Float32Array, keptUntil: number): Promise<void> {
    await this.index(vector.length);
    const name = `${this.prefix(vector.length)}${key}`;
    await this.connection.run((client) =>
      client.multi().hset(name, 's', tagOf(space), 'v', bytesOf(vector)).pexpireat(name, keptUntil).exec(),
    );
  }

  async near(space: Space, vector: Float32Array): Promise<Near[]> {
    await this.index(vector.length);
    const query = `(@s:{${tagOf(space)}})=>[KNN ${CANDIDATES} @v $q AS d]`;
    const options = ['PARAMS', 2, 'q', bytesOf(vector), 'SORTBY', 'd', 'RETURN', 1, 'd', 'DIALECT', 2];
    const [, ...flat] = (await this.connection
      .run((client) => client.call('FT.SEARCH', this.name(vector.length), query, ...options))
      .catch((error: Error) => {
        // A server that came back empty: the index is made anew with the next question.
        if (/no such index|unknown index/i.test(error.message)) this.made.delete(vector.length);
        throw error;
      })) as [number, ...(string | string[])[]];
    const prefix = this.prefix(vector.length);
    return pairs(flat).map(([name, [, distance]]) => ({
      key: (name as string).slice(prefix.length),
      similarity: 1 - Number(distance),
    }));
  }

  async delete(_space: Space, key: string): Promise<void> {
    const names = [...this.made.keys()].map((dimensions) => `${this.prefix(dimensions)}${key}`);
    await this.connection.run((client) => Promise.all(names.map((name) => client.del(name))));
  }

  /** Made once; another process may have been faster. */
  private index(dimensions: number): Promise<void> {
    let made = this.made.get(dimensions);
    if (!made) {
      made = this.create(dimensions);
      this.made.set(dimensions, made);
      made.catch(() => this.made.delete(dimensions));
    }
    return made;
  }

  private async create(dimensions: number): Promise<void> {
    const vector = ['VECTOR', 'HNSW', 6, 'TYPE', 'FLOAT32', 'DIM', dimensions, 'DISTANCE_METRIC', 'COSINE'];
    const schema = ['ON', 'HASH', 'PREFIX', 1, this.prefix(dimensions), 'SCHEMA', 's', 'TAG', 'v', ...vector];
    try {
      await this.connection.run((client) => client.call('FT.CREATE', this.name(dimensions), ...schema));
    } catch (error) {
      if (!/already exists/i.test((error as Error).message)) throw error;
    }
  }

  private name(dimensions: number): string {
    return this.connection.key(`cache:v1:index:${dimensions}`);
  }

  private prefix(dimensions: number): string {
    return this.connection.key(`cache:v1:f:${dimensions}:`);
  }
}

/** Letters and digits alone: anything else would have to be escaped in a query. */
const tagOf = ({ partition, embedder }: Space): string =>
  `${partition}x${Buffer.from(embedder).toString('hex')}`;

function pairs<T>(flat: readonly T[]): [T, T][] {
  const out: [T, T][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) out.push([flat[i]!, flat[i + 1]!]);
  return out;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
