// Single findings of `kong-ai doctor`, each from what a Kong, a socket or a relay answers.
import { chmodSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkKong, readSettings } from '../../kong/doctor/kong.ts';
import { kongAdmin } from '../../kong/doctor/kong-admin.ts';
import { checkRedis } from '../../kong/doctor/redis.ts';
import { checkRelay } from '../../kong/doctor/relay.ts';
import { checkSocket } from '../../kong/doctor/socket.ts';
import { PLUGINS } from '../../kong/registry.ts';
import { startFakePluginServer } from '../support/fake-plugin-server.ts';

interface Listener {
  url: string;
  port: number;
  asked: { url: string; headers: NodeJS.Dict<string | string[]> }[];
}

/** Answers by path; what is not there is a 404. Text goes out as it is. */
async function listener(answers: Record<string, [status: number, body: unknown]>): Promise<Listener> {
  const asked: Listener['asked'] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push({ url, headers });
    const [status, body] = answers[url] ?? answers[url.split('?')[0]!] ?? [404, {}];
    response
      .writeHead(status, { connection: 'close' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, asked };
}

describe('Kong’s Admin API', () => {
  it('gets the token in both of Kong’s ways, and nothing without one', async () => {
    const { url, asked } = await listener({ '/': [200, {}] });
    await kongAdmin(`${url}/`, 't').get('/');
    await kongAdmin(url, undefined).get('/');
    const [withToken, without] = asked.map(({ headers }) => [
      headers['kong-admin-token'],
      headers.authorization,
    ]);
    expect(withToken).toEqual(['t', 'Bearer t']);
    expect(without).toEqual([undefined, undefined]);
  });

  it('is read over its pages, to the last', async () => {
    const { url } = await listener({
      '/routes?size=1000': [200, { data: [{ id: 1 }], next: '/routes?offset=2' }],
      '/routes?offset=2': [200, { data: [{ id: 2 }], next: '/routes?offset=3' }],
      '/routes?offset=3': [200, { next: null }],
    });
    expect(await kongAdmin(url, undefined).list('/routes')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('that refuses a list is no empty list', async () => {
    const { url } = await listener({ '/routes': [403, {}] });
    await expect(kongAdmin(url, undefined).list('/routes')).rejects.toThrow('GET /routes answers 403');
  });

  it.each<[what: string, status: number, body: unknown, message: RegExp]>([
    ['is answered 500 with a spawned plugin server', 500, {}, /answers 500$/],
    ['asks for a token', 401, {}, /answers 401$/],
    ['is something else', 404, '<html>', /answers 404$/],
  ])('%s', async (_what, status, body, message) => {
    const { url } = await listener({ '/': [status, body] });
    expect(await checkKong(kongAdmin(url, undefined))).toEqual([
      { status: 'fail', check: 'Kong', message: expect.stringMatching(message), advice: expect.any(String) },
    ]);
  });

  it('that nobody serves is named with the system’s reason, and its settings are none', async () => {
    const admin = kongAdmin('http://127.0.0.1:1', undefined);
    const [finding] = await checkKong(admin);
    expect(finding!.message).toMatch(/^http:\/\/127\.0\.0\.1:1: \S/);
    expect(await readSettings(admin)).toEqual({});
  });

  it('that is no URL is said in words', async () => {
    const [finding] = await checkKong(kongAdmin('nonsense', undefined));
    expect(finding).toMatchObject({ status: 'fail', message: expect.stringMatching(/^nonsense: /) });
  });
});

describe('a Kong', () => {
  const examine = async (root: object, schemas: Record<string, [number, unknown]> = {}) => {
    const { url } = await listener({ '/': [200, root], ...schemas });
    return checkKong(kongAdmin(url, undefined));
  };

  it.each([['2.8.1'], ['enterprise'], [undefined]])('of version %s is not one of ours', async (version) => {
    expect(await examine({ version })).toContainEqual(
      expect.objectContaining({
        status: 'warn',
        message: expect.stringContaining(`version ${version} is not`),
      }),
    );
  });

  it('that tells nothing of itself has loaded nothing, and has nginx’s buffer', async () => {
    const findings = await examine({});
    expect(findings.filter(({ message }) => message === 'is not loaded')).toHaveLength(PLUGINS.length);
    expect(findings.at(-1)!.message).toBe('the buffer for request bodies is at its default of 8k');
  });

  it.each([
    ['16k', 'warn', 'the buffer for request bodies is 16k'],
    ['256K', 'ok', 'prompts stay in memory'],
    ['1g', 'ok', 'prompts stay in memory'],
    ['262144', 'ok', 'prompts stay in memory'],
    ['much', 'warn', 'the buffer for request bodies is at its default of 8k'],
  ])('with a buffer of %s', async (client_body_buffer_size, status, message) => {
    const findings = await examine({ configuration: { client_body_buffer_size } });
    expect(findings.at(-1)).toMatchObject({ status, message });
  });

  it('that does not tell a plugin’s schema has another one', async () => {
    const { Name } = PLUGINS[0]!;
    const findings = await examine({ plugins: { available_on_server: { [Name]: true } } });
    expect(findings).toContainEqual(
      expect.objectContaining({
        status: 'warn',
        check: `Kong: ${Name}`,
        message: expect.stringContaining('another schema'),
      }),
    );
  });
});

describe('a plugin server', () => {
  const serving = async (
    plugins: readonly { Name: string; Version: string }[],
    mode = 0o660,
  ): Promise<string> => {
    const named = plugins.map(({ Name, Version }) => [
      Name,
      { info: { version: Version }, access: () => {} },
    ]);
    const server = await startFakePluginServer(Object.fromEntries(named));
    onTestFinished(() => server.close());
    chmodSync(server.socket, mode);
    return server.socket;
  };

  it('with all plugins, on a socket that a group may write to, is well', async () => {
    expect(await checkSocket(await serving(PLUGINS))).toEqual([
      { status: 'ok', check: 'plugin server', message: `serves ${PLUGINS.length} plugins` },
    ]);
  });

  it('without one of them fails, by name', async () => {
    const [first, ...others] = PLUGINS;
    const [finding] = await checkSocket(await serving(others));
    expect(finding).toMatchObject({ status: 'fail', message: `it does not serve ${first!.Name}` });
  });

  it('of another version is told apart', async () => {
    const [first, ...others] = PLUGINS;
    const [finding] = await checkSocket(await serving([{ Name: first!.Name, Version: '0.0.1' }, ...others]));
    expect(finding).toMatchObject({
      status: 'warn',
      message: `it serves other versions: ${first!.Name} 0.0.1 (here ${first!.Version})`,
    });
  });

  it('whose socket only its owner may write to is warned of', async () => {
    const findings = await checkSocket(await serving(PLUGINS, 0o600));
    expect(findings.at(-1)).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(/^only its owner/),
    });
  });
});

describe('a relay', () => {
  const well: Record<string, [number, unknown]> = {
    '/v1/chat/completions': [400, { error: { code: 'plan_missing' } }],
    '/readyz': [200, {}],
  };
  const examine = async (host: string, answers = well) => {
    const { port } = await listener(answers);
    return checkRelay({ relayHost: host, relayPort: port, adminHost: host, adminPort: port });
  };

  it.each(['127.0.0.1', '0.0.0.0', '::'])(
    'that listens on %s is asked where it can be called',
    async (host) => {
      const findings = await examine(host);
      expect(findings.map(({ status }) => status)).toEqual(['ok', 'ok']);
      expect(findings[0]!.message).toContain('http://127.0.0.1:');
    },
  );

  it('on an IPv6 address is called as URLs have it', async () => {
    const where = { relayHost: '::1', relayPort: 1, adminHost: '::1', adminPort: 1 };
    expect((await checkRelay(where)).map(({ message }) => message.split(': ')[0])).toEqual([
      'http://[::1]:1',
      'http://[::1]:1/readyz',
    ]);
  });

  it('that is draining, and a port that another program has', async () => {
    const findings = await examine('127.0.0.1', { '/readyz': [503, {}], '/v1/chat/completions': [200, {}] });
    expect(findings).toMatchObject([
      { status: 'fail', message: expect.stringContaining('answers 200, and not as a relay does') },
      { status: 'warn', message: expect.stringContaining('answers 503') },
    ]);
  });
});

describe('a Redis', () => {
  const configured = (redis: object) => ({
    name: 'token-rate-limit',
    config: {
      strategy: 'redis',
      redis: { connect_timeout: 200, read_timeout: 200, ...redis },
      policies: [{ name: 'p', limits: [{ unit: 'requests', limit: 1, window: '60' }] }],
    },
  });
  const messages = async (redis: object) => {
    const findings = await checkRedis([configured(redis)] as never);
    return findings.map(({ status, message }) => `${status} ${message}`);
  };

  it('that a vault names is left out: only Kong resolves it', async () => {
    expect(await messages({ host: '{vault://env/redis-host}' })).toEqual([
      'skip its settings are vault references, which only Kong resolves',
    ]);
  });

  it('of several nodes is named by them', async () => {
    expect(await messages({ cluster_nodes: [{ ip: '127.0.0.1', port: 1 }] })).toEqual([
      expect.stringMatching(/^fail 127\.0\.0\.1:1: /),
    ]);
    expect(
      await messages({
        sentinel_master: 'm',
        sentinel_role: 'master',
        sentinel_nodes: [{ host: '127.0.0.1', port: 2 }],
      }),
    ).toEqual([expect.stringMatching(/^fail 127\.0\.0\.1:2: /)]);
  });
});
