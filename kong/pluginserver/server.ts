// The plugin server: Kong's ProtoBuf:1 on a Unix socket, for every plugin of the suite at once.
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { Connection, type ConnectionContext } from './connection.ts';
import { Instances } from './instances.ts';
import type { ServedPlugin } from './plugin.ts';

export interface PluginServerOptions {
  socket: string;
  plugins: readonly ServedPlugin[];
  /** Permissions of the socket; SOCKET_MODE by default. */
  mode?: number;
  log: ConnectionContext['log'] & {
    info(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

export interface PluginServer {
  socket: string;
  /** Stops listening, lets events under way finish, removes the socket. */
  close(): Promise<void>;
}

/** Every Kong worker opens connections in bursts, one for each event that finds none idle. */
const BACKLOG = 4096;
/** An event takes microseconds; what is not done by then waits for a Kong that is gone. */
const CLOSE_TIMEOUT_MS = 2_000;
/** Kong's workers often run as another user of the same group (kong.conf `nginx_user`). */
export const SOCKET_MODE = 0o660;

/** @throws when another server listens on the socket, or its folder cannot be made. */
export async function startPluginServer(options: PluginServerOptions): Promise<PluginServer> {
  const plugins = new Map(options.plugins.map((plugin) => [plugin.name, plugin]));
  const context = { plugins, instances: new Instances(plugins, options.log), log: options.log };
  const connections = new Map<Socket, Connection>();
  const server = createServer((socket) => {
    connections.set(socket, new Connection(socket, context));
    socket.on('close', () => connections.delete(socket));
  });
  await removeStaleSocket(options.socket);
  await listen(server, options.socket, options.mode ?? SOCKET_MODE);
  options.log.info({ socket: options.socket, plugins: [...plugins.keys()] }, 'plugin server listens');
  return { socket: options.socket, close: () => close(server, connections) };
}

async function removeStaleSocket(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw new Error(`${path} is not a socket, and is left alone`);
  if (await mayBeServed(path)) throw new Error(`another plugin server listens on ${path}`);
  rmSync(path, { force: true });
}

/** Only a refused connection says that nobody listens: a busy server, or one of another user, fails otherwise. */
function mayBeServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.on('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.on('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'),
    );
  });
}

function listen(server: Server, path: string, mode: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, backlog: BACKLOG }, () => {
      chmodSync(path, mode);
      resolve();
    });
  });
}

async function close(server: Server, connections: Map<Socket, Connection>): Promise<void> {
  // Node removes the socket file at once. By the end another server may have put its own there.
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const deadline = Date.now() + CLOSE_TIMEOUT_MS;
  while (connections.size > 0) {
    for (const [socket, connection] of connections) {
      if (connection.idle || Date.now() >= deadline) socket.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await closed;
}
