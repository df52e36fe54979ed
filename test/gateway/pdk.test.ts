// The plugin development kit of the embedded gateway, call by call, as a plugin server uses it over the protocol.
import { describe, expect, it } from 'vitest';
import type { PdkMethod } from '../../kong/rpc/pdk.ts';
import type { FakeKong } from '../support/fake-plugin-server.ts';
import { type Answer, type Ask, ask } from '../support/gateway.ts';
import { authorized, fileFor, setUp } from './with-plugin-server.ts';

type Call = [method: PdkMethod, ...args: unknown[]];

/** Makes the calls during one request, each waited for. */
async function during(
  calls: Call[],
  path = '/api',
  options: Ask = {},
): Promise<{ results: unknown[]; answer: Answer; lines: string[]; port: number }> {
  const results: unknown[] = [];
  const { kong } = await setUp({
    probe: {
      async access(pdk) {
        for (const call of calls) results.push(await pdk.ask(...call));
      },
    },
  });
  const headers = { ...authorized.headers, ...options.headers };
  const answer = await ask(kong, path, { ...options, headers });
  return { results, answer, lines: kong.lines, port: kong.port };
}

async function result(call: Call, path?: string, options?: Ask): Promise<unknown> {
  const { results, answer } = await during([call], path, options);
  expect(answer.status).toBe(200);
  return results[0];
}

describe('the request, as a plugin reads it', () => {
  const wire = (text: string) => Buffer.from(text).toString('latin1');
  const path = '/api/a%20b/../c%C3%BC?q=1&flag&empty=&q=2';
  const options: Ask = {
    method: 'PUT',
    headers: { host: 'Shop.Example:8000', 'x-name': wire('Zoë'), 'x-twice': ['a', 'b'] },
  };

  it.each<[...Call, unknown]>([
    ['kong.request.get_scheme', 'http'],
    ['kong.request.get_host', 'shop.example'],
    ['kong.request.get_method', 'PUT'],
    ['kong.request.get_http_version', 1.1],
    ['kong.request.get_path', '/api/a%20b/../c%C3%BC'],
    ['kong.request.get_path_with_query', path],
    ['kong.request.get_raw_query', 'q=1&flag&empty=&q=2'],
    ['kong.request.get_query_arg', 'q', '1'],
    ['kong.request.get_query_arg', 'empty', ''],
    ['kong.request.get_query_arg', 'none', undefined],
    ['kong.request.get_header', 'X-NAME', 'Zoë'],
    ['kong.request.get_header', 'x-none', undefined],
    ['kong.request.get_header', undefined, undefined],
    ['kong.request.get_uri_captures', undefined],
    ['kong.client.get_ip', '127.0.0.1'],
    ['kong.client.get_forwarded_ip', '127.0.0.1'],
    ['kong.client.get_protocol', false, 'http'],
    ['kong.nginx.get_var', 'args', 'q=1&flag&empty=&q=2'],
    ['kong.nginx.get_var', 'host', 'shop.example'],
    ['kong.nginx.get_var', 'http_host', 'Shop.Example:8000'],
    ['kong.nginx.get_var', 'remote_addr', '127.0.0.1'],
    ['kong.nginx.get_var', 'request_method', 'PUT'],
    ['kong.nginx.get_var', 'request_uri', path],
    ['kong.nginx.get_var', 'scheme', 'http'],
    ['kong.nginx.get_var', 'server_addr', '127.0.0.1'],
    ['kong.nginx.get_var', 'uri', '/api/cü'],
    ['kong.nginx.get_var', 'no_such_variable', undefined],
    ['kong.nginx.get_var', 'constructor', undefined],
    ['kong.nginx.get_var', undefined, undefined],
  ])('%s %s', async (method, ...rest) => {
    const expected = rest.pop();
    expect(await result([method, ...rest], path, options)).toEqual(expected);
  });

  it('gives headers in lower case, repeated ones as a list, and as many as are asked for', async () => {
    const all = (await result(['kong.request.get_headers', 100], path, options)) as Record<string, unknown>;
    expect(all).toMatchObject({ 'x-name': 'Zoë', 'x-twice': ['a', 'b'], apikey: 'k1' });
    const some = await result(['kong.request.get_headers', 2], path, options);
    expect(Object.keys(some as object)).toEqual(Object.keys(all).slice(0, 2));
  });

  it('gives ports and ids', async () => {
    const { results, answer, port } = await during([
      ['kong.request.get_port'],
      ['kong.nginx.get_var', 'server_port'],
      ['kong.nginx.get_var', 'remote_port'],
      ['kong.node.get_id'],
      ['kong.nginx.get_var', 'kong_request_id'],
      ['kong.nginx.get_var', 'request_id'],
    ]);
    const [own, asText, remote, node, requestId, nginxId] = results;
    expect([own, asText]).toEqual([port, String(port)]);
    expect(remote).toMatch(/^\d+$/);
    expect(node).toMatch(/^[0-9a-f-]{36}$/);
    expect(requestId).toBe(answer.headers['x-kong-request-id']);
    // nginx has an id of its own, and a plugin that takes it for Kong's is wrong here too.
    expect(nginxId).toMatch(/^[0-9a-f]{32}$/);
    expect(nginxId).not.toBe(requestId);
  });

  it('gives no query, no arguments, and no body where there is none', async () => {
    const { results } = await during([
      ['kong.request.get_raw_query'],
      ['kong.request.get_query_arg', 'q'],
      ['kong.nginx.get_var', 'args'],
      ['kong.request.get_raw_body'],
    ]);
    expect(results).toEqual(['', undefined, '', { content: Buffer.alloc(0) }]);
  });

  it('gives what the groups of a regex path matched', async () => {
    const captures: unknown[] = [];
    const { kong, upstream } = await setUp({
      probe: {
        async access(pdk) {
          captures.push(await pdk.ask('kong.request.get_uri_captures'));
        },
      },
    });
    const text = fileFor(upstream.url, ['probe']);
    const paths = String.raw`[/plain, "~/users/(\\d+)(/x)?/(?<what>[a-zü]+)(?<more>!)?"]`;
    kong.write(text.replace('[/api]', paths));
    await kong.reload();
    for (const path of ['/users/7/n%C3%BC', '/users/8/x/posts', '/plain'])
      expect((await ask(kong, path, authorized)).status).toBe(200);
    const named = (what: string) => [
      { key: 'what', value: what },
      { key: 'more', value: '' },
    ];
    expect(captures).toEqual([
      { unnamed: ['7', '', 'nü', ''], named: named('nü') },
      { unnamed: ['8', '/x', 'posts', ''], named: named('posts') },
      undefined,
    ]);
  });
});

describe('the caller', () => {
  it('is the consumer, and the id of its credential: never the key', async () => {
    const { results } = await during([['kong.client.get_consumer'], ['kong.client.get_credential']]);
    expect(results[0]).toMatchObject({ username: 'jürgen', custom_id: 'c1' });
    expect(results[1]).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  it('is nobody without authentication, and a route may be without a name', async () => {
    const results: unknown[] = [];
    const { kong, upstream } = await setUp({
      probe: {
        async access(pdk) {
          results.push(
            await pdk.ask('kong.client.get_consumer'),
            await pdk.ask('kong.client.get_credential'),
          );
          results.push(((await pdk.ask('kong.router.get_route')) as { name?: string }).name);
        },
      },
    });
    const text = fileFor(upstream.url, ['probe']);
    kong.write(
      text.replace('plugins:\n- name: key-auth', 'plugins: []').replace('- name: api\n    paths', '- paths'),
    );
    await kong.reload();
    expect((await ask(kong, '/api')).status).toBe(200);
    expect(results).toEqual([undefined, undefined, undefined]);
  });
});

describe('what goes upstream', () => {
  const cases: [what: string, calls: Call[], seen: Record<string, unknown>][] = [
    ['another method', [['kong.service.request.set_method', 'DELETE']], { method: 'DELETE' }],
    ['another query', [['kong.service.request.set_raw_query', 'a=%20&b']], { url: '/x?a=%20&b' }],
    ['an empty query', [['kong.service.request.set_raw_query', undefined]], { url: '/x?' }],
    ['another path', [['kong.service.request.set_path', '/p q']], { url: '/p%20q?q=1' }],
    ['another body', [['kong.service.request.set_raw_body', Buffer.from('new')]], { body: 'new' }],
    ['no body', [['kong.service.request.set_raw_body', undefined]], { body: '' }],
    [
      'headers of every type that the protocol has',
      [
        ['kong.service.request.set_header', 'x-a', 1],
        ['kong.service.request.set_header', 'x-b', true],
        ['kong.service.request.set_header', 'x-c', ['1', '2']],
        ['kong.service.request.set_header', 'x-old', null],
      ],
      { headers: expect.objectContaining({ 'x-a': '1', 'x-b': 'true', 'x-c': '1, 2' }) },
    ],
    [
      'another Host',
      [['kong.service.request.set_header', 'Host', 'a.example']],
      { headers: expect.objectContaining({ host: 'a.example' }) },
    ],
    [
      'another Host, added',
      [['kong.service.request.add_header', 'HOST', ['b.example', 'c.example']]],
      { headers: expect.objectContaining({ host: 'b.example' }) },
    ],
    [
      'an empty Host',
      [
        ['kong.service.request.set_header', 'Host', 'a.example'],
        ['kong.service.request.add_header', 'Host', null],
      ],
      { headers: expect.objectContaining({ host: '' }) },
    ],
    [
      'the scheme of the service, named',
      [['kong.service.request.set_scheme', 'http']],
      { method: 'POST', url: '/x?q=1', body: 'old' },
    ],
  ];
  it.each(cases)('%s', async (_what, calls, seen) => {
    const { answer } = await during(calls, '/api/x?q=1', {
      method: 'POST',
      body: 'old',
      headers: { 'x-old': '1' },
    });
    expect(answer.status).toBe(200);
    expect(answer.echo()).toMatchObject(seen);
    if (calls.some(([, name]) => name === 'x-old')) expect(answer.echo().headers).not.toHaveProperty('x-old');
  });

  it('nothing, when the query could not be sent as one line', async () => {
    const { kong, upstream } = await setUp({
      probe: { access: (pdk) => pdk.tell('kong.service.request.set_raw_query', 'a\r\nInjected: 1') },
    });
    expect((await ask(kong, '/api', authorized)).status).toBe(500);
    expect(upstream.count()).toBe(0);
  });
});

describe('what the client is told', () => {
  it('headers that are set, added, and taken away again', async () => {
    const { answer } = await during([
      ['kong.response.set_header', 'x-set', 'ü'],
      ['kong.response.add_header', 'x-add', '1'],
      ['kong.response.add_header', 'x-add', '2'],
      ['kong.response.set_header', 'x-gone', '1'],
      ['kong.response.clear_header', 'X-Gone'],
    ]);
    expect(Buffer.from(String(answer.headers['x-set']), 'latin1').toString()).toBe('ü');
    expect(answer.headers['x-add']).toBe('1, 2');
    expect(answer.headers).not.toHaveProperty('x-gone');
  });

  const exits: [what: string, args: unknown[], seen: object][] = [
    ['a status alone', [204], { status: 204, body: '' }],
    ['a body of its own length', [200, Buffer.from('abc'), { 'Content-Length': '99' }], { body: 'abc' }],
    [
      'lists of headers',
      [418, undefined, { 'X-A': ['1', '2'] }],
      { status: 418, headers: expect.objectContaining({ 'x-a': '1, 2', 'content-length': '0' }) },
    ],
  ];
  it.each(exits)('an answer of the plugin: %s', async (_what, args, seen) => {
    const { kong, upstream } = await setUp({
      probe: { access: (pdk) => pdk.tell('kong.response.exit', ...args) },
    });
    expect(await ask(kong, '/api', authorized)).toMatchObject(seen);
    expect(upstream.count()).toBe(0);
  });
});

describe('the log', () => {
  it('has what plugins say, by level, with values that are not text as JSON, and no debug lines', async () => {
    const { lines } = await during([
      ['kong.log.err', ['broken: ', { code: 7 }]],
      ['kong.log.warn', ['w']],
      ['kong.log.notice', ['n ', 1, ' ', true]],
      ['kong.log.info', undefined],
      ['kong.log.debug', ['quiet']],
      ['kong.log.set_serialize_value', 'k', 'v'],
    ]);
    expect(lines).toEqual([
      'error broken: {"code":7} {"plugin":"probe"}',
      'warn w {"plugin":"probe"}',
      'info n 1 true {"plugin":"probe"}',
      'info  {"plugin":"probe"}',
    ]);
  });
});

describe('the shared context', () => {
  it('has what was set, under an empty name too, and nothing of other requests', async () => {
    const calls: Call[] = [
      ['kong.ctx.shared.get', 'a'],
      ['kong.ctx.shared.set', 'a', { deep: [1, 'x', false] }],
      ['kong.ctx.shared.set', undefined, 'unnamed'],
      ['kong.ctx.shared.get', 'a'],
      ['kong.ctx.shared.get', undefined],
    ];
    const expected = [undefined, undefined, undefined, { deep: [1, 'x', false] }, 'unnamed'];
    const results: unknown[] = [];
    const { kong } = await setUp({
      probe: {
        async access(pdk: FakeKong) {
          for (const call of calls) results.push(await pdk.ask(...call));
        },
      },
    });
    for (const _ of [1, 2]) {
      results.length = 0;
      await ask(kong, '/api', authorized);
      expect(results).toEqual(expected);
    }
  });
});

describe('a call that Kong would refuse ends in a 500, and nothing goes upstream', () => {
  it.each<Call>([
    ['kong.service.set_upstream', 'x'],
    ['kong.service.set_target', '', 80],
    ['kong.service.set_target', undefined, 80],
    ['kong.service.set_target', 'h', 65536],
    ['kong.service.set_target', 'h', -1],
    ['kong.service.request.set_scheme', 'ftp'],
    ['kong.service.request.set_path', 'no/slash'],
    ['kong.service.request.set_path', undefined],
    ['kong.service.request.set_method', 'get'],
    ['kong.service.request.set_method', undefined],
    ['kong.service.request.set_header', 'x y', 'v'],
    ['kong.service.request.set_header', 'x', 'a\r\nInjected: 1'],
    ['kong.service.request.add_header', '', 'v'],
    ['kong.response.set_header', 'x', 'a\nb'],
    ['kong.response.exit', 199],
    ['kong.response.exit', 600],
    ['kong.response.exit', undefined],
    ['kong.response.exit', 200, undefined, { 'x y': 'v' }],
    ['kong.request.get_headers', 0],
    ['kong.request.get_headers', 1001],
    ['kong.request.get_headers', undefined],
    ['kong.request.get_query_arg', 'flag'],
  ])('%s %j', async (method, ...args) => {
    const { kong, upstream } = await setUp({
      probe: { access: (pdk) => pdk.tell(method, ...args) },
    });
    const answer = await ask(kong, '/api?flag', authorized);
    expect([answer.status, answer.json().message]).toEqual([500, 'An unexpected error occurred']);
    expect(upstream.count()).toBe(0);
    expect(kong.lines.join()).toContain('"plugin":"probe"');
  });
});

describe('a body that is larger than a plugin may read', () => {
  const large = Buffer.alloc(8 * 1024 * 1024 + 1, 'x');

  it('still streams when its length is known: the plugin is told', async () => {
    let read: unknown;
    const { kong } = await setUp({
      probe: {
        async access(pdk) {
          read = await pdk.ask('kong.request.get_raw_body');
        },
      },
    });
    const answer = await ask(kong, '/api', { ...authorized, method: 'POST', body: large });
    expect(read).toEqual({ error: expect.stringContaining('larger than 8388608 bytes') });
    expect(answer.echo().body.length).toBe(large.length);
  });

  it('is refused with 413 when it came in chunks: what was read cannot be sent on', async () => {
    const { kong, upstream } = await setUp({
      probe: {
        async access(pdk) {
          await pdk.ask('kong.request.get_raw_body');
        },
      },
    });
    const headers = { ...authorized.headers, 'transfer-encoding': 'chunked' };
    const answer = await ask(kong, '/api', { method: 'POST', headers, body: large });
    expect(answer.status).toBe(413);
    expect(upstream.count()).toBe(0);
  });

  it('is read once, however often it is asked for', async () => {
    const { results } = await during([['kong.request.get_raw_body'], ['kong.request.get_raw_body']], '/api', {
      method: 'POST',
      body: 'once',
    });
    expect(results).toEqual([{ content: Buffer.from('once') }, { content: Buffer.from('once') }]);
  });
});
