// One config of the plugin, prepared: what its requests share.
import { setTimeout as pause } from 'node:timers/promises';
import { loadPublicPrices } from '../../kong/llm/public-prices.ts';
import { loadTokenizers } from '../../kong/llm/tokenizers.ts';
import type { Log } from '../../kong/relay/log.ts';
import { LocalNodeState } from '../../kong/relay/node-state.ts';
import type { StageHost } from '../../kong/relay/stage.ts';
import type { TokenRateLimitConfig } from './config.ts';
import { Ledger } from './ledger.ts';
import { LocalStore, PLUGIN } from './local-store.ts';
import { type LimitMetrics, limitMetrics } from './metrics.ts';
import { Outstanding } from './outstanding.ts';
import { type Policy, preparePolicy } from './policy.ts';
import { RedisStore } from './redis-store.ts';
import type { Registration } from './registrations.ts';
import { SoftThresholds } from './soft.ts';
import { Lines } from './throttle.ts';
import { TypicalLengths } from './typical.ts';
import { Uncounted } from './uncounted.ts';

/** How long an ending process waits for its requests to be settled. */
const SETTLE_MS = 1_000;

export interface Limiter {
  config: TokenRateLimitConfig;
  /** Whose counters these are: a shared namespace's, or the plugin's own whatever its config. */
  namespace: string;
  policies: readonly Policy[];
  /** Somebody limits tokens or money. */
  countsTokens: boolean;
  /** Other processes count in the same place. */
  shared: boolean;
  ledger: Ledger;
  lines: Lines;
  typical: TypicalLengths;
  uncounted: Uncounted;
  soft: SoftThresholds;
  metrics: LimitMetrics;
  /** Models that have been said to have no price. */
  unpriced: Set<string>;
  /** What requests that are over still owe or get back. */
  settling: Outstanding;
  log: Log;
  close(): Promise<void>;
}

export function namespaceOf(
  { namespace }: Pick<TokenRateLimitConfig, 'namespace'>,
  pluginId: string,
): string {
  // So that no name can be another plugin's id.
  return namespace === undefined ? pluginId : `ns=${namespace}`;
}

export function makeLimiter(config: TokenRateLimitConfig, host: StageHost): Limiter {
  const namespace = namespaceOf(config, host.pluginId);
  const policies = config.policies.map(preparePolicy);
  const units = new Set(policies.flatMap(({ limits }) => limits.map(({ unit }) => unit)));
  const countsTokens = [...units].some((unit) => !unit.endsWith('requests'));
  // Now, not while a request is under way.
  if (countsTokens) loadTokenizers();
  if (units.has('cost_usd')) loadPublicPrices();
  register(config, namespace, host);
  const local = host.state('local store', () => new LocalStore(host.node));
  const settling = new Outstanding();
  const redis = config.strategy === 'redis' ? acquireRedis(config, namespace, host) : undefined;
  return {
    config,
    namespace,
    policies,
    countsTokens,
    shared: redis !== undefined || !(host.node instanceof LocalNodeState),
    ledger: new Ledger({
      local,
      redis: redis?.store,
      failureMode: config.redis_failure,
      leaseMs: config.reservation_ttl * 1_000,
    }),
    lines: host.state(`lines ${namespace}`, () => new Lines()),
    typical: host.state('typical', () => new TypicalLengths()),
    uncounted: host.state('uncounted', () => new Uncounted()),
    soft: host.state(`soft ${namespace}`, () => new SoftThresholds()),
    metrics: limitMetrics(host.metrics),
    unpriced: host.state('unpriced', () => new Set<string>()),
    log: host.log,
    settling,
    async close() {
      await Promise.race([settling.idle(), pause(SETTLE_MS, undefined, { ref: false })]);
      redis?.release();
    },
  };
}

/** For `kong-ai limits`; nothing that a request needs. */
function register(
  { policies, strategy, redis }: TokenRateLimitConfig,
  namespace: string,
  host: StageHost,
): void {
  const registration: Registration = {
    pluginId: host.pluginId,
    namespace,
    policies,
    ...(strategy === 'redis' ? { redis } : {}),
  };
  Promise.resolve(host.node.call(PLUGIN, 'register', registration)).catch(() => {});
}

interface SharedStore {
  store: RedisStore;
  users: number;
}

/** What Redis is still owed must outlive a change of config, and is paid once. */
function acquireRedis(
  { redis }: TokenRateLimitConfig,
  namespace: string,
  host: StageHost,
): { store: RedisStore; release(): void } {
  const stores = host.state('redis stores', () => new Map<string, SharedStore>());
  const id = JSON.stringify([namespace, redis]);
  const shared = stores.get(id) ?? { store: new RedisStore(redis, host), users: 0 };
  stores.set(id, shared);
  shared.users += 1;
  return {
    store: shared.store,
    release() {
      shared.users -= 1;
      if (shared.users > 0) return;
      stores.delete(id);
      shared.store.close();
    },
  };
}
