// How a plugin of the suite is written: its name, its config and its stage. From that come the module that Kong's
// PDK expects, the plugin that the plugin server serves, and the stage that the relay runs.
import type { z } from 'zod';
import type { ConfigStore } from '../plan/config-store.ts';
import { ConfigStore as Store } from '../plan/config-store.ts';
import {
  type AccessProgram,
  type Bound,
  declare,
  declareWithIdentity,
  type RelayAddress,
} from '../plan/program.ts';
import { type KongPdk, runProgram } from '../plan/run.ts';
import { newSecret } from '../plan/signature.ts';
import { parseConfig, toKongSchema } from '../schema/index.ts';
import type { NodeHost, NodePart } from './node-state.ts';
import type { RunningStage, StageHost } from './stage.ts';

export interface PluginDefinition<S extends z.ZodObject = z.ZodObject> {
  name: string;
  version: string;
  /** Kong runs higher first; first is outermost. */
  priority: number;
  config: S;
  /** Runs last, calls the provider, and so adds the caller's identity. Exactly one plugin of the suite does. */
  innermost?: true;
  /** Names of the route's captures that stages of this config want in `Identity.uriCaptures`. Of the innermost plugin. */
  captures?(config: z.output<S>): readonly string[];
  /** What of the plugin's README is made from its code, by the name of the section. */
  readme?(): Readonly<Record<string, string>>;
  /** Called once per config and process. @throws what makes the config unusable here, with a sentence. */
  stage(config: z.output<S>, host: StageHost): RunningStage;
  /** For `kong-ai doctor`: whether what the config names can be reached, and takes the keys. Costs nothing. */
  probe?(config: z.output<S>): Promise<Probe[]>;
  /** What runs once per machine, in the primary process, whatever the number of relay workers. */
  node?(host: NodeHost): NodePart;
}

/** One thing outside that a plugin depends on. Messages hold no secret. */
export interface Probe {
  what: string;
  status: 'ok' | 'warn' | 'fail' | 'skip';
  message: string;
}

/** Where the plugin server's side of a plugin sends requests, and what it signs with. */
export interface PlanRuntime {
  secret: Buffer;
  relay: RelayAddress;
  configs: ConfigStore;
  /** Names of the plugins that have had an instance here: nobody else's entry can be on a request. */
  declared: Set<string>;
}

/** kong-pdk's contract of a plugin module, and the definition behind it. */
export interface AiPlugin {
  Name: string;
  Version: string;
  Priority: number;
  Schema: unknown[];
  Plugin: new (config: Record<string, unknown>) => { access(kong: KongPdk): Promise<void> };
  definition: PluginDefinition;
}

export function definePlugin<S extends z.ZodObject>(definition: PluginDefinition<S>): AiPlugin {
  const erased = definition as unknown as PluginDefinition;
  return {
    Name: definition.name,
    Version: definition.version,
    Priority: definition.priority,
    Schema: configFields(erased),
    definition: erased,
    Plugin: class {
      private readonly program: AccessProgram;

      constructor(config: Record<string, unknown>) {
        this.program = startInstance(erased, config, DETACHED);
      }

      async access(kong: KongPdk): Promise<void> {
        await runProgram(this.program, kong);
      }
    },
  };
}

// A plugin class made outside the plugin server (kong-pdk's plugin_test) declares to nobody in particular.
const DETACHED: PlanRuntime = {
  secret: newSecret(),
  relay: { host: '127.0.0.1', port: 8900 },
  configs: new Store(),
  declared: new Set(),
};

/**
 * Checks a config as Kong sends it and makes the program that declares it.
 * @throws ConfigError with the path of the field and what is allowed
 */
export function startInstance(
  definition: PluginDefinition,
  raw: Record<string, unknown>,
  { secret, relay, configs, declared }: PlanRuntime,
): AccessProgram {
  const { name: plugin } = definition;
  const config = parseConfig(definition.config, raw);
  const pluginId = typeof raw.__plugin_id === 'string' ? raw.__plugin_id : `${plugin}-without-id`;
  const configHash = configs.put({ plugin, pluginId, config });
  const entry = { plugin, pluginId, configHash };
  const close = (): void => configs.release(configHash);
  const bound = boundTo(raw);
  if (definition.innermost) {
    const captures = definition.captures?.(config) ?? [];
    return Object.assign(declareWithIdentity(secret, relay, entry, declared, { captures, bound }), { close });
  }
  declared.add(plugin);
  return Object.assign(declare(secret, relay, entry, bound), { close });
}

/** Kong puts the ids of what a plugin is attached to beside the plugin's own config. */
function boundTo({ route_id, service_id }: Record<string, unknown>): Bound {
  if (typeof route_id === 'string') return 'route';
  return typeof service_id === 'string' ? 'service' : undefined;
}

function configFields(definition: PluginDefinition): unknown[] {
  const fields = toKongSchema(definition.name, definition.config).fields as Record<
    string,
    { fields?: unknown[] }
  >[];
  return fields.find((field) => field.config)?.config?.fields ?? [];
}
