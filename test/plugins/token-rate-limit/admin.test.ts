// Looking at counters and starting them anew: the admin routes, and the command that asks them.
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { createLog } from '../../../kong/relay/log.ts';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { LocalNodeState, type NodePart, Topics } from '../../../kong/relay/node-state.ts';
import type { RunningStage } from '../../../kong/relay/stage.ts';
import { packagePath } from '../../../kong/root.ts';
import { tokenRateLimit } from '../../../plugins/token-rate-limit/index.ts';
import { REDIS_MISSING, redisAvailable, startRedis, type TestRedis } from '../../support/redis.ts';
import { answered, newExchange, request, startStage, testHost, usage } from './support/stage.ts';

interface Row {
  policy: string;
  partition: string;
  unit: string;
  used: number;
}

const CONFIG = {
  policies: [
    {
      name: 'consumers',
      limits: [
        {
          unit: 'total_tokens',
          limit: 1000,
          window: 'day',
          window_type: 'calendar',
          timezone: 'Europe/Berlin',
        },
        { unit: 'cost_usd', limit: 2.5, window: 'month' },
      ],
    },
    { name: 'everybody', partition_by: ['none'], limits: [{ unit: 'requests', limit: 5, window: '60' }] },
  ],
  prices: [{ model: '*', input: 1000, output: 1000 }],
};

const by = (id: string) => newExchange({ identity: { consumer: { id } } });
const pass = (exchange: Exchange) => answered(exchange, usage(20, 30));

function suite(name: string, config: () => object) {
  describe(name, () => {
    let part: NodePart;
    let stage: RunningStage;
    let server: Server;
    let url: string;

    beforeAll(async () => {
      const log = createLog('silent');
      const metrics = new Metrics();
      part = tokenRateLimit.definition.node!({ log, metrics, broadcast() {} });
      const node = new LocalNodeState(new Map([['token-rate-limit', part.service!]]), new Topics());
      stage = startStage({ ...CONFIG, ...config() }, testHost('p1', node));
      server = createServer((incoming, response) => {
        const asked = new URL(incoming.url!, 'http://admin');
        void part.admin![`${incoming.method} ${asked.pathname}`]!(incoming, response, asked);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await request(stage, pass, by('ada'));
      await request(stage, pass, by('ada'));
      await request(stage, pass, by('bob'));
    });
    afterAll(() => {
      stage?.close?.();
      server?.close();
    });

    async function rows(query = ''): Promise<Row[]> {
      const response = await fetch(`${url}/limits${query}`);
      const { counters } = (await response.json()) as { counters: Row[] };
      return counters.sort((a, b) =>
        `${a.policy}${a.unit}${a.partition}`.localeCompare(`${b.policy}${b.unit}${b.partition}`),
      );
    }

    test('tells what each budget has used', async () => {
      await expect
        .poll(async () =>
          (await rows()).map(({ policy, partition, unit, used }) => [policy, unit, partition, used]),
        )
        .toEqual([
          ['consumers', 'cost_usd', 'consumer=ada', 0.1],
          ['consumers', 'cost_usd', 'consumer=bob', 0.05],
          ['consumers', 'total_tokens', 'consumer=ada', 100],
          ['consumers', 'total_tokens', 'consumer=bob', 50],
          ['everybody', 'requests', 'all', 3],
        ]);
      expect((await rows('?policy=everybody'))[0]).toMatchObject({
        plugin: 'p1',
        window: '60',
        limit: 5,
        remaining: 2,
        reservations: 0,
      });
    });

    test('the command prints them, and starts those of one budget anew', async () => {
      const run = promisify(execFile);
      const cli = packagePath('dist/kong/cli.js');
      const { stdout } = await run(process.execPath, [
        cli,
        'limits',
        '--admin',
        url,
        '--policy',
        'consumers',
      ]);
      const lines = stdout.trim().split('\n');
      expect(lines[0]).toMatch(/^POLICY +PARTITION +UNIT +WINDOW +USED +LIMIT/);
      expect(stdout).toMatch(/consumers +consumer=ada +total_tokens +day +100 +1000/);
      expect(lines).toHaveLength(5);
      const args = [cli, 'limits', 'reset', '--admin', url, '--partition', 'consumer=ada'];
      expect((await run(process.execPath, args)).stdout).toBe('2 counters reset\n');
      expect((await rows('?policy=consumers')).map(({ partition }) => partition)).toEqual([
        'consumer=bob',
        'consumer=bob',
      ]);
    });

    test('nothing is cleared unless it is said what', async () => {
      expect((await fetch(`${url}/limits`, { method: 'DELETE' })).status).toBe(400);
      expect(await (await fetch(`${url}/limits?all=true`, { method: 'DELETE' })).json()).toEqual({
        reset: 3,
      });
      expect(await rows()).toEqual([]);
    });
  });
}

suite('counters of this machine', () => ({}));

describe.skipIf(!redisAvailable)(`Redis${redisAvailable ? '' : ` (${REDIS_MISSING})`}`, () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.stop());
  suite('counters in Redis', () => ({ strategy: 'redis', redis: { port: redis.port } }));
});
