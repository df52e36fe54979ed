// What a plugin does in Kong's access phase, as data: PDK reads, then the writes that follow from their results.
// The plugin server runs it as prepared bytes; the plugin classes run it on any PDK, kong-pdk's own included.
import { type PlanEntry, planDigest, planHeader, signEntry } from './entry.ts';
import { IDENTITY_HEADER, type Identity, signIdentity } from './identity.ts';

export interface PdkCall {
  /** Kong's own name of the method, for example `kong.service.set_target`. */
  method: string;
  args: unknown[];
}

export interface AccessProgram {
  /**
   * Reads whose result is the same for every request of the instance: done once a minute, not for every event. A call
   * that Kong answers costs it some 10 µs.
   */
  steadyReads: readonly PdkCall[];
  /** May become longer from one event to the next, at the end. */
  readonly reads: readonly PdkCall[];
  /**
   * @param results what all reads gave, in their order, the steady ones first; these may be a minute old
   * @param minute see signature.ts
   */
  writes(results: readonly unknown[], minute: number): PdkCall[];
  /** The instance is gone. */
  close?(): void;
}

/** What Kong has attached the plugin to, when that settles the route or the service of all its requests. */
export type Bound = 'route' | 'service' | undefined;

export interface RelayAddress {
  host: string;
  port: number;
}

/** Adds the plugin's entry and sends the request to the relay, wherever the service itself points. */
export function declare(secret: Buffer, relay: RelayAddress, entry: PlanEntry, bound?: Bound): AccessProgram {
  return {
    steadyReads: bound ? [SERVICE] : [],
    reads: [],
    writes: ([service], minute) => declaration(relay, entry, signEntry(secret, entry, minute), service),
  };
}

function declaration(relay: RelayAddress, entry: PlanEntry, token: string, service: unknown): PdkCall[] {
  const calls = [
    call('kong.service.request.add_header', planHeader(entry.plugin), token),
    call('kong.service.set_target', relay.host, relay.port),
  ];
  // The service's own https would otherwise be kept towards the relay.
  const speaksHttp = (service as Entity | undefined)?.protocol === 'http';
  return speaksHttp ? calls : [...calls, call('kong.service.request.set_scheme', 'http')];
}

/**
 * As `declare`, and adds the signed identity of the caller and of the plan. For the plugin that runs last.
 * @param others names of the plugins that may have declared themselves before; names are only ever added, at the end
 * @param captures names of the route's captures that the relay will want
 */
export function declareWithIdentity(
  secret: Buffer,
  relay: RelayAddress,
  entry: PlanEntry,
  others: ReadonlySet<string>,
  { captures = [], bound }: { captures?: readonly string[]; bound?: Bound } = {},
): AccessProgram {
  const steady = bound === 'route' ? 2 : bound === 'service' ? 1 : 0;
  const always = [SERVICE, ROUTE, ...CALLER, ...(captures.length > 0 ? [CAPTURES] : [])];
  let reads = always.slice(steady);
  return {
    steadyReads: always.slice(0, steady),
    get reads() {
      const known = reads.length - (always.length - steady);
      if (known < others.size) reads = [...reads, ...[...others].slice(known).map(readEntry)];
      return reads;
    },
    writes: (results, minute) => {
      const [service, route, consumer, credential] = results;
      const headers = results.slice(always.length);
      const token = signEntry(secret, entry, minute);
      const declared = [...others].flatMap((name, i) => entryOf(name, headers[i]));
      const plan = planDigest([...declared, [entry.plugin, token]]);
      const who = identityFrom({ service, route, consumer, credential });
      if (captures.length > 0) who.uriCaptures = capturesFrom(results[always.length - 1], captures);
      const identity = signIdentity(secret, { identity: who, plan }, minute);
      return [
        call('kong.service.request.add_header', IDENTITY_HEADER, identity),
        ...declaration(relay, entry, token, service),
      ];
    },
  };
}

const readEntry = (plugin: string): PdkCall => call('kong.request.get_header', planHeader(plugin));

function entryOf(name: string, value: unknown): [string, string][] {
  return typeof value === 'string' && value !== '' ? [[name, value]] : [];
}

const SERVICE = call('kong.router.get_service');
const ROUTE = call('kong.router.get_route');
const CALLER: readonly PdkCall[] = [call('kong.client.get_consumer'), call('kong.client.get_credential')];
const CAPTURES = call('kong.request.get_uri_captures');

type Entity = {
  id?: string;
  name?: string;
  username?: string;
  custom_id?: string;
  tags?: string[];
  protocol?: string;
};

interface Told {
  service: unknown;
  route: unknown;
  consumer: unknown;
  credential: unknown;
}

function identityFrom({ consumer, credential, route, service }: Told): Identity {
  const identity: Identity = {};
  const who = consumer as Entity | undefined;
  if (who?.id)
    identity.consumer = compact({
      id: who.id,
      username: who.username,
      customId: who.custom_id,
      tags: who.tags,
    });
  const credentialId = (credential as Entity | undefined)?.id;
  if (credentialId) identity.credential = credentialId;
  const on = named(route);
  if (on) identity.route = on;
  const to = named(service);
  if (to) identity.service = to;
  return identity;
}

/** A longer one is no name of anything, and the identity travels in a header. */
const MAX_CAPTURE = 256;

/** kong-pdk gives a record where the protocol has a list of entries. */
function capturesFrom(result: unknown, wanted: readonly string[]): Record<string, string> {
  const { named: found = [] } = (result ?? {}) as { named?: unknown };
  const entries: [string, unknown][] = Array.isArray(found)
    ? found.map(({ key, value }) => [String(key), value])
    : Object.entries(found as object);
  const captures: Record<string, string> = {};
  for (const [key, value] of entries) {
    if (wanted.includes(key) && String(value ?? '').length <= MAX_CAPTURE)
      captures[key] = String(value ?? '');
  }
  return captures;
}

function named(entity: unknown): Identity['route'] {
  const { id, name, tags } = (entity ?? {}) as Entity;
  return id ? compact({ id, name, tags }) : undefined;
}

type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function compact<T extends object>(value: T): Compact<T> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, item]) => item !== undefined && !(Array.isArray(item) && item.length === 0),
    ),
  ) as Compact<T>;
}

/** A plugin that cannot run: it answers the request itself, so that nothing goes on without it. */
export function refuse(status: number, body: string): AccessProgram {
  return {
    steadyReads: [],
    reads: [],
    writes: () => [
      call('kong.response.exit', status, Buffer.from(body), { 'content-type': 'application/json' }),
    ],
  };
}

function call(method: string, ...args: unknown[]): PdkCall {
  return { method, args };
}
