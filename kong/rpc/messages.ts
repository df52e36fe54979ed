// The calls between Kong and a plugin server (package kong_plugin_protocol in Kong's pluginsocket.proto).
import { Value } from './value.ts';
import { lengthDelimited, message, ProtocolError, Reader, varint } from './wire.ts';

const InstanceId = message({ instance_id: [1, 'int'] });
const Name = message({ name: [1, 'string'] });
const Nothing = message({});
const StartInstance = message({ name: [1, 'string'], config: [2, 'bytes'] });
const HandleEvent = message({ instance_id: [1, 'int'], event_name: [2, 'string'] });
const PluginNames = message({ names: [1, 'string', 'repeated'] });
const PluginInfoMessage = message({
  name: [1, 'string'],
  updated_at: [2, 'int'],
  loaded_at: [3, 'int'],
  phases: [4, 'string', 'repeated'],
  version: [5, 'string'],
  priority: [6, 'int'],
  schema: [7, 'string'],
});
const InstanceStatus = message({
  name: [1, 'string'],
  instance_id: [2, 'int'],
  config: [3, Value],
  started_at: [4, 'int'],
});

/** What `StartInstance` carries: the plugin's name and its config as JSON bytes. */
export interface RpcCallArgs {
  cmd_get_plugin_names: Record<never, never>;
  cmd_get_plugin_info: { name: string };
  cmd_start_instance: { name: string; config: Buffer };
  cmd_get_instance_status: { instance_id: number };
  cmd_close_instance: { instance_id: number };
  cmd_handle_event: { instance_id: number; event_name: string };
}
export type RpcCallName = keyof RpcCallArgs;

export type RpcCall = {
  [N in RpcCallName]: { sequence: number; call: N; args: RpcCallArgs[N] };
}[RpcCallName];

export interface PluginInfo {
  name: string;
  phases: string[];
  version: string;
  priority: number;
  schema: string;
}

/** `started_at` is in unix seconds. */
export interface InstanceState {
  name: string;
  instance_id: number;
  config?: unknown;
  started_at: number;
}

export interface RpcReturn {
  sequence: number;
  plugin_names?: { names: string[] };
  plugin_info?: PluginInfo;
  instance_status?: InstanceState;
}

const CALLS = {
  cmd_get_plugin_names: [31, Nothing],
  cmd_get_plugin_info: [32, Name],
  cmd_start_instance: [33, StartInstance],
  cmd_get_instance_status: [34, InstanceId],
  cmd_close_instance: [35, InstanceId],
  cmd_handle_event: [36, HandleEvent],
} as const;
const CALL_BY_NUMBER = new Map(
  Object.entries(CALLS).map(([name, [no, type]]) => [no as number, { name, type }]),
);

const SEQUENCE = 1;

export function encodeRpcCall(call: RpcCall): Buffer {
  const [no, type] = CALLS[call.call];
  return Buffer.concat([sequenceField(call.sequence), lengthDelimited(no, type.encode({ ...call.args }))]);
}

/** @throws ProtocolError when the bytes are not a call, or are a call that this protocol does not have. */
export function decodeRpcCall(bytes: Buffer): RpcCall {
  const reader = new Reader(bytes);
  let sequence = 0;
  let found: Pick<RpcCall, 'call' | 'args'> | undefined;
  while (!reader.done) {
    const [no, wireType] = reader.tag();
    const known = CALL_BY_NUMBER.get(no);
    if (no === SEQUENCE && wireType === 0) sequence = reader.varint();
    else if (known && wireType === 2) {
      const args = { ...DEFAULTS[known.name as RpcCallName], ...known.type.decode(reader.bytes()) };
      found = { call: known.name, args } as unknown as Pick<RpcCall, 'call' | 'args'>;
    } else reader.skip(wireType);
  }
  if (!found) throw new ProtocolError('call has no known command');
  return { sequence, ...found } as RpcCall;
}

// proto3 leaves out fields that hold their default.
const DEFAULTS: RpcCallArgs = {
  cmd_get_plugin_names: {},
  cmd_get_plugin_info: { name: '' },
  cmd_start_instance: { name: '', config: Buffer.alloc(0) },
  cmd_get_instance_status: { instance_id: 0 },
  cmd_close_instance: { instance_id: 0 },
  cmd_handle_event: { instance_id: 0, event_name: '' },
};

const RETURNS = message({
  sequence: [SEQUENCE, 'int'],
  plugin_names: [31, PluginNames],
  plugin_info: [32, PluginInfoMessage],
  instance_status: [33, InstanceStatus],
});

export function encodeRpcReturn(value: RpcReturn): Buffer {
  return RETURNS.encode({ ...value });
}

export function decodeRpcReturn(bytes: Buffer): RpcReturn {
  return { sequence: 0, ...RETURNS.decode(bytes) } as RpcReturn;
}

export function sequenceField(sequence: number): Buffer {
  return Buffer.concat([Buffer.from([SEQUENCE * 8]), varint(sequence)]);
}
