// The suite: the relay alone, and behind the embedded gateway.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { HEADERS, type PluginConfig } from '../lib/configs.ts';
import { declare } from '../lib/kong-client.ts';
import { serveArgs } from '../lib/paths.ts';
import { GATEWAY_CORE, start } from '../lib/process.ts';
import { BODIES } from '../lib/prompts.ts';
import type { Subject } from '../lib/subject.ts';

type Pick = (upstream: string) => readonly PluginConfig[];

/** The relay as Kong calls it, without Kong. */
export const relayAlone = (name: string, pick: Pick, bodies = BODIES): Subject => ({
  name: `relay, ${name}`,
  async start(upstream) {
    const socket = join(mkdtempSync(join(tmpdir(), 'bench-')), 's');
    const { pid, ready, stop } = await start(GATEWAY_CORE, process.execPath, serveArgs(socket));
    const headers = {
      ...HEADERS,
      'x-forwarded-path': '/ai/v1/chat/completions',
      'x-forwarded-for': '127.0.0.1',
      'x-real-ip': '127.0.0.1',
      'x-kong-request-id': '0123456789abcdef0123456789abcdef',
      ...(await declare(socket, pick(upstream))),
    };
    const url = `http://127.0.0.1:${ready.relayPort}/v1/chat/completions`;
    return { request: { url, headers, bodies }, pids: [pid], stop };
  },
});

export const embedded = (name: string, pick: Pick): Subject => ({
  name: `embedded gateway, ${name}`,
  async start(upstream) {
    const dir = mkdtempSync(join(tmpdir(), 'bench-'));
    const file = join(dir, 'kong.yaml');
    writeFileSync(file, deckFile(upstream, pick(upstream)));
    const args = serveArgs(join(dir, 's'), file);
    const { pid, ready, stop } = await start(GATEWAY_CORE, process.execPath, args);
    const url = `http://127.0.0.1:${ready.port}/ai/v1/chat/completions`;
    const headers = HEADERS;
    return { request: { url, headers, bodies: BODIES }, pids: [pid], stop };
  },
});

/** One route with these plugins. Without plugins it leads straight to the upstream. */
export function deckFile(upstream: string, plugins: readonly PluginConfig[]): string {
  const named = plugins.map(([name, config]) => ({ name, config }));
  const routes = [{ name: 'ai', paths: ['/ai'], plugins: named }];
  return stringify({ _format_version: '3.0', services: [{ name: 'ai', url: upstream, routes }] });
}
