// A tiny plugin server on kong/rpc, to see Kong's side of the protocol from the other end.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMPTY_FRAME, FrameReader, frame } from '../../kong/rpc/frame.ts';
import { decodeRpcCall, encodeRpcReturn, type PluginInfo } from '../../kong/rpc/messages.ts';
import { decodePdkResult, encodePdkArgs, type PdkMethod } from '../../kong/rpc/pdk.ts';

/** PDK calls that wait for their answers (`ask`) or do not (`tell`); `tell`s go out with the event's end in one write. */
export interface FakeKong {
  ask(method: PdkMethod, ...args: unknown[]): Promise<unknown>;
  tell(method: PdkMethod, ...args: unknown[]): void;
}

export interface FakePlugin {
  info?: Partial<PluginInfo>;
  /** Throwing closes the connection, as a plugin server does when a plugin breaks. */
  access(kong: FakeKong, config: Record<string, unknown>): void | Promise<void>;
}

export interface FakePluginServer {
  socket: string;
  /** Configs of the instances started, in order. */
  started: { id: number; name: string; config: Record<string, unknown> }[];
  closedInstances: number[];
  events: number;
  connections: number;
  /** Every method that was called, and what came back, in the order of the answers. */
  answers: [string, unknown][];
  /** Forgets all instances, as a restart does, and closes its connections if asked. */
  forget(options?: { hangUp?: boolean }): void;
  close(): Promise<void>;
}

export async function startFakePluginServer(
  plugins: Record<string, FakePlugin>,
  socketPath?: string,
): Promise<FakePluginServer> {
  const folder = socketPath ? undefined : mkdtempSync(join(tmpdir(), 'gateway-'));
  const path = socketPath ?? join(folder!, 'plugins.sock');
  const sockets = new Set<Socket>();
  const instances = new Map<number, { plugin: FakePlugin; config: Record<string, unknown> }>();
  let nextId = 1000;

  const fake: FakePluginServer = {
    socket: path,
    started: [],
    closedInstances: [],
    events: 0,
    connections: 0,
    answers: [],
    forget({ hangUp = false } = {}) {
      instances.clear();
      nextId += 1000;
      if (hangUp) for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };

  const server = createServer((socket) => {
    fake.connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    const reader = new FrameReader();
    /** Methods whose answers have not come yet, in order. */
    const expected: { method: PdkMethod; resolve: (value: unknown) => void }[] = [];
    socket.on('data', (chunk) => {
      reader.push(chunk, (bytes) => {
        const waiting = expected.shift();
        if (!waiting) {
          void answer(socket, bytes, expected);
          return;
        }
        const result = decodePdkResult(waiting.method, bytes);
        fake.answers.push([waiting.method, result]);
        waiting.resolve(result);
      });
    });
  });

  async function answer(
    socket: Socket,
    bytes: Buffer,
    expected: { method: PdkMethod; resolve: (value: unknown) => void }[],
  ): Promise<void> {
    const { sequence, call, args } = decodeRpcCall(bytes);
    const reply = (value: object) => socket.write(frame(encodeRpcReturn({ sequence, ...value })));
    switch (call) {
      case 'cmd_get_plugin_names':
        reply({ plugin_names: { names: Object.keys(plugins) } });
        return;
      case 'cmd_get_plugin_info': {
        const defaults = { name: args.name, phases: ['access'], version: '1', priority: 700, schema: '{}' };
        reply({ plugin_info: { ...defaults, ...plugins[args.name]?.info } });
        return;
      }
      case 'cmd_start_instance': {
        const config = JSON.parse(args.config.toString()) as Record<string, unknown>;
        if (config.refuse) {
          socket.destroy();
          return;
        }
        nextId += 1;
        instances.set(nextId, { plugin: plugins[args.name]!, config });
        fake.started.push({ id: nextId, name: args.name, config });
        reply({ instance_status: { name: args.name, instance_id: nextId, started_at: 1 } });
        return;
      }
      case 'cmd_close_instance':
        instances.delete(args.instance_id);
        fake.closedInstances.push(args.instance_id);
        reply({ instance_status: { name: '', instance_id: args.instance_id, started_at: 1 } });
        return;
      case 'cmd_handle_event': {
        const instance = instances.get(args.instance_id);
        if (!instance) {
          socket.destroy();
          return;
        }
        fake.events += 1;
        const out: Buffer[] = [];
        const call = (method: PdkMethod, values: unknown[]) =>
          new Promise<unknown>((resolve) => {
            out.push(frame(Buffer.from(method)), frame(encodePdkArgs(method, values)));
            expected.push({ method, resolve });
          });
        const kong: FakeKong = {
          tell: (method, ...values) => void call(method, values),
          ask(method, ...values) {
            const result = call(method, values);
            socket.write(Buffer.concat(out.splice(0)));
            return result;
          },
        };
        try {
          await instance.plugin.access(kong, instance.config);
        } catch {
          socket.destroy();
          return;
        }
        out.push(EMPTY_FRAME, frame(encodeRpcReturn({ sequence })));
        socket.write(Buffer.concat(out));
        return;
      }
      default:
        socket.destroy();
    }
  }

  await new Promise<void>((resolve) => server.listen(path, resolve));
  return fake;
}
