// LiteLLM's proxy from PyPI, installed into a folder of the bench on first use: one worker, no database, no callbacks.

import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { freePort } from '../../test/support/free-port.ts';
import { HEADERS } from '../lib/configs.ts';
import { GATEWAY_CORE, pinned } from '../lib/process.ts';
import { BODIES } from '../lib/prompts.ts';
import type { Subject } from '../lib/subject.ts';
import { untilUp } from '../lib/until-up.ts';

const run = promisify(execFile);
const VERSION = '1.106.2';
const FOLDER = join(tmpdir(), `bench-litellm-${VERSION}`);
/** It imports for a while. */
const START_SECONDS = 90;
/** Without one, and with a short one, it does not start. */
const KEY = `sk-${randomBytes(32).toString('hex')}`;

export const litellm: Subject = {
  name: 'LiteLLM proxy',
  async start(upstream) {
    try {
      await install();
    } catch {
      return { skipped: 'litellm could not be installed from PyPI' };
    }
    const port = await freePort();
    const config = join(FOLDER, 'config.yaml');
    const params = { model: 'openai/bench', api_base: `${upstream}/v1`, api_key: 'sk-bench' };
    writeFileSync(config, stringify({ model_list: [{ model_name: 'bench', litellm_params: params }] }));
    const child = spawn(
      ...pinned(GATEWAY_CORE, join(FOLDER, 'bin', 'litellm'), [
        '--config',
        config,
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
      ]),
      {
        stdio: 'ignore',
        env: {
          ...process.env,
          LITELLM_MASTER_KEY: KEY,
          LITELLM_LOG: 'ERROR',
          LITELLM_LOCAL_MODEL_COST_MAP: 'True',
        },
      },
    );
    try {
      await untilUp(`http://127.0.0.1:${port}/health/liveliness`, START_SECONDS);
    } catch {
      child.kill('SIGKILL');
      return { skipped: `litellm did not answer within ${START_SECONDS} s` };
    }
    const url = `http://127.0.0.1:${port}/v1/chat/completions`;
    return {
      request: { url, headers: { ...HEADERS, authorization: `Bearer ${KEY}` }, bodies: BODIES },
      pids: [child.pid!],
      stop: async () => void child.kill('SIGKILL'),
    };
  },
};

async function install(): Promise<void> {
  if (existsSync(join(FOLDER, 'bin', 'litellm'))) return;
  await run('python3', ['-m', 'venv', FOLDER], { timeout: 60_000 });
  const wanted = `litellm[proxy]==${VERSION}`;
  await run(join(FOLDER, 'bin', 'pip'), ['install', '--quiet', wanted], { timeout: 300_000 });
}
