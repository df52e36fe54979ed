// The whole suite as it stands in production: a gateway, `kong-ai start` with two relay workers as processes of their
// own, Redis and a provider, each of the last two behind a proxy that can fail.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { stringify } from 'yaml';
import { type Gateway, startGateway } from '../../kong/gateway/index.ts';
import { SpoolReader } from '../../plugins/cost-log/spool/reader.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { startKongAi } from '../support/kong-ai.ts';
import { startRedis } from '../support/redis.ts';
import { DENIED, type Model, startModel } from './model.ts';

const WORKERS = 2;
/** So long that most clients wait for an answer at any moment. */
const MODEL_LATENCY_MS = 2_000;
export const BUDGET = 20;

export interface System {
  gateway: Gateway;
  model: Model;
  /** In front of the provider and of Redis. */
  provider: FaultProxy;
  redis: FaultProxy;
  /** Of the plugin server, and of the relay workers. */
  primary(): number;
  workers(): number[];
  /** Resolves to the relay workers when all of them run. */
  whole(): Promise<number[]>;
  /** Relay workers that the test has killed. */
  killed: Set<number>;
  /** What the log says of relay workers that died. */
  deaths(): Record<string, unknown>[];
  /** Tells a process something that no signal says; see test/support/inside.mjs. */
  tell(pid: number, command: string): Promise<unknown>;
  /** kill -9 of the plugin server, and a new one on the same socket. Resolves when it is ready. */
  restartPluginServer(): Promise<void>;
  /** The decK file changes a little, and is read again. */
  changeConfig(): Promise<void>;
  /** Ends the plugin server as an operator would, and reads what it has recorded. */
  stopAndReadRecords(): Promise<SpoolRecord[]>;
  close(): Promise<void>;
}

export interface SpoolRecord {
  id: string;
  tags: { token?: string };
  outcome: string;
}

export async function startSystem(): Promise<System> {
  const dir = mkdtempSync(join(tmpdir(), 'faults-'));
  const socket = join(dir, 's.sock');
  const file = join(dir, 'kong.yaml');
  const model = await startModel(MODEL_LATENCY_MS);
  const ownRedis = await startRedis();
  const [provider, redis] = [await startFaultProxy(model.port), await startFaultProxy(ownRedis.port)];
  let version = 0;
  const write = (): void => writeFileSync(file, deck({ model: provider.port, redis: redis.port, version }));
  write();
  const logs: Record<string, unknown>[][] = [];
  const start = async () => {
    const started = await startKongAi(dir, { KONG_AI_WORKERS: String(WORKERS) });
    logs.push(started.errors);
    return started;
  };
  let server = await start();
  const silent = { info() {}, warn() {}, error() {} };
  const gateway = await startGateway({ file, socket, port: 0, log: silent, patience: 20_000 });

  // One that was forked a moment ago cannot be told anything yet.
  const running = (): number[] =>
    childrenOf(server.pid).filter((pid) => existsSync(join(dir, `${pid}.sock`)));

  return {
    gateway,
    model,
    provider,
    redis,
    deaths: () => logs.flat().filter(({ msg }) => String(msg).includes('relay worker died')),
    primary: () => server.pid,
    workers: running,
    whole: () =>
      vi.waitUntil(() => running().length === WORKERS && running(), { timeout: 60_000, interval: 50 }),
    killed: new Set(),
    tell: (pid, command) => server.tell(command, pid),
    async restartPluginServer() {
      await server.end('SIGKILL');
      server = await start();
    },
    changeConfig() {
      version += 1;
      write();
      return gateway.reload();
    },
    async stopAndReadRecords() {
      await server.end('SIGTERM');
      const reader = new SpoolReader(join(dir, 'data', 'cost-log'), {});
      const { records, damaged } = await reader.read({ maxRecords: Infinity, maxBytes: Infinity });
      if (damaged > 0) throw new Error(`${damaged} damaged lines in the spool`);
      return records.map((json) => JSON.parse(json) as SpoolRecord);
    },
    async close() {
      await gateway.close();
      await server.end('SIGKILL');
      await Promise.all([provider.close(), redis.close(), model.close(), ownRedis.stop()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}

/** Two routes with all six plugins. `/strict` refuses when it cannot count; `/chat` counts by itself then. */
function deck({ model, redis, version }: { model: number; redis: number; version: number }): string {
  const server = { host: '127.0.0.1', port: redis, connect_timeout: 500, read_timeout: 500 };
  const limits = (failure: string) => ({
    name: 'token-rate-limit',
    config: {
      strategy: 'redis',
      redis: server,
      redis_failure: failure,
      policies: [
        {
          name: 'all',
          partition_by: ['none'],
          limits: [{ unit: 'total_tokens', limit: 1e12, window: 'month' }],
        },
        {
          name: 'tight',
          match: { header: [{ name: 'x-budget' }] },
          partition_by: ['header'],
          partition_header: 'x-budget',
          limits: [{ unit: 'requests', limit: BUDGET, window: 'month', window_type: 'fixed' }],
        },
      ],
    },
  });
  const plugins = (failure: string): object[] => [
    {
      name: 'cost-log',
      config: { tags: { headers: { token: 'x-token' }, values: { version: `v${version}` } } },
    },
    limits(failure),
    { name: 'prompt-guard', config: { deny: [{ id: 'moon', phrase: DENIED, message: `No (${version}).` }] } },
    { name: 'pii-redact', config: {} },
    { name: 'semantic-cache', config: { strategy: 'redis', redis: server, partition_by: 'none' } },
    {
      name: 'ai-proxy-ts',
      config: {
        balancer: { fail_timeout: 500 },
        targets: [
          {
            model: {
              provider: 'openai-compatible',
              name: 'm',
              options: { base_url: `http://127.0.0.1:${model}/v1` },
            },
          },
        ],
      },
    },
  ];
  const routes = [
    { name: 'chat', paths: ['/chat'], plugins: plugins('local') },
    { name: 'strict', paths: ['/strict'], plugins: plugins('deny') },
  ];
  return stringify(
    { _format_version: '3.0', services: [{ name: 'ai', url: 'http://ai.invalid', routes }] },
    { aliasDuplicateObjects: false },
  );
}
