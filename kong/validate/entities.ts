// Services, routes, consumers and uses of plugins, nested or flat, of all files as one state: as decK reads them.
import { error, type Issue } from './issue.ts';
import { type Json, type Path, record, records, type Source } from './source.ts';

export interface Entity {
  kind: 'service' | 'route' | 'consumer' | 'consumer_group';
  /** For people: the first of its names. */
  name: string;
  names: string[];
  data: Json;
  source: Source;
  path: Path;
  /** Of a route. */
  service?: Entity;
}

export interface Scope {
  service?: Entity;
  route?: Entity;
  consumer?: Entity;
  consumer_group?: Entity;
}

/** A plugin as configured once. */
export interface Use {
  name: string;
  scope: Scope;
  /** A scope that is named and is in none of the files. */
  elsewhere: boolean;
  /** `_plugin_configs` merged in. */
  config: Json;
  data: Json;
  source: Source;
  path: Path;
  /** The place in the document of a field of the config. */
  configPath(field: Path): Path;
}

export interface State {
  sources: Source[];
  services: Entity[];
  routes: Entity[];
  consumers: Entity[];
  groups: Entity[];
  /** Only what is enabled. */
  uses: Use[];
  /** Names of vaults' prefixes. */
  vaults: Set<string>;
  /** What was wrong with the references. */
  issues: Issue[];
}

const LISTS = {
  service: 'services',
  route: 'routes',
  consumer: 'consumers',
  consumer_group: 'consumer_groups',
} as const;
type Kind = keyof typeof LISTS;

export function collect(sources: Source[]): State {
  const state: State = {
    sources,
    services: [],
    routes: [],
    consumers: [],
    groups: [],
    uses: [],
    vaults: new Set(),
    issues: [],
  };
  // Files may refer to each other's entities, so these come first.
  for (const source of sources) addEntities(source, state);
  for (const route of state.routes) {
    if (route.data.service === undefined) continue;
    const service = refer('service', route.data.service, route.source, [...route.path, 'service'], state);
    if (service) route.service = service;
  }
  for (const source of sources) addTopLevelPlugins(source, state);
  return state;
}

function addEntities(source: Source, state: State): void {
  const { data } = source;
  for (const [, vault] of records(data.vaults)) state.vaults.add(String(vault.prefix));
  for (const [i, given] of records(data.services)) {
    const service = entity('service', given, source, ['services', i]);
    state.services.push(service);
    addNested(service, { service }, state);
    for (const [j, inner] of records(given.routes)) {
      const route = { ...entity('route', inner, source, ['services', i, 'routes', j]), service };
      state.routes.push(route);
      addNested(route, { route }, state);
    }
  }
  for (const [i, given] of records(data.routes)) {
    const route = entity('route', given, source, ['routes', i]);
    state.routes.push(route);
    addNested(route, { route }, state);
  }
  for (const [i, given] of records(data.consumers)) {
    const consumer = entity('consumer', given, source, ['consumers', i]);
    state.consumers.push(consumer);
    addNested(consumer, { consumer }, state);
  }
  for (const [i, given] of records(data.consumer_groups)) {
    const group = entity('consumer_group', given, source, ['consumer_groups', i]);
    state.groups.push(group);
    addNested(group, { consumer_group: group }, state);
  }
}

function entity(kind: Kind, data: Json, source: Source, path: Path): Entity {
  const names = [data.name, data.username, data.custom_id, data.id].filter(
    (name): name is string => typeof name === 'string',
  );
  return { kind, name: names[0] ?? `without a name (${kind})`, names, data, source, path };
}

function addNested({ data, source, path }: Entity, scope: Scope, state: State): void {
  for (const [i, plugin] of records(data.plugins))
    addUse(plugin, source, [...path, 'plugins', i], scope, false, state);
}

function addTopLevelPlugins(source: Source, state: State): void {
  for (const [i, plugin] of records(source.data.plugins)) {
    const path = ['plugins', i];
    const scope: Scope = {};
    let elsewhere = false;
    for (const kind of Object.keys(LISTS) as Kind[]) {
      if (plugin[kind] === undefined) continue;
      const found = refer(kind, plugin[kind], source, [...path, kind], state);
      if (found) scope[kind] = found;
      else elsewhere = true;
    }
    addUse(plugin, source, path, scope, elsewhere, state);
  }
}

function addUse(
  data: Json,
  source: Source,
  path: Path,
  scope: Scope,
  elsewhere: boolean,
  state: State,
): void {
  if (data.enabled === false) return;
  const shared = typeof data._config === 'string' ? data._config : undefined;
  const own = record(data.config);
  const base = record(shared === undefined ? undefined : record(source.data._plugin_configs)[shared]);
  if (shared !== undefined && record(source.data._plugin_configs)[shared] === undefined) {
    const names = Object.keys(record(source.data._plugin_configs));
    const hint = names.length > 0 ? `There are ${names.join(', ')}.` : 'The file has no _plugin_configs.';
    state.issues.push(
      source.issue([...path, '_config'], error(`no entry '${shared}' in _plugin_configs`, hint)),
    );
  }
  state.uses.push({
    name: String(data.name ?? ''),
    scope,
    elsewhere,
    config: { ...base, ...own },
    data,
    source,
    path,
    configPath(field) {
      const [first] = field;
      const isShared = first !== undefined && !(first in own) && first in base;
      return isShared ? ['_plugin_configs', shared!, ...field] : [...path, 'config', ...field];
    },
  });
}

/** decK lets a reference be a name, an id, or a record that holds either. */
function refer(kind: Kind, given: unknown, source: Source, path: Path, state: State): Entity | undefined {
  const name = typeof given === 'string' ? given : Object.values(record(given))[0];
  const lists = {
    service: state.services,
    route: state.routes,
    consumer: state.consumers,
    consumer_group: state.groups,
  };
  const found = lists[kind].find(({ names }) => names.includes(String(name)));
  if (!found && !isLookedUp(kind, source)) {
    const hint = `Give the file that has it as well, or name its tags in _info.default_lookup_tags.${LISTS[kind]}.`;
    state.issues.push(
      source.issue(path, error(`there is no ${kind} '${String(name)}' in these files`, hint)),
    );
  }
  return found;
}

/** decK looks for it in the running Kong. */
function isLookedUp(kind: Kind, { data }: Source): boolean {
  return record(record(data._info).default_lookup_tags)[LISTS[kind]] !== undefined;
}
