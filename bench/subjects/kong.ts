// A real Kong, where there is a `kong` command (KONG names another): bare, with its own ai-proxy, and with the suite.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dumpFiles } from '../../kong/conf/dumps.ts';
import { asConf, kongSettings } from '../../kong/conf/kong-conf.ts';
import { freePort } from '../../test/support/free-port.ts';
import { KONG_USER } from '../../test/support/kong-user.ts';
import { HEADERS, type PluginConfig } from '../lib/configs.ts';
import { serveArgs } from '../lib/paths.ts';
import { GATEWAY_CORE, has, inBatch, pinned, start } from '../lib/process.ts';
import { BODIES } from '../lib/prompts.ts';
import type { Subject } from '../lib/subject.ts';
import { deckFile } from './ours.ts';

const run = promisify(execFile);
const KONG = process.env.KONG ?? 'kong';

export const kong = (name: string, pick: (upstream: string) => readonly PluginConfig[]): Subject => ({
  name: `Kong, ${name}`,
  async start(upstream) {
    if (!has(KONG)) return { skipped: 'no kong command on this machine' };
    const dir = mkdtempSync(join(tmpdir(), 'bench-'));
    const socket = join(dir, 's');
    const plugins = pick(upstream);
    const server = await start(GATEWAY_CORE, process.execPath, serveArgs(socket));
    const port = await freePort();
    writeFileSync(join(dir, 'kong.yml'), deckFile(upstream, plugins));
    for (const { file, text } of dumpFiles()) writeFileSync(join(dir, file), text);
    writeFileSync(join(dir, 'kong.conf'), kongConf(dir, socket, port));
    const args = ['start', '-p', join(dir, 'prefix'), '-c', join(dir, 'kong.conf')];
    await run(...pinned(GATEWAY_CORE, ...inBatch(KONG, args)));
    const master = Number(readFileSync(join(dir, 'prefix', 'pids', 'nginx.pid'), 'utf8'));
    return {
      request: {
        url: `http://127.0.0.1:${port}/ai/v1/chat/completions`,
        headers: HEADERS,
        bodies: BODIES,
      },
      pids: [master, server.pid],
      async stop() {
        await run(KONG, ['stop', '-p', join(dir, 'prefix')]);
        await server.stop();
      },
    };
  },
});

function kongConf(dir: string, socket: string, port: number): string {
  const settings = kongSettings({ mode: 'sidecar', kongVersion: '3.9', socket, dumps: dir });
  return `${asConf(settings)}
database = off
declarative_config = ${join(dir, 'kong.yml')}
proxy_listen = 127.0.0.1:${port}
admin_listen = off
admin_gui_listen = off
status_listen = off
anonymous_reports = off
nginx_worker_processes = 1
proxy_access_log = off
log_level = error
${KONG_USER.join('\n')}
`;
}

/** Kong's own plugin, which translates and counts but has none of the other five. */
export const kongAiProxy = (upstream: string): readonly PluginConfig[] => [
  [
    'ai-proxy',
    {
      route_type: 'llm/v1/chat',
      auth: { header_name: 'Authorization', header_value: 'Bearer sk-bench' },
      model: {
        provider: 'openai',
        name: 'bench',
        options: { upstream_url: `${upstream}/v1/chat/completions` },
      },
    },
  ],
];
