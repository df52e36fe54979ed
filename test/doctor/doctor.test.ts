// `kong-ai doctor` beside a plugin server and a Kong's Admin API, each healthy or with one thing wrong.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dumpOf } from '../../kong/conf/dumps.ts';
import { examine, type Finding } from '../../kong/doctor/index.ts';
import { PLUGINS } from '../../kong/registry.ts';
import { type Served, serve } from '../../kong/serve/index.ts';
import { readOptions, type ServeOptions } from '../../kong/serve/options.ts';
import { freePort } from '../support/free-port.ts';
import { redisAvailable, startRedis } from '../support/redis.ts';

type Answers = Record<string, unknown>;

const folder = mkdtempSync(join(tmpdir(), 'kai-doctor-'));
const socket = join(folder, 's.sock');
let served: Served;
let options: ServeOptions;
const servers: Server[] = [];

beforeAll(async () => {
  served = await serve({ socket, relayPort: 0, adminPort: 0, workers: 0, logLevel: 'silent' });
  options = { ...readOptions({}), socket, relayPort: served.relayPort, adminPort: served.adminPort };
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(
  answer: (url: string, headers: NodeJS.Dict<string | string[]>) => [number, unknown],
): Promise<string> {
  const server = createServer((request, response) => {
    const [status, body] = answer(request.url ?? '', request.headers);
    response
      .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
      .end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A Kong 3.9 with the plugins loaded, and what else is given. */
function kong(given: Answers = {}, status: Record<string, number> = {}): Promise<string> {
  const available = Object.fromEntries(PLUGINS.map(({ Name }) => [Name, { version: '0.1.0' }]));
  const answers: Answers = {
    '/': {
      version: '3.9.1',
      plugins: { available_on_server: available },
      configuration: { nginx_http_client_body_buffer_size: '1m' },
    },
    ...Object.fromEntries(
      PLUGINS.map(({ Name, definition }) => [
        `/schemas/plugins/${Name}`,
        dumpOf(definition).Plugins[0].Schema,
      ]),
    ),
    ...given,
  };
  return listen((url) => {
    const path = url.split('?')[0]!;
    return [status[path] ?? 200, answers[path] ?? { data: [], next: null }];
  });
}

const proxyOn = (config: object, extra: object = {}): object => ({
  data: [
    {
      id: 'p1',
      name: 'ai-proxy-ts',
      enabled: true,
      route: { id: 'r1' },
      service: null,
      consumer: null,
      config,
      ...extra,
    },
    {
      id: 'p2',
      name: 'key-auth',
      enabled: true,
      route: { id: 'r1' },
      service: null,
      consumer: null,
      config: {},
    },
  ],
  next: null,
});
const ROUTES = { data: [{ id: 'r1', name: 'ai', paths: ['/ai'], service: null }], next: null };

async function doctor(adminUrl: string, change: Partial<ServeOptions> = {}): Promise<Finding[]> {
  return examine({ adminUrl, serve: { ...options, ...change } });
}

const bad = (findings: Finding[]): string[] =>
  findings
    .filter(({ status }) => status === 'fail' || status === 'warn')
    .map(({ check, message }) => `${check}: ${message}`);

function target(url: string, key?: string): object {
  return {
    targets: [
      {
        name: 't',
        model: { provider: 'openai-compatible', options: { base_url: `${url}/v1` } },
        ...(key && { auth: { header_name: 'authorization', header_value: key } }),
      },
    ],
  };
}

describe('when all is well', () => {
  it('everything is ok', async () => {
    const provider = await listen((url) => [url === '/v1/models' ? 200 : 404, { data: [] }]);
    const admin = await kong({ '/plugins': proxyOn(target(provider, 'Bearer k')), '/routes': ROUTES });
    const findings = await doctor(admin);
    expect(bad(findings)).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'plugin server',
        'relay',
        'admin listener',
        'Kong',
        'Kong: ai-proxy-ts',
        'configuration',
        'ai-proxy-ts: t',
      ]),
    );
  });
});

describe('the plugin server', () => {
  it('that is not there, or whose path is something else, is said to be so', async () => {
    const admin = await kong();
    expect(bad(await doctor(admin, { socket: join(folder, 'none.sock') }))).toContainEqual(
      expect.stringContaining('there is no socket'),
    );
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(bad(await doctor(admin, { socket: file }))).toContainEqual(
      expect.stringContaining('is not a socket'),
    );
  });

  it('and its relay are asked where they are said to be', async () => {
    const other = await listen(() => [200, { hello: 'world' }]);
    const port = Number(new URL(other).port);
    const findings = await doctor(await kong(), { relayPort: port, adminPort: await freePort() });
    expect(bad(findings)).toContainEqual(
      expect.stringMatching(/^relay: .* answers 200, and not as a relay does/),
    );
    expect(bad(findings)).toContainEqual(expect.stringMatching(/^admin listener: .*ECONNREFUSED/));
  });
});

describe('Kong', () => {
  it('that does not answer is a finding, not an error', async () => {
    expect(bad(await doctor(`http://127.0.0.1:${await freePort()}`))).toContainEqual(
      expect.stringMatching(/^Kong: .*ECONNREFUSED/),
    );
  });

  it('whose GET / answers 500 has spawned the plugin server itself', async () => {
    const findings = await doctor(await kong({}, { '/': 500 }));
    expect(findings.find(({ check }) => check === 'Kong')).toMatchObject({
      status: 'fail',
      advice: expect.stringContaining('14260'),
    });
  });

  it('of another line, without the plugins or with an old dump is told of', async () => {
    const root = { version: '2.8.1', plugins: { available_on_server: {} }, configuration: {} };
    const findings = bad(await doctor(await kong({ '/': root })));
    expect(findings).toContainEqual('Kong: version 2.8.1 is not one that these plugins are made for');
    expect(findings).toContainEqual('Kong: ai-proxy-ts: is not loaded');
    expect(findings).toContainEqual('Kong: settings: the buffer for request bodies is at its default of 8k');
    const old = { fields: [{ config: { fields: [{ old_field: {} }] } }] };
    expect(bad(await doctor(await kong({ '/schemas/plugins/ai-proxy-ts': old })))).toContainEqual(
      'Kong: ai-proxy-ts: has another schema than this version',
    );
  });
});

describe('the configuration in Kong', () => {
  it('is held against what can be known without it, secrets in the database aside', async () => {
    const provider = await listen(() => [200, {}]);
    const config = { ...target(provider, 'Bearer sk-0123456789abcdef0123'), nonsense: 1 };
    const findings = await doctor(await kong({ '/plugins': proxyOn(config), '/routes': ROUTES }));
    expect(bad(findings)).toEqual(['configuration: plugins[0].config.nonsense: unknown field']);
  });

  it('without any of the plugins is a warning', async () => {
    expect(bad(await doctor(await kong()))).toEqual([
      'configuration: Kong has no plugin of the suite enabled',
    ]);
  });
});

describe('a route’s buffering', () => {
  const routes = (flags: object): object => ({
    data: [{ id: 'r1', name: 'ai', paths: ['/ai'], service: null, ...flags }],
    next: null,
  });
  const settings = (extra: object = {}): object => ({
    version: '3.9.1',
    plugins: { available_on_server: Object.fromEntries(PLUGINS.map(({ Name }) => [Name, {}])) },
    configuration: { nginx_http_client_body_buffer_size: '1m', ...extra },
  });
  const IGNORING = { nginx_proxy_proxy_ignore_headers: 'Expires X-Accel-Buffering' };
  const on = async (flags: object, extra?: object): Promise<Finding[]> => {
    const provider = await listen(() => [200, {}]);
    const answers = { '/': settings(extra), '/plugins': proxyOn(target(provider)), '/routes': routes(flags) };
    return (await doctor(await kong(answers))).filter(({ check }) => check === 'Kong: route buffering');
  };

  it('as Kong has it by default lets streams through', async () => {
    expect(await on({ request_buffering: true, response_buffering: true })).toEqual([
      { status: 'ok', check: 'Kong: route buffering', message: '1 route passes streams as they come' },
    ]);
  });

  it('of requests that is off is warned of', async () => {
    expect(await on({ request_buffering: false })).toMatchObject([
      { status: 'warn', message: "route 'ai' has request_buffering off", advice: expect.any(String) },
    ]);
  });

  it('of answers matters where nginx does not heed the relay', async () => {
    expect(await on({ response_buffering: true }, IGNORING)).toMatchObject([
      { status: 'warn', message: expect.stringContaining('nginx_proxy_proxy_ignore_headers overrules') },
    ]);
    expect(await on({ response_buffering: false }, IGNORING)).toMatchObject([{ status: 'ok' }]);
  });

  it('is of no interest where no route has ai-proxy-ts', async () => {
    const findings = await doctor(await kong({ '/routes': routes({ request_buffering: false }) }));
    expect(findings.filter(({ check }) => check === 'Kong: route buffering')).toEqual([]);
  });
});

describe('vault references in Kong', () => {
  const findings = async (value: string, vaults: object[] = []): Promise<string[]> => {
    const config = target('http://127.0.0.1:1', value);
    const answers = {
      '/plugins': proxyOn(config),
      '/routes': ROUTES,
      '/vaults': { data: vaults, next: null },
    };
    return bad(await doctor(await kong(answers))).filter((text) => text.startsWith('configuration'));
  };

  it('inside of a longer value are told of', async () => {
    expect(await findings('Bearer {vault://env/key}')).toEqual([
      expect.stringContaining('only where it is the whole value'),
    ]);
  });

  it('to a vault that Kong has are fine, to another not', async () => {
    const vault = { id: 'v1', name: 'env', prefix: 'mine' };
    expect(await findings('{vault://mine/key}', [vault])).toEqual([]);
    expect(await findings('{vault://mine/key}')).toEqual([expect.stringContaining("no vault 'mine'")]);
  });
});

describe('providers', () => {
  const on = async (config: object): Promise<Finding> => {
    const findings = await doctor(await kong({ '/plugins': proxyOn(config), '/routes': ROUTES }));
    return findings.find(({ check }) => check === 'ai-proxy-ts: t')!;
  };

  it('that refuse the key, are away or have trouble are told apart', async () => {
    const refuses = await listen((_url, { authorization }) => [
      authorization === 'Bearer good' ? 200 : 401,
      {},
    ]);
    expect(await on(target(refuses, 'Bearer good'))).toMatchObject({ status: 'ok' });
    expect(await on(target(refuses, 'Bearer bad'))).toMatchObject({
      status: 'fail',
      message: `${refuses} refuses the key (401)`,
    });
    expect(await on(target(`http://127.0.0.1:${await freePort()}`))).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    const ill = await listen(() => [503, {}]);
    expect(await on(target(ill))).toMatchObject({ status: 'warn' });
    const without = await listen(() => [404, {}]);
    expect(await on(target(without))).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('reachable'),
    });
  });

  it('whose keys only Kong or the relay knows are not judged', async () => {
    expect(await on(target('http://127.0.0.1:1', '{vault://env/key}'))).toMatchObject({ status: 'skip' });
    expect(await on(target('http://127.0.0.1:1', 'env://KONG_AI_DOCTOR_TEST_NOT_SET'))).toMatchObject({
      status: 'warn',
    });
  });

  it('have each of several keys tried', async () => {
    const url = await listen((_url, { authorization }) => [authorization === 'Bearer b' ? 403 : 200, {}]);
    const config = target(url) as { targets: [object] };
    config.targets = [{ ...config.targets[0], auth: { keys: ['a', 'b'] } }];
    expect(await on(config)).toMatchObject({ status: 'fail', message: `${url} refuses the key (403)` });
  });
});

describe.skipIf(!redisAvailable)('Redis', () => {
  const limiter = (port: number): object => ({
    id: 'l1',
    name: 'token-rate-limit',
    enabled: true,
    route: { id: 'r1' },
    config: {
      strategy: 'redis',
      redis: { host: '127.0.0.1', port, connect_timeout: 500 },
      policies: [{ name: 'p', limits: [{ unit: 'requests', limit: 1, window: 'minute' }] }],
    },
  });

  it('that a plugin needs is asked, and is missed when it is away', async () => {
    const redis = await startRedis();
    const provider = await listen(() => [200, {}]);
    const both = (port: number): object => ({
      data: [...(proxyOn(target(provider)) as { data: object[] }).data, limiter(port)],
      next: null,
    });
    try {
      const findings = await doctor(await kong({ '/plugins': both(redis.port), '/routes': ROUTES }));
      expect(bad(findings)).toEqual([]);
      expect(findings).toContainEqual(
        expect.objectContaining({
          check: 'Redis',
          status: 'ok',
          message: expect.stringMatching(/answers in [\d.]+ ms$/),
        }),
      );
    } finally {
      await redis.stop();
    }
    const away = await doctor(await kong({ '/plugins': both(redis.port), '/routes': ROUTES }));
    expect(bad(away)).toEqual([expect.stringMatching(/^Redis: 127\.0\.0\.1:\d+: .*ECONNREFUSED/)]);
  });

  it.each([
    ['token-rate-limit', { ...(limiter(1) as { config: object }).config, strategy: 'local' }],
    ['semantic-cache', { strategy: 'memory', redis: { port: 1 } }],
    ['cost-log', { sinks: [{ stdout: { level: 'info' }, redis: { port: 6379 } }] }],
  ])('that %s has settings for and does not use is not asked', async (name, config) => {
    const provider = await listen(() => [200, {}]);
    const { data } = proxyOn(target(provider)) as { data: object[] };
    const plugin = { id: 'u1', name, enabled: true, route: { id: 'r1' }, config };
    const plugins = { data: [...data, plugin], next: null };
    expect(bad(await doctor(await kong({ '/plugins': plugins, '/routes': ROUTES })))).toEqual([]);
  });
});
