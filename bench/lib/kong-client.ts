// Kong's side of the plugin protocol, just enough to ask a plugin server for its declarations and to count its events.
import { connect, type Socket } from 'node:net';
import { FrameReader, frame } from '../../kong/rpc/frame.ts';
import { decodeRpcReturn, encodeRpcCall, type RpcCall, type RpcReturn } from '../../kong/rpc/messages.ts';
import { decodePdkArgs, encodePdkResult, isPdkMethod, onlyWrites } from '../../kong/rpc/pdk.ts';

/** What a real Kong would say of a consumer on a route. */
const RESULTS: Record<string, unknown> = {
  'kong.client.get_consumer': {
    id: '9a1f0f5e-0000-4000-8000-000000000001',
    username: 'bench',
    tags: ['free'],
  },
  'kong.client.get_credential': { id: '9a1f0f5e-0000-4000-8000-000000000002' },
  'kong.router.get_route': { id: '9a1f0f5e-0000-4000-8000-000000000003', name: 'ai' },
  'kong.router.get_service': { id: '9a1f0f5e-0000-4000-8000-000000000004', name: 'ai' },
};

interface Waiting {
  /** Headers that the event added. */
  headers: Record<string, string>;
  /** The method whose argument comes next. */
  method: string | undefined;
  ended: boolean;
  resolve(result: { returned: RpcReturn; headers: Record<string, string> }): void;
}

export class KongClient {
  private readonly socket: Socket;
  private readonly frames = new FrameReader();
  private waiting: Waiting | undefined;
  private sequence = 0;
  /** Plan headers so far, as `get_header` finds them. */
  private readonly known: Record<string, string> = {};

  constructor(path: string) {
    this.socket = connect(path);
    this.socket.on('data', (chunk: Buffer) => this.frames.push(chunk, (body) => this.take(body)));
  }

  async startInstance(name: string, config: object): Promise<number> {
    const json = Buffer.from(JSON.stringify({ ...config, __plugin_id: `bench-${name}` }));
    const { returned } = await this.call('cmd_start_instance', { name, config: json }, true);
    return returned.instance_status!.instance_id;
  }

  /** Runs one access event; gives the headers that it added. */
  async event(instanceId: number): Promise<Record<string, string>> {
    const args = { instance_id: instanceId, event_name: 'access' };
    const { headers } = await this.call('cmd_handle_event', args, false);
    Object.assign(this.known, headers);
    return headers;
  }

  close(): void {
    this.socket.destroy();
  }

  private call(
    call: RpcCall['call'],
    args: object,
    ended: boolean,
  ): Promise<{ returned: RpcReturn; headers: Record<string, string> }> {
    this.sequence += 1;
    return new Promise((resolve) => {
      this.waiting = { headers: {}, method: undefined, ended, resolve };
      this.socket.write(frame(encodeRpcCall({ sequence: this.sequence, call, args } as RpcCall)));
    });
  }

  private take(body: Buffer): void {
    const waiting = this.waiting!;
    if (waiting.ended) {
      this.waiting = undefined;
      waiting.resolve({ returned: decodeRpcReturn(body), headers: waiting.headers });
    } else if (waiting.method !== undefined) this.answer(waiting, waiting.method, body);
    else if (body.length === 0) waiting.ended = true;
    else waiting.method = body.toString();
  }

  private answer(waiting: Waiting, method: string, body: Buffer): void {
    waiting.method = undefined;
    if (!isPdkMethod(method)) throw new Error(`unknown PDK method ${method}`);
    const [name, value] = decodePdkArgs(method, body) as [string, string];
    if (method === 'kong.service.request.add_header') waiting.headers[name] = value;
    const result = method === 'kong.request.get_header' ? this.known[name] : RESULTS[method];
    this.socket.write(frame(onlyWrites(method) ? Buffer.alloc(0) : encodePdkResult(method, result)));
  }
}

/** The plan headers of a request under these plugins, in Kong's order. */
export async function declare(socket: string, plugins: readonly (readonly [name: string, config: object])[]) {
  const client = new KongClient(socket);
  const headers: Record<string, string> = {};
  for (const [name, config] of plugins) {
    Object.assign(headers, await client.event(await client.startInstance(name, config)));
  }
  client.close();
  return headers;
}
