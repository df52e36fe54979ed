// The stages that run in this process: one per plugin config, started when a plan first names it.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../llm/canonical-json.ts';
import type { ConfigRecord } from '../plan/config-store.ts';
import { LIFETIME_MINUTES, MINUTE_MS } from '../plan/signature.ts';
import type { PluginDefinition } from './plugin.ts';
import type { RunningStage, StageHost } from './stage.ts';

/**
 * A config that another one of the same plugin entity has replaced, and that nobody used for so long, is closed. Well
 * past the life of a plan, so that none can name it any more.
 */
const SUPERSEDED_IDLE_MS = 3 * LIFETIME_MINUTES * MINUTE_MS;

export interface StartedStage extends RunningStage {
  definition: PluginDefinition;
  pluginId: string;
  /** The same for the same config, whichever plugin entity has it. */
  configDigest: string;
  lastUsed: number;
}

export type HostFactory = (plugin: string, pluginId: string) => StageHost;

export class Stages {
  private readonly running = new Map<string, StartedStage>();
  private readonly definitions: ReadonlyMap<string, PluginDefinition>;
  private readonly hostOf: HostFactory;

  constructor(definitions: ReadonlyMap<string, PluginDefinition>, hostOf: HostFactory) {
    this.definitions = definitions;
    this.hostOf = hostOf;
  }

  get(configHash: string): StartedStage | undefined {
    return this.running.get(configHash);
  }

  start(configHash: string, { plugin, pluginId, config }: ConfigRecord): StartedStage {
    const definition = this.definitions.get(plugin);
    if (!definition) throw new Error(`no plugin ${plugin}`);
    this.closeSuperseded(plugin, pluginId);
    const stage = definition.stage(config as never, this.hostOf(plugin, pluginId));
    const configDigest = createHash('sha256').update(canonicalJson(config)).digest('base64url');
    const started = { ...stage, definition, pluginId, configDigest, lastUsed: Date.now() };
    this.running.set(configHash, started);
    return started;
  }

  async closeAll(): Promise<void> {
    const stages = [...this.running.values()];
    this.running.clear();
    for (const stage of stages) await stage.close?.();
  }

  private closeSuperseded(plugin: string, pluginId: string): void {
    for (const [hash, stage] of this.running) {
      const same = stage.definition.name === plugin && stage.pluginId === pluginId;
      if (!same || Date.now() - stage.lastUsed < SUPERSEDED_IDLE_MS) continue;
      this.running.delete(hash);
      void stage.close?.();
    }
  }
}
