// Kong's side of the plugin server's protocol, seen by a plugin server.
import { describe, expect, it } from 'vitest';
import { type FakePlugin, startFakePluginServer } from '../support/fake-plugin-server.ts';
import { ask, gatewayFor, startUpstream } from '../support/gateway.ts';
import { authorized, closers, fileFor, setUp } from './with-plugin-server.ts';

describe('an event', () => {
  it('reads the request and the caller, and changes what goes upstream', async () => {
    let read: unknown[] = [];
    const { kong, server } = await setUp({
      probe: {
        async access(pdk) {
          read = await Promise.all([
            pdk.ask('kong.request.get_header', 'X-Name'),
            pdk.ask('kong.request.get_method'),
            pdk.ask('kong.request.get_path'),
            pdk.ask('kong.request.get_raw_query'),
            pdk.ask('kong.client.get_consumer'),
            pdk.ask('kong.router.get_service'),
            pdk.ask('kong.router.get_route'),
            pdk.ask('kong.client.get_ip'),
            pdk.ask('kong.request.get_header', 'X-Absent'),
          ]);
          pdk.tell('kong.service.request.set_header', 'x-set', 'grün');
          pdk.tell('kong.service.request.add_header', 'x-plan', 'one');
          pdk.tell('kong.service.request.add_header', 'x-plan', 'two');
          pdk.tell('kong.service.request.clear_header', 'x-gone');
          pdk.tell('kong.response.set_header', 'x-told', 'yes');
        },
      },
    });
    const answer = await ask(kong, '/api/a%20b?q=1', {
      headers: {
        apikey: 'k1',
        'x-name': Buffer.from('Zoë').toString('latin1'),
        'x-gone': '1',
        'x-plan': 'forged',
      },
    });
    expect(read.slice(0, 4)).toEqual(['Zoë', 'GET', '/api/a%20b', 'q=1']);
    expect(read[4]).toMatchObject({ username: 'jürgen', custom_id: 'c1' });
    expect(read[5]).toMatchObject({ name: 'echo', protocol: 'http' });
    expect(read[6]).toMatchObject({ name: 'api', paths: ['/api'], service: { id: expect.any(String) } });
    expect(read.slice(7)).toEqual(['127.0.0.1', undefined]);
    const { headers, raw } = answer.echo();
    expect(Buffer.from(headers['x-set']!, 'latin1').toString()).toBe('grün');
    expect(raw.filter((_, i) => raw[i - 1] === 'x-plan')).toEqual(['forged', 'one', 'two']);
    expect(headers['x-gone']).toBeUndefined();
    expect(Buffer.from(headers['x-consumer-username']!, 'latin1').toString()).toBe('jürgen');
    expect(answer.headers['x-told']).toBe('yes');
    // Every call was answered, in order, also those whose answer nobody needs.
    await expect.poll(() => server.answers.length).toBe(14);
    expect(server.answers.slice(9).map(([method]) => method)).toEqual([
      'kong.service.request.set_header',
      'kong.service.request.add_header',
      'kong.service.request.add_header',
      'kong.service.request.clear_header',
      'kong.response.set_header',
    ]);
  });

  it('may send the request elsewhere, though the service has no such host', async () => {
    const target = await startUpstream();
    closers.push(target.close);
    const { kong, upstream } = await setUp({
      probe: {
        access(pdk) {
          pdk.tell('kong.service.set_target', '127.0.0.1', target.port);
          pdk.tell('kong.service.request.set_path', '/elsewhere');
        },
      },
    });
    kong.write(fileFor('http://nowhere.invalid', ['probe']));
    await kong.reload();
    const seen = (await ask(kong, '/api/x?q=1', authorized)).echo();
    expect(seen.url).toBe('/elsewhere?q=1');
    expect(seen.headers.host).toBe('127.0.0.1');
    expect(upstream.count()).toBe(0);
  });

  it('may answer the request, and what comes after it does not run', async () => {
    let wentOn = false;
    const { kong, server, upstream } = await setUp({
      first: {
        info: { priority: 720 },
        async access(pdk) {
          pdk.tell('kong.response.exit', 402, Buffer.from('{"pay":1}'), {
            'Content-Type': 'application/json',
          });
          await pdk.ask('kong.request.get_method');
          wentOn = true;
        },
      },
      second: { access: () => {} },
    });
    const answer = await ask(kong, '/api', authorized);
    expect([answer.status, answer.body]).toEqual([402, '{"pay":1}']);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(upstream.count()).toBe(0);
    expect(server.events).toBe(1);
    expect((await ask(kong, '/api', authorized)).status).toBe(402);
    expect(wentOn).toBe(false);
  });

  it('reads the body when asked, and the upstream still gets it', async () => {
    let body: unknown;
    const { kong } = await setUp({
      probe: {
        async access(pdk) {
          body = await pdk.ask('kong.request.get_raw_body');
        },
      },
    });
    const answer = await ask(kong, '/api', { ...authorized, method: 'POST', body: 'prompt' });
    expect(body).toEqual({ content: Buffer.from('prompt') });
    expect(answer.echo().body).toBe('prompt');
  });

  it('runs the plugins of the server by their priority, and shares a context', async () => {
    const order: unknown[] = [];
    const { kong } = await setUp({
      low: {
        info: { priority: 1 },
        async access(pdk) {
          order.push('low', await pdk.ask('kong.ctx.shared.get', 'k'));
        },
      },
      high: {
        info: { priority: 2 },
        access(pdk) {
          order.push('high');
          pdk.tell('kong.ctx.shared.set', 'k', { a: [1] });
        },
      },
    });
    await ask(kong, '/api', authorized);
    expect(order).toEqual(['high', 'low', { a: [1] }]);
  });
});

describe('an instance', () => {
  it('starts at first use, with the config and the keys that Kong adds', async () => {
    const { kong, server } = await setUp({ probe: { access: () => {} } }, 'limit: 3');
    expect(server.started).toEqual([]);
    await Promise.all([ask(kong, '/api', authorized), ask(kong, '/api', authorized)]);
    await ask(kong, '/api', authorized);
    expect(server.started).toHaveLength(1);
    expect(server.started[0]!.config).toMatchObject({
      limit: 3,
      service_id: expect.any(String),
      __plugin_id: expect.any(String),
      __seq__: expect.any(Number),
      __key__: expect.stringMatching(/^plugins:probe:/),
    });
    expect(server.events).toBe(3);
  });

  it('starts anew when the server lost it, and the request succeeds', async () => {
    for (const hangUp of [false, true]) {
      const { kong, server } = await setUp({ probe: { access: () => {} } });
      expect((await ask(kong, '/api', authorized)).status).toBe(200);
      server.forget({ hangUp });
      expect((await ask(kong, '/api', authorized)).status).toBe(200);
      expect(server.started).toHaveLength(2);
    }
  });

  it('is replaced when the config changes, and the old one is closed', async () => {
    const { kong, server, upstream } = await setUp({ probe: { access: () => {} } }, 'limit: 1');
    await ask(kong, '/api', authorized);
    kong.write(fileFor(upstream.url, ['probe'], 'limit: 2'));
    await kong.reload();
    await ask(kong, '/api', authorized);
    expect(server.started.map(({ config }) => config.limit)).toEqual([1, 2]);
    await expect.poll(() => server.closedInstances).toEqual([server.started[0]!.id]);
  });

  it('gets vault references resolved, with a record of what they were', async () => {
    const fields = [
      { key: { type: 'string', referenceable: true } },
      { plain: { type: 'string' } },
      { missing: { type: 'string', referenceable: true } },
      {
        targets: {
          type: 'array',
          elements: { type: 'record', fields: [{ auth: { type: 'string', referenceable: true } }] },
        },
      },
    ];
    const schema = JSON.stringify({ name: 'probe', fields: [{ config: { type: 'record', fields } }] });
    const { kong, server } = await setUp(
      { probe: { info: { schema }, access: () => {} } },
      'key: "{vault://env/my-key}", plain: "{vault://env/my-key}", missing: "{vault://env/none}", ' +
        'targets: [{auth: "{vault://env/json/token}"}]',
      { env: { MY_KEY: 'secret', JSON: '{"token":"t0"}' } },
    );
    await ask(kong, '/api', authorized);
    expect(server.started[0]!.config).toMatchObject({
      key: 'secret',
      plain: '{vault://env/my-key}',
      missing: '',
      $refs: { key: '{vault://env/my-key}', missing: '{vault://env/none}' },
      targets: [{ auth: 't0', $refs: { auth: '{vault://env/json/token}' } }],
    });
    expect(kong.lines.join()).toContain('unable to resolve reference');
    expect(kong.lines.join()).not.toContain('secret');
  });
});

describe('nothing reaches the upstream', () => {
  it('when a plugin breaks its event, after a bounded number of tries', async () => {
    const { kong, server, upstream } = await setUp({
      probe: {
        access() {
          throw new Error('broken');
        },
      },
    });
    const answer = await ask(kong, '/api', authorized);
    expect(answer.status).toBe(500);
    expect(answer.json()).toEqual({
      message: 'An unexpected error occurred',
      request_id: answer.headers['x-kong-request-id'],
    });
    expect(server.events).toBe(3);
    expect(upstream.count()).toBe(0);
  });

  it('when the plugin server is down, and it works again when that is back', async () => {
    const plugins = { probe: { access: () => {} } };
    const { kong, server, upstream } = await setUp(plugins);
    await server.close();
    expect((await ask(kong, '/api', authorized)).status).toBe(500);
    expect(upstream.count()).toBe(0);
  });

  it('when the plugin server refuses the config', async () => {
    const { kong, upstream } = await setUp({ probe: { access: () => {} } }, 'refuse: true');
    expect((await ask(kong, '/api', authorized)).status).toBe(500);
    expect(upstream.count()).toBe(0);
  });

  it('when a plugin calls what does not exist or sets what cannot be sent', async () => {
    const wrong: Record<string, FakePlugin['access']> = {
      method: (pdk) => pdk.tell('kong.service.set_upstream', 'x'),
      header: (pdk) => pdk.tell('kong.service.request.set_header', 'x', 'a\r\nInjected: 1'),
      port: (pdk) => pdk.tell('kong.service.set_target', 'h', 99999),
    };
    for (const access of Object.values(wrong)) {
      const { kong, upstream } = await setUp({ probe: { access } });
      expect((await ask(kong, '/api', authorized)).status).toBe(500);
      expect(upstream.count()).toBe(0);
    }
  });
});

describe('at start', () => {
  it('refuses a plugin that nobody has, by name', async () => {
    const server = await startFakePluginServer({ probe: { access: () => {} } });
    closers.push(server.close);
    const text = fileFor('http://127.0.0.1:1', ['probe', 'bot-detection']);
    await expect(gatewayFor(text, { socket: server.socket })).rejects.toThrow(
      /services\[0\]\.plugins\[1\]\.name, line \d+: .*'bot-detection'; use Kong/,
    );
  });

  it('refuses a plugin with phases that only Kong runs', async () => {
    const server = await startFakePluginServer({ probe: { info: { phases: ['log'] }, access: () => {} } });
    closers.push(server.close);
    const text = fileFor('http://127.0.0.1:1', ['probe']);
    await expect(gatewayFor(text, { socket: server.socket })).rejects.toThrow(
      /phase 'log', which only Kong runs/,
    );
  });
});
