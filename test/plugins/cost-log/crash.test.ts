// kill -9 at random points: nothing for which `append` returned is lost, and ids tell what came twice.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { packagePath } from '../../../kong/root.ts';
import { httpSink } from '../../../plugins/cost-log/sinks/http.ts';
import { SinkRunner } from '../../../plugins/cost-log/sinks/runner.ts';
import { SpoolReader } from '../../../plugins/cost-log/spool/reader.ts';
import { silent, tempFolder } from './support.ts';

const KILLS = 50;
const CHILD = fileURLToPath(new URL('crash.child.mjs', import.meta.url));

test(`${KILLS} times kill -9: no lost and no double-counted record after de-duplication by id`, {
  timeout: 120_000,
}, async () => {
  const dist = packagePath('dist');
  if (!existsSync(`${dist}/plugins/cost-log/spool/writer.js`)) throw new Error('run `npm run build` first');
  const folder = tempFolder();
  const received: string[] = [];
  const url = await startReceiver(received);
  const appended = new Set<string>();

  for (let round = 0; round < KILLS; round += 1) {
    const child = spawn(process.execPath, [CHILD, dist, folder, url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    await once(child.stdout, 'data');
    await sleep(Math.random() * 120);
    expect(child.exitCode, 'it lives until it is killed').toBeNull();
    child.kill('SIGKILL');
    await once(child, 'close');
    for (const id of said.split('\n').filter((line) => line.length === 36)) appended.add(id);
  }

  const reader = new SpoolReader(folder, { sink: 's' });
  const sink = httpSink({ url, timeoutMs: 5000, gzip: true, maxRecords: 500 });
  const runner = new SinkRunner({ name: 's', sink, reader, log: silent, metrics: new Metrics(), pollMs: 5 });
  runner.start();
  await expect.poll(() => missing(appended, received), { timeout: 20_000 }).toEqual([]);
  await runner.stop(1000);

  expect(appended.size).toBeGreaterThan(KILLS * 5);
  const delivered = new Set(received);
  const inSpool = (await new SpoolReader(folder, {}).read({ maxRecords: 1e6, maxBytes: 1e9 })).records.map(
    idOf,
  );
  expect(new Set(inSpool).size, 'no record is in the spool twice').toBe(inSpool.length);
  // What is more than was appended was written, and killed before it could say so.
  expect([...delivered].sort()).toEqual([...inSpool].sort());
});

function missing(wanted: ReadonlySet<string>, received: readonly string[]): string[] {
  const have = new Set(received);
  return [...wanted].filter((id) => !have.has(id)).slice(0, 3);
}

const idOf = (json: string): string => (JSON.parse(json) as { id: string }).id;

async function startReceiver(received: string[]): Promise<string> {
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = gunzipSync(Buffer.concat(chunks)).toString('utf8');
      received.push(...text.trimEnd().split('\n').map(idOf));
      // Now and then it has the batch, and its answer is lost.
      if (Math.random() < 0.05) response.destroy();
      else response.writeHead(204).end();
    } catch {
      response.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/records`;
}
