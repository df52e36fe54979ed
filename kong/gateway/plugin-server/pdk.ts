// The plugin development kit that an event of the plugin server calls, on the embedded gateway's request.
import { randomUUID } from 'node:crypto';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { PdkMethod } from '../../rpc/pdk.ts';
import type { RequestContext } from '../context.ts';
import type { Exit } from '../exit.ts';
import { fromWire, type HeaderList, toWire } from '../headers.ts';
import type { Log } from '../log.ts';
import { parseQuery } from '../query.ts';
import { uriCaptures } from '../router/captures.ts';
import { readBody } from '../upstream/body.ts';
import type { PdkHost } from './connection.ts';

const nodeId = randomUUID();
const MAX_HEADERS = 1000;

export function createPdk(context: RequestContext, plugin: string, log: Log): PdkHost {
  return {
    call: (method, args) => METHODS[method]({ context, plugin, log }, args),
    ended: () => context.exit !== undefined,
  };
}

interface Host {
  context: RequestContext;
  plugin: string;
  log: Log;
}
type Method = (host: Host, args: unknown[]) => unknown;

const METHODS: Record<PdkMethod, Method> = {
  'kong.client.get_ip': ({ context }) => context.clientIp,
  'kong.client.get_forwarded_ip': ({ context }) => context.clientIp,
  // Kong's key has a `consumer` and no `consumer_id`, so only the id gets through.
  'kong.client.get_credential': ({ context: { credential } }) => credential && { id: credential.id },
  'kong.client.get_consumer': ({ context: { consumer } }) => consumer,
  'kong.client.get_protocol': () => 'http',

  'kong.ctx.shared.set': ({ context }, [key, value]) => void context.shared.set(textOf(key), value),
  'kong.ctx.shared.get': ({ context }, [key]) => context.shared.get(textOf(key)),

  'kong.log.err': ({ log, plugin }, [values]) => log.error({ plugin }, joined(values)),
  'kong.log.warn': ({ log, plugin }, [values]) => log.warn({ plugin }, joined(values)),
  'kong.log.notice': ({ log, plugin }, [values]) => log.info({ plugin }, joined(values)),
  'kong.log.info': ({ log, plugin }, [values]) => log.info({ plugin }, joined(values)),
  'kong.log.debug': () => undefined,
  // Only Kong's own log plugins read these values.
  'kong.log.set_serialize_value': () => undefined,

  'kong.nginx.get_var': ({ context }, [name]) => VARIABLES.get(textOf(name))?.(context),
  'kong.node.get_id': () => nodeId,

  'kong.request.get_scheme': () => 'http',
  'kong.request.get_host': ({ context }) => fromWire(context.host),
  'kong.request.get_port': ({ context }) => context.port,
  'kong.request.get_http_version': ({ context }) => context.httpVersion,
  'kong.request.get_method': ({ context }) => context.method,
  'kong.request.get_path': ({ context }) => fromWire(context.path),
  'kong.request.get_path_with_query': ({ context }) => fromWire(context.requestUri),
  'kong.request.get_raw_query': ({ context }) => fromWire(context.query ?? ''),
  'kong.request.get_uri_captures': ({ context: { route, normalizedPath } }) =>
    route && uriCaptures(route.paths, normalizedPath),
  'kong.request.get_query_arg': ({ context }, [name]) => {
    const value = parseQuery(context.query).find(([arg]) => arg === name)?.[1];
    // As in Kong, where a value that is not a string cannot be encoded.
    if (value === true) throw new Error('the query argument has no value');
    return value;
  },
  'kong.request.get_header': ({ context }, [name]) => {
    const value = context.headers.get(textOf(name));
    return value === undefined ? undefined : fromWire(value);
  },
  'kong.request.get_headers': ({ context }, [max]) => headersOf(context.headers, max),
  'kong.request.get_raw_body': async ({ context }) => {
    try {
      return { content: await readBody(context) };
    } catch (error) {
      return { error: (error as Error).message };
    }
  },

  'kong.response.exit': ({ context }, [status, body, headers]) => {
    context.exit = exitOf(status, body as Buffer | undefined, headers as Record<string, unknown> | undefined);
  },
  'kong.response.set_header': ({ context }, [name, value]) => set(context.responseHeaders, name, value),
  'kong.response.add_header': ({ context }, [name, value]) => add(context.responseHeaders, name, value),
  'kong.response.clear_header': ({ context }, [name]) => context.responseHeaders.remove(textOf(name)),

  'kong.router.get_route': ({ context: { route } }) => {
    if (!route) return undefined;
    const { service, ...fields } = route;
    return { ...fields, ...(service && { service: { id: service.id } }) };
  },
  'kong.router.get_service': ({ context }) => context.service,

  'kong.service.set_target': ({ context }, [given, port = 0]) => {
    const host = textOf(given);
    if (host === '') throw new Error('host must be a string');
    if (!isWithin(port, 0, 65535)) throw new Error('port must be an integer between 0 and 65535');
    // Kong sends the target's bare host as the Host header.
    Object.assign(context.upstream, { target: { host, port }, hostHeader: toWire(host) });
  },
  'kong.service.set_upstream': () => {
    throw new Error('the embedded gateway has no upstreams');
  },
  'kong.service.request.set_scheme': ({ context }, [scheme]) => {
    if (scheme !== 'http' && scheme !== 'https') throw new Error('invalid scheme');
    context.upstream.scheme = scheme;
  },
  'kong.service.request.set_path': ({ context }, [given]) => {
    const path = textOf(given);
    if (!path.startsWith('/')) throw new Error('path must start with /');
    context.upstream.path = toWire(path);
  },
  'kong.service.request.set_raw_query': ({ context }, [query]) => {
    context.query = toWire(textOf(query));
  },
  'kong.service.request.set_method': ({ context }, [given]) => {
    const method = textOf(given);
    if (!/^[A-Z]+$/.test(method)) throw new Error('invalid method');
    context.method = method;
  },
  'kong.service.request.set_header': ({ context }, [name, value]) => {
    if (isHost(name)) context.upstream.hostHeader = texts(value)[0] ?? '';
    else set(context.headers, name, value);
  },
  'kong.service.request.add_header': ({ context }, [name, value]) => {
    if (isHost(name)) context.upstream.hostHeader = texts(value)[0] ?? '';
    else add(context.headers, name, value);
  },
  'kong.service.request.clear_header': ({ context }, [name]) => context.headers.remove(textOf(name)),
  'kong.service.request.set_raw_body': async ({ context }, [body]) => {
    await readBody(context);
    context.body = (body as Buffer | undefined) ?? Buffer.alloc(0);
  },
};

type Variable = (context: RequestContext) => string | undefined;
const VARIABLES = new Map<string, Variable>(
  Object.entries<Variable>({
    args: ({ query }) => fromWire(query ?? ''),
    host: ({ host }) => fromWire(host),
    http_host: ({ headers }) => fromWire(headers.get('host') ?? ''),
    kong_request_id: ({ id }) => id,
    remote_addr: ({ clientIp }) => clientIp,
    remote_port: ({ incoming }) => String(incoming.socket.remotePort ?? ''),
    // nginx has an id of its own, which is not Kong's.
    request_id: ({ id }) => [...id].reverse().join(''),
    request_method: ({ method }) => method,
    request_uri: ({ requestUri }) => fromWire(requestUri),
    scheme: () => 'http',
    server_addr: ({ incoming }) => incoming.socket.localAddress,
    server_port: ({ port }) => String(port),
    uri: ({ normalizedPath }) => fromWire(normalizedPath),
  }),
);

function joined(values: unknown): string {
  return ((values as unknown[] | undefined) ?? [])
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join('');
}

function headersOf(headers: HeaderList, max: unknown): Record<string, string | string[]> {
  if (!isWithin(max, 1, MAX_HEADERS)) throw new Error(`max_headers must be from 1 to ${MAX_HEADERS}`);
  const names = headers.names().slice(0, max);
  return Object.fromEntries(
    names.map((name) => {
      const values = headers.getAll(name).map(fromWire);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}

function exitOf(status: unknown, body: Buffer | undefined, headers: Record<string, unknown> = {}): Exit {
  if (!isWithin(status, 200, 599)) throw new Error('code must be a number between 200 and 599');
  const list: Exit['headers'] = [];
  for (const [name, value] of Object.entries(headers)) {
    for (const text of texts(value)) {
      check(name, text);
      if (!/^(content-length|transfer-encoding)$/i.test(name)) list.push([name, text]);
    }
  }
  return { status, headers: list, body: body ?? Buffer.alloc(0) };
}

const isHost = (name: unknown) => textOf(name).toLowerCase() === 'host';

/** An argument that the protocol has as a string: an empty one does not cross the wire. */
function textOf(argument: unknown): string {
  return (argument as string | undefined) ?? '';
}

/** Of an argument that the protocol has as an integer. */
function isWithin(argument: unknown, least: number, most: number): argument is number {
  return Number(argument) >= least && Number(argument) <= most;
}

/** Header values as Kong takes them: text, numbers, booleans, or a list of these. */
function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value])
    .filter((item) => item !== null && item !== undefined)
    .map((item) => toWire(String(item)));
}

function check(name: string, value: string): void {
  validateHeaderName(name);
  validateHeaderValue(name, value);
}

function set(headers: HeaderList, name: unknown, value: unknown): void {
  const key = textOf(name);
  const values = texts(value);
  for (const text of values) check(key, text);
  headers.set(key, values);
}

function add(headers: HeaderList, name: unknown, value: unknown): void {
  const key = textOf(name);
  for (const text of texts(value)) {
    check(key, text);
    headers.add(key, text);
  }
}
