// Nested and flat entities become one flat state: ids, defaults, tags, references, and each name used once.
import type { ZodType } from 'zod';
import type { DeckIssue } from './errors.ts';
import { entityId } from './ids.ts';
import { withoutNulls } from './nulls.ts';
import type { DeckConsumer, DeckFile, DeckPlugin, DeckRoute, DeckService, Reference } from './schema.ts';
import type { Consumer, PluginEntity, Route, Service, State } from './state.ts';

type Path = readonly PropertyKey[];
export type Report = (path: Path, message: string) => void;
export type Locate = (path: Path) => Pick<DeckIssue, 'path' | 'line'>;

/** What the reader knows about plugins: a native plugin's schema, or a check of another's config. */
export interface PluginRules {
  native(name: string): { schema: ZodType; allowsConsumer: boolean } | undefined;
  /** Issues with a path relative to the plugin's `config`. */
  check?(name: string, config: Record<string, unknown>): { path: Path; message: string }[];
}

const DEFAULT_TIMEOUT_MS = 60_000;
const HTTP_PROTOCOLS = ['grpc', 'grpcs', 'http', 'https'];

interface Scope {
  service?: Service;
  route?: Route;
  consumer?: Consumer;
}

export function flatten(file: DeckFile, rules: PluginRules, report: Report, locate: Locate): State {
  const state: State = { services: [], routes: [], consumers: [], credentials: [], plugins: [] };
  const selectTags = file._info?.select_tags ?? [];
  const tagged = (tags: string[] = []) => [...new Set([...tags, ...selectTags])];
  const services = new Registry<Service>('service', report);
  const routes = new Registry<Route>('route', report);
  const consumers = new Registry<Consumer>('consumer', report);
  const keys = new Set<string>();
  const customIds = new Set<string>();
  const scopes = new Set<string>();

  for (const [i, given] of (file.services ?? []).entries()) addService(given, ['services', i]);
  for (const [i, given] of (file.routes ?? []).entries()) {
    const path = ['routes', i];
    addRoute(given, path, services.find(given.service, [...path, 'service']));
  }
  for (const [i, given] of (file.consumers ?? []).entries()) addConsumer(given, ['consumers', i]);
  for (const [i, given] of (file.plugins ?? []).entries()) {
    const path = ['plugins', i];
    const service = services.find(given.service, [...path, 'service']);
    const route = routes.find(given.route, [...path, 'route']);
    const consumer = consumers.find(given.consumer, [...path, 'consumer']);
    addPlugin(given, path, {
      ...(service && { service }),
      ...(route && { route }),
      ...(consumer && { consumer }),
    });
  }
  return state;

  function addService(written: DeckService, path: Path): void {
    const given = { ...file._info?.defaults?.service, ...written } as DeckService;
    const url = given.url ? new URL(given.url) : undefined;
    const protocol = (url?.protocol.slice(0, -1) as Service['protocol']) ?? given.protocol ?? 'http';
    const host = url?.hostname ?? given.host;
    if (!host) report(path, "needs 'host' or 'url'");
    const servicePath = url ? urlPath(url, given.url) : given.path;
    const service: Service = {
      id: given.id ?? entityId('services', given.name ?? String(path[1])),
      ...(given.name && { name: given.name }),
      protocol,
      host: host ?? '',
      port: url ? Number(url.port || (protocol === 'https' ? 443 : 80)) : (given.port ?? 80),
      ...(servicePath && { path: servicePath }),
      retries: given.retries ?? 5,
      connect_timeout: given.connect_timeout ?? DEFAULT_TIMEOUT_MS,
      write_timeout: given.write_timeout ?? DEFAULT_TIMEOUT_MS,
      read_timeout: given.read_timeout ?? DEFAULT_TIMEOUT_MS,
      enabled: given.enabled ?? true,
      ...(typeof given.tls_verify === 'boolean' && { tls_verify: given.tls_verify }),
      tags: tagged(given.tags),
    };
    state.services.push(service);
    services.add(service, given.name, path);
    for (const [i, route] of (given.routes ?? []).entries()) addRoute(route, [...path, 'routes', i], service);
    for (const [i, plugin] of (given.plugins ?? []).entries()) {
      addPlugin(plugin, [...path, 'plugins', i], { service });
    }
  }

  function addRoute(written: DeckRoute, path: Path, service: Service | undefined): void {
    const given = { ...file._info?.defaults?.route, ...written } as DeckRoute;
    const route: Route = {
      id: given.id ?? entityId('routes', given.name ?? path.join('.')),
      ...(given.name && { name: given.name }),
      protocols: given.protocols ?? ['http', 'https'],
      methods: given.methods ?? [],
      hosts: given.hosts ?? [],
      paths: given.paths ?? [],
      headers: given.headers ?? {},
      https_redirect_status_code: given.https_redirect_status_code ?? 426,
      regex_priority: given.regex_priority ?? 0,
      strip_path: given.strip_path ?? true,
      preserve_host: given.preserve_host ?? false,
      tags: tagged(given.tags),
      ...(service && { service }),
    };
    const matchers = [route.methods, route.hosts, route.paths, Object.keys(route.headers)];
    if (matchers.every((list) => list.length === 0)) {
      report(path, "must set one of 'methods', 'hosts', 'headers', 'paths'");
    }
    state.routes.push(route);
    routes.add(route, given.name, path);
    for (const [i, plugin] of (given.plugins ?? []).entries()) {
      addPlugin(plugin, [...path, 'plugins', i], { route });
    }
  }

  function addConsumer(given: DeckConsumer, path: Path): void {
    if (!given.username && !given.custom_id) report(path, "needs 'username' or 'custom_id'");
    if (given.custom_id && customIds.has(given.custom_id)) report([...path, 'custom_id'], 'is used twice');
    if (given.custom_id) customIds.add(given.custom_id);
    const consumer: Consumer = {
      id: given.id ?? entityId('consumers', given.username ?? `custom_id:${given.custom_id}`),
      ...(given.username && { username: given.username }),
      ...(given.custom_id && { custom_id: given.custom_id }),
      tags: tagged(given.tags),
      groups: (given.acls ?? []).map((acl) => acl.group),
    };
    state.consumers.push(consumer);
    consumers.add(consumer, given.username, path);
    for (const [i, credential] of (given.keyauth_credentials ?? []).entries()) {
      if (keys.has(credential.key)) report([...path, 'keyauth_credentials', i, 'key'], 'is used twice');
      keys.add(credential.key);
      const id = credential.id ?? entityId('keyauth_credentials', `${consumer.id}:${i}`);
      state.credentials.push({ id, key: credential.key, consumer });
    }
    for (const [i, plugin] of (given.plugins ?? []).entries()) {
      addPlugin(plugin, [...path, 'plugins', i], { consumer });
    }
  }

  function addPlugin(given: DeckPlugin, path: Path, scope: Scope): void {
    const scopeKey = [given.name, scope.route?.id, scope.service?.id, scope.consumer?.id].join(':');
    if (scopes.has(scopeKey)) report(path, `plugin '${given.name}' is configured twice in the same place`);
    scopes.add(scopeKey);
    const plugin: PluginEntity = {
      id: given.id ?? entityId('plugins', scopeKey),
      name: given.name,
      ...(given.instance_name && { instance_name: given.instance_name }),
      enabled: given.enabled ?? true,
      protocols: given.protocols ?? HTTP_PROTOCOLS,
      tags: tagged(given.tags),
      config: pluginConfig(given, path, scope),
      ...(scope.service && { service_id: scope.service.id }),
      ...(scope.route && { route_id: scope.route.id }),
      ...(scope.consumer && { consumer_id: scope.consumer.id }),
      ...locate(path),
    };
    state.plugins.push(plugin);
  }

  function pluginConfig(given: DeckPlugin, path: Path, scope: Scope): Record<string, unknown> {
    const shared = given._config ? file._plugin_configs?.[given._config] : undefined;
    if (given._config && !shared) report([...path, '_config'], `no such entry in '_plugin_configs'`);
    const config = { ...shared, ...given.config };
    const native = rules.native(given.name);
    if (!native) {
      for (const issue of rules.check?.(given.name, config) ?? []) {
        report([...path, 'config', ...issue.path], issue.message);
      }
      return config;
    }
    if (scope.consumer && !native.allowsConsumer) {
      report(path, `plugin '${given.name}' cannot be set on a consumer`);
    }
    const result = native.schema.safeParse(withoutNulls(config));
    if (result.success) return result.data as Record<string, unknown>;
    for (const issue of result.error.issues) {
      const [first, ...others] = issue.code === 'unrecognized_keys' ? issue.keys : [];
      const unknown = first === undefined ? issue.message : 'unknown field';
      report([...path, 'config', ...issue.path, ...(first === undefined ? [] : [first])], unknown);
      for (const key of others) report([...path, 'config', ...issue.path, key], 'unknown field');
    }
    return config;
  }
}

/** A URL without a path has none, though the parser says `/`. */
function urlPath(url: URL, written = ''): string | undefined {
  return url.pathname === '/' && !written.endsWith('/') ? undefined : url.pathname;
}

/** Entities of one kind by id and by name. */
class Registry<T extends { id: string }> {
  private readonly found = new Map<string, T>();
  private readonly kind: string;
  private readonly report: Report;

  constructor(kind: string, report: Report) {
    this.kind = kind;
    this.report = report;
  }

  add(entity: T, name: string | undefined, path: Path): void {
    if (this.found.has(entity.id)) this.report(path, `another ${this.kind} has the same name or id`);
    this.found.set(entity.id, entity);
    if (name) this.found.set(name, entity);
  }

  find(reference: Reference | undefined, path: Path): T | undefined {
    if (reference === undefined) return undefined;
    const key = typeof reference === 'string' ? reference : String(Object.values(reference)[0]);
    const entity = this.found.get(key);
    if (!entity) this.report(path, `there is no ${this.kind} '${key}' in this file`);
    return entity;
  }
}
