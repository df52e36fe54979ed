// Wall clocks that jump or are wrong: neither ends anybody's reservation, nor anybody's window but its own machine's.
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createLog } from '../../../kong/relay/log.ts';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { LocalNodeState, Topics } from '../../../kong/relay/node-state.ts';
import type { RunningStage } from '../../../kong/relay/stage.ts';
import { tokenRateLimit } from '../../../plugins/token-rate-limit/index.ts';
import { deferred } from '../../support/deferred.ts';
import { redisAvailable, startRedis, type TestRedis } from '../../support/redis.ts';
import {
  answered,
  newExchange,
  request,
  settled,
  startStage,
  testHost,
  testMachine,
  usage,
} from './support/stage.ts';

const LIMIT = 20;
const STRATEGIES = redisAvailable ? ['local', 'redis'] : ['local'];
const HOURS_MS = 2 * 3_600_000;

let server: TestRedis | undefined;
beforeAll(async () => {
  if (redisAvailable) server = await startRedis();
});
afterEach(async () => {
  vi.restoreAllMocks();
  if (!server) return;
  const client = new Redis(server.url, { protocol: 2 });
  await client.flushall();
  client.disconnect();
});
afterAll(() => server?.stop());

const config = (strategy: string, limit: object) => ({
  strategy,
  ...(strategy === 'redis' ? { redis: { port: server!.port }, namespace: 'clocks' } : {}),
  policies: [{ name: 'budget', partition_by: ['none'], limits: [limit] }],
});
/** Of ten years: none ends while a test runs. */
const BUDGET = { unit: 'requests', limit: LIMIT, window: '315360000', window_type: 'fixed' };
/** A unit comes back in an hour and a half. */
const BUCKET = { unit: 'requests', limit: LIMIT, window: '108000', window_type: 'token_bucket' };
const AT_ONCE = { unit: 'concurrent_requests', limit: LIMIT };

function start(given: object, machine = testMachine()): RunningStage {
  const stage = startStage(given, testHost('p1', machine));
  onTestFinished(() => void stage.close?.());
  return stage;
}

/** The wall clock is so far off from now on; what only counts time goes on. */
function jump(ms: number): void {
  const real = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => real() + ms);
}

/** A machine whose clock is so far off since it was started. */
function wrong(ms: number): void {
  jump(ms);
  const { timeOrigin } = performance;
  vi.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(timeOrigin + ms);
}

/** A request that is under way until `end`. */
async function hold(stage: RunningStage): Promise<{ served: boolean; end(): Promise<void> }> {
  const exchange = newExchange();
  const [begun, go] = [deferred<boolean>(), deferred()];
  const running = stage
    .run(exchange, async () => {
      begun.resolve(true);
      await go.promise;
      await answered(exchange, usage(5, 5));
    })
    .catch(() => begun.resolve(false));
  return {
    served: await begun.promise,
    async end() {
      go.resolve();
      await running;
      exchange.finish({ kind: 'complete', status: 200 });
      await settled();
    },
  };
}

describe.each(STRATEGIES)('%s counters, a clock that jumps', (strategy) => {
  test.each([
    ['a budget', BUDGET],
    ['a token bucket', BUCKET],
    ['requests at once', AT_ONCE],
  ])('%s: no more than its limit is served under load', async (_, limit) => {
    const machine = testMachine();
    const workers = [1, 2].map(() => start(config(strategy, limit), machine));
    const all = [];
    for (const ms of [0, HOURS_MS, 0, -HOURS_MS, 0]) {
      vi.restoreAllMocks();
      if (ms !== 0) jump(ms);
      // All are asked by both workers at once, and none of those that pass has ended yet.
      all.push(...(await Promise.all([...Array(LIMIT)].map((_each, i) => hold(workers[i % 2]!)))));
      expect(all.filter(({ served }) => served).length, `clock at ${ms}`).toBe(LIMIT);
    }
    await Promise.all(all.map(({ end }) => end()));
    // Used up, or free again, exactly: nothing was lost and nothing charged twice.
    const after = await Promise.all([...Array(LIMIT + 5)].map((_each, i) => hold(workers[i % 2]!)));
    expect(after.filter(({ served }) => served)).toHaveLength(limit === AT_ONCE ? LIMIT : 0);
    await Promise.all(after.map(({ end }) => end()));
  });
});

describe.each([
  ['ahead', HOURS_MS],
  ['behind', -HOURS_MS],
])('a clock that is two hours %s', (_, ms) => {
  test.skipIf(!redisAvailable)(
    'of a machine that joins ends no reservation and no window of others',
    async () => {
      const sliding = { unit: 'requests', limit: LIMIT, window: '600', window_type: 'sliding' };
      const first = start(config('redis', sliding));
      const under = await Promise.all([...Array(LIMIT - 1)].map(() => hold(first)));
      for (const { end } of under.slice(0, 5)) await end();
      wrong(ms);
      const second = start(config('redis', sliding));
      expect(await request(second, (exchange) => answered(exchange, usage(5, 5)))).toBeUndefined();
      expect((await hold(second)).served).toBe(false);
      vi.restoreAllMocks();
      expect((await hold(first)).served).toBe(false);
      for (const { end } of under) await end();
    },
  );

  test.each(STRATEGIES)('of whoever looks at %s counters ends no reservation', async (strategy) => {
    const host = { log: createLog('silent'), metrics: new Metrics(), broadcast() {} };
    const { service, admin } = tokenRateLimit.definition.node!(host);
    const machine = new LocalNodeState(new Map([['token-rate-limit', service!]]), new Topics());
    const stage = start(config(strategy, BUDGET), machine);
    const under = await Promise.all([...Array(LIMIT)].map(() => hold(stage)));
    wrong(ms);
    const said = deferred<string>();
    const response = { writeHead: () => response, end: said.resolve };
    await admin!['GET /limits']!({} as never, response as never, new URL('http://admin/limits'));
    expect(JSON.parse(String(await said.promise))).toMatchObject({
      counters: [{ used: LIMIT, reservations: LIMIT }],
    });
    vi.restoreAllMocks();
    expect((await hold(stage)).served).toBe(false);
    for (const { end } of under) await end();
  });
});
