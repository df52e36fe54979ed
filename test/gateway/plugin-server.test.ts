// A plugin server that misbehaves, as the embedded gateway meets it: a documented failure, never a hang, and nothing
// of the request reaches the upstream.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PluginServerClient } from '../../kong/gateway/plugin-server/client.ts';
import { PluginConnection } from '../../kong/gateway/plugin-server/connection.ts';
import { EMPTY_FRAME, FrameReader, frame } from '../../kong/rpc/frame.ts';
import { decodeRpcCall, encodeRpcReturn, type RpcCall, type RpcReturn } from '../../kong/rpc/messages.ts';
import { deferred } from '../support/deferred.ts';
import { ask, gatewayFor, startUpstream } from '../support/gateway.ts';
import { authorized, closers, fileFor, setUp } from './with-plugin-server.ts';

type Reply = (value: Omit<RpcReturn, 'sequence'>, sequence?: number) => Buffer;
/** What is written to a call, or what else is done about it. */
type Script = Partial<Record<RpcCall['call'], (call: RpcCall, reply: Reply, socket: Socket) => Buffer[]>>;

const orderly = {
  cmd_get_plugin_names: (_call, reply) => [reply({ plugin_names: { names: ['probe'] } })],
  cmd_get_plugin_info: (_call, reply) => [
    reply({ plugin_info: { name: 'probe', phases: ['access'], version: '1', priority: 1, schema: '{}' } }),
  ],
  cmd_start_instance: (_call, reply) => [
    reply({ instance_status: { name: 'probe', instance_id: 7, started_at: 1 } }),
  ],
  cmd_close_instance: (_call, reply) => [reply({})],
} satisfies Script;

async function scripted(
  script: Script,
): Promise<{ socket: string; connections(): number; open: Set<Socket> }> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const path = join(folder, 's.sock');
  const answers: Script = { ...orderly, ...script };
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => {});
    const reader = new FrameReader();
    socket.on('data', (chunk) =>
      reader.push(chunk, (bytes) => {
        let call: RpcCall;
        try {
          call = decodeRpcCall(bytes);
        } catch {
          return; // the answer to a PDK call
        }
        const reply: Reply = (value, sequence = call.sequence) =>
          frame(encodeRpcReturn({ sequence, ...value }));
        for (const bytes of answers[call.call]?.(call, reply, socket) ?? []) socket.write(bytes);
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  closers.push(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });
  return { socket: path, connections: () => connections, open };
}

/** The log's words for why a request got its 500. */
async function failure(script: Script): Promise<string> {
  const { socket } = await scripted(script);
  const upstream = await startUpstream();
  closers.push(upstream.close);
  const kong = await gatewayFor(fileFor(upstream.url, ['probe']), { socket });
  closers.push(kong.close);
  const answer = await ask(kong, '/api', authorized);
  expect([answer.status, answer.json().message]).toEqual([500, 'An unexpected error occurred']);
  expect(upstream.count()).toBe(0);
  const lines = kong.lines.filter((line) => line.startsWith('error request failed'));
  expect(lines).toHaveLength(1);
  return (JSON.parse(lines[0]!.slice(lines[0]!.indexOf('{'))) as { error: string }).error;
}

describe('a request fails closed when the plugin server', () => {
  it('answers a start without an instance', async () => {
    expect(await failure({ cmd_start_instance: (_call, reply) => [reply({})] })).toBe(
      "no instance of 'probe' was started",
    );
  });

  it('answers another call than the one that was made', async () => {
    const wrong = await failure({
      cmd_start_instance: ({ sequence }, reply) => [
        reply({ instance_status: { name: 'probe', instance_id: 7, started_at: 1 } }, sequence + 1),
      ],
    });
    expect(wrong).toBe('the answer is to another call');
  });

  it('calls a method that no PDK has', async () => {
    const wrong = await failure({
      cmd_handle_event: () => [frame(Buffer.from('kong.no.such.method')), EMPTY_FRAME],
    });
    expect(wrong).toBe('method "kong.no.such.method" not found');
  });

  it.each([
    ['a length beyond any frame', Buffer.from([0xff, 0xff, 0xff, 0x7f]), 'frame is too large'],
    [
      'arguments that are no message',
      Buffer.concat([frame(Buffer.from('kong.request.get_header')), frame(Buffer.from([0x0a, 0x7f]))]),
      /./,
    ],
    ['an end of the event that is no message', Buffer.concat([EMPTY_FRAME, frame(Buffer.from([0xff]))]), /./],
  ])('sends %s', async (_what, bytes, reason) => {
    const error = await failure({ cmd_handle_event: () => [bytes] });
    if (typeof reason === 'string') expect(error).toBe(reason);
    else expect(error).toMatch(reason);
  });
});

describe('the gateway does not start with a plugin server that', () => {
  const starting = async (script: Script) =>
    gatewayFor(fileFor('http://127.0.0.1:1', ['probe']), { socket: (await scripted(script)).socket });

  it('names a plugin and tells nothing of it', async () => {
    await expect(starting({ cmd_get_plugin_info: (_call, reply) => [reply({})] })).rejects.toThrow(
      "the plugin server tells nothing of 'probe'",
    );
  });

  it('has no plugins', async () => {
    await expect(starting({ cmd_get_plugin_names: (_call, reply) => [reply({})] })).rejects.toThrow(
      "the embedded gateway does not have the plugin 'probe'",
    );
  });

  it('hangs up', async () => {
    const hangUp: Script = {
      cmd_get_plugin_names: (_call, _reply, socket) => {
        socket.destroy();
        return [];
      },
    };
    await expect(starting(hangUp)).rejects.toThrow('the plugin server closed the connection');
  });
});

describe('what a plugin does not tell', () => {
  it('is its priority: it has 0, and runs after those that have one', async () => {
    const order: string[] = [];
    const run = (name: string) => ({ access: () => void order.push(name) });
    const { kong } = await setUp({
      a: { ...run('a'), info: { priority: undefined as never } },
      b: { ...run('b'), info: { priority: 1 } },
      c: { ...run('c'), info: { priority: -1 } },
    });
    await ask(kong, '/api', authorized);
    expect(order).toEqual(['b', 'a', 'c']);
  });

  it('is its phases: it runs in none', async () => {
    const { kong, server } = await setUp({
      probe: { info: { phases: undefined as never }, access: () => {} },
    });
    expect((await ask(kong, '/api', authorized)).status).toBe(200);
    expect([server.events, server.started]).toEqual([0, []]);
  });

  it('is its schema: its config goes as it is, references unresolved', async () => {
    const { kong, server } = await setUp(
      { probe: { info: { schema: undefined as never }, access: () => {} } },
      'key: "{vault://env/key}"',
      { env: { KEY: 'secret' } },
    );
    await ask(kong, '/api', authorized);
    expect(server.started[0]!.config).toMatchObject({ key: '{vault://env/key}' });
  });
});

describe('the rewrite phase', () => {
  it('runs for a global plugin before routing, and may answer what no route takes', async () => {
    const { kong, upstream } = await setUp({
      probe: {
        info: { phases: ['rewrite'] },
        async access(pdk) {
          if ((await pdk.ask('kong.request.get_path')) !== '/early') return;
          pdk.tell('kong.response.exit', 202, Buffer.from('early'));
        },
      },
    });
    kong.write(`_format_version: "3.0"
services: [{url: "${upstream.url}", routes: [{paths: [/api]}]}]
plugins: [{name: probe}]
`);
    await kong.reload();
    expect(await ask(kong, '/early')).toMatchObject({ status: 202, body: 'early' });
    expect((await ask(kong, '/none')).status).toBe(404);
    expect((await ask(kong, '/api')).status).toBe(200);
  });
});

describe('connections to the plugin server', () => {
  it('are used again, and no more than 64 are kept', async () => {
    const gate = deferred<void>();
    const script: Script = {
      cmd_handle_event: (_call, reply, socket) => {
        void gate.promise.then(() => socket.write(Buffer.concat([EMPTY_FRAME, reply({})])));
        return [];
      },
    };
    const { socket, connections, open } = await scripted(script);
    const client = new PluginServerClient(socket);
    closers.push(async () => client.close());
    const pdk = { call: () => undefined, ended: () => false };
    const events = Array.from({ length: 70 }, () => client.handleEvent(7, 'access', pdk));
    await expect.poll(connections).toBe(70);
    gate.resolve();
    await Promise.all(events);
    await expect.poll(() => open.size).toBe(64);
    await client.handleEvent(7, 'access', pdk);
    expect(connections()).toBe(70);
  });

  it('one that was closed while it was idle is replaced, for calls that may be repeated', async () => {
    const { socket, open, connections } = await scripted({});
    const client = new PluginServerClient(socket);
    closers.push(async () => client.close());
    await client.plugins(0);
    // Closed in the same turn in which it is taken: the client cannot know yet.
    for (const one of open) one.destroy();
    expect([...(await client.plugins(0)).keys()]).toEqual(['probe']);
    expect(connections()).toBe(2);
  });

  it('a frame that nobody asked for ends its connection, and the next call has another', async () => {
    let surplus = true;
    const { socket, connections } = await scripted({
      cmd_get_plugin_info: (call, reply) => {
        const answers = orderly.cmd_get_plugin_info(call, reply);
        return surplus ? [Buffer.concat([...answers, EMPTY_FRAME])] : answers;
      },
    });
    const client = new PluginServerClient(socket);
    closers.push(async () => client.close());
    expect((await client.plugins(0)).size).toBe(1);
    surplus = false;
    expect((await client.plugins(0)).size).toBe(1);
    expect(connections()).toBe(2);
  });

  it('are not made any more once it is closed', async () => {
    const { socket, connections } = await scripted({});
    const client = new PluginServerClient(socket);
    client.close();
    await expect(client.plugins(5_000)).rejects.toThrow('the gateway is closing');
    expect(connections()).toBe(0);
  });

  it('carry one call at a time', async () => {
    const { socket } = await scripted({ cmd_get_plugin_names: () => [] });
    const connection = await PluginConnection.open(socket);
    const first = connection.call({ call: 'cmd_get_plugin_names', args: {} });
    expect(() => connection.call({ call: 'cmd_get_plugin_names', args: {} })).toThrow('one call at a time');
    connection.destroy();
    await expect(first).rejects.toThrow('closed the connection');
    // What is written to it now would never be answered.
    await expect(connection.call({ call: 'cmd_get_plugin_names', args: {} })).rejects.toThrow(
      'closed the connection',
    );
  });

  it('one that ends while an answer is being made ends the event, and the answer goes nowhere', async () => {
    const gate = deferred<string>();
    const { socket, open } = await scripted({
      cmd_handle_event: () => [frame(Buffer.from('kong.request.get_path')), EMPTY_FRAME],
    });
    const connection = await PluginConnection.open(socket);
    const pdk = { call: () => gate.promise, ended: () => false };
    const event = connection.call(
      { call: 'cmd_handle_event', args: { instance_id: 7, event_name: 'access' } },
      pdk,
    );
    await expect.poll(() => open.size).toBe(1);
    for (const one of open) one.end();
    connection.destroy();
    await expect(event).rejects.toThrow('closed the connection');
    gate.resolve('/late');
    await new Promise(setImmediate);
  });
});
