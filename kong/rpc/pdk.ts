// The PDK calls that Kong answers during an event, with their argument and result types
// (service Kong in Kong's pluginsocket.proto). An absent argument is an empty frame.
import { ListValue, Struct, Value } from './value.ts';
import { type Message, message, type Plain } from './wire.ts';

const Str = message({ v: [1, 'string'] });
const Int = message({ v: [1, 'int'] });
const Num = message({ v: [1, 'double'] });
const Bool = message({ v: [1, 'bool'] });
const ByteString = message({ v: [1, 'bytes'] });
const KV = message({ k: [1, 'string'], v: [2, Value] });
const Target = message({ host: [1, 'string'], port: [2, 'int'] });
const ExitArgs = message({ status: [1, 'int'], body: [2, 'bytes'], headers: [3, Struct] });
const RawBody = message({ content: [1, 'bytes'], body_filepath: [2, 'string'], error: [3, 'string'] });
const UriCaptures = message({
  unnamed: [1, 'string', 'repeated'],
  // A protobuf map is a list of entries.
  named: [2, message({ key: [1, 'string'], value: [2, 'string'] }), 'repeated'],
});
const Id = message({ id: [1, 'string'] });
const Consumer = message({
  id: [1, 'string'],
  created_at: [2, 'int'],
  username: [3, 'string'],
  custom_id: [4, 'string'],
  tags: [5, 'string', 'repeated'],
});
const Credential = message({ id: [1, 'string'], consumer_id: [2, 'string'] });
const Route = message({
  id: [1, 'string'],
  created_at: [2, 'int'],
  updated_at: [3, 'int'],
  name: [4, 'string'],
  protocols: [5, 'string', 'repeated'],
  methods: [6, 'string', 'repeated'],
  hosts: [7, 'string', 'repeated'],
  paths: [8, 'string', 'repeated'],
  regex_priority: [11, 'int'],
  strip_path: [12, 'bool'],
  preserve_host: [13, 'bool'],
  tags: [17, 'string', 'repeated'],
  service: [18, Id],
});
const Service = message({
  id: [1, 'string'],
  created_at: [2, 'int'],
  updated_at: [3, 'int'],
  name: [4, 'string'],
  retries: [5, 'int'],
  protocol: [6, 'string'],
  host: [7, 'string'],
  port: [8, 'int'],
  path: [9, 'string'],
  connect_timeout: [10, 'int'],
  write_timeout: [11, 'int'],
  read_timeout: [12, 'int'],
  tags: [13, 'string', 'repeated'],
});

/** How positional arguments become a message and back. */
interface Codec {
  encode(args: unknown[]): Buffer;
  decode(bytes: Buffer): unknown[];
}

const NOTHING = Buffer.alloc(0);
const none: Codec = { encode: () => NOTHING, decode: () => [] };
const one = (type: Message): Codec => positional(type, ['v']);
const whole = (type: Message): Codec => ({
  encode: ([value]) => (value === undefined || value === null ? NOTHING : type.encode(value as Plain)),
  decode: (bytes) => (bytes.length === 0 ? [] : [type.decode(bytes)]),
});
const positional = (type: Message, names: string[]): Codec => ({
  encode: (args) => type.encode(Object.fromEntries(names.map((name, i) => [name, args[i]]))),
  decode: (bytes) => {
    const value = type.decode(bytes);
    return names.map((name) => value[name]);
  },
});

const string = one(Str);
const keyValue = positional(KV, ['k', 'v']);

/** `[argument, result]`; a method whose result is `none` only writes, so its answer need not be waited for. */
export const PDK_METHODS = {
  'kong.client.get_ip': [none, string],
  'kong.client.get_forwarded_ip': [none, string],
  'kong.client.get_credential': [none, whole(Credential)],
  'kong.client.get_consumer': [none, whole(Consumer)],
  'kong.client.get_protocol': [one(Bool), string],
  'kong.ctx.shared.set': [keyValue, none],
  'kong.ctx.shared.get': [string, whole(Value)],
  'kong.log.err': [whole(ListValue), none],
  'kong.log.warn': [whole(ListValue), none],
  'kong.log.notice': [whole(ListValue), none],
  'kong.log.info': [whole(ListValue), none],
  'kong.log.debug': [whole(ListValue), none],
  'kong.log.set_serialize_value': [keyValue, none],
  'kong.nginx.get_var': [string, string],
  'kong.node.get_id': [none, string],
  'kong.request.get_scheme': [none, string],
  'kong.request.get_host': [none, string],
  'kong.request.get_port': [none, one(Int)],
  'kong.request.get_http_version': [none, one(Num)],
  'kong.request.get_method': [none, string],
  'kong.request.get_path': [none, string],
  'kong.request.get_path_with_query': [none, string],
  'kong.request.get_raw_query': [none, string],
  'kong.request.get_query_arg': [string, string],
  'kong.request.get_header': [string, string],
  'kong.request.get_headers': [one(Int), whole(Struct)],
  'kong.request.get_raw_body': [none, whole(RawBody)],
  'kong.request.get_uri_captures': [none, whole(UriCaptures)],
  'kong.response.exit': [positional(ExitArgs, ['status', 'body', 'headers']), none],
  'kong.response.set_header': [keyValue, none],
  'kong.response.add_header': [keyValue, none],
  'kong.response.clear_header': [string, none],
  'kong.router.get_route': [none, whole(Route)],
  'kong.router.get_service': [none, whole(Service)],
  'kong.service.set_target': [positional(Target, ['host', 'port']), none],
  'kong.service.set_upstream': [string, none],
  'kong.service.request.set_scheme': [string, none],
  'kong.service.request.set_path': [string, none],
  'kong.service.request.set_raw_query': [string, none],
  'kong.service.request.set_method': [string, none],
  'kong.service.request.set_header': [keyValue, none],
  'kong.service.request.add_header': [keyValue, none],
  'kong.service.request.clear_header': [string, none],
  'kong.service.request.set_raw_body': [one(ByteString), none],
} as const satisfies Record<string, readonly [Codec, Codec]>;

export type PdkMethod = keyof typeof PDK_METHODS;

export function isPdkMethod(name: string): name is PdkMethod {
  return Object.hasOwn(PDK_METHODS, name);
}

export function onlyWrites(method: PdkMethod): boolean {
  return PDK_METHODS[method][1] === none;
}

export const encodePdkArgs = (method: PdkMethod, args: unknown[]): Buffer =>
  PDK_METHODS[method][0].encode(args);
export const decodePdkArgs = (method: PdkMethod, bytes: Buffer): unknown[] =>
  PDK_METHODS[method][0].decode(bytes);
/** A result of nothing (nil in Lua) is an empty frame. */
export const encodePdkResult = (method: PdkMethod, value: unknown): Buffer =>
  value === undefined || value === null ? NOTHING : PDK_METHODS[method][1].encode([value]);
export const decodePdkResult = (method: PdkMethod, bytes: Buffer): unknown =>
  PDK_METHODS[method][1].decode(bytes)[0];
