// One process with plugin server and relay, all six plugins declared or some, in front of a provider that is told what to say:
// for what only shows in the memory of a process of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { PLUGINS } from '../../kong/registry.ts';
import { connectKong } from '../support/fake-kong.ts';
import { type KongAi, startKongAi } from '../support/kong-ai.ts';

export interface Memory {
  rss: number;
  heap: number;
  arrayBuffers: number;
  /** Kinds of open handles and requests, with how many there are. */
  handles: Record<string, number>;
}

export interface LoadedRelay {
  server: KongAi;
  port: number;
  /** Headers of a request that all six plugins have declared; good for ten minutes. */
  declare(): Promise<Record<string, string>>;
  memory(): Promise<Memory>;
}

const CONFIGS: Record<string, object> = {
  'token-rate-limit': {
    policies: [
      {
        name: 'all',
        partition_by: ['none'],
        limits: [{ unit: 'total_tokens', limit: 1e12, window: 'minute' }],
      },
    ],
  },
  'prompt-guard': { deny: [{ id: 'word', phrase: 'forbidden words here', target: 'both' }] },
  'pii-redact': { direction: 'both' },
  // Full long before a test begins to measure.
  'semantic-cache': { memory: { max_bytes: 1024 * 1024 } },
};

/**
 * @param answer of every provider call
 * @param plugins those that declare the requests
 */
export async function startLoadedRelay(
  answer: (response: ServerResponse) => void,
  plugins: readonly string[] = PLUGINS.map(({ Name }) => Name),
): Promise<LoadedRelay> {
  const dir = mkdtempSync(join(tmpdir(), 'load-'));
  const model = createServer((request, response) => {
    response.on('error', () => {});
    request.resume().on('end', () => answer(response));
  });
  await new Promise<void>((resolve) => model.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  const server = await startKongAi(dir, {
    KONG_AI_WORKERS: '0',
    KONG_AI_MAX_CONCURRENT: '4096',
  });
  const kong = await connectKong(join(dir, 's.sock'));
  onTestFinished(async () => {
    kong.close();
    await server.end('SIGKILL');
    model.closeAllConnections();
    model.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const base_url = `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`;
  const target = { model: { provider: 'openai-compatible', name: 'm', options: { base_url } } };
  const instances: number[] = [];
  const declaring = PLUGINS.filter(({ Name }) => plugins.includes(Name));
  for (const { Name } of declaring.toSorted((a, b) => b.Priority - a.Priority)) {
    const config = Name === 'ai-proxy-ts' ? { targets: [target] } : (CONFIGS[Name] ?? {});
    instances.push(await kong.start(Name, { __plugin_id: `id-of-${Name}`, ...config }));
  }
  let port = 0;
  async function declare(): Promise<Record<string, string>> {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    for (const id of instances) {
      const { calls } = await kong.event(id, {
        'kong.request.get_header': (name: string) => headers[name],
      });
      for (const [method, args] of calls) {
        if (method.endsWith('add_header')) headers[args[0] as string] = args[1] as string;
        if (method.endsWith('set_target')) port = args[1] as number;
      }
    }
    return headers;
  }
  await declare();
  return { server, port, declare, memory: () => server.tell('memory') as Promise<Memory> };
}
