// Redis for the stages: one connection per process and server, on which no request ever hangs.
import { createHash } from 'node:crypto';
import { newRedisClient, type RedisClient } from './redis-client.ts';
import type { RedisConfig } from './redis-config.ts';
import type { StageHost } from './stage.ts';

/** The command did not run, or nobody knows whether it did: not connected, timed out, or refused by the server. */
export class RedisError extends Error {
  override name = 'RedisError';
}

/** Runs a Lua script on keys of one hash slot; keys carry the prefix (see RedisConnection.key). Rejects with RedisError. */
export type RedisScript = (
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
) => Promise<unknown>;

export interface RedisConnection {
  /** `connecting` only until the first attempt has come out. */
  readonly state: RedisState;
  /** `<key_prefix>:<name>`. What must lie in one hash slot shares a `{tag}` in its name. */
  key(name: string): string;
  /**
   * Runs commands of the client. Rejects with RedisError: at once when Redis is down, else within `read_timeout`
   * (and `connect_timeout` before that, during the first attempt to connect).
   */
  run<T>(commands: (client: RedisClient) => Promise<T>): Promise<T>;
  /** @param name for error messages. @param keys how many keys it takes. */
  defineScript(name: string, keys: number, lua: string): RedisScript;
  /** For a stage's `close`: the connection closes when nobody uses it any more. */
  release(): void;
}

/** Of a stage, or of the primary process. */
export type RedisHost = Pick<StageHost, 'log' | 'metrics'>;

export type RedisState = 'connecting' | 'up' | 'down';

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 5000;

const connections = new Map<string, SharedConnection>();

/** Starts to connect and returns at once. Connections are shared by whoever has the same settings. */
export function connectRedis(config: RedisConfig, host: RedisHost): RedisConnection {
  const { key_prefix: prefix, ...settings } = config;
  const id = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
  let shared = connections.get(id);
  if (!shared) {
    shared = new SharedConnection(config, host, () => connections.delete(id));
    connections.set(id, shared);
  }
  return new Handle(shared, prefix);
}

/** For the end of the process. */
export function closeRedis(): void {
  for (const shared of connections.values()) shared.close();
}

class Handle implements RedisConnection {
  private readonly shared: SharedConnection;
  private readonly prefix: string;
  private released = false;

  constructor(shared: SharedConnection, prefix: string) {
    this.shared = shared;
    this.prefix = prefix;
    shared.users += 1;
  }

  get state(): RedisState {
    return this.shared.state;
  }

  key(name: string): string {
    return `${this.prefix}:${name}`;
  }

  run<T>(commands: (client: RedisClient) => Promise<T>): Promise<T> {
    return this.shared.run(commands);
  }

  defineScript(name: string, keyCount: number, lua: string): RedisScript {
    const sha = createHash('sha1').update(lua).digest('hex');
    return async (keys, args) => {
      if (keys.length !== keyCount) throw new RedisError(`script ${name} takes ${keyCount} keys`);
      try {
        return await this.shared.run((client) =>
          client.evalsha(sha, keyCount, ...keys, ...args).catch((error: Error) => {
            // The server has restarted, or this node of a cluster has never seen it.
            if (!error.message.startsWith('NOSCRIPT')) throw error;
            return client.eval(lua, keyCount, ...keys, ...args);
          }),
        );
      } catch (cause) {
        throw new RedisError(`script ${name}: ${(cause as Error).message}`, { cause });
      }
    };
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.shared.users -= 1;
    if (this.shared.users === 0) this.shared.close();
  }
}

class SharedConnection {
  state: RedisState = 'connecting';
  users = 0;
  private readonly client: RedisClient;
  private readonly timeoutMs: number;
  private readonly onState: (state: RedisState, error?: Error) => void;
  private readonly onClose: () => void;
  /** Resolves when the first attempt has come out. */
  private readonly settled: Promise<void>;
  private settle: () => void = () => {};
  private failures = 0;
  private lastError: Error | undefined;
  private closed = false;

  constructor(config: RedisConfig, host: RedisHost, onClose: () => void) {
    this.timeoutMs = config.read_timeout;
    this.onState = reporter(config, host);
    this.onClose = onClose;
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.client = newRedisClient(config, () => this.retryDelay());
    this.client.on('error', (error: Error) => {
      this.lastError = error;
    });
    this.client.on('ready', () => void this.probe());
    this.client.on('close', () => this.become('down'));
    // Sentinels that do not answer are asked again without an event.
    const patience = setTimeout(() => this.become('down'), config.connect_timeout);
    void this.settled.then(() => clearTimeout(patience));
    // Other failures come as events too.
    this.client.connect().catch(() => this.become('down'));
  }

  async run<T>(commands: (client: RedisClient) => Promise<T>): Promise<T> {
    if (this.state === 'connecting') await this.settled;
    if (this.state !== 'up') throw new RedisError('Redis is down');
    return this.bounded(commands(this.client));
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.onClose();
    this.become('down');
    this.client.disconnect();
  }

  private bounded<T>(command: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new RedisError('Redis did not answer in time')), this.timeoutMs);
      command.then(
        (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        (cause: Error) => {
          clearTimeout(timer);
          reject(cause instanceof RedisError ? cause : new RedisError(cause.message, { cause }));
        },
      );
    });
  }

  /** Connected is not yet served: the password may be wrong, or the server still loading its data. */
  private async probe(): Promise<void> {
    try {
      await this.bounded(this.client.ping());
    } catch (error) {
      // A user who may not ping is signed in all the same.
      if (!(error as Error).message.startsWith('NOPERM')) {
        this.lastError = error as Error;
        if (!this.closed) this.client.disconnect(true);
        return;
      }
    }
    this.failures = 0;
    this.become('up');
  }

  private become(state: 'up' | 'down'): void {
    const changed = this.state !== state;
    this.state = state;
    this.settle();
    if (changed && !this.closed) this.onState(state, this.lastError);
  }

  private retryDelay(): number {
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.failures, MAX_RETRY_MS);
    this.failures += 1;
    // So that not all data planes come back at the same moment.
    return delay / 2 + Math.random() * (delay / 2);
  }
}

/** One line per change; the address, never the credentials. */
function reporter(
  config: RedisConfig,
  { log, metrics }: RedisHost,
): (state: RedisState, error?: Error) => void {
  const address = addressOf(config);
  const gauge = metrics.gauge('kong_ai_redis_up', 'Whether Redis answers: 1 = yes.', ['address']);
  gauge.set({ address }, 0);
  return (state, error) => {
    gauge.set({ address }, state === 'up' ? 1 : 0);
    if (state === 'up') log.info({ address }, 'Redis is up');
    else log.warn({ address, reason: error?.message ?? 'connection closed' }, 'Redis is down');
  };
}

function addressOf({ host, port, sentinel_nodes, cluster_nodes }: RedisConfig): string {
  if (cluster_nodes) return cluster_nodes.map((node) => `${node.ip}:${node.port}`).join(',');
  if (sentinel_nodes) return sentinel_nodes.map((node) => `${node.host}:${node.port}`).join(',');
  return `${host}:${port}`;
}
