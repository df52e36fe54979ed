// Several relay workers: each writes its own files of the spool, and the primary process brings all of them to the sinks.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Gateway, startGateway } from '../../../kong/gateway/index.ts';
import { packagePath } from '../../../kong/root.ts';
import { listSegments } from '../../../plugins/cost-log/spool/segments.ts';
import { freePort } from '../../support/free-port.ts';
import { reply, startUpstream } from '../../support/upstream/index.ts';
import { openaiChat } from '../../support/upstream/openai.ts';
import { type DashboardData, spoolRecords, tempDir } from './support.ts';

/** At once, and again until both workers had some: one of them may take all that connects while it has time. */
const BURST = 60;
const MOST = 50 * BURST;
const TOKENS = 100;
let asked = 0;
let upstream: Awaited<ReturnType<typeof startUpstream>>;
let child: ChildProcess;
let gateway: Gateway;
let adminPort: number;
let dir: { path: string; remove(): void };
const out = () => join(dir.path, 'out.ndjson');
const admin = (path: string) => fetch(`http://127.0.0.1:${adminPort}${path}`);

beforeAll(async () => {
  dir = tempDir();
  upstream = await startUpstream();
  const usage = { prompt_tokens: TOKENS, completion_tokens: 10, total_tokens: 110 };
  upstream.handle(() => reply(200, openaiChat({ text: 'ok', usage: usage as never })));
  adminPort = await freePort();
  const socket = join(dir.path, 's.sock');
  child = spawn(process.execPath, [packagePath('dist/kong/cli.js'), 'start', '--socket', socket], {
    env: {
      ...process.env,
      KONG_AI_WORKERS: '2',
      KONG_AI_RELAY_PORT: String(await freePort()),
      KONG_AI_ADMIN_PORT: String(adminPort),
      KONG_AI_DATA_DIR: dir.path,
      KONG_AI_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await vi.waitFor(async () => expect((await admin('/readyz')).status).toBe(200), { timeout: 30_000 });
  const file = join(dir.path, 'kong.yaml');
  writeFileSync(file, deck());
  gateway = await startGateway({ file, socket, port: 0 });
}, 60_000);

afterAll(async () => {
  await gateway?.close();
  child?.kill('SIGKILL');
  await upstream?.close();
  dir?.remove();
});

function deck(): string {
  return JSON.stringify({
    _format_version: '3.0',
    services: [
      {
        name: 's',
        url: 'http://nowhere.invalid',
        routes: [{ name: 'r', paths: ['/ai'] }],
        plugins: [
          {
            name: 'cost-log',
            config: {
              sinks: [{ file: { path: out() } }],
              prices: [{ model: 'm', input: 1, output: 1 }],
            },
          },
          {
            name: 'ai-proxy-ts',
            config: {
              targets: [{ model: { provider: 'openai', options: { base_url: `${upstream.url}/v1` } } }],
            },
          },
        ],
      },
    ],
  });
}

async function ask(): Promise<void> {
  const response = await fetch(`${gateway.url}/ai/v1/chat/completions`, {
    method: 'POST',
    // A connection of its own each, so that both workers get some.
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  expect(response.status).toBe(200);
  await response.text();
}

const delivered = (): number => (existsSync(out()) ? readFileSync(out(), 'utf8').split('\n').length - 1 : 0);

test('the records of all workers reach the sinks, the metrics and the dashboard', async () => {
  const spool = join(dir.path, 'cost-log');
  const files = async () => (await listSegments(spool)).length;
  for (; (await files()) < 2 && asked < MOST; asked += BURST)
    await Promise.all(Array.from({ length: BURST }, ask));
  await expect.poll(delivered, { timeout: 15_000 }).toBe(asked);
  expect(await files(), 'one file per worker').toBe(2);
  const text = await (await admin('/metrics')).text();
  const requests = /^kong_ai_requests_total\{.*\} (\d+)$/m.exec(text)?.[1];
  expect(Number(requests)).toBe(asked);
  const cost = /^kong_ai_cost_total\{.*\} (\S+)$/m.exec(text)?.[1];
  expect(Number(cost)).toBeCloseTo((asked * 11) / 100_000, 12);
  await expect
    .poll(async () => ((await (await admin('/dashboard/data')).json()) as DashboardData).total, {
      timeout: 10_000,
    })
    .toMatchObject({ requests: asked, promptTokens: asked * TOKENS, cost: String((asked * 11) / 100_000) });
});

test('SIGTERM loses nothing: what was answered is in the spool and in the sink', async () => {
  await Promise.all(Array.from({ length: 12 }, ask));
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(await spoolRecords(join(dir.path, 'cost-log'))).toHaveLength(asked + 12);
  expect(delivered()).toBe(asked + 12);
  expect((await listSegments(join(dir.path, 'cost-log'))).every(({ path }) => path.endsWith('.log'))).toBe(
    true,
  );
});
