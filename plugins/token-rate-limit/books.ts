// Looking at counters and clearing them, in memory and in Redis alike.
import { Cluster, type Redis } from 'ioredis';
import { connectRedis, type RedisConnection, type RedisHost } from '../../kong/relay/redis.ts';
import type { RedisConfig } from '../../kong/relay/redis-config.ts';
import { machineNow, redisTime } from './clocks.ts';
import type { Counters } from './counters.ts';
import type { Batch, BatchResult } from './counting.ts';
import { fromScript, leasesKey, SCRIPT, toScript } from './script.ts';

export interface Books {
  /** ms since the epoch, by the clock that its windows follow. */
  now(): Promise<number>;
  /** Names of counters that begin so. */
  names(prefix: string): Promise<string[]>;
  apply(batch: Batch): Promise<BatchResult>;
  /** How many reservations each counter holds. */
  reservations(names: readonly string[]): Promise<number[]>;
  clear(names: readonly string[]): Promise<void>;
  close(): void;
}

export function localBooks(counters: Counters): Books {
  return {
    now: async () => Date.now(),
    names: async (prefix) => counters.names(prefix),
    apply: async (batch) => counters.apply({ ...batch, now: machineNow() }),
    reservations: async (names) => names.map((name) => counters.reservations(name)),
    async clear(names) {
      for (const name of names) counters.reset(name);
    },
    close() {},
  };
}

export function redisBooks(config: RedisConfig, host: RedisHost): Books {
  return new RedisBooks(connectRedis(config, host));
}

const SCAN_COUNT = 1_000;
const LEASES = leasesKey('');

class RedisBooks implements Books {
  private readonly connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.connection = connection;
  }

  now(): Promise<number> {
    return redisTime(this.connection);
  }

  async names(prefix: string): Promise<string[]> {
    const start = this.connection.key('');
    const pattern = `${(start + prefix).replace(/[\\*?[\]]/g, '\\$&')}*`;
    const keys = await this.connection.run(async (client) => {
      const nodes = client instanceof Cluster ? client.nodes('master') : [client];
      return (await Promise.all(nodes.map((node) => scan(node, pattern)))).flat();
    });
    return keys.filter((key) => !key.endsWith(LEASES)).map((key) => key.slice(start.length));
  }

  async apply(batch: Batch): Promise<BatchResult> {
    const { keys, args } = toScript(batch, (name) => this.connection.key(name));
    const script = this.connection.defineScript('limits', keys.length, SCRIPT);
    return fromScript(batch, await script(keys, args));
  }

  reservations(names: readonly string[]): Promise<number[]> {
    return this.connection.run((client) =>
      Promise.all(names.map((name) => client.zcard(leasesKey(this.connection.key(name))))),
    );
  }

  async clear(names: readonly string[]): Promise<void> {
    const clearOne = (client: Pick<Redis, 'del'>, name: string): Promise<number> => {
      const key = this.connection.key(name);
      return client.del(key, leasesKey(key));
    };
    await this.connection.run((client) => Promise.all(names.map((name) => clearOne(client, name))));
  }

  close(): void {
    this.connection.release();
  }
}

async function scan(node: Redis, pattern: string): Promise<string[]> {
  const keys = new Set<string>();
  let cursor = '0';
  do {
    const [next, found] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
    for (const key of found) keys.add(key);
    cursor = next;
  } while (cursor !== '0');
  return [...keys];
}
