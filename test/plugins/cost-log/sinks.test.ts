import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ConfigError, parseConfig } from '../../../kong/schema/index.ts';
import { costLogConfig } from '../../../plugins/cost-log/config.ts';
import { fileSink } from '../../../plugins/cost-log/sinks/file.ts';
import { planSinks } from '../../../plugins/cost-log/sinks/make.ts';
import { stdoutSink } from '../../../plugins/cost-log/sinks/stdout.ts';
import { freePort } from '../../support/free-port.ts';
import { startRedis } from '../../support/redis.ts';
import { dashboardData, play, type Started, start, tempFolder } from './support.ts';

interface Received {
  headers: IncomingHttpHeaders;
  path: string;
  ids: string[];
}

/** @param answer the status, or what to do instead of answering */
async function receiver(answer: (request: Received, response: ServerResponse) => number | undefined) {
  const received: Received[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString(
      'utf8',
    );
    const lines = text.trimEnd().split('\n');
    const ids = lines.map((line) => (JSON.parse(line) as { request: { id: string } }).request.id);
    const seen = { headers: request.headers, path: request.url!, ids };
    received.push(seen);
    const status = answer(seen, response);
    if (status !== undefined) response.writeHead(status).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, received };
}

const USAGE = { input: { total: 10 }, output: { total: 10 } };

async function send(started: Started, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await play(started.stage, { id: `r${n}`, usage: USAGE });
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => `r${n}`);
const settled = { timeout: 15_000, interval: 20 };
const stateOf = async (started: Started) => (await dashboardData(started.part)).sinks[0]!;

describe('over HTTP', () => {
  test('records come as compressed lines, with the configured headers', async () => {
    const { url, received } = await receiver(() => 204);
    process.env.COST_LOG_TEST_KEY = 'from-env';
    const headers = { 'X-Key': 'env://COST_LOG_TEST_KEY', 'x-plain': 'yes' };
    const started = start({ sinks: [{ http: { url, headers, max_records: 10 } }] });
    await send(started, 25);
    await expect.poll(() => received.flatMap((batch) => batch.ids), settled).toEqual(ids(25));
    expect(received.every((batch) => batch.ids.length <= 10)).toBe(true);
    expect(received[0]!.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
      'x-key': 'from-env',
      'x-plain': 'yes',
      'idempotency-key': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  test('a batch that was not taken comes again with the same key until it is', async () => {
    let fails = 3;
    const { url, received } = await receiver(() => (fails-- > 0 ? 500 : 200));
    const started = start({ sinks: [{ http: { url } }] });
    await send(started, 5);
    await expect.poll(async () => (await stateOf(started)).delivered, settled).toBe(5);
    const tries = received.slice(0, 4);
    expect(new Set(tries.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(await started.metric('kong_ai_log_failures_total')).toEqual(
      new Map([[`{sink="${(await stateOf(started)).name}"}`, 3]]),
    );
  });

  test('one record that the receiver refuses for good does not keep the others back', async () => {
    const taken: string[] = [];
    const { url } = await receiver((batch) => {
      if (batch.ids.includes('r3')) return 400;
      taken.push(...batch.ids);
      return 200;
    });
    const started = start({ sinks: [{ http: { url } }] });
    await send(started, 8);
    await expect.poll(async () => stateOf(started), settled).toMatchObject({ delivered: 7, rejected: 1 });
    expect(taken.sort()).toEqual(ids(8).filter((id) => id !== 'r3'));
  });

  test('a sink that was down gets everything afterwards, also what was written before a restart', async () => {
    const port = await freePort();
    const sinks = [{ name: 'late', http: { url: `http://127.0.0.1:${port}/in` } }];
    const path = join(tempFolder(), 'cost-log');
    const first = start({ sinks, spool: { path } });
    await send(first, 20);
    await expect.poll(async () => (await stateOf(first)).failures, settled).toBeGreaterThan(1);
    await first.close();

    const got: string[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const lines = gunzipSync(Buffer.concat(chunks)).toString('utf8').trimEnd().split('\n');
      got.push(...lines.map((line) => (JSON.parse(line) as { request: { id: string } }).request.id));
      response.end();
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    start({ sinks, spool: { path } });
    await expect.poll(() => got, settled).toEqual(ids(20));
  });
});

describe.each([
  ['hangs', (): undefined => undefined],
  ['answers 500', () => 500],
  [
    'breaks the connection',
    (_: Received, response: ServerResponse): undefined => {
      response.destroy();
    },
  ],
])('a sink that %s', (_name, answer) => {
  test('is never waited for, and holds one batch in memory', async () => {
    const { url, received } = await receiver(answer);
    const http = { url, timeout: 200, max_records: 10 };
    const started = start({ sinks: [{ http }], spool: { flush_interval: 1 } });
    await send(started, 1);
    await expect.poll(() => received.length, settled).toBeGreaterThan(0);
    // The sink has its first batch. Requests end in the turn of the loop in which they are answered: nothing is awaited.
    let turns = 0;
    const count = setInterval(() => {
      turns += 1;
    });
    for (let n = 0; n < 300; n += 1) await play(started.stage, { usage: USAGE });
    clearInterval(count);
    expect(turns, 'only promises were awaited, no timer and no I/O').toBe(0);
    await expect.poll(async () => (await stateOf(started)).failures, settled).toBeGreaterThan(0);
    expect((await stateOf(started)).delivered).toBe(0);
    expect(await started.records()).toHaveLength(301);
    expect(received.every((batch) => batch.ids.length <= 10)).toBe(true);
    expect(await started.metric('kong_ai_log_lost_total')).toEqual(new Map());
  });
});

test('a receiver that accepts and never speaks is given up after its timeout', async () => {
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections += 1;
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const started = start({ sinks: [{ http: { url, timeout: 50 } }] });
  await send(started, 1);
  await expect.poll(() => connections, settled).toBeGreaterThan(1);
  await started.close();
});

test('Redis that is down for a while gets every record, each once by its id', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const sinks = [{ redis: { port: redis.port, stream: 'log', key_prefix: 'p', max_len: 100_000 } }];
  const started = start({ sinks });
  await send(started, 3);
  await expect.poll(async () => (await stateOf(started)).delivered, settled).toBe(3);
  await redis.kill9();
  for (let n = 3; n < 10; n += 1) await play(started.stage, { id: `r${n}`, usage: USAGE });
  await expect.poll(async () => (await stateOf(started)).failures, settled).toBeGreaterThan(0);
  await redis.restart();
  await expect.poll(async () => (await stateOf(started)).delivered, settled).toBe(10);
  const { Redis } = await import('ioredis');
  const client = new Redis(redis.port);
  const entries = await client.xrange('p:log', '-', '+');
  client.disconnect();
  const records = entries.map(
    ([, fields]) => JSON.parse(fields[3]!) as { id: string; request: { id: string } },
  );
  expect(entries.map(([, fields]) => fields[1])).toEqual(records.map(({ id }) => id));
  // It came back empty: what it has is what came afterwards.
  expect(new Set(records.map(({ request }) => request.id))).toEqual(new Set(ids(10).slice(3)));
});

describe('a file', () => {
  const record = (n: number): string => JSON.stringify({ n, pad: 'x'.repeat(80) });

  test('is rotated by size, and only so many are kept', async () => {
    const path = join(tempFolder(), 'logs', 'records.ndjson');
    const sink = fileSink({ path, maxBytes: 500, maxFiles: 3 });
    for (let n = 0; n < 40; n += 2) await sink.deliver([record(n), record(n + 1)], AbortSignal.timeout(1000));
    const files = [path, `${path}.1`, `${path}.2`, `${path}.3`];
    expect(files.map((file) => existsSync(file))).toEqual([true, true, true, true]);
    expect(existsSync(`${path}.4`)).toBe(false);
    const numbers = files
      .toReversed()
      .flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n'))
      .map((line) => (JSON.parse(line) as { n: number }).n);
    expect(numbers).toEqual(numbers.map((_, index) => 40 - numbers.length + index));
    for (const file of files) expect(readFileSync(file).length).toBeLessThanOrEqual(500);
  });

  test('that somebody else moved away is begun anew', async () => {
    const path = join(tempFolder(), 'records.ndjson');
    const sink = fileSink({ path, maxBytes: 1e6, maxFiles: 3 });
    await sink.deliver(['{"n":1}'], AbortSignal.timeout(1000));
    const { renameSync } = await import('node:fs');
    renameSync(path, `${path}.moved`);
    await sink.deliver(['{"n":2}'], AbortSignal.timeout(1000));
    expect(readFileSync(path, 'utf8')).toBe('{"n":2}\n');
  });
});

test('standard output gets each record as a line of the log', async () => {
  const path = join(tempFolder(), 'stdout');
  writeFileSync(path, '');
  const sink = stdoutSink('info', path);
  await sink.deliver(['{"id":"a"}', '{"id":"b"}'], AbortSignal.timeout(1000));
  await expect.poll(() => readFileSync(path, 'utf8'), settled).toContain('"b"');
  const lines = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { level: 30, plugin: 'cost-log', msg: 'ai request', record: { id: 'a' } },
    { level: 30, record: { id: 'b' } },
  ]);
});

test('a sink keeps its place under an id of its address, not of its secrets', () => {
  const http = (url: string, key: string) => ({
    http: { url, headers: { key }, timeout: 1, gzip: true, max_records: 1 },
  });
  const [first, same, other, named] = planSinks([
    http('http://a.example/', 'one'),
    http('http://a.example/', 'two'),
    http('http://b.example/', 'one'),
    { ...http('http://b.example/', 'one'), name: 'mine' },
  ]).map(({ id }) => id);
  expect(first).toBe(same);
  expect(first).not.toBe(other);
  expect(named).toBe('mine');
});

describe('the config of a sink', () => {
  const untouched = {
    stdout: {},
    file: { max_bytes: 104_857_600, max_files: 10 },
    http: { gzip: true, max_records: 500, timeout: 10_000, headers: {} },
    redis: { host: '127.0.0.1', port: 6379, max_len: 1_000_000 },
    otlp: { service_name: 'kong-ai', signals: ['traces', 'metrics', 'logs'], timeout: 10_000 },
  };
  const sinksOf = (sink: object) => parseConfig(costLogConfig, { sinks: [sink] }).sinks;

  test('is that of the kind that is filled in, whatever else Kong Manager sends', () => {
    const [sink] = sinksOf({ ...untouched, file: { path: '/var/log/records' } });
    expect(Object.keys(sink!)).toEqual(['file']);
  });

  test.each([
    ['no kind', {}],
    ['nothing filled in', untouched],
    ['two kinds', { stdout: { level: 'info' }, file: { path: '/var/log/records' } }],
  ])('with %s is refused', (_what, sink) => {
    expect(() => sinksOf(sink)).toThrow(ConfigError);
  });
});
