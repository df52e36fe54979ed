// Does every Redis that a plugin is configured with answer, and in what time?
import { PLUGINS } from '../registry.ts';
import { newRedisClient, type RedisClient } from '../relay/redis-client.ts';
import { type RedisConfig, redisConfig } from '../relay/redis-config.ts';
import { parseConfig } from '../schema/index.ts';
import { checkPluginConfig } from '../validate/plugins.ts';
import { type Finding, fail, ok, skip } from './finding.ts';
import type { Json } from './kong-admin.ts';
import type { Configured } from './state.ts';

const NEVER = 24 * 3600 * 1000;

export async function checkRedis(configured: readonly Configured[]): Promise<Finding[]> {
  const servers = new Map<string, RedisConfig>();
  const findings: Finding[] = [];
  for (const { name, config } of configured) {
    for (const given of recordsNamed('redis', inUse(name, config))) {
      const settings = parseConfig(redisConfig, onlyKnown(given));
      if (JSON.stringify(settings).includes('{vault://'))
        findings.push(
          skip(`Redis of ${name}`, 'its settings are vault references, which only Kong resolves'),
        );
      else servers.set(addressOf(settings), settings);
    }
  }
  for (const [address, settings] of servers) findings.push(await ping(address, settings));
  return findings;
}

/** The config as its plugin reads it: without records of which nothing is said, and none that is wrong. */
function inUse(name: string, config: Json): Json {
  const definition = PLUGINS.find(({ Name }) => Name === name)?.definition;
  if (!definition || checkPluginConfig(name, config).length > 0) return {};
  const read: Json = parseConfig(definition.config, config);
  // Of plugins that also count or keep in memory, which then use no Redis.
  return read.strategy === undefined || read.strategy === 'redis' ? read : {};
}

async function ping(address: string, settings: RedisConfig): Promise<Finding> {
  const check = 'Redis';
  // One attempt: the next would be tomorrow.
  const client = newRedisClient(settings, () => NEVER);
  let cause = 'no answer';
  client.on('error', (error: Error) => {
    cause = error.message;
  });
  try {
    await ready(client, settings.connect_timeout + settings.read_timeout);
    const start = performance.now();
    await client.ping();
    return ok(check, `${address} answers in ${(performance.now() - start).toFixed(1)} ms`);
  } catch {
    const advice = 'Check host, port, TLS, user and password, and that this machine may reach it.';
    return fail(check, `${address}: ${cause}`, advice);
  } finally {
    client.disconnect();
  }
}

function ready(client: RedisClient, patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('timeout')), patienceMs);
    client
      .connect()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Records of that name, at any depth. */
function recordsNamed(name: string, value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const isIt = key === name && typeof child === 'object' && child !== null && !Array.isArray(child);
    return isIt ? [child as Json] : recordsNamed(name, child);
  });
}

/** A sink has fields of its own beside those of the connection. */
function onlyKnown(given: Json): Json {
  return Object.fromEntries(Object.entries(given).filter(([key]) => key in redisConfig.shape));
}

function addressOf({ host, port, sentinel_nodes, cluster_nodes }: RedisConfig): string {
  if (cluster_nodes) return cluster_nodes.map((node) => `${node.ip}:${node.port}`).join(',');
  if (sentinel_nodes) return sentinel_nodes.map((node) => `${node.host}:${node.port}`).join(',');
  return `${host}:${port}`;
}
