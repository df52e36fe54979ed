// From the config's Redis record to an ioredis client that fails fast and reconnects by itself.
import { isIP } from 'node:net';
import { Cluster, Redis } from 'ioredis';
import type { RedisConfig } from './redis-config.ts';

export type RedisClient = Redis | Cluster;

/** @param retryDelay ms until the next attempt to connect. */
export function newRedisClient(config: RedisConfig, retryDelay: () => number): RedisClient {
  if (config.cluster_nodes) return newCluster(config, config.cluster_nodes, retryDelay);
  const options = {
    ...serverOptions(config),
    db: config.database,
    enableOfflineQueue: false,
    retryStrategy: retryDelay,
  };
  if (!config.sentinel_nodes) return new Redis({ ...options, host: config.host!, port: config.port });
  return new Redis({
    ...options,
    sentinels: config.sentinel_nodes,
    name: config.sentinel_master!,
    role: config.sentinel_role === 'slave' ? 'slave' : 'master',
    ...(config.sentinel_username !== undefined && { sentinelUsername: config.sentinel_username }),
    ...(config.sentinel_password !== undefined && { sentinelPassword: config.sentinel_password }),
    sentinelCommandTimeout: config.read_timeout,
    sentinelRetryStrategy: retryDelay,
    ...(config.ssl && { enableTLSForSentinelMode: true, sentinelTLS: tls(config) }),
  });
}

function newCluster(
  config: RedisConfig,
  nodes: { ip: string; port: number }[],
  retryDelay: () => number,
): Cluster {
  return new Cluster(
    nodes.map(({ ip, port }) => ({ host: ip, port })),
    {
      redisOptions: serverOptions(config),
      enableOfflineQueue: false,
      lazyConnect: true,
      maxRedirections: config.cluster_max_redirections,
      slotsRefreshTimeout: config.connect_timeout,
      clusterRetryStrategy: retryDelay,
    },
  );
}

function serverOptions(config: RedisConfig) {
  return {
    ...(config.username !== undefined && { username: config.username }),
    ...(config.password !== undefined && { password: config.password }),
    lazyConnect: true,
    connectTimeout: config.connect_timeout,
    // A server that accepts but does not answer is as good as gone.
    socketTimeout: config.read_timeout,
    // A command that was under way when the connection broke may have run: its caller decides, not the client.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // The client's own check asks for INFO, which an ACL may forbid; see the probe in redis.ts.
    enableReadyCheck: false,
    disableClientInfo: true,
    // Older servers and proxies do not know RESP3.
    protocol: 2 as const,
    ...(config.ssl && { tls: tls(config) }),
  };
}

function tls({ ssl_verify, server_name, host, cluster_nodes, sentinel_nodes }: RedisConfig): {
  rejectUnauthorized: boolean;
  servername?: string;
} {
  const own = cluster_nodes || sentinel_nodes || isIP(host ?? '') ? undefined : host;
  const servername = server_name ?? own;
  return { rejectUnauthorized: ssl_verify, ...(servername !== undefined && { servername }) };
}
