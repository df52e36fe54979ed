// How the plugin server and the relay run: environment variables, as containers and units set them.
import { z } from 'zod';
import { DEFAULT_LIMITS } from '../relay/limits.ts';

const bytes = z.coerce.number().int().min(1);

const environment = z.object({
  KONG_AI_SOCKET: z.string().min(1).default('/run/kong-ai/plugins.sock').describe('Unix socket for Kong.'),
  KONG_AI_SOCKET_MODE: z
    .string()
    .regex(/^0?[0-7]{3}$/, { error: 'must be an octal mode, for example 0660' })
    .default('0660')
    .describe('Permissions of the socket. Kong’s workers must be able to write to it; nobody else should.'),
  KONG_AI_RELAY_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address that the relay listens on. Loopback: only Kong beside it may call it.'),
  KONG_AI_RELAY_PORT: z.coerce.number().int().min(0).max(65_535).default(8900).describe('Port of the relay.'),
  KONG_AI_RELAY_ADVERTISE: z
    .string()
    .optional()
    .describe(
      'Address that Kong is told to send requests to, when it is not KONG_AI_RELAY_HOST. Best an IP address.',
    ),
  KONG_AI_ADMIN_HOST: z.string().default('127.0.0.1').describe('Address of the admin listener.'),
  KONG_AI_ADMIN_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8901)
    .describe('Port of the admin listener.'),
  KONG_AI_ADMIN_TOKEN: z
    .string()
    .min(1)
    .optional()
    .describe('Bearer token that the admin listener asks for.'),
  KONG_AI_WORKERS: z.coerce
    .number()
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe('Relay processes. 0: the relay runs in the plugin server’s own process.'),
  KONG_AI_MAX_BODY_BYTES: bytes
    .default(32 * 1024 * 1024)
    .describe('Largest request body, in bytes (413 beyond).'),
  KONG_AI_MAX_HEADERS: bytes
    .default(200)
    .describe('Most headers of a request, Kong’s included (431 beyond).'),
  KONG_AI_MAX_CONCURRENT: bytes
    .default(8192)
    .describe('Most requests at once per relay process (503 beyond).'),
  KONG_AI_MAX_ITEMS: bytes
    .default(DEFAULT_LIMITS.maxItems)
    .describe('Most messages, tools, inputs or other entries of one list of a request (400 beyond).'),
  KONG_AI_MAX_ANSWER_BYTES: bytes
    .default(DEFAULT_LIMITS.maxAnswerBytes)
    .describe('Largest answer, streamed or whole, in bytes (502, or the end of the stream, beyond).'),
  KONG_AI_MAX_REQUEST_SECONDS: z.coerce
    .number()
    .min(1)
    .max(2_000_000)
    .default(DEFAULT_LIMITS.maxRequestMs / 1000)
    .describe(
      'Longest request, from its first byte to the last of its answer (504, or the end of the stream, beyond).',
    ),
  KONG_AI_HEARTBEAT_SECONDS: z.coerce
    .number()
    .min(0)
    .default(15)
    .describe(
      'Comment on a silent stream after so many seconds; keep it below Kong’s read_timeout. 0: none.',
    ),
  KONG_AI_DRAIN_SECONDS: z.coerce
    .number()
    .min(0)
    .default(30)
    .describe('Wait for requests under way on SIGTERM.'),
  KONG_AI_DATA_DIR: z
    .string()
    .default('/var/lib/kong-ai')
    .describe('Folder for what must outlive the process: the spool of cost-log.'),
  KONG_AI_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Log level.'),
});

export interface ServeOptions {
  socket: string;
  socketMode: number;
  relayHost: string;
  relayPort: number;
  relayAdvertise: string | undefined;
  adminHost: string;
  adminPort: number;
  adminToken: string | undefined;
  workers: number;
  maxBodyBytes: number;
  maxHeaders: number;
  maxConcurrent: number;
  maxItems: number;
  maxAnswerBytes: number;
  maxRequestMs: number;
  heartbeatMs: number;
  drainMs: number;
  dataDir: string;
  logLevel: string;
}

/** @throws Error that names the variable and what it may be */
export function readOptions(env: NodeJS.ProcessEnv): ServeOptions {
  const parsed = environment.safeParse(withoutEmpty(env));
  if (!parsed.success) {
    throw new Error(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    );
  }
  const from = parsed.data;
  return {
    socket: from.KONG_AI_SOCKET,
    socketMode: Number.parseInt(from.KONG_AI_SOCKET_MODE, 8),
    relayHost: from.KONG_AI_RELAY_HOST,
    relayPort: from.KONG_AI_RELAY_PORT,
    relayAdvertise: from.KONG_AI_RELAY_ADVERTISE,
    adminHost: from.KONG_AI_ADMIN_HOST,
    adminPort: from.KONG_AI_ADMIN_PORT,
    adminToken: from.KONG_AI_ADMIN_TOKEN,
    workers: from.KONG_AI_WORKERS,
    maxBodyBytes: from.KONG_AI_MAX_BODY_BYTES,
    maxHeaders: from.KONG_AI_MAX_HEADERS,
    maxConcurrent: from.KONG_AI_MAX_CONCURRENT,
    maxItems: from.KONG_AI_MAX_ITEMS,
    maxAnswerBytes: from.KONG_AI_MAX_ANSWER_BYTES,
    maxRequestMs: from.KONG_AI_MAX_REQUEST_SECONDS * 1000,
    heartbeatMs: from.KONG_AI_HEARTBEAT_SECONDS * 1000,
    drainMs: from.KONG_AI_DRAIN_SECONDS * 1000,
    dataDir: from.KONG_AI_DATA_DIR,
    logLevel: from.KONG_AI_LOG_LEVEL,
  };
}

/**
 * Compose files pass on what is not set as empty, and an empty port is not port 0. The token stays: an admin listener
 * that was meant to ask for one must not open itself.
 */
function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== '' || name === 'KONG_AI_ADMIN_TOKEN'),
  );
}

/** For the documents: every variable with its default and meaning. */
export function optionRows(): { name: string; default: string; description: string }[] {
  return Object.entries(environment.shape).map(([name, schema]) => {
    const initial = schema instanceof z.ZodDefault ? String(schema.def.defaultValue) : '';
    return { name, default: initial, description: schema.description ?? '' };
  });
}
