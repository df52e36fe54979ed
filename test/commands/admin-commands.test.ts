// `kong-ai cache` and `kong-ai limits` as clients of an admin listener: what they ask, and what they make of answers.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { cacheCommand } from '../../kong/commands/cache.ts';
import { limitsCommand } from '../../kong/commands/limits.ts';
import { runCommand } from '../support/command.ts';

afterEach(() => vi.unstubAllEnvs());

interface Listener {
  url: string;
  port: number;
  asked: { request: string; authorization: string | undefined }[];
}

async function listenerThat(answers: string | object, status = 200): Promise<Listener> {
  const asked: Listener['asked'] = [];
  const server = createServer(({ method, url, headers }, response) => {
    asked.push({ request: `${method} ${url}`, authorization: headers.authorization });
    response.writeHead(status).end(typeof answers === 'string' ? answers : JSON.stringify(answers));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, asked };
}

describe('an admin listener is found and asked', () => {
  it('where KONG_AI_ADMIN_HOST and _PORT say, with KONG_AI_ADMIN_TOKEN', async () => {
    const { port, asked } = await listenerThat({ stores: [] });
    vi.stubEnv('KONG_AI_ADMIN_PORT', String(port));
    vi.stubEnv('KONG_AI_ADMIN_TOKEN', 'from-env');
    expect(await runCommand(cacheCommand(), 'stats')).toEqual({
      status: 0,
      stdout: '{\n  "stores": []\n}\n',
      stderr: '',
    });
    expect(asked).toEqual([{ request: 'GET /cache', authorization: 'Bearer from-env' }]);
  });

  it('where --admin says, with --token, whatever the environment says', async () => {
    const { url, asked } = await listenerThat({});
    vi.stubEnv('KONG_AI_ADMIN_PORT', '1');
    vi.stubEnv('KONG_AI_ADMIN_TOKEN', 'from-env');
    await runCommand(cacheCommand(), 'stats', '--admin', url, '--token', 'given');
    expect(asked).toEqual([{ request: 'GET /cache', authorization: 'Bearer given' }]);
  });

  it('without a token when there is none', async () => {
    const { url, asked } = await listenerThat({});
    await runCommand(cacheCommand(), 'stats', '--admin', url);
    expect(asked[0]!.authorization).toBeUndefined();
  });
});

describe('a command fails with the reason', () => {
  it.each<[why: string, status: number, answer: string | object, message: string]>([
    ['that the listener gives', 401, { message: 'Unauthorized' }, 'answered 401: Unauthorized'],
    ['when it refuses without one', 404, {}, 'answered 404: no reason'],
    ['when it refuses in other words than JSON', 502, '<html>', 'answered 502: no reason'],
    ['when it is no admin listener', 200, '<html>', 'does not answer as an admin listener does'],
  ])('%s', async (_why, status, answer, message) => {
    const { url } = await listenerThat(answer, status);
    expect(await runCommand(limitsCommand(), '--admin', url)).toEqual({
      status: 1,
      stdout: '',
      stderr: `kong-ai: ${url} ${message}\n`,
    });
  });

  it('when nobody listens', async () => {
    const { url } = await listenerThat({});
    const dead = url.replace(/\d+$/, '1');
    expect((await runCommand(limitsCommand(), '--admin', dead)).stderr).toBe(
      `kong-ai: no admin listener at ${dead}\n`,
    );
  });
});

describe('kong-ai cache purge', () => {
  it.each([
    [['--key', 'a b'], 'DELETE /cache?key=a+b'],
    [['--partition', 'p'], 'DELETE /cache?partition=p'],
    [['--tag', 't'], 'DELETE /cache?tag=t'],
    [['--consumer', 'c'], 'DELETE /cache?consumer=c'],
    [['--all'], 'DELETE /cache?all=true'],
  ])('with %j asks for just that', async (args, request) => {
    const { url, asked } = await listenerThat({ removed: 3 });
    const { stdout } = await runCommand(cacheCommand(), 'purge', '--admin', url, ...args);
    expect(asked.map((one) => one.request)).toEqual([request]);
    expect(JSON.parse(stdout)).toEqual({ removed: 3 });
  });

  it.each([[[]], [['--all', '--tag', 't']]])(
    'with %j asks for nothing: one thing is to be named',
    async (args) => {
      const { url, asked } = await listenerThat({});
      expect(await runCommand(cacheCommand(), 'purge', '--admin', url, ...args)).toMatchObject({
        status: 1,
        stderr: 'kong-ai: name one of --key, --partition, --tag, --consumer, --all\n',
      });
      expect(asked).toEqual([]);
    },
  );
});

describe('kong-ai limits', () => {
  const counter = {
    plugin: 'p1',
    policy: 'daily',
    unit: 'cost_usd',
    window: 'day',
    partition: 'consumer=ada',
    limit: 5,
    used: 0.1 + 0.2,
    remaining: 4.7,
    reservations: 2,
    resetSeconds: 60,
    strategy: 'local',
  };
  const { window: _, ...concurrent } = { ...counter, unit: 'concurrent_requests', used: 1 };

  it('prints a table, without the digits that floating point adds', async () => {
    const { url, asked } = await listenerThat({ counters: [counter, concurrent] });
    const { stdout } = await runCommand(
      limitsCommand(),
      ...['--admin', url, '--policy', 'daily', '--partition', 'consumer=ada'],
    );
    expect(stdout.split('\n')).toEqual([
      'POLICY  PARTITION     UNIT                 WINDOW  USED  LIMIT  RESERVED BY  RESET',
      'daily   consumer=ada  cost_usd             day     0.3   5      2            60 s',
      'daily   consumer=ada  concurrent_requests  -       1     5      2            60 s',
      '',
    ]);
    expect(asked[0]!.request).toBe('GET /limits?policy=daily&partition=consumer%3Dada');
  });

  it('says so when nothing has been counted, and prints JSON when asked', async () => {
    const none = await listenerThat({ counters: [] });
    expect((await runCommand(limitsCommand(), '--admin', none.url)).stdout).toMatch(/^no counters: /);
    const one = await listenerThat({ counters: [counter] });
    const { stdout } = await runCommand(limitsCommand(), '--admin', one.url, '--json');
    expect(JSON.parse(stdout)).toEqual([counter]);
  });

  it.each([
    [['--all'], { reset: 1 }, 'DELETE /limits?all=true', '1 counter reset\n'],
    [['--policy', 'daily'], { reset: 2 }, 'DELETE /limits?policy=daily', '2 counters reset\n'],
  ])('reset %j', async (args, answer, request, said) => {
    const { url, asked } = await listenerThat(answer);
    const { stdout } = await runCommand(limitsCommand(), 'reset', '--admin', url, ...args);
    expect([asked[0]!.request, stdout]).toEqual([request, said]);
  });
});
