// Plugin server, relay and embedded gateway, started together for a declarative file.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '../../kong/gateway/index.ts';
import { serve } from '../../kong/serve/index.ts';

export interface Stack {
  /** The gateway's address. */
  url: string;
  /** Stops the plugin server and the relay; the gateway stays. */
  stopPluginServer(): Promise<void>;
  close(): Promise<void>;
}

export async function startStack(file: string): Promise<Stack> {
  // Short: a Unix socket's path has about 100 bytes.
  const socket = join(tmpdir(), `kai-${randomUUID().slice(0, 8)}.sock`);
  const dataDir = `${socket}.data`;
  const server = await serve({ socket, dataDir, relayPort: 0, adminPort: 0, workers: 0, logLevel: 'silent' });
  const gateway = await startGateway({ file, socket, port: 0 }).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  let stopped: Promise<void> | undefined;
  const stopPluginServer = async () => {
    stopped ??= server.close();
    await stopped;
  };
  return {
    url: gateway.url,
    stopPluginServer,
    async close() {
      await gateway.close();
      await stopPluginServer();
      await rm(socket, { force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
