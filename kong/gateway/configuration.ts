// A state made ready to serve: the router, and for each plugin its configs by where they apply.
import type { PluginInfo } from '../rpc/messages.ts';
import type { RequestContext } from './context.ts';
import { DeckFileError, type DeckIssue } from './deck/errors.ts';
import type { PluginEntity, State } from './deck/state.ts';
import type { HeaderList } from './headers.ts';
import type { Log } from './log.ts';
import type { PluginServerClient } from './plugin-server/client.ts';
import { PluginInstance } from './plugin-server/instance.ts';
import { createPdk } from './plugin-server/pdk.ts';
import { resolveReferences } from './plugin-server/vault.ts';
import type { Counters } from './plugins/counters.ts';
import { nativePlugin, nativePluginNames } from './plugins/index.ts';
import type { PluginEnvironment } from './plugins/native.ts';
import { createRouter, type Router } from './router/index.ts';

/** One configured plugin, native or of the plugin server. */
export interface RunnablePlugin {
  name: string;
  rewrite?(context: RequestContext): void | Promise<void>;
  access?(context: RequestContext): void | Promise<void>;
  headerFilter?(context: RequestContext, headers: HeaderList): void;
}

export interface Configuration {
  router: Router;
  /** In Kong's order. `find` gives the most specific config for the request as it is known so far. */
  chain: { find(context: RequestContext): RunnablePlugin | undefined }[];
  /** Tells the plugin server that its instances are no longer needed. */
  retire(): Promise<void>;
}

export interface ConfigurationParts {
  client: PluginServerClient;
  plugins: Map<string, PluginInfo>;
  counters: Counters;
  env: NodeJS.ProcessEnv;
  log: Log;
}

/** Phases that run here. Kong has more, and a plugin that needs them would not work. */
const PHASES = new Set(['rewrite', 'access']);
const HTTP_PROTOCOLS = new Set(['http', 'https', 'grpc', 'grpcs']);

/** Names of the plugins in use that only the plugin server can run. */
export function externalPluginNames(state: State): string[] {
  return [...new Set(state.plugins.map(({ name }) => name))].filter((name) => !nativePlugin(name));
}

/** Throws DeckFileError when the state has plugins that nobody here can run. */
export function createConfiguration(state: State, parts: ConfigurationParts): Configuration {
  checkPlugins(state.plugins, parts.plugins);
  const instances: PluginInstance[] = [];
  const environment = nativeEnvironment(state, parts.counters);
  const chains = new Map<string, { priority: number; configs: Map<string, RunnablePlugin> }>();
  for (const [i, entity] of state.plugins.entries()) {
    if (!entity.enabled || !entity.protocols.some((protocol) => HTTP_PROTOCOLS.has(protocol))) continue;
    const native = nativePlugin(entity.name);
    const plugin = native
      ? { name: entity.name, ...native.create(entity.config as never, { ...environment, plugin: entity }) }
      : external(entity, i + 1, parts, instances);
    const priority = native?.priority ?? parts.plugins.get(entity.name)?.priority ?? 0;
    const chain = chains.get(entity.name) ?? { priority, configs: new Map() };
    chains.set(entity.name, chain);
    chain.configs.set(scopeKey(entity.route_id, entity.service_id, entity.consumer_id), plugin);
  }

  const chain = [...chains]
    .sort(([nameA, a], [nameB, b]) => b.priority - a.priority || (nameA < nameB ? 1 : -1))
    .map(([, { configs }]) => ({ find: (context: RequestContext) => mostSpecific(configs, context) }));
  return {
    router: createRouter(state.routes),
    chain,
    async retire() {
      await Promise.all(instances.map((instance) => instance.close()));
    },
  };
}

function checkPlugins(entities: PluginEntity[], known: Map<string, PluginInfo>): void {
  const issues: DeckIssue[] = [];
  for (const { name, path, line } of entities) {
    if (nativePlugin(name)) continue;
    const message = refusal(name, known.get(name), [...nativePluginNames, ...known.keys()]);
    if (message) issues.push({ path: `${path}.name`, ...(line !== undefined && { line }), message });
  }
  if (issues.length > 0) throw new DeckFileError(issues);
}

function refusal(name: string, info: PluginInfo | undefined, available: string[]): string | undefined {
  if (!info) {
    const list = available.sort().join(', ');
    return `the embedded gateway does not have the plugin '${name}'; use Kong (available here: ${list})`;
  }
  const phase = info.phases.find((phase) => !PHASES.has(phase));
  return phase && `plugin '${name}' has the phase '${phase}', which only Kong runs; use Kong`;
}

function nativeEnvironment(state: State, counters: Counters): Omit<PluginEnvironment, 'plugin'> {
  const credentials = new Map(state.credentials.map((credential) => [credential.key, credential]));
  const consumers = new Map(
    state.consumers.flatMap((consumer) => [
      [consumer.id, consumer] as const,
      ...(consumer.username ? [[consumer.username, consumer] as const] : []),
    ]),
  );
  return {
    counters,
    credentialByKey: (key) => credentials.get(key),
    consumer: (idOrUsername) => consumers.get(idOrUsername),
  };
}

function external(
  entity: PluginEntity,
  sequence: number,
  { client, plugins, env, log }: ConfigurationParts,
  instances: PluginInstance[],
): RunnablePlugin {
  const { name, path } = entity;
  const info = plugins.get(name)!;
  const { config, missing } = resolveReferences(entity.config, info.schema, env);
  for (const reference of missing) log.warn({ plugin: name, path, reference }, 'unable to resolve reference');
  const instance = new PluginInstance(client, name, { ...config, ...kongKeys(entity, sequence) }, log);
  instances.push(instance);
  const phase = (event: string) =>
    info.phases.includes(event) && {
      [event]: (context: RequestContext) => instance.handle(event, createPdk(context, name, log)),
    };
  return { name, ...phase('rewrite'), ...phase('access') };
}

/** What Kong puts into every plugin's config (kong/runloop/plugins_iterator.lua). */
function kongKeys(entity: PluginEntity, sequence: number): Record<string, unknown> {
  const { id, name, route_id, service_id, consumer_id, instance_name } = entity;
  return {
    route_id,
    service_id,
    consumer_id,
    plugin_instance_name: instance_name,
    __plugin_id: id,
    __ws_id: 'default',
    __key__: `plugins:${name}:${route_id ?? ''}:${service_id ?? ''}:${consumer_id ?? ''}::default`,
    __seq__: sequence,
  };
}

function scopeKey(route = '', service = '', consumer = ''): string {
  return `${route}:${service}:${consumer}`;
}

/** Kong's order of precedence: three scopes before two, a consumer before a route before a service. */
function mostSpecific(
  configs: Map<string, RunnablePlugin>,
  { route, service, consumer }: RequestContext,
): RunnablePlugin | undefined {
  const [r, s, c] = [route?.id, service?.id, consumer?.id];
  return (
    configs.get(scopeKey(r, s, c)) ??
    configs.get(scopeKey(r, '', c)) ??
    configs.get(scopeKey('', s, c)) ??
    configs.get(scopeKey(r, s)) ??
    configs.get(scopeKey('', '', c)) ??
    configs.get(scopeKey(r)) ??
    configs.get(scopeKey('', s)) ??
    configs.get(scopeKey())
  );
}
