import { existsSync, linkSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { frame } from '../../kong/rpc/frame.ts';
import { encodeRpcCall } from '../../kong/rpc/messages.ts';
import { connectKong, type FakeKong } from '../support/fake-kong.ts';
import { socketPath, startServer, type TestServer } from './start.ts';

/** An event whose PDK reads nobody answers. */
async function stuckEvent(server: TestServer): Promise<FakeKong> {
  const kong = await server.kong();
  const instance_id = await kong.start('ai-proxy-ts', {});
  const args = { instance_id, event_name: 'access' };
  kong.write(frame(encodeRpcCall({ sequence: 9, call: 'cmd_handle_event', args })));
  await kong.arrival();
  return kong;
}

it('the socket is for its owner and group', async () => {
  const server = await startServer();
  expect(statSync(server.socket).mode & 0o777).toBe(0o660);
});

it('closing finishes the event under way, and removes the socket', async () => {
  const server = await startServer();
  const kong = await server.kong();
  const idle = await server.kong();
  const id = await kong.start('ai-proxy-ts', {});
  let closing: Promise<void> | undefined;
  // Asked for while the event waits for Kong's answers.
  const results = {
    get 'kong.client.get_consumer'() {
      closing ??= server.close();
      return { id: 'c' };
    },
  };
  const { calls, returned } = await kong.event(id, results);
  expect(returned).toHaveProperty('sequence');
  expect(calls.at(-1)![0]).toBe('kong.service.request.set_scheme');
  await Promise.all([closing, idle.closed, kong.closed]);
  expect(closing).toBeDefined();
  expect(existsSync(server.socket)).toBe(false);
  await expect(connectKong(server.socket)).rejects.toThrow('ENOENT');
});

it('a Kong that never answers does not keep it from closing', async () => {
  const server = await startServer();
  const kong = await stuckEvent(server);
  await server.close();
  await kong.closed;
});

it('a second server on the same socket is refused, and the first goes on', async () => {
  const first = await startServer();
  await expect(startServer({ socket: first.socket })).rejects.toThrow(
    `another plugin server listens on ${first.socket}`,
  );
  const kong = await first.kong();
  expect((await kong.call({ call: 'cmd_get_plugin_names', args: {} })).plugin_names?.names).toHaveLength(6);
});

it('a socket that a dead server left behind is taken over', async () => {
  const path = await socketPath();
  const dead = createServer();
  await new Promise<void>((resolve) => dead.listen(path, () => resolve()));
  // The file stays, as after SIGKILL: Node removes only the name that it listens on.
  linkSync(path, `${path}.kept`);
  await new Promise((resolve) => dead.close(resolve));
  renameSync(`${path}.kept`, path);
  const server = await startServer({ socket: path });
  await expect(server.kong()).resolves.toBeDefined();
});

it('a file that is no socket is left alone', async () => {
  const path = await socketPath();
  writeFileSync(path, 'precious');
  await expect(startServer({ socket: path })).rejects.toThrow('is not a socket');
  expect(statSync(path).size).toBe(8);
});

it('a server that closes late does not remove the socket of the one that came after', async () => {
  const first = await startServer();
  await stuckEvent(first);
  const closing = first.close();
  const second = await startServer({ socket: first.socket });
  await closing;
  await expect(second.kong()).resolves.toBeDefined();
});

it('events on a connection that Kong drops halfway leave the server well', async () => {
  const server = await startServer();
  for (let i = 0; i < 20; i += 1) {
    const kong = await server.kong();
    kong.write(Buffer.from([9, 0, 0, 0, 8]));
    kong.close();
  }
  const kong = await server.kong();
  expect(await kong.start('cost-log', {})).toBeGreaterThan(0);
});
