// The whole suite as it stands in production: a gateway, `kong-ai start` with two relay workers as processes of their
// own, Redis and a provider, each of the last two behind a proxy that can fail.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { type Gateway, startGateway } from '../../kong/gateway/index.ts';
import { packagePath } from '../../kong/root.ts';
import { SpoolReader } from '../../plugins/cost-log/spool/reader.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { startRedis } from '../support/redis.ts';
import { DENIED, type Model, startModel } from './model.ts';

const WORKERS = 2;
/** So long that most clients wait for an answer at any moment. */
const MODEL_LATENCY_MS = 3_000;
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
  /** Tells a process something that no signal says; see inside.mjs. */
  tell(pid: number, command: string): Promise<unknown>;
  /** kill -9 of the plugin server, and a new one on the same socket. Resolves when it is ready. */
  restartPluginServer(): Promise<void>;
  /** The decK file changes a little, and is read again. */
  changeConfig(): Promise<void>;
  /** Lines of the log at level error or above. */
  errors: Record<string, unknown>[];
  /** Ends the plugin server as an operator would, and reads what it has recorded. */
  stopAndReadRecords(): Promise<SpoolRecord[]>;
  close(): Promise<void>;
}

export interface SpoolRecord {
  id: string;
  tags: { token?: string };
  outcome: string;
}

/** @param workers 0: the relay runs in the plugin server's own process. */
export async function startSystem(): Promise<System> {
  if (!existsSync(packagePath('dist', 'kong', 'cli.js'))) throw new Error('run `npm run build` first');
  const dir = mkdtempSync(join(tmpdir(), 'faults-'));
  const socket = join(dir, 's.sock');
  const file = join(dir, 'kong.yaml');
  const errors: System['errors'] = [];
  const model = await startModel(MODEL_LATENCY_MS);
  const ownRedis = await startRedis();
  const [provider, redis] = [await startFaultProxy(model.port), await startFaultProxy(ownRedis.port)];
  let version = 0;
  const write = (): void => writeFileSync(file, deck({ model: provider.port, redis: redis.port, version }));
  write();
  let child = await startServer(dir, socket, errors);
  const silent = { info() {}, warn() {}, error() {} };
  const gateway = await startGateway({ file, socket, port: 0, log: silent, patience: 20_000 });

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return {
    gateway,
    model,
    provider,
    redis,
    errors,
    primary: () => child.pid!,
    workers: () => childrenOf(child.pid!),
    tell: (pid, command) => tell(join(dir, `${pid}.sock`), command),
    async restartPluginServer() {
      await end('SIGKILL');
      child = await startServer(dir, socket, errors);
    },
    changeConfig() {
      version += 1;
      write();
      return gateway.reload();
    },
    async stopAndReadRecords() {
      await end('SIGTERM');
      const reader = new SpoolReader(join(dir, 'data', 'cost-log'), {});
      const { records, damaged } = await reader.read({ maxRecords: Infinity, maxBytes: Infinity });
      if (damaged > 0) errors.push({ msg: `${damaged} damaged lines in the spool` });
      return records.map((json) => JSON.parse(json) as SpoolRecord);
    },
    async close() {
      await gateway.close();
      await end('SIGKILL');
      await Promise.all([provider.close(), redis.close(), model.close(), ownRedis.stop()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function startServer(dir: string, socket: string, errors: System['errors']): Promise<ChildProcess> {
  const child = spawn(process.execPath, [packagePath('dist', 'kong', 'cli.js'), 'start'], {
    env: {
      PATH: process.env.PATH,
      FAULT_DIR: dir,
      NODE_OPTIONS: `--import ${fileURLToPath(new URL('inside.mjs', import.meta.url))}`,
      KONG_AI_SOCKET: socket,
      KONG_AI_RELAY_PORT: '0',
      KONG_AI_ADMIN_PORT: '0',
      KONG_AI_WORKERS: String(WORKERS),
      KONG_AI_DATA_DIR: join(dir, 'data'),
      KONG_AI_DRAIN_SECONDS: '5',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => void child.kill('SIGKILL'));
  let pending = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`kong-ai start ended with ${code}`)));
    child.stdout!.on('data', (chunk) => {
      const lines = (pending + chunk).split('\n');
      pending = lines.pop()!;
      for (const line of lines) {
        const parsed = JSON.parse(line) as Record<string, unknown>;
        if (parsed.msg === 'ready') resolve();
        if (Number(parsed.level) >= 50 || parsed.level === 'error') errors.push(parsed);
      }
    });
  });
  await ready;
  return child;
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}

function tell(path: string, command: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`${command}\n`));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => resolve(JSON.parse(text)));
    socket.on('error', reject);
  });
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
