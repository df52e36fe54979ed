// 10,000 mixed requests with known usage: the known totals, exactly, wherever they are shown.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { reportCommand } from '../../../kong/commands/report.ts';
import { fileRecords, redisRecords } from '../../../plugins/cost-log/report/sources.ts';
import { Summary } from '../../../plugins/cost-log/report/summary.ts';
import { runCommand } from '../../support/command.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { dashboardData, play, type Started, spoolRecords, start, tempDir } from './support.ts';
import { CONSUMERS, PRICES, type Totals, traffic, usd } from './traffic.ts';

const COUNT = 10_000;
const known = traffic(COUNT);
let redis: TestRedis;
let started: Started;
let dir: { path: string; remove(): void };

beforeAll(async () => {
  redis = await startRedis();
  dir = tempDir();
  started = start(
    {
      prices: PRICES,
      spool: { path: join(dir.path, 'cost-log'), segment_bytes: 1_000_000 },
      sinks: [
        { redis: { port: redis.port, stream: 'cost-log' } },
        {
          file: { path: join(dir.path, 'out', 'records.ndjson'), max_bytes: 4_000_000, max_files: 50 },
        },
      ],
    },
    {},
    { keep: true },
  );
  for (const story of known.stories) await play(started.stage, story);
  await started.stage.close?.();
  const done = async () => (await dashboardData(started.part)).sinks.map(({ delivered }) => delivered);
  await vi.waitFor(async () => expect(await done()).toEqual([COUNT, COUNT]), {
    timeout: 60_000,
    interval: 200,
  });
}, 120_000);

afterAll(async () => {
  await started.close();
  await redis.stop();
  dir.remove();
});

const EXPECTED = {
  requests: known.all.requests,
  prompt_tokens: known.all.prompt,
  completion_tokens: known.all.completion,
  cache_read_tokens: known.all.cached,
  cost: usd(known.all.picos),
  unpriced: known.all.unpriced,
  cache_hits: known.all.hits,
  blocked: known.all.blocked,
};

test('the traffic is mixed', () => {
  for (const [name, value] of Object.entries(EXPECTED))
    expect(Number(value), name).toBeGreaterThan(100 / COUNT);
});

test('in the spool', async () => {
  const summary = new Summary(['model']);
  for (const record of await spoolRecords(started.folder)) summary.add(record);
  expect(summary.report()).toMatchObject({ records: COUNT, duplicates: 0, total: EXPECTED });
});

test('in the Redis stream', async () => {
  const client = new Redis(redis.port);
  expect(await client.xlen('kong-ai:cost-log')).toBe(COUNT);
  client.disconnect();
  const summary = new Summary([]);
  const stats = { unreadable: 0 };
  for await (const record of redisRecords(redis.url, 'kong-ai:cost-log', stats)) summary.add(record);
  expect(summary.report()).toMatchObject({ records: COUNT, total: EXPECTED });
});

test('in the files of the file sink, rotated ones included', async () => {
  const stats = { unreadable: 0 };
  const summary = new Summary([]);
  for await (const record of fileRecords(join(dir.path, 'out', 'records.ndjson'), stats)) summary.add(record);
  expect(summary.report()).toMatchObject({ records: COUNT, duplicates: 0, total: EXPECTED });
  expect(stats.unreadable).toBe(0);
});

describe('in the metrics', () => {
  const sum = async (name: string, part = ''): Promise<number> =>
    [...(await started.metric(name))].reduce(
      (all, [labels, value]) => (labels.includes(part) ? all + value : all),
      0,
    );

  test('requests and tokens, as Kong names them', async () => {
    expect(await sum('kong_ai_llm_requests_total')).toBe(COUNT - known.all.blocked);
    expect(await sum('kong_ai_llm_requests_total', 'cache_status="hit"')).toBe(known.all.hits);
    expect(await sum('kong_ai_llm_tokens_total', 'prompt_tokens')).toBe(known.all.prompt);
    expect(await sum('kong_ai_llm_tokens_total', 'completion_tokens')).toBe(known.all.completion);
    expect(await sum('kong_ai_llm_tokens_total', 'total_tokens')).toBe(
      known.all.prompt + known.all.completion,
    );
    expect(await sum('kong_ai_requests_total')).toBe(COUNT);
    expect(await sum('kong_ai_unpriced_calls_total')).toBe(known.all.unpriced);
  });

  test.each([...known.byModel])(
    'the cost of %s, to the last digit that a float has',
    async (model, totals) => {
      const values = [...(await started.metric('kong_ai_llm_cost_total'))].filter(([labels]) =>
        labels.includes(`"${model}"`),
      );
      expect(values.map(([, value]) => value)).toEqual(
        totals.picos === 0n ? [] : [Number(usd(totals.picos))],
      );
    },
  );

  test.each(CONSUMERS)('the cost of %s', async (consumer) => {
    const cost = await started.metric('kong_ai_cost_total');
    expect(cost.get(`{consumer="${consumer}",route="chat"}`)).toBe(
      Number(usd(known.byConsumer.get(consumer)!.picos)),
    );
  });
});

describe('in the report', () => {
  const report = async (...args: string[]): Promise<string> => {
    const { stdout, stderr } = await runCommand(reportCommand(), ...args);
    expect(stderr).toBe('');
    return stdout;
  };
  const row = (totals: Totals): string[] => [
    String(totals.requests),
    String(totals.prompt),
    String(totals.cached),
    String(totals.completion),
    ...(totals.unpriced > 0 ? `${usd(totals.picos)} + ?` : usd(totals.picos)).split(' '),
    String(totals.unpriced),
    String(totals.hits),
    String(totals.blocked),
  ];

  test('as a table, by consumer and by model, with the models that have no price', async () => {
    const lines = (await report(started.folder, '--by', 'consumer,model')).split('\n');
    const cells = (name: string): string[] =>
      lines
        .find((line) => line.startsWith(`${name} `))!
        .trim()
        .split(/\s+/)
        .slice(1, -1);
    for (const [consumer, totals] of known.byConsumer) expect(cells(consumer)).toEqual(row(totals));
    for (const [model, totals] of known.byModel) expect(cells(model)).toEqual(row(totals));
    expect(cells('total')).toEqual(row(known.all));
    expect(lines.at(-2)).toBe('  openai-compatible/m-unpriced');
  });

  test('as JSON, from Redis', async () => {
    const json = JSON.parse(await report('--redis', redis.url, '--json', '--by', 'day'));
    expect(json).toMatchObject({
      records: COUNT,
      total: EXPECTED,
      unpriced: ['openai-compatible/m-unpriced'],
    });
  });

  test('as CSV', async () => {
    const csv = await report(started.folder, '--csv', '--by', 'model');
    const [head, ...lines] = csv.trimEnd().split('\r\n');
    const column = head!.split(',').indexOf('cost');
    for (const [model, totals] of known.byModel) {
      expect(lines.find((line) => line.includes(`,${model},`))!.split(',')[column]).toBe(usd(totals.picos));
    }
  });

  test('as one page that needs nothing else', async () => {
    const path = join(dir.path, 'report.html');
    await report(started.folder, '--html', path);
    const html = readFileSync(path, 'utf8');
    expect(html).toContain(`"cost":"${usd(known.all.picos)}"`);
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  test('what was delivered twice counts once', async () => {
    const twice = await report(started.folder, join(dir.path, 'out', 'records.ndjson'), '--json');
    expect(JSON.parse(twice)).toMatchObject({ records: COUNT, duplicates: COUNT, total: EXPECTED });
  });
});

test('in the dashboard', async () => {
  const view = await dashboardData(started.part);
  const shown = ({ requests, prompt, completion, cached, picos, hits, blocked }: Totals) => ({
    requests,
    promptTokens: prompt,
    completionTokens: completion,
    cachedTokens: cached,
    cost: usd(picos),
    cacheHits: hits,
    blocked,
  });
  expect(view.total).toMatchObject(shown(known.all));
  for (const [kind, map] of [
    ['models', known.byModel],
    ['consumers', known.byConsumer],
  ] as const) {
    const rows = new Map(view[kind].map((one) => [one.name, one]));
    for (const [name, totals] of map) expect(rows.get(name)).toMatchObject(shown(totals));
  }
  expect(view.unpriced).toEqual(['openai-compatible/m-unpriced']);
});
