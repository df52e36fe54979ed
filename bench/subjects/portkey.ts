// Portkey's gateway from npm, installed into a folder of the bench on first use. With @hono/node-server 1.13.5: with the
// version that its own package asks for, every stream answers 500.

import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../test/support/free-port.ts';
import { HEADERS } from '../lib/configs.ts';
import { GATEWAY_CORE, pinned } from '../lib/process.ts';
import { BODIES } from '../lib/prompts.ts';
import type { Subject } from '../lib/subject.ts';
import { untilUp } from '../lib/until-up.ts';

const run = promisify(execFile);
const VERSION = '1.15.2';
const FOLDER = join(tmpdir(), `bench-portkey-${VERSION}`);

export const portkey: Subject = {
  name: 'Portkey gateway',
  async start(upstream) {
    try {
      await install();
    } catch {
      return { skipped: '@portkey-ai/gateway could not be installed from npm' };
    }
    const port = await freePort();
    const entry = join(FOLDER, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');
    const child = spawn(...pinned(GATEWAY_CORE, process.execPath, [entry, '--headless', `--port=${port}`]), {
      env: { ...process.env, NODE_ENV: 'production', PORT: String(port) },
      stdio: 'ignore',
    });
    await untilUp(`http://127.0.0.1:${port}/`, 10);
    return {
      request: {
        url: `http://127.0.0.1:${port}/v1/chat/completions`,
        headers: {
          ...HEADERS,
          authorization: 'Bearer sk-bench',
          'x-portkey-provider': 'openai',
          'x-portkey-custom-host': `${upstream}/v1`,
        },
        bodies: BODIES,
      },
      pids: [child.pid!],
      stop: async () => void child.kill('SIGKILL'),
    };
  },
};

async function install(): Promise<void> {
  if (existsSync(join(FOLDER, 'node_modules', '@portkey-ai'))) return;
  mkdirSync(FOLDER, { recursive: true });
  const overrides = { '@hono/node-server': '1.13.5' };
  const dependencies = { '@portkey-ai/gateway': VERSION };
  writeFileSync(join(FOLDER, 'package.json'), JSON.stringify({ private: true, dependencies, overrides }));
  await run('npm', ['install', '--no-audit', '--no-fund', '--omit=dev'], { cwd: FOLDER, timeout: 180_000 });
}
