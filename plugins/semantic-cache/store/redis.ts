// Answers in Redis, any Redis from 6 on. Every process keeps the questions in its own memory to search them: loaded at
// start and after every break, and kept in step by a stream that tells of each entry that comes or goes.
//
//   <prefix>:cache:v1:e:<key>   hash: m = what is known of the entry, a = the answer; expires by itself
//   <prefix>:cache:v1:keys      sorted set of all keys, by the time until which they are kept
//   <prefix>:cache:v1:log       stream: key, what became of it (put, del), and which process did it
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis, type RedisConnection } from '../../../kong/relay/redis.ts';
import type { RedisConfig } from '../../../kong/relay/redis-config.ts';
import type { StageHost } from '../../../kong/relay/stage.ts';
import {
  type CachedAnswer,
  cipherKey,
  type Entry,
  type EntryMeta,
  isAnswer,
  metaFromJson,
  metaToJson,
  pack,
  type QuantisedVector,
  unpack,
} from './entry.ts';
import { type Candidate, matches, type PurgeFilter, type Store, type StoreStats } from './index.ts';
import { LocalIndex } from './local-index.ts';
import { ServerIndex } from './server-index.ts';

export interface RedisStoreOptions {
  redis: RedisConfig;
  maxIndexBytes: number;
  /** The secret that entries are encrypted with. */
  key: (() => string) | undefined;
  /** Search in the server where it can. */
  server: boolean;
}

/** How long the reader waits for news before it asks again. */
const BLOCK_MS = 5_000;
const RETRY_MS = 200;
const PAGE = 500;
/** More news than that at once are not read one by one: see `follow`. */
const LOG_LENGTH = 10_000;

export class RedisStore implements Store {
  private readonly connection: RedisConnection;
  /** Of its own: it waits for news, and nothing else could be asked on it meanwhile. */
  private readonly reader: RedisConnection;
  private readonly index: LocalIndex<undefined>;
  private readonly server: ServerIndex | undefined;
  private readonly secret: (() => string) | undefined;
  private readonly node = randomUUID();
  private readonly host: Pick<StageHost, 'log' | 'metrics'>;
  private derived: { from: string; key: Buffer } | undefined;
  private closed = false;

  constructor({ redis, maxIndexBytes, key, server }: RedisStoreOptions, host: StageHost) {
    this.host = host;
    this.connection = connectRedis(redis, host);
    this.reader = connectRedis({ ...redis, read_timeout: redis.read_timeout + BLOCK_MS }, host);
    this.index = new LocalIndex(maxIndexBytes);
    this.server = server ? new ServerIndex(this.connection) : undefined;
    this.secret = key;
    void this.follow();
  }

  async get(key: string): Promise<Entry | undefined> {
    const name = this.entryKey(key);
    const [m, a] = await this.connection.run((client) => client.hmgetBuffer(name, 'm', 'a'));
    if (!m || !a) {
      this.index.delete(key);
      return;
    }
    const meta = await this.readMeta(key, m);
    const cached = meta && (await unpack(a, `${key}/a`, this.cipher()));
    if (!meta || !isAnswer(cached)) {
      this.host.log.warn({ key }, 'a cache entry could not be read and is removed');
      await this.delete(key);
      return;
    }
    if (meta.keptUntil <= Date.now()) return;
    return { ...cached, meta };
  }

  mayHaveAlike(partition: string, embedder: string): boolean {
    return this.server !== undefined || this.index.has(partition, embedder);
  }

  async near(
    partition: string,
    embedder: string,
    vector: Float32Array,
    threshold: number,
    quantised?: QuantisedVector,
  ): Promise<Candidate[]> {
    const found = await this.nearInServer(partition, embedder, vector, threshold);
    if (found) return found;
    return this.index.near(partition, embedder, vector, threshold, quantised);
  }

  async put(meta: EntryMeta, { answer, model }: CachedAnswer): Promise<void> {
    const { key, keptUntil } = meta;
    const cipher = this.cipher();
    const [m, a] = await Promise.all([
      pack(metaToJson(meta), `${key}/m`, cipher),
      pack({ answer, model }, `${key}/a`, cipher),
    ]);
    await this.connection.run((client) =>
      Promise.all([
        client
          .multi()
          .hset(this.entryKey(key), 'm', m, 'a', a)
          .pexpireat(this.entryKey(key), keptUntil)
          .exec(),
        client.zadd(this.keysKey(), keptUntil, key),
        client.zremrangebyscore(this.keysKey(), '-inf', Date.now()),
      ]),
    );
    // The memory has it too: a server that will not search costs hits, not answers.
    await this.server?.add(meta).catch((err: unknown) => this.serverFailed(err));
    this.remember(meta);
    await this.tell(key, 'put');
  }

  async delete(key: string): Promise<void> {
    this.index.delete(key);
    await this.remove(key);
  }

  async purge(filter: PurgeFilter): Promise<number> {
    let removed = 0;
    for (const page of pages(await this.allKeys())) {
      const metas = await Promise.all(page.map((key) => this.fetchMeta(key)));
      const doomed = page.filter((key, i) => {
        const meta = metas[i];
        return (
          filter.by === 'all' || (meta ? matches(meta, filter) : filter.by === 'key' && filter.value === key)
        );
      });
      removed += (await Promise.all(doomed.map((key) => this.remove(key)))).filter(Boolean).length;
      for (const key of doomed) this.index.delete(key);
    }
    return removed;
  }

  stats(): StoreStats {
    return { strategy: 'redis', entries: this.index.size, bytes: this.index.bytes };
  }

  close(): void {
    this.closed = true;
    this.connection.release();
    this.reader.release();
  }

  /** Undefined: search in memory. */
  private async nearInServer(
    partition: string,
    embedder: string,
    vector: Float32Array,
    threshold: number,
  ): Promise<Candidate[] | undefined> {
    const { server } = this;
    try {
      if (!(await server?.isUsable())) return;
      const found = await server!.near(partition, embedder, vector, threshold);
      const metas = await Promise.all(found.map(({ key }) => this.fetchMeta(key)));
      return found.flatMap(({ key, similarity }, i) => {
        const meta = metas[i];
        // Sets do not know when an entry has expired.
        if (!meta) void server!.delete(partition, embedder, key).catch(() => {});
        return meta ? [{ key, similarity, question: meta.question }] : [];
      });
    } catch (err) {
      this.serverFailed(err);
      return;
    }
  }

  private serverFailed(err: unknown): void {
    this.host.log.debug({ err }, 'vector search in the server failed');
  }

  /** True when it was there. */
  private async remove(key: string): Promise<boolean> {
    const [there] = await this.connection.run((client) =>
      Promise.all([client.del(this.entryKey(key)), client.zrem(this.keysKey(), key)]),
    );
    await this.tell(key, 'del');
    return there > 0;
  }

  private async tell(key: string, what: 'put' | 'del'): Promise<void> {
    await this.connection.run((client) =>
      client.xadd(this.logKey(), 'MAXLEN', '~', LOG_LENGTH, '*', 'k', key, 'w', what, 'n', this.node),
    );
  }

  /** Until the store is closed. After a break everything is loaded anew: nobody knows what was missed. */
  private async follow(): Promise<void> {
    while (!this.closed) {
      try {
        let last = await this.newest();
        await this.load();
        while (!this.closed) last = await this.readNews(last);
      } catch (err) {
        if (this.closed) return;
        this.host.log.debug({ err }, 'cache index waits for Redis');
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  private async newest(): Promise<string> {
    const [entry] = await this.reader.run((client) => client.xrevrange(this.logKey(), '+', '-', 'COUNT', 1));
    return entry?.[0] ?? '0-0';
  }

  private async load(): Promise<void> {
    const keys = await this.allKeys();
    const there = new Set(keys);
    for (const { key } of [...this.index.metas()]) if (!there.has(key)) this.index.delete(key);
    const unknown = keys.filter((key) => !this.index.get(key));
    for (const page of pages(unknown)) await Promise.all(page.map((key) => this.learn(key)));
  }

  private async readNews(last: string): Promise<string> {
    const news = await this.reader.run((client) =>
      client.xread('COUNT', PAGE, 'BLOCK', BLOCK_MS, 'STREAMS', this.logKey(), last),
    );
    let seen = last;
    for (const [id, fields] of news?.[0]?.[1] ?? []) {
      seen = id;
      const [, key, , what, , node] = fields;
      if (key === undefined || node === this.node) continue;
      if (what === 'del') this.index.delete(key);
      else await this.learn(key);
    }
    return seen;
  }

  private async learn(key: string): Promise<void> {
    const meta = await this.fetchMeta(key);
    if (meta) this.remember(meta);
    else this.index.delete(key);
  }

  private remember(meta: EntryMeta): void {
    this.index.set(meta, undefined, 0);
  }

  private async fetchMeta(key: string): Promise<EntryMeta | undefined> {
    const bytes = await this.connection.run((client) => client.hgetBuffer(this.entryKey(key), 'm'));
    return bytes ? this.readMeta(key, bytes) : undefined;
  }

  private async readMeta(key: string, bytes: Buffer): Promise<EntryMeta | undefined> {
    const meta = metaFromJson(await unpack(bytes, `${key}/m`, this.cipher()));
    return meta?.key === key ? meta : undefined;
  }

  private async allKeys(): Promise<string[]> {
    const keys: string[] = [];
    for (let offset = 0; ; offset += PAGE * 10) {
      const page = await this.connection.run((client) =>
        client.zrangebyscore(this.keysKey(), '-inf', '+inf', 'LIMIT', offset, PAGE * 10),
      );
      keys.push(...page);
      if (page.length < PAGE * 10) return keys;
    }
  }

  /** Read anew each time: it may be a file that is replaced. */
  private cipher(): Buffer | undefined {
    const from = this.secret?.();
    if (from === undefined) return;
    if (this.derived?.from !== from) this.derived = { from, key: cipherKey(from) };
    return this.derived.key;
  }

  private entryKey(key: string): string {
    return this.connection.key(`cache:v1:e:${key}`);
  }

  private keysKey(): string {
    return this.connection.key('cache:v1:keys');
  }

  private logKey(): string {
    return this.connection.key('cache:v1:log');
  }
}

function* pages(keys: readonly string[]): Generator<string[]> {
  for (let at = 0; at < keys.length; at += PAGE) yield keys.slice(at, at + PAGE);
}
