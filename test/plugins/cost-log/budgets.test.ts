import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ConfigError, parseConfig } from '../../../kong/schema/index.ts';
import { type Period, periodOf } from '../../../plugins/cost-log/budgets/period.ts';
import type { BudgetAlert } from '../../../plugins/cost-log/budgets/watcher.ts';
import { costLogConfig } from '../../../plugins/cost-log/config.ts';
import { startRedis } from '../../support/redis.ts';
import { play, type Started, start, tempFolder } from './support.ts';

async function webhook(status = () => 200) {
  const alerts: BudgetAlert[] = [];
  const server = createServer(async (request, response) => {
    const alert = (await json(request)) as BudgetAlert;
    const code = status();
    if (code < 300) alerts.push(alert);
    response.writeHead(code).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alert`, alerts };
}

const PRICES = [{ model: 'm', input: 1, output: 1 }];
/** One dollar for each. */
async function spend(started: Started, dollars: number, consumer = 'alice'): Promise<void> {
  for (let n = 0; n < dollars; n += 1) {
    const identity = { consumer: { id: consumer, username: consumer } };
    await play(started.stage, {
      model: 'm',
      identity,
      usage: { input: { total: 1_000_000 }, output: { total: 0 } },
    });
  }
}

const soon = { timeout: 10_000, interval: 20 };
const short = ({ partition, threshold, used }: BudgetAlert) => [partition, threshold, used];

test('each threshold raises one alert per period and partition, with a webhook and in the log', async () => {
  const { url, alerts } = await webhook();
  const budgets = [{ name: 'team', partition: 'consumer', usd: 10, thresholds: [0.5, 1], webhook: { url } }];
  const started = start({ prices: PRICES, budgets });
  await spend(started, 4);
  await spend(started, 4, 'bob');
  await spend(started, 2);
  await expect.poll(() => alerts.length, soon).toBe(1);
  expect(alerts[0]).toMatchObject({
    type: 'kong_ai.budget',
    budget: 'team',
    partition: 'consumer=alice',
    period: new Date().toISOString().slice(0, 7),
    period_kind: 'month',
    unit: 'usd',
    limit: '10',
    threshold: 0.5,
    used: '6',
  });
  await spend(started, 20);
  await expect.poll(() => alerts.length, soon).toBe(2);
  await spend(started, 20);
  await spend(started, 1, 'bob');
  await expect
    .poll(() => alerts.map(short), soon)
    .toEqual([
      ['consumer=alice', 0.5, '6'],
      ['consumer=alice', 1, '26'],
      ['consumer=bob', 0.5, '5'],
    ]);
  expect(await started.metric('kong_ai_budget_alerts_total')).toEqual(
    new Map([
      ['{budget="team",threshold="0.5"}', 2],
      ['{budget="team",threshold="1"}', 1],
    ]),
  );
});

test('tokens can be the unit, and a tag the partition', async () => {
  const { url, alerts } = await webhook();
  const budget = {
    name: 'b',
    partition: 'tag',
    tag: 'team',
    period: 'day',
    tokens: 1000,
    thresholds: [1],
    webhook: { url },
  };
  const started = start({ budgets: [budget], tags: { headers: { team: 'x-team' } } });
  const usage = { input: { total: 400 }, output: { total: 200 } };
  await play(started.stage, { usage, headers: { 'x-team': 'a' } });
  await play(started.stage, { usage });
  await play(started.stage, { usage, headers: { 'x-team': 'b' } });
  await play(started.stage, { usage, headers: { 'x-team': 'a' } });
  await expect.poll(() => alerts.map(short), soon).toEqual([['team=a', 1, '1200']]);
});

test('sums and alerts outlive a restart: nothing is forgotten, counted twice or said twice', async () => {
  const { url, alerts } = await webhook();
  const budgets = [{ name: 'g', usd: 10, thresholds: [0.3, 1], webhook: { url } }];
  const spool = { path: join(tempFolder(), 'cost-log') };
  for (let round = 1; round <= 5; round += 1) {
    const started = start({ prices: PRICES, budgets, spool });
    await spend(started, 2);
    await started.stage.close?.();
    if (round >= 2) await expect.poll(() => alerts.length, soon).toBe(round < 5 ? 1 : 2);
    await started.close();
  }
  expect(alerts.map(short)).toEqual([
    ['', 0.3, '4'],
    ['', 1, '10'],
  ]);
});

test('a webhook that fails is called again', async () => {
  let calls = 0;
  const { url, alerts } = await webhook(() => {
    calls += 1;
    return calls < 2 ? 500 : 200;
  });
  const started = start({
    prices: PRICES,
    budgets: [{ name: 'g', usd: 1, thresholds: [1], webhook: { url } }],
  });
  await spend(started, 1);
  await expect.poll(() => alerts.length, soon).toBe(1);
});

test('machines that share a Redis share the budget, and one of them raises the alert', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const { url, alerts } = await webhook();
  const budgets = [
    {
      name: 'g',
      usd: 10,
      thresholds: [0.5, 1],
      webhook: { url },
      redis: { host: '127.0.0.1', port: redis.port },
    },
  ];
  const machines = [start({ prices: PRICES, budgets }), start({ prices: PRICES, budgets })];
  for (let n = 0; n < 6; n += 1) for (const machine of machines) await spend(machine, 1);
  await expect.poll(() => alerts.map(({ threshold }) => threshold).sort(), soon).toEqual([0.5, 1]);
  for (const machine of machines) await machine.close();
  // A restart reads no record again, and what was said is not said again.
  const again = start({ prices: PRICES, budgets, spool: { path: machines[0]!.folder } });
  await spend(again, 1);
  await again.stage.close?.();
  const { Redis } = await import('ioredis');
  const client = new Redis(redis.port);
  const sum = async (): Promise<string | null> => {
    const [key] = await client.keys('*{budgets}:v1:sum:*');
    return client.hget(key!, 'high');
  };
  await expect.poll(sum, soon).toBe('13000000');
  client.disconnect();
  expect(alerts).toHaveLength(2);
});

describe('the Redis of a budget', () => {
  const given = (redis: object) =>
    parseConfig(costLogConfig, { budgets: [{ name: 'g', usd: 1, redis }] }).budgets[0]!.redis;
  /** What Kong Manager sends of it, whether or not anybody filled it in. */
  const untouched = { port: 6379, database: 0, ssl: false, ssl_verify: true, key_prefix: 'kong-ai' };

  test('is absent when the form of Kong Manager sends nothing but its defaults', () => {
    expect(given(untouched)).toBeUndefined();
  });

  test('is there when it names its server, in each of the three ways', () => {
    expect(given({ ...untouched, host: 'r' })).toMatchObject({ host: 'r' });
    expect(given({ cluster_nodes: [{ ip: '10.0.0.1' }] })).toMatchObject({ cluster_nodes: [{ port: 6379 }] });
    const sentinels = { sentinel_nodes: [{ host: 's' }], sentinel_master: 'm', sentinel_role: 'master' };
    expect(given(sentinels)).toMatchObject({ sentinel_master: 'm' });
  });

  test('is refused when it says something, and not where the server is', () => {
    expect(() => given({ port: 6380 })).toThrow(ConfigError);
  });
});

describe('calendar periods in UTC', () => {
  test.each<[Period, string, string]>([
    ['hour', '2025-11-20T23:59:59Z', '2025-11-20T23'],
    ['day', '2025-12-31T23:59:59Z', '2025-12-31'],
    ['week', '2025-11-23T23:59:59Z', '2025-11-17'],
    ['week', '2025-11-24T00:00:00Z', '2025-11-24'],
    ['week', '2027-01-01T00:00:00Z', '2026-12-28'],
    ['month', '2024-02-29T12:00:00Z', '2024-02'],
    ['year', '2025-01-01T00:00:00Z', '2025'],
  ])('%s of %s is %s', (period, at, expected) => {
    expect(periodOf(period, Date.parse(at))).toBe(expected);
  });
});
