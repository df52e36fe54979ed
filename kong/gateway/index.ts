// The embedded gateway: reads a decK file and serves it, with the plugin server's plugins over Kong's own protocol.
// It is for trying, developing and testing; production is Kong.
import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { createConfiguration, externalPluginNames } from './configuration.ts';
import type { PluginRules } from './deck/flatten.ts';
import { readDeckFile } from './deck/read.ts';
import { handleRequest } from './handler.ts';
import { LiveConfiguration } from './live-configuration.ts';
import type { Log } from './log.ts';
import { PluginServerClient } from './plugin-server/client.ts';
import { Counters } from './plugins/counters.ts';
import { listen } from './server.ts';
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

/** Throws DeckFileError for a bad file, PluginServerError when the plugin server cannot be reached. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { file, socket, env = process.env, checkPlugin, patience = PLUGIN_SERVER_PATIENCE_MS } = options;
  const host = options.host ?? '127.0.0.1';
  const log = options.log ?? pino({ name: 'kong-gateway', level: 'warn' });
  const client = new PluginServerClient(socket);
  const agents = new Agents();
  const counters = new Counters();

  const configuration = new LiveConfiguration(async () => {
    const state = readDeckFile(await readFile(file, 'utf8'), env, checkPlugin ? { checkPlugin } : {});
    const plugins = externalPluginNames(state).length > 0 ? await client.plugins(patience) : new Map();
    return createConfiguration(state, { client, plugins, counters, env, log });
  });

  const watcher = options.watch ? watchFile(file, () => void reloadChanged()) : undefined;
  async function reloadChanged(): Promise<void> {
    try {
      await configuration.reload();
      log.info({ file }, 'configuration reloaded');
    } catch (error) {
      const reason = (error as Error).message;
      log.error({ file, reason }, 'the file cannot be used; the old configuration stays');
    }
  }

  function release(): void {
    watcher?.stop();
    client.close();
    agents.close();
  }

  try {
    await configuration.reload();
    const server = await listen(host, options.port ?? 0, (incoming, response) => {
      configuration
        .use((current) => handleRequest(incoming, response, current, agents, log))
        .catch((error) => {
          log.error({ error: (error as Error).message }, 'request failed');
          response.destroy();
        });
    });
    let closed: Promise<void> | undefined;
    const close = async () => {
      watcher?.stop();
      await server.close();
      await configuration.close();
      release();
    };
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
      port: server.port,
      reload: () => configuration.reload(),
      close: () => {
        closed ??= close();
        return closed;
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}
