// A plugin server with plugins that do nothing but declare themselves, on a socket of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { ConfigStore } from '../../kong/plan/config-store.ts';
import { newSecret } from '../../kong/plan/signature.ts';
import type { ServedPlugin } from '../../kong/pluginserver/plugin.ts';
import { type PluginServer, startPluginServer } from '../../kong/pluginserver/server.ts';
import { definePlugin, startInstance } from '../../kong/relay/plugin.ts';
import { toKongSchema } from '../../kong/schema/index.ts';
import { connectKong, type FakeKong } from '../support/fake-kong.ts';

/** The suite's names in Kong's order; the last one reads the identity. */
export const NAMES = [
  'cost-log',
  'token-rate-limit',
  'prompt-guard',
  'pii-redact',
  'semantic-cache',
  'ai-proxy-ts',
] as const;

export interface TestServer extends PluginServer {
  secret: Buffer;
  configs: ConfigStore;
  /** Log lines: level, message and fields. */
  lines: { level: string; message: string; fields: Record<string, unknown> }[];
  kong(): Promise<FakeKong>;
}

export async function socketPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kai-ps-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'plugins.sock');
}

export async function startServer({
  socket,
  plugins,
}: {
  socket?: string;
  plugins?: ServedPlugin[];
} = {}): Promise<TestServer> {
  const secret = newSecret();
  const configs = new ConfigStore();
  const declared = new Set<string>();
  const lines: TestServer['lines'] = [];
  const write =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push({ level, message, fields: { ...fields } });
  const server = await startPluginServer({
    socket: socket ?? (await socketPath()),
    plugins: plugins ?? NAMES.map((name) => served(name, { secret, configs, declared })),
    log: { info: write('info'), warn: write('warn'), error: write('error'), debug: write('debug') },
  });
  const kongs: FakeKong[] = [];
  onTestFinished(async () => {
    for (const kong of kongs) kong.close();
    await server.close();
  });
  return {
    ...server,
    secret,
    configs,
    lines,
    async kong() {
      const kong = await connectKong(server.socket);
      kongs.push(kong);
      return kong;
    },
  };
}

function served(
  name: string,
  runtime: { secret: Buffer; configs: ConfigStore; declared: Set<string> },
): ServedPlugin {
  const { definition } = definePlugin({
    name,
    version: '1.2.3',
    priority: 800 - NAMES.indexOf(name as (typeof NAMES)[number]),
    config: z.object({ word: z.string().optional(), depth: z.int().optional() }),
    stage: () => ({ run: (_exchange, next) => next() }),
    ...(name === 'ai-proxy-ts' ? { innermost: true } : {}),
  });
  return {
    name,
    version: definition.version,
    priority: definition.priority,
    schema: toKongSchema(name, definition.config),
    start: (config) =>
      startInstance(definition, config, {
        ...runtime,
        relay: { host: '127.0.0.1', port: 8900 },
        declared: runtime.declared,
      }),
  };
}
