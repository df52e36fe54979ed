// From the config's sinks to running ones, and the id under which each keeps its place in the spool.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { RedisHost } from '../../../kong/relay/redis.ts';
import { KINDS, type SinkConfig } from '../config.ts';
import { fileSink } from './file.ts';
import { httpSink } from './http.ts';
import { otlpSink } from './otlp/sinks.ts';
import { redisSink } from './redis.ts';
import type { Sink } from './sink.ts';
import { stdoutSink } from './stdout.ts';

export interface PlannedSink {
  /** Letters, digits, `_`, `-` and `.`: also the name of a file. */
  id: string;
  make(host: RedisHost): Sink;
}

/** OTLP is one sink per signal. */
export function planSinks(configs: readonly SinkConfig[]): PlannedSink[] {
  return configs.flatMap(planSink);
}

function planSink(config: SinkConfig): PlannedSink[] {
  const { stdout, file, http, redis, otlp } = config;
  const id = config.name ?? `${kindOf(config)}-${fingerprint(addressOf(config))}`;
  if (stdout) return [{ id, make: () => stdoutSink(stdout.level) }];
  if (file) {
    const { path, max_bytes: maxBytes, max_files: maxFiles } = file;
    return [{ id, make: () => fileSink({ path, maxBytes, maxFiles }) }];
  }
  if (http) {
    const { url, headers, timeout: timeoutMs, gzip, max_records: maxRecords } = http;
    return [{ id, make: () => httpSink({ url, headers, timeoutMs, gzip, maxRecords }) }];
  }
  if (redis) {
    const { stream, max_len: maxLen, ...server } = redis;
    return [{ id, make: (host) => redisSink({ redis: server, stream, maxLen }, host) }];
  }
  const { endpoint, headers, timeout: timeoutMs, service_name: serviceName, signals } = otlp!;
  return signals.map((signal) => ({
    id: `${id}.${signal}`,
    make: () => otlpSink(signal, { endpoint, headers, timeoutMs, serviceName }),
  }));
}

/** The config has exactly one. */
const kindOf = (config: SinkConfig): string => KINDS.find((kind) => config[kind]) ?? '';

/** What makes it another place; a new password does not. */
function addressOf({ file, http, redis, otlp }: SinkConfig): string {
  if (file) return resolve(file.path);
  if (http) return http.url;
  if (otlp) return otlp.endpoint;
  if (!redis) return '';
  const { host, port, database, key_prefix, stream, sentinel_nodes, cluster_nodes } = redis;
  return JSON.stringify([host, port, database, key_prefix, stream, sentinel_nodes, cluster_nodes]);
}

const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
