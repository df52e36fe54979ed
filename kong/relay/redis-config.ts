// The `redis` record of a plugin's config, with the names, types and defaults of Kong's own plugins.
import { z } from 'zod';
import { type EntityCheck, entityChecks, kong, ms, port, secret, text } from '../schema/index.ts';

/** A value that may be a vault reference but is no secret. */
const referenceable = () => kong(text(), { referenceable: true });

const host = referenceable().describe('Host of a single Redis server.');

const CHECKS: EntityCheck[] = [
  { mutually_required: ['sentinel_master', 'sentinel_role', 'sentinel_nodes'] },
  { mutually_exclusive: ['sentinel_nodes', 'cluster_nodes'] },
];

export const redisConfig = entityChecks(
  z.object({
    host: host.default('127.0.0.1'),
    port: port().default(6379).describe('Port of a single Redis server.'),
    username: referenceable().optional().describe('ACL user to sign in as (Redis 6 or later).'),
    password: secret().optional().describe('Password of the ACL user, or of the server.'),
    database: z.int().min(0).default(0).describe('Database number. A cluster has only 0.'),
    ssl: z.boolean().default(false).describe('Connect with TLS.'),
    ssl_verify: z
      .boolean()
      .default(true)
      .describe('Verify the certificate; NODE_EXTRA_CA_CERTS names a file of further authorities.'),
    server_name: referenceable().optional().describe('Name for TLS (SNI) when it is not the host.'),
    connect_timeout: ms().default(2000).describe('Milliseconds to connect in.'),
    send_timeout: ms()
      .default(2000)
      .describe('As in Kong. A command is bounded by read_timeout from its sending on.'),
    read_timeout: ms().default(2000).describe('Milliseconds from sending a command to its answer.'),
    keepalive_pool_size: z
      .int()
      .min(1)
      .default(256)
      .describe('As in Kong. There is one connection per process, and commands are pipelined on it.'),
    keepalive_backlog: z
      .int()
      .min(0)
      .optional()
      .describe('As in Kong; has no effect here, see keepalive_pool_size.'),
    sentinel_master: text().optional().describe('Name of the master that the sentinels watch.'),
    sentinel_role: z
      .enum(['master', 'slave', 'any'])
      .optional()
      .describe('Which server to use; any is the master.'),
    sentinel_nodes: z
      .array(z.object({ host: text().default('127.0.0.1'), port: port().default(6379) }))
      .min(1)
      .optional()
      .describe('The sentinels; replaces host and port.'),
    sentinel_username: referenceable().optional().describe('ACL user to sign in to the sentinels as.'),
    sentinel_password: secret().optional().describe('Password for the sentinels.'),
    cluster_nodes: z
      .array(z.object({ ip: text().default('127.0.0.1'), port: port().default(6379) }))
      .min(1)
      .optional()
      .describe('Some nodes of a Redis Cluster; replaces host and port.'),
    cluster_max_redirections: z
      .int()
      .min(1)
      .default(5)
      .describe('Redirections that a command may take in a cluster.'),
    key_prefix: text()
      .default('kong-ai')
      .describe('Stands before all keys, so that several gateways can share a server.'),
  }),
  ...CHECKS,
);

/** For a `redis` that may be absent: it names its server, so that one of which only defaults are said is absent. */
export const namedRedisConfig = entityChecks(
  z.object({ ...redisConfig.shape, host: host.optional() }),
  ...CHECKS,
  { at_least_one_of: ['host', 'sentinel_nodes', 'cluster_nodes'] },
);

/** Without `host` there are sentinels or nodes of a cluster. */
export type RedisConfig = z.output<typeof namedRedisConfig>;
