// A real Kong (a `kong` command) for a declarative file, DB-less, with the suite's plugins beside it.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dumpFiles } from '../../kong/conf/dumps.ts';
import { PLUGINS } from '../../kong/registry.ts';
import { serve } from '../../kong/serve/index.ts';
import { freePort } from '../../test/support/free-port.ts';
import { KONG_USER } from '../../test/support/kong-user.ts';

const run = promisify(execFile);
const NAMES = PLUGINS.map(({ Name }) => Name);

/** @param command the `kong` command, or a path to it. */
export async function startKong(
  command: string,
  file: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'kong-ai-spec-kong-'));
  const socket = join(dir, 'plugins.sock');
  const [proxy, admin] = [await freePort(), await freePort()];
  for (const { file: name, text } of dumpFiles()) await writeFile(join(dir, name), text);
  const conf = join(dir, 'kong.conf');
  await writeFile(conf, kongConf({ dir, socket, file, proxy, admin }));
  const served = await serve({
    socket,
    relayPort: 0,
    adminPort: 0,
    workers: 0,
    logLevel: 'silent',
    dataDir: join(dir, 'data'),
  });
  await run(command, ['start', '-p', join(dir, 'prefix'), '-c', conf], { timeout: 60_000 });
  return {
    url: `http://127.0.0.1:${proxy}`,
    async close() {
      await run(command, ['stop', '-p', join(dir, 'prefix')], { timeout: 60_000 });
      await served.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface Conf {
  dir: string;
  socket: string;
  file: string;
  proxy: number;
  admin: number;
}

function kongConf({ dir, socket, file, proxy, admin }: Conf): string {
  const plugins = NAMES.flatMap((name) => {
    const key = `pluginserver_${name.replaceAll('-', '_')}`;
    return [`${key}_socket = ${socket}`, `${key}_query_cmd = cat ${join(dir, `${name}.json`)}`];
  });
  return [
    'database = off',
    `declarative_config = ${file}`,
    `proxy_listen = 127.0.0.1:${proxy}`,
    `admin_listen = 127.0.0.1:${admin}`,
    'admin_gui_listen = off',
    'status_listen = off',
    'anonymous_reports = off',
    'nginx_worker_processes = 1',
    'nginx_http_client_body_buffer_size = 8m',
    'log_level = warn',
    `plugins = bundled,${NAMES.join(',')}`,
    `pluginserver_names = ${NAMES.join(',')}`,
    ...KONG_USER,
    ...plugins,
    '',
  ].join('\n');
}
