// The store of a config: shared by those that may share answers, and told what the admin listener asks.
import { createHash, randomUUID } from 'node:crypto';
import { secretRef } from '../../../kong/relay/secret-ref.ts';
import type { StageHost } from '../../../kong/relay/stage.ts';
import type { SemanticCacheConfig } from '../config.ts';
import { answerAsks } from '../node.ts';
import type { Store } from './index.ts';
import { MemoryStore } from './memory.ts';
import { RedisStore } from './redis.ts';

interface Opened<S extends Store = Store> {
  store: S;
  users: number;
  stop(): void;
}

/** `release` when the config is no longer used. Answers in memory outlive it, for the config that comes after. */
export function openStore(config: SemanticCacheConfig, host: StageHost): { store: Store; release(): void } {
  return config.strategy === 'redis' ? openRedis(config, host) : openMemory(config, host);
}

function openMemory({ namespace, memory }: SemanticCacheConfig, host: StageHost) {
  const name = namespace === undefined ? `plugin ${host.pluginId}` : `namespace ${namespace}`;
  const store = host.state(`memory ${name}`, () => {
    const made = new MemoryStore(memory.max_bytes);
    answerAsks(host, made, randomUUID());
    return made;
  });
  store.resize(memory.max_bytes);
  return { store, release: () => {} };
}

function openRedis({ redis, memory, encryption_key, semantic }: SemanticCacheConfig, host: StageHost) {
  const settings = JSON.stringify([redis, memory.max_bytes, encryption_key, semantic.index]);
  const id = createHash('sha256').update(settings).digest('hex');
  const opened = host.state('redis stores', () => new Map<string, Opened>());
  let one = opened.get(id);
  if (!one) {
    const key = encryption_key === undefined ? undefined : secretRef(encryption_key);
    const store = new RedisStore(
      { redis, maxIndexBytes: memory.max_bytes, key, server: semantic.index === 'server' },
      host,
    );
    one = { store, users: 0, stop: answerAsks(host, store, randomUUID()) };
    opened.set(id, one);
  }
  one.users += 1;
  let released = false;
  const release = (): void => {
    if (released) return;
    released = true;
    one.users -= 1;
    if (one.users > 0) return;
    opened.delete(id);
    one.stop();
    one.store.close();
  };
  return { store: one.store, release };
}
