// The relay with its stages, as it runs in one process: the only one, or a worker.
import type { ConfigSource } from '../plan/config-store.ts';
import { PLUGINS, REDACT_TEXT } from '../registry.ts';
import type { Log } from '../relay/log.ts';
import { Metrics } from '../relay/metrics.ts';
import type { NodeState } from '../relay/node-state.ts';
import { PlanReader } from '../relay/plan.ts';
import { type Relay, type RelayOptions, startRelay } from '../relay/server.ts';
import { Stages } from '../relay/stages.ts';
import type { ServeOptions } from './options.ts';

export interface RelayProcess extends Relay {
  metrics: Metrics;
}

export async function startRelayProcess(
  options: ServeOptions & Pick<RelayOptions, 'renewMs'>,
  context: { secret: Buffer; configs: ConfigSource; node: NodeState; log: Log; metrics?: Metrics },
): Promise<RelayProcess> {
  const { secret, configs, node, log, metrics = new Metrics() } = context;
  const state = new Map<string, unknown>();
  const stages = new Stages(
    new Map(PLUGINS.map(({ definition }) => [definition.name, definition])),
    (plugin, pluginId) => ({
      plugin,
      pluginId,
      log: log.child({ plugin, pluginId }),
      metrics,
      node,
      dataDir: options.dataDir,
      ...(REDACT_TEXT && { redactText: REDACT_TEXT }),
      state<T>(key: string, create: () => T): T {
        const scoped = `${plugin} ${key}`;
        if (!state.has(scoped)) state.set(scoped, create());
        return state.get(scoped) as T;
      },
    }),
  );
  const refused = metrics.counter(
    'kong_ai_relay_refused_total',
    'Requests that the relay refused before any plugin ran, by error code.',
    ['code'],
  );
  const relay = await startRelay({
    ...options,
    host: options.relayHost,
    port: options.relayPort,
    plans: new PlanReader(secret, configs, stages),
    log,
    onRefused: (code) => refused.inc({ code }),
  });
  return {
    ...relay,
    metrics,
    async close() {
      await relay.close();
      await stages.closeAll();
      await Promise.all([...state.values()].filter(isDestroyable).map((value) => value.destroy()));
    },
  };
}

/** HTTP agents above all: their open connections would keep the process. */
function isDestroyable(value: unknown): value is { destroy(): unknown } {
  return typeof (value as { destroy?: unknown } | null)?.destroy === 'function';
}
