// Relay workers: processes that share one listening socket and nothing else.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AggregatorRegistry, type RegistryContentType } from 'prom-client';
import type { ConfigRecord, ConfigStore } from '../plan/config-store.ts';
import type { Log } from '../relay/log.ts';
import type { Metrics } from '../relay/metrics.ts';
import type { NodeState } from '../relay/node-state.ts';
import type { RelayGroup } from './index.ts';
import type { ToPrimary, ToWorker } from './ipc.ts';
import type { ServeOptions } from './options.ts';

export interface WorkerGroup extends RelayGroup {
  announce(hash: string, record: ConfigRecord): void;
  broadcast(topic: string, payload: unknown): void;
}

interface Context {
  secret: Buffer;
  configs: ConfigStore;
  node: NodeState;
  log: Log;
  metrics: Metrics;
}

/** A worker that dies at once would be started again at once, for ever. Doubled with every start that fails. */
const RESTART_DELAY_MS = 250;
const MAX_RESTART_DELAY_MS = 10_000;
/** A worker that does not say its metrics by then is left out of this scrape. */
const METRICS_TIMEOUT_MS = 1_000;

/** @throws when the first worker cannot listen. */
export async function startWorkers(options: ServeOptions, context: Context): Promise<WorkerGroup> {
  const here = fileURLToPath(import.meta.url);
  // Workers take connections by themselves. Were they handed to them, one that is lost on the way (the worker has no
  // descriptor left, or was killed) would stay open and never be answered, and the worker never be handed another.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: fileURLToPath(new URL(`./worker${extname(here)}`, import.meta.url)) });
  const group = new Group(options, context);
  try {
    await group.start();
  } catch (error) {
    await group.close();
    throw error;
  }
  return group;
}

class Group implements WorkerGroup {
  port = 0;
  private readonly options: ServeOptions;
  private readonly context: Context;
  private readonly listening = new Set<Worker>();
  private readonly scrapes = new Map<number, (metrics: unknown) => void>();
  private lastScrape = 0;
  /** Starts since the last one that listened. */
  private failedStarts = 0;
  private closing = false;

  constructor(options: ServeOptions, context: Context) {
    this.options = options;
    this.context = context;
  }

  async start(): Promise<void> {
    const { relayHost, relayPort, workers } = this.options;
    // node:cluster shares a socket among those that ask for the same port: 0 and the port that it became are two.
    this.port = relayPort === 0 ? await freePort(relayHost) : relayPort;
    await Promise.all(Array.from({ length: workers }, () => this.fork()));
  }

  ready(): boolean {
    return !this.closing && this.listening.size > 0;
  }

  announce(hash: string, record: ConfigRecord): void {
    this.toAll({ type: 'config', hash, record });
  }

  broadcast(topic: string, payload: unknown): void {
    this.toAll({ type: 'publish', topic, payload });
  }

  async metricsText(): Promise<string> {
    const own = await this.context.metrics.registry.getMetricsAsJSON();
    const theirs = await Promise.all([...this.listening].map((worker) => this.scrape(worker)));
    const all = [own, ...theirs.filter((metrics) => metrics !== undefined)];
    return AggregatorRegistry.aggregate<RegistryContentType>(all as object[][]).metrics();
  }

  async close(): Promise<void> {
    this.closing = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const exits = workers.map(
      (worker) => new Promise<void>((resolve) => worker.once('exit', () => resolve())),
    );
    this.toAll({ type: 'close' });
    const late = setTimeout(() => {
      for (const worker of workers) worker.process.kill('SIGKILL');
    }, this.options.drainMs + 2_000);
    await Promise.all(exits);
    clearTimeout(late);
  }

  /** Resolves when it listens. One that ends, or cannot be started, is replaced. */
  private async fork(): Promise<void> {
    const { log } = this.context;
    const worker = this.spawn();
    await new Promise<void>((resolve, reject) => {
      let listened = false;
      worker.on('message', (message: ToPrimary) => {
        if (message.type === 'up') this.send(worker, this.startMessage());
        else if (message.type === 'listening') {
          listened = true;
          this.failedStarts = 0;
          this.listening.add(worker);
          resolve();
        } else if (message.type === 'failed') {
          log.error({ pid: worker.process.pid, reason: message.reason }, 'relay worker cannot start');
          reject(new Error(message.reason));
        } else this.receive(worker, message);
      });
      worker.on('exit', (code, signal) => {
        this.listening.delete(worker);
        reject(new Error('relay worker exited'));
        if (this.closing) return;
        log.error({ pid: worker.process.pid, code, signal }, 'relay worker died; starting another');
        this.forkLater(listened);
      });
      worker.on('error', (error) => {
        // Of a channel that breaks when its worker ends; then the end says all.
        if (worker.process.pid !== undefined) return;
        reject(error);
        this.cannotFork(error);
      });
    });
  }

  private spawn(): Worker {
    try {
      return cluster.fork();
    } catch (error) {
      this.cannotFork(error as Error);
      throw error;
    }
  }

  /** No memory, no file descriptors: perhaps later. */
  private cannotFork({ message }: Error): void {
    if (this.closing) return;
    this.context.log.error({ reason: message }, 'relay worker cannot start');
    this.forkLater(false);
  }

  private forkLater(listened: boolean): void {
    if (!listened) this.failedStarts += 1;
    const delay = Math.min(RESTART_DELAY_MS * 2 ** this.failedStarts, MAX_RESTART_DELAY_MS);
    setTimeout(() => !this.closing && this.fork().catch(() => {}), delay);
  }

  private startMessage(): ToWorker {
    const { secret, configs } = this.context;
    const options = { ...this.options, relayPort: this.port };
    return { type: 'start', options, secret: secret.toString('base64'), configs: [...configs.entries()] };
  }

  private receive(worker: Worker, message: ToPrimary): void {
    if (message.type === 'metrics') {
      this.scrapes.get(message.id)?.(message.metrics);
    } else if (message.type === 'config') {
      this.send(worker, { type: 'result', id: message.id, value: this.context.configs.get(message.hash) });
    } else if (message.type === 'call') void this.answer(worker, message);
  }

  private async answer(
    worker: Worker,
    { id, plugin, method, args }: Extract<ToPrimary, { type: 'call' }>,
  ): Promise<void> {
    try {
      this.send(worker, { type: 'result', id, value: await this.context.node.call(plugin, method, args) });
    } catch (error) {
      this.send(worker, { type: 'result', id, error: (error as Error).message });
    }
  }

  private scrape(worker: Worker): Promise<unknown> {
    this.lastScrape += 1;
    const id = this.lastScrape;
    return new Promise((resolve) => {
      const done = (metrics: unknown): void => {
        clearTimeout(timer);
        this.scrapes.delete(id);
        resolve(metrics);
      };
      const timer = setTimeout(() => done(undefined), METRICS_TIMEOUT_MS);
      this.scrapes.set(id, done);
      this.send(worker, { type: 'metrics', id });
    });
  }

  private toAll(message: ToWorker): void {
    for (const worker of Object.values(cluster.workers ?? {})) if (worker) this.send(worker, message);
  }

  private send(worker: Worker, message: ToWorker): void {
    // A worker that is dying has no channel; it will start again with everything.
    if (worker.isConnected()) worker.send(message, () => {});
  }
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
