// The embedded gateway: reads a decK file and serves it, with the plugin server's plugins over Kong's own protocol.
// It is for trying, developing and testing; production is Kong.
import { readFile } from 'node:fs/promises';
import { createServer, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pino } from 'pino';
import { type Configuration, createConfiguration, externalPluginNames } from './configuration.ts';
import type { PluginRules } from './deck/flatten.ts';
import { readDeckFile } from './deck/read.ts';
import { errorExit } from './exit.ts';
import { handleRequest } from './handler.ts';
import { HeaderList } from './headers.ts';
import type { Log } from './log.ts';
import { PluginServerClient } from './plugin-server/client.ts';
import { Counters } from './plugins/counters.ts';
import { Agents } from './upstream/request.ts';
import { watchFile } from './watch.ts';

export { DeckFileError, type DeckIssue } from './deck/errors.ts';
export { readDeckFile } from './deck/read.ts';
export type { Log } from './log.ts';

export interface GatewayOptions {
  /** The decK file. */
  file: string;
  /** The plugin server's Unix socket. Needed only when the file uses its plugins. */
  socket: string;
  /** 0 or absent: a free one. */
  port?: number;
  host?: string;
  /** For `${{ env "DECK_X" }}` in the file and `{vault://env/X}` in plugin configs. */
  env?: NodeJS.ProcessEnv;
  /** Reload when the file changes. */
  watch?: boolean;
  log?: Log;
  /** How long to wait for the plugin server, which may start at the same time. ms, 5000 by default. */
  patience?: number;
  /** Checks the config of the plugin server's plugins while the file is read. */
  checkPlugin?: NonNullable<PluginRules['check']>;
}

export interface Gateway {
  url: string;
  port: number;
  /** Rejects with a readable error, and keeps the old configuration, when the file is invalid. */
  reload(): Promise<void>;
  /** Finishes what is in flight, for a while. */
  close(): Promise<void>;
}

const PLUGIN_SERVER_PATIENCE_MS = 5_000;
const DRAIN_MS = 10_000;
const SWEEP_EVERY_MS = 50;
const MAX_REQUEST_HEADER_BYTES = 32 * 1024;
const REQUEST_HEADER_TIMEOUT_MS = 60_000;

/** Throws DeckFileError for a bad file, PluginServerError when the plugin server cannot be reached. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const log = options.log ?? pino({ name: 'kong-gateway', level: 'warn' });
  const env = options.env ?? process.env;
  const client = new PluginServerClient(options.socket);
  const agents = new Agents();
  const counters = new Counters();
  const inFlight = new Map<Configuration, number>();
  let closing = false;

  async function load(): Promise<Configuration> {
    const text = await readFile(options.file, 'utf8');
    const state = readDeckFile(text, env, options.checkPlugin ? { checkPlugin: options.checkPlugin } : {});
    const external = externalPluginNames(state).length > 0;
    const plugins = external
      ? await client.plugins(options.patience ?? PLUGIN_SERVER_PATIENCE_MS)
      : new Map();
    return createConfiguration(state, { client, plugins, counters, env, log });
  }

  let current: Configuration;
  try {
    current = await load();
  } catch (error) {
    client.close();
    throw error;
  }

  const server = createServer(
    {
      maxHeaderSize: MAX_REQUEST_HEADER_BYTES,
      headersTimeout: REQUEST_HEADER_TIMEOUT_MS,
      requestTimeout: 0, // a long upload is watched for progress instead
    },
    (incoming, response) => {
      const configuration = current;
      inFlight.set(configuration, (inFlight.get(configuration) ?? 0) + 1);
      if (closing) response.shouldKeepAlive = false;
      handleRequest(incoming, response, configuration, agents, log)
        .catch((error) => {
          log.error({ error: (error as Error).message }, 'request failed');
          response.destroy();
        })
        .finally(() => release(configuration));
    },
  );
  server.maxHeadersCount = 0; // bounded by their size, and by the handler, which does not drop any silently
  server.on('clientError', refuseMalformed);

  function release(configuration: Configuration): void {
    const left = (inFlight.get(configuration) ?? 1) - 1;
    if (left > 0) {
      inFlight.set(configuration, left);
      return;
    }
    inFlight.delete(configuration);
    if (configuration !== current) void configuration.retire();
  }

  let reloading: Promise<void> = Promise.resolve();
  function reload(): Promise<void> {
    const result = reloading.then(async () => {
      const next = await load();
      const old = current;
      current = next;
      log.info({ file: options.file }, 'configuration loaded');
      if (!inFlight.has(old)) void old.retire();
    });
    reloading = result.catch(() => {});
    return result;
  }

  const watcher = options.watch
    ? watchFile(options.file, () => {
        reload().catch((error) => {
          const reason = (error as Error).message;
          log.error({ file: options.file, reason }, 'the file is invalid; the old configuration stays');
        });
      })
    : undefined;

  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  }).catch((error) => {
    watcher?.stop();
    client.close();
    throw error;
  });
  const { port } = server.address() as AddressInfo;

  let closed: Promise<void> | undefined;
  async function close(): Promise<void> {
    closing = true;
    watcher?.stop();
    const drained = new Promise<void>((resolve) => server.close(() => resolve()));
    // A connection falls idle a moment after its request is over.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_EVERY_MS);
    const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    await drained;
    clearInterval(sweep);
    clearTimeout(deadline);
    await reloading;
    await current.retire();
    client.close();
    agents.close();
  }

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    reload,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

/** Bytes that are not an HTTP request, or too many of them, get Kong's words too. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [400, 'Request header or cookie too large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request timeout']
        : [400, 'Bad request'];
  const { headers, body } = errorExit({ id: '', headers: new HeaderList() }, status, message);
  const lines = [...headers, ['Content-Length', String(body.length)], ['Connection', 'close']]
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n${body.toString()}`);
}
