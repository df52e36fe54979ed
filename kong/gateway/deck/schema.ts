// The shape of the decK files that the embedded gateway reads, with Kong's rules for every field
// (kong/db/schema/entities/*.lua). A field that Kong has and this gateway has not is refused by name.
import { z } from 'zod';
import { fromWire, toWire } from '../headers.ts';
import { regexProblem } from '../regex.ts';
import { normalizePath } from '../router/path.ts';

const MAX_TIMEOUT_MS = 2 ** 31 - 2;

const name = z
  .string()
  .regex(/^[\w.\-~\u0080-\u{10FFFF}]+$/u, 'may only contain letters, digits, ".", "-", "_" and "~"');
const tags = z.array(z.string().min(1)).optional();
const timeout = z.int().min(1).max(MAX_TIMEOUT_MS).optional();
const flag = z.boolean().optional();
const text = z.string().min(1).optional();
const uuid = z.guid().optional();
const every = {
  id: uuid,
  tags,
  created_at: z.int().optional(),
  updated_at: z.int().optional(),
  _comment: z.unknown().optional(),
  _ignore: z.unknown().optional(),
};

/** decK lets a reference be a name, an id, or an object that holds either. */
const reference = z.union([
  z.string().min(1),
  z.strictObject({ name: z.string() }),
  z.strictObject({ id: z.string() }),
  z.strictObject({ username: z.string() }),
]);

const urlPath = z
  .string()
  .regex(/^\//, 'should start with: /')
  .refine((path) => !path.includes('//'), 'must not have empty segments')
  .refine((path) => /^[\w.\-~/%:@!$&'()*+,;=]*$/.test(path), 'has characters that RFC 3986 reserves')
  .refine((path) => !/%(?![0-9a-f]{2})/i.test(path), 'is not properly percent-encoded');

const routePath = z.string().superRefine((path, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message });
  if (!/^~?\//.test(path)) refuse('should start with: / (fixed path) or ~/ (regex path)');
  else if (path.includes('//')) refuse('must not have empty segments');
  else if (path.startsWith('~')) {
    const problem = regexProblem(path.slice(1));
    if (problem) refuse(`invalid regex: ${problem}`);
  } else {
    const normalized = fromWire(normalizePath(toWire(path)));
    if (normalized !== path) refuse(`non-normalized path, consider use '${normalized}' instead`);
  }
});

const host = z
  .string()
  .regex(/^[^*]*\*?[^*]*$/, 'invalid wildcard: must have at most one wildcard')
  .regex(
    /^(\*\.|[^*]*$|[^*]*\.\*(:\d+)?$)/,
    'invalid wildcard: must be placed at leftmost or rightmost label',
  )
  .regex(/^[^\s/]+$/, 'is not a host name');

const protocol = z.enum(['http', 'https']);
/** Kong's own default for plugins names gRPC too, so a dumped file does. */
const pluginProtocol = z.enum(['http', 'https', 'grpc', 'grpcs', 'tcp', 'tls', 'udp', 'tls_passthrough']);

const pluginFields = {
  ...every,
  name: z.string().min(1),
  instance_name: name.optional(),
  enabled: flag,
  protocols: z.array(pluginProtocol).optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  _config: z.string().optional(),
};
const nestedPlugin = z.strictObject(pluginFields);
const plugin = z.strictObject({
  ...pluginFields,
  service: reference.optional(),
  route: reference.optional(),
  consumer: reference.optional(),
});
const nestedPlugins = z.array(nestedPlugin).optional();

const routeFields = {
  ...every,
  name: name.optional(),
  protocols: z.array(protocol).min(1).optional(),
  methods: z.array(z.string().regex(/^[A-Z]+$/, 'must be uppercase letters')).optional(),
  hosts: z.array(host).optional(),
  paths: z.array(routePath).optional(),
  headers: z
    .record(
      z
        .string()
        .regex(/^[\w-]+$/, 'is not a header name')
        .refine((header) => header.toLowerCase() !== 'host', "use 'hosts' for the host header"),
      z.array(z.string().refine(headerPatternCompiles, 'invalid regex')).min(1),
    )
    .optional(),
  https_redirect_status_code: z.literal([426, 301, 302, 307, 308]).optional(),
  regex_priority: z.int().optional(),
  strip_path: flag,
  preserve_host: flag,
  path_handling: z.literal('v0').optional(),
  request_buffering: flag,
  response_buffering: flag,
  plugins: nestedPlugins,
};
const nestedRoute = z.strictObject(routeFields);
const route = z.strictObject({ ...routeFields, service: reference.optional() });

function headerPatternCompiles(value: string): boolean {
  return !value.startsWith('~*') || regexProblem(value.slice(2)) === undefined;
}

const service = z.strictObject({
  ...every,
  name: name.optional(),
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  protocol: protocol.optional(),
  host: text,
  port: z.int().min(0).max(65535).optional(),
  path: urlPath.optional(),
  retries: z.int().min(0).max(32767).optional(),
  connect_timeout: timeout,
  write_timeout: timeout,
  read_timeout: timeout,
  enabled: flag,
  tls_verify: flag,
  routes: z.array(nestedRoute).optional(),
  plugins: nestedPlugins,
});

const consumer = z.strictObject({
  ...every,
  username: text,
  custom_id: text,
  keyauth_credentials: z.array(z.strictObject({ ...every, key: z.string().min(1) })).optional(),
  acls: z.array(z.strictObject({ ...every, group: z.string().min(1) })).optional(),
  plugins: nestedPlugins,
});

export const deckFile = z.strictObject({
  _format_version: z.literal('3.0', { error: 'must be "3.0" (in quotes)' }),
  _transform: z.boolean().optional(),
  _comment: z.unknown().optional(),
  _ignore: z.unknown().optional(),
  _info: z
    .strictObject({
      select_tags: z.array(z.string().min(1)).optional(),
      defaults: z
        .strictObject({
          service: service.omit({ routes: true, plugins: true }).partial().optional(),
          route: nestedRoute.omit({ plugins: true }).partial().optional(),
        })
        .optional(),
    })
    .optional(),
  _plugin_configs: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  services: z.array(service).optional(),
  routes: z.array(route).optional(),
  consumers: z.array(consumer).optional(),
  plugins: z.array(plugin).optional(),
});

export type DeckFile = z.output<typeof deckFile>;
export type DeckService = z.output<typeof service>;
export type DeckRoute = z.output<typeof route>;
export type DeckConsumer = z.output<typeof consumer>;
export type DeckPlugin = z.output<typeof plugin>;
export type Reference = z.output<typeof reference>;
