// Everything that stands beside a Kong: plugin server, relay and admin listener.

import { dumpOf } from '../conf/dumps.ts';
import { ConfigStore } from '../plan/config-store.ts';
import { newSecret } from '../plan/signature.ts';
import type { ServedPlugin } from '../pluginserver/plugin.ts';
import { type PluginServer, startPluginServer } from '../pluginserver/server.ts';
import { PLUGINS } from '../registry.ts';
import { type Admin, type AdminHandler, startAdmin } from '../relay/admin.ts';
import { createLog, type Log } from '../relay/log.ts';
import { Metrics } from '../relay/metrics.ts';
import { LocalNodeState, type NodePart, Topics } from '../relay/node-state.ts';
import { type PlanRuntime, startInstance } from '../relay/plugin.ts';
import { readOptions, type ServeOptions } from './options.ts';
import { startRelayProcess } from './relay-process.ts';
import { startWorkers, type WorkerGroup } from './workers.ts';

export interface Served {
  socket: string;
  relayPort: number;
  adminPort: number;
  /** Drains the relay, then stops everything. */
  close(): Promise<void>;
}

/** Where requests are relayed: in this process or in workers. */
export interface RelayGroup {
  port: number;
  ready(): boolean;
  metricsText(): Promise<string>;
  close(): Promise<void>;
}

/** @param given options that differ from the environment's. */
export async function serve(given: Partial<ServeOptions> = {}): Promise<Served> {
  const options = { ...readOptions(process.env), ...given };
  const log = createLog(options.logLevel);
  const metrics = new Metrics();
  metrics.collectProcess();
  const topics = new Topics();
  // Node parts may broadcast before the workers run; then nobody listens yet.
  let group: WorkerGroup | undefined;
  const configs = new ConfigStore((hash, record) => group?.announce(hash, record));
  const parts = startNodeParts(options.dataDir, log, metrics, (topic, payload) => {
    topics.publish(topic, payload);
    group?.broadcast(topic, payload);
  });
  const services = new Map(
    [...parts].flatMap(([name, { service }]) => (service ? [[name, service] as const] : [])),
  );
  const node = new LocalNodeState(services, topics);
  const secret = newSecret();
  const context = { secret, configs, node, log, metrics };
  const running: Running = { parts };
  try {
    if (options.workers > 0) group = await startWorkers(options, context);
    const relay = group ?? (await inProcess(options, context));
    running.relay = relay;
    const host = options.relayAdvertise ?? options.relayHost;
    const plugins = servedPlugins({
      secret,
      configs,
      relay: { host, port: relay.port },
      declared: new Set(),
    });
    running.pluginServer = await startPluginServer({
      socket: options.socket,
      mode: options.socketMode,
      plugins,
      log,
    });
    running.admin = await startAdmin({
      host: options.adminHost,
      port: options.adminPort,
      token: options.adminToken,
      routes: adminRoutes(parts, relay),
      ready: () => relay.ready(),
      log,
    });
    const ports = { relayPort: relay.port, adminPort: running.admin.port };
    log.info({ ...ports, workers: options.workers }, 'ready');
    return { socket: options.socket, ...ports, close: () => closeAll(running) };
  } catch (error) {
    // What has started already would keep the process, and its ports, for ever.
    await closeAll(running);
    throw error;
  }
}

interface Running {
  parts: ReadonlyMap<string, NodePart>;
  relay?: RelayGroup;
  pluginServer?: PluginServer;
  admin?: Admin;
}

async function closeAll({ parts, relay, pluginServer, admin }: Running): Promise<void> {
  // Kong first learns that there is no plugin server; what it has declared already is still relayed.
  await pluginServer?.close();
  await relay?.close();
  for (const part of parts.values()) await part.close?.();
  await admin?.close();
}

type Context = Parameters<typeof startRelayProcess>[1] & { metrics: Metrics };

async function inProcess(options: ServeOptions, context: Context): Promise<RelayGroup> {
  const relay = await startRelayProcess(options, context);
  let open = true;
  return {
    port: relay.port,
    ready: () => open,
    metricsText: () => context.metrics.registry.metrics(),
    close() {
      open = false;
      return relay.close();
    },
  };
}

function startNodeParts(
  dataDir: string,
  log: Log,
  metrics: Metrics,
  broadcast: (topic: string, payload: unknown) => void,
): Map<string, NodePart> {
  const parts = new Map<string, NodePart>();
  for (const { definition } of PLUGINS) {
    const part = definition.node?.({
      log: log.child({ plugin: definition.name }),
      metrics,
      dataDir,
      broadcast,
    });
    if (part) parts.set(definition.name, part);
  }
  return parts;
}

export function servedPlugins(runtime: PlanRuntime): ServedPlugin[] {
  return PLUGINS.map(({ definition }) => ({
    name: definition.name,
    version: definition.version,
    priority: definition.priority,
    schema: dumpOf(definition).Plugins[0].Schema,
    start: (config) => startInstance(definition, config, runtime),
  }));
}

function adminRoutes(parts: ReadonlyMap<string, NodePart>, relay: RelayGroup): Map<string, AdminHandler> {
  const routes = new Map<string, AdminHandler>([
    [
      'GET /metrics',
      async (_request, response) => {
        const text = await relay.metricsText();
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
      },
    ],
  ]);
  for (const { admin } of parts.values()) {
    for (const [route, handler] of Object.entries(admin ?? {})) routes.set(route, handler);
  }
  return routes;
}
