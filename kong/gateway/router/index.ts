// Which route takes a request: Kong's traditional_compatible router (kong/router/transform.lua).
import { uuid5 } from '../deck/ids.ts';
import type { Route } from '../deck/state.ts';
import { type HeaderList, toWire } from '../headers.ts';
import { compileRegex } from '../regex.ts';

/** What a request is routed by. `path` is normalized and in wire form; `host` is as sent, without its port. */
export interface Routable {
  method: string;
  host: string;
  port: number;
  path: string;
  headers: HeaderList;
}

/** `prefix` is the part of the path that the route's path matched, if it has paths. */
export interface Match {
  route: Route;
  prefix?: string;
}

export interface Router {
  match(request: Routable): Match | undefined;
}

/** A route with paths of one length, or with regexes only: what Kong gives one priority. */
interface Candidate {
  id: string;
  route: Route;
  priority: number[];
  tests: ((request: Routable) => boolean)[];
  prefixOf: ((path: string) => string | undefined) | undefined;
}

export function createRouter(routes: Route[]): Router {
  const candidates = routes
    .filter((route) => route.service?.enabled !== false)
    .flatMap(splitByPath)
    .sort(byPriority);
  return {
    match(request) {
      for (const { route, tests, prefixOf } of candidates) {
        const prefix = prefixOf?.(request.path);
        if (prefixOf && prefix === undefined) continue;
        if (!tests.every((test) => test(request))) continue;
        return prefix === undefined ? { route } : { route, prefix };
      }
      return undefined;
    },
  };
}

const SPLIT_NAMESPACE = '7f145bf9-0dce-4f91-98eb-debbce4b9f6b';

function splitByPath(route: Route): Candidate[] {
  const groups = new Map<number, string[]>();
  for (const path of route.paths) {
    const key = isRegex(path) ? 0 : toWire(path).length;
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  if (groups.size === 0) return [candidate(route, route.id, [])];
  if (groups.size === 1) return [candidate(route, route.id, route.paths)];
  return [...groups.values()].map((paths, i) =>
    candidate(route, uuid5(SPLIT_NAMESPACE, `${route.id}#${i + 1}`), paths),
  );
}

function candidate(route: Route, id: string, paths: string[]): Candidate {
  return {
    id,
    route,
    priority: priorityOf(route, paths),
    tests: [...methodTest(route), ...hostTest(route), ...headerTests(route)],
    prefixOf: paths.length === 0 ? undefined : pathMatcher(paths),
  };
}

/** More kinds of matchers first, then plain hosts, more headers, regexes by their priority, longer prefixes. */
function priorityOf(route: Route, paths: string[]): number[] {
  const headerCount = Object.keys(route.headers).length;
  const kinds = [route.methods.length, route.hosts.length, headerCount, paths.length];
  const plainHosts = route.hosts.length > 0 && !route.hosts.some((host) => host.includes('*'));
  const regex = paths[0] !== undefined && isRegex(paths[0]);
  return [
    kinds.filter((count) => count > 0).length,
    plainHosts ? 1 : 0,
    headerCount,
    regex ? 1 : 0,
    regex ? route.regex_priority : 0,
    regex ? 0 : toWire(paths[0] ?? '').length,
  ];
}

function byPriority(a: Candidate, b: Candidate): number {
  for (const [i, value] of a.priority.entries()) {
    const difference = b.priority[i]! - value;
    if (difference !== 0) return difference;
  }
  return a.id < b.id ? 1 : -1;
}

const isRegex = (path: string) => path.startsWith('~');

function pathMatcher(paths: string[]): (path: string) => string | undefined {
  const matchers = paths.map((path) => (isRegex(path) ? regexMatcher(path.slice(1)) : prefixMatcher(path)));
  return (path) => {
    for (const matcher of matchers) {
      const matched = matcher(path);
      if (matched !== undefined) return matched;
    }
    return undefined;
  };
}

function prefixMatcher(prefix: string): (path: string) => string | undefined {
  const wire = toWire(prefix);
  return (path) => (path.startsWith(wire) ? wire : undefined);
}

function regexMatcher(source: string): (path: string) => string | undefined {
  const pattern = compileRegex(toWire(source));
  return (path) => {
    const matcher = pattern.matcher(path);
    return matcher.lookingAt() ? (matcher.group() ?? '') : undefined;
  };
}

function methodTest({ methods }: Route): Candidate['tests'] {
  return methods.length === 0 ? [] : [(request) => methods.includes(request.method)];
}

function hostTest({ hosts }: Route): Candidate['tests'] {
  if (hosts.length === 0) return [];
  const matchers = hosts.map(hostMatcher);
  return [(request) => matchers.some((matches) => matches(request))];
}

/** Kong compares hosts letter by letter, so this does too: what works here must work there. */
function hostMatcher(given: string): (request: Routable) => boolean {
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(given) ?? [];
  const onPort = (request: Routable) => port === undefined || request.port === Number(port);
  if (host.startsWith('*')) {
    return (request) => request.host.endsWith(host.slice(1)) && onPort(request);
  }
  if (host.endsWith('*')) {
    return (request) => request.host.startsWith(host.slice(0, -1)) && onPort(request);
  }
  return (request) => request.host === host && onPort(request);
}

function headerTests({ headers }: Route): Candidate['tests'] {
  return Object.entries(headers).map(([name, values]) => {
    const matchers = values.map((value) => headerMatcher(toWire(value.toLowerCase())));
    return ({ headers }) =>
      headers.getAll(name).some((value) => matchers.some((matches) => matches(value.toLowerCase())));
  });
}

function headerMatcher(value: string): (given: string) => boolean {
  if (!value.startsWith('~*')) return (given) => given === value;
  const pattern = compileRegex(value.slice(2));
  return (given) => pattern.matcher(given).find();
}
