// Options and edges of the native plugins that Kong has too (kong/plugins/*/handler.lua, schema.lua).
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Counters } from '../../kong/gateway/plugins/counters.ts';
import {
  type Ask,
  ask,
  gatewayFor,
  startUpstream,
  type TestGateway,
  type Upstream,
} from '../support/gateway.ts';

let upstream: Upstream;
beforeAll(async () => {
  // Answers with Vary, as an upstream with content negotiation does.
  upstream = await startUpstream((request, response) => {
    const { method, url, headers, rawHeaders: raw } = request;
    response.setHeader('vary', 'Origin');
    response.end(JSON.stringify({ method, url, headers, raw }));
  });
});
afterAll(() => upstream.close());

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0)) await close();
});

/** `plugins` as a list of YAML flow mappings. */
async function gateway(...plugins: string[]): Promise<TestGateway> {
  const started = await gatewayFor(`
_format_version: "3.0"
services:
- name: echo
  url: ${upstream.url}
  routes: [{name: api, paths: [/api]}, {name: other, paths: [/other]}]
consumers:
- {username: alice, keyauth_credentials: [{key: ka}], acls: [{group: staff}]}
- {custom_id: no-name, keyauth_credentials: [{key: kn}]}
- {username: guest}
plugins: [${plugins.join(', ')}]
`);
  closers.push(started.close);
  return started;
}

const as = (key: string): Ask => ({ headers: { apikey: key } });

describe('cors', () => {
  const preflight = (headers: Record<string, string> = {}): Ask => ({
    method: 'OPTIONS',
    headers: { origin: 'https://a.example', 'access-control-request-method': 'POST', ...headers },
  });
  const from = (origin: string): Ask => ({ headers: { origin } });
  const allowed = async (kong: TestGateway, origin: string) =>
    (await ask(kong, '/api', from(origin))).headers['access-control-allow-origin'];

  it('allows the headers that a preflight asks for, or those of the config', async () => {
    const asked = preflight({ 'access-control-request-headers': 'x-a, x-b' });
    const any = await gateway('{name: cors}');
    expect((await ask(any, '/api', asked)).headers['access-control-allow-headers']).toBe('x-a, x-b');
    expect((await ask(any, '/api', preflight())).headers).not.toHaveProperty('access-control-allow-headers');
    const some = await gateway('{name: cors, config: {headers: [x-c, x-d]}}');
    expect((await ask(some, '/api', asked)).headers['access-control-allow-headers']).toBe('x-c,x-d');
  });

  it('leaves out the age and the credentials that the config does not have', async () => {
    const { headers } = await ask(await gateway('{name: cors}'), '/api', preflight());
    expect(headers['access-control-allow-origin']).toBe('*');
    for (const name of ['access-control-max-age', 'access-control-allow-credentials', 'vary'])
      expect(headers).not.toHaveProperty(name);
  });

  it('allows a private network only when the config does and the browser asks', async () => {
    const asks = preflight({ 'access-control-request-private-network': 'true' });
    const name = 'access-control-allow-private-network';
    const on = await gateway('{name: cors, config: {private_network: true}}');
    expect((await ask(on, '/api', asks)).headers[name]).toBe('true');
    expect((await ask(on, '/api', preflight())).headers).not.toHaveProperty(name);
    expect((await ask(await gateway('{name: cors}'), '/api', asks)).headers).not.toHaveProperty(name);
  });

  it('hands a preflight on when told to, and adds nothing to its answer', async () => {
    const kong = await gateway('{name: cors, config: {preflight_continue: true}}');
    const answer = await ask(kong, '/api', preflight());
    expect(answer.echo().method).toBe('OPTIONS');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('takes OPTIONS that is no preflight for any other request', async () => {
    const kong = await gateway('{name: cors}');
    const answer = await ask(kong, '/api', { method: 'OPTIONS', headers: { origin: 'https://a.example' } });
    expect([answer.echo().method, answer.headers['access-control-allow-origin']]).toEqual(['OPTIONS', '*']);
  });

  it('names the origin with credentials, and says nothing of them to a request without one', async () => {
    const kong = await gateway('{name: cors, config: {credentials: true}}');
    expect((await ask(kong, '/api', from('https://a.example'))).headers).toMatchObject({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-credentials': 'true',
      // The upstream's own is not repeated.
      vary: 'Origin',
    });
    const without = await ask(kong, '/api');
    expect(without.headers['access-control-allow-origin']).toBe('*');
    expect(without.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('answers one plain origin to everybody, credentials too', async () => {
    const kong = await gateway('{name: cors, config: {origins: ["https://b.example"], credentials: true}}');
    expect((await ask(kong, '/api', from('https://a.example'))).headers).toMatchObject({
      'access-control-allow-origin': 'https://b.example',
      'access-control-allow-credentials': 'true',
    });
  });

  it.each([
    ['https://a.example', 'https://a.example'],
    ['https://a.example:443', 'https://a.example'],
    ['http://a.example', undefined],
    ['https://a.example:8443', undefined],
    ['http://plain.example:80', 'http://plain.example'],
    ['http://plain.example:8080', undefined],
    // A pattern without a colon is for the host alone, whatever the scheme and port.
    ['http://x.b.example:81', 'http://x.b.example:81'],
    ['https://x.b.example.evil', undefined],
    ['null', undefined],
  ])('of a list of origins and patterns allows %s as %s', async (origin, expected) => {
    const list = '["https://a.example", "http://plain.example", "^[a-z]+[.]b[.]example$"]';
    expect(await allowed(await gateway(`{name: cors, config: {origins: ${list}}}`), origin)).toBe(expected);
  });

  it('allows no origin to a request that names none, when there is a list', async () => {
    const kong = await gateway('{name: cors, config: {origins: ["https://a.example", "https://b.example"]}}');
    const { headers } = await ask(kong, '/api');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers.vary).toBe('Origin');
  });
});

describe('key-auth', () => {
  it('names its realm, and lets a preflight through when told to', async () => {
    const kong = await gateway('{name: key-auth, config: {realm: shop, run_on_preflight: false}}');
    expect((await ask(kong, '/api')).headers['www-authenticate']).toBe('Key realm="shop"');
    expect((await ask(kong, '/api', { method: 'OPTIONS' })).status).toBe(200);
  });

  it('takes no key from where the config does not look', async () => {
    const headerOnly = await gateway('{name: key-auth, config: {key_in_query: false}}');
    expect((await ask(headerOnly, '/api?apikey=ka')).status).toBe(401);
    const queryOnly = await gateway('{name: key-auth, config: {key_in_header: false}}');
    expect((await ask(queryOnly, '/api', as('ka'))).status).toBe(401);
    expect((await ask(queryOnly, '/api?apikey=ka')).status).toBe(200);
  });

  it('hides a key in a header and leaves the query as it was sent', async () => {
    const kong = await gateway('{name: key-auth, config: {hide_credentials: true}}');
    const seen = (await ask(kong, '/api?a=%20b', as('ka'))).echo();
    expect([seen.url, seen.headers.apikey]).toEqual(['/?a=%20b', undefined]);
  });

  it('fails closed when its anonymous consumer does not exist', async () => {
    const before = upstream.count();
    const kong = await gateway('{name: key-auth, config: {anonymous: nobody}}');
    expect((await ask(kong, '/api')).status).toBe(500);
    expect((await ask(kong, '/api', as('ka'))).status).toBe(200);
    expect(upstream.count()).toBe(before + 1);
    expect(kong.lines.join()).toContain("anonymous consumer 'nobody' does not exist");
  });

  it('tells of a consumer without a username only what there is', async () => {
    const { headers } = (await ask(await gateway('{name: key-auth}'), '/api', as('kn'))).echo();
    expect(headers).toMatchObject({ 'x-consumer-custom-id': 'no-name' });
    expect(headers).not.toHaveProperty('x-consumer-username');
  });
});

describe('acl', () => {
  it('refuses a consumer without groups: 403 with a credential, 401 when it is the anonymous one', async () => {
    const kong = await gateway(
      '{name: key-auth, config: {anonymous: guest}}',
      '{name: acl, config: {allow: [staff]}}',
    );
    expect((await ask(kong, '/api', as('kn'))).status).toBe(403);
    expect((await ask(kong, '/api')).status).toBe(401);
    expect((await ask(kong, '/api', as('ka'))).status).toBe(200);
  });
});

describe('correlation-id', () => {
  it.each([
    ['uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
    ['tracker', new RegExp(String.raw`^127\.0\.0\.1-\d+-${process.pid}-\d+-\d+-\d+\.\d{3}$`)],
  ])('%s', async (generator, form) => {
    const kong = await gateway(
      `{name: correlation-id, config: {generator: ${generator}, echo_downstream: true}}`,
    );
    const answer = await ask(kong, '/api');
    expect(answer.headers['kong-request-id']).toMatch(form);
    expect(answer.echo().headers['kong-request-id']).toBe(answer.headers['kong-request-id']);
  });

  it('makes an id where the client sent an empty one, and for an answer that no access phase saw', async () => {
    const kong = await gateway('{name: correlation-id, config: {echo_downstream: true}}');
    const empty = await ask(kong, '/api', { headers: { 'kong-request-id': '' } });
    expect(empty.echo().headers['kong-request-id']).toMatch(/#\d+$/);
    const unrouted = await ask(kong, '/none');
    expect([unrouted.status, unrouted.headers['kong-request-id']]).toEqual([
      404,
      expect.stringMatching(/#\d+$/),
    ]);
  });
});

describe('request-termination', () => {
  it.each([
    ['status_code: 404', 404, '{"message":"Not found"}'],
    // Kong has no words of its own for it.
    ['status_code: 418', 418, ''],
    ['status_code: 200, message: "all well"', 200, '{"message":"all well"}'],
  ])('with {%s}', async (config, status, body) => {
    const kong = await gateway(`{name: request-termination, config: {${config}}}`);
    expect(await ask(kong, '/api')).toMatchObject({ status, body });
  });

  it('sends a body without a type when it has none', async () => {
    const kong = await gateway('{name: request-termination, config: {status_code: 200, body: plain}}');
    const { body, headers } = await ask(kong, '/api');
    expect([body, headers['content-type']]).toEqual(['plain', undefined]);
  });
});

describe('request-transformer', () => {
  const transformed = async (config: string, path: string, options: Ask = {}) =>
    (await ask(await gateway(`{name: request-transformer, config: ${config}}`), path, options)).echo();

  it('never takes the Host away, by whichever operation', async () => {
    const config =
      '{remove: {headers: [Host]}, rename: {headers: ["host:x-was"]}, add: {headers: ["HOST:b"]}, append: {headers: ["host:c"]}}';
    const { headers } = await transformed(config, '/api', { headers: { host: 'given.example' } });
    // The service's own, as without the plugin.
    expect(headers.host).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(headers).not.toHaveProperty('x-was');
  });

  it('renames a header with all its values, over one of that name', async () => {
    const { raw } = await transformed('{rename: {headers: ["x-old:x-new", "x-none:x-new"]}}', '/api', {
      headers: { 'x-old': ['1', '2'], 'x-new': '3' },
    });
    expect(raw.filter((_, i) => raw[i - 1]?.toLowerCase() === 'x-new')).toEqual(['1', '2']);
  });

  it.each([
    ['{replace: {querystring: ["a:9"]}}', 'a=1&b=2&a=3', 'a=9&b=2'],
    ['{rename: {querystring: ["a:a", "b:c", "x:y"]}}', 'a=1&b=2&c=3', 'a=1&c=2'],
    ['{add: {querystring: ["a:9", "n:1"]}}', 'a=1', 'a=1&n=1'],
    ['{append: {querystring: ["a:9"]}}', '', 'a=9'],
    ['{remove: {querystring: [a]}}', 'a=1&a=2&%62=%ZZ+3', 'b=%25ZZ%203'],
  ])('%s makes of ?%s ?%s', async (config, query, expected) => {
    expect((await transformed(config, `/api?${query}`)).url).toBe(`/?${expected}`);
  });
});

describe('rate-limiting', () => {
  const limited = (limitBy: string) =>
    gateway(
      '{name: key-auth, config: {anonymous: guest}}',
      `{name: rate-limiting, config: {year: 1, limit_by: ${limitBy}}}`,
    );

  it.each<[limitBy: string, requests: [path: string, options: Ask, status: number][]]>([
    [
      'consumer',
      [
        ['/api', as('ka'), 200],
        ['/other', as('ka'), 429],
        ['/api', as('kn'), 200],
        ['/api', {}, 200],
        ['/api', {}, 429],
      ],
    ],
    [
      'credential',
      [
        ['/api', as('ka'), 200],
        ['/api', as('kn'), 200],
        ['/api', as('ka'), 429],
        // Without one it is the address.
        ['/api', {}, 200],
        ['/api', {}, 429],
      ],
    ],
    [
      'service',
      [
        ['/api', as('ka'), 200],
        ['/other', as('kn'), 429],
      ],
    ],
    [
      'header, header_name: x-tenant',
      [
        ['/api', { headers: { 'x-tenant': 'a' } }, 200],
        ['/api', { headers: { 'x-tenant': 'b' } }, 200],
        ['/api', { headers: { 'x-tenant': 'a' } }, 429],
        ['/api', {}, 200],
        ['/api', {}, 429],
      ],
    ],
    [
      'path, path: /api/x',
      [
        ['/api/x', {}, 200],
        ['/api/y', {}, 200],
        ['/api/x', {}, 429],
        ['/other', {}, 429],
      ],
    ],
  ])('by %s', async (limitBy, requests) => {
    const kong = await limited(limitBy);
    for (const [path, options, status] of requests)
      expect((await ask(kong, path, options)).status, `${path} ${JSON.stringify(options)}`).toBe(status);
  });

  it('tells of the tightest window: the fewest left, and of equals the longer', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 5, 10, 20, 45) });
    const kong = await gateway('{name: rate-limiting, config: {second: 3, minute: 3, hour: 9}}');
    expect((await ask(kong, '/api')).headers).toMatchObject({
      'ratelimit-limit': '3',
      'ratelimit-remaining': '2',
      'ratelimit-reset': '15',
    });
    vi.setSystemTime(Date.UTC(2026, 0, 5, 10, 20, 46));
    expect((await ask(kong, '/api')).headers).toMatchObject({
      'x-ratelimit-remaining-second': '2',
      'x-ratelimit-remaining-minute': '1',
      'ratelimit-remaining': '1',
    });
  });

  it('answers with the status and the words of its config', async () => {
    const kong = await gateway(
      '{name: rate-limiting, config: {year: 1, error_code: 503, error_message: "come back later"}}',
    );
    await ask(kong, '/api');
    const refused = await ask(kong, '/api');
    expect([refused.status, refused.json().message]).toEqual([503, 'come back later']);
  });
});

describe('counters', () => {
  it('count until they expire, and are dropped when there are very many', () => {
    const counters = new Counters();
    counters.add('k', 2, 0, 100);
    counters.add('k', 1, 50, 100);
    expect([counters.get('k', 99), counters.get('k', 100)]).toEqual([3, 0]);
    for (let i = 0; i < 10_000; i += 1) counters.add(`old-${i}`, 1, 0, 100);
    counters.add('lives', 1, 50, 300);
    // The expired ones go when the next one comes; what lives keeps its count.
    counters.add('new', 1, 200, 300);
    expect([counters.get('lives', 200), counters.get('new', 200)]).toEqual([1, 1]);
    // Looked at in their own time again they are gone, and not merely expired.
    expect(counters.get('old-1', 50)).toBe(0);
  });
});
