// The native plugins as a client and an upstream see them: Kong's status codes, bodies and headers.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { periodStart } from '../../kong/gateway/plugins/rate-limiting.ts';
import { ask, gatewayFor, startUpstream, type TestGateway, type Upstream } from '../support/gateway.ts';

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0)) await close();
});

async function gateway(rest: string, routePlugins = ''): Promise<TestGateway> {
  const started = await gatewayFor(`
_format_version: "3.0"
services:
- name: echo
  url: ${upstream.url}
  routes:
  - name: api
    paths: [/api]
    ${routePlugins}
  - name: other
    paths: [/other]
consumers:
- username: alice
  custom_id: a-1
  keyauth_credentials: [{key: ka, id: 11111111-1111-4111-8111-111111111111}]
  acls: [{group: staff}, {group: admin}]
- username: bob
  keyauth_credentials: [{key: kb}]
- username: guest
${rest}
`);
  closers.push(started.close);
  return started;
}

const as = (key: string) => ({ headers: { apikey: key } });

describe('key-auth', () => {
  it('refuses a request without a key, with two, or with a wrong one', async () => {
    const kong = await gateway('plugins: [{name: key-auth}]');
    const none = await ask(kong, '/api');
    expect(none.status).toBe(401);
    expect(none.headers['www-authenticate']).toBe('Key');
    expect(none.headers['content-type']).toBe('application/json; charset=utf-8');
    const id = none.headers['x-kong-request-id'];
    expect(none.body).toBe(`{\n  "message":"No API key found in request",\n  "request_id":"${id}"\n}`);
    const two = await ask(kong, '/api', { headers: { apikey: ['ka', 'kb'] } });
    expect([two.status, two.json().message]).toEqual([401, 'Duplicate API key found']);
    const wrong = await ask(kong, '/api', as('nope'));
    expect([wrong.status, wrong.json().message]).toEqual([401, 'Unauthorized']);
    expect((await ask(kong, '/api?apikey')).json().message).toBe('No API key found in request');
  });

  it('tells the upstream who called, whatever the client claimed', async () => {
    const kong = await gateway('plugins: [{name: key-auth}]');
    const forged = {
      apikey: 'ka',
      'x-consumer-id': 'forged',
      'x-consumer-username': 'forged',
      'x-anonymous-consumer': 'true',
    };
    const { headers } = (await ask(kong, '/api', { headers: forged })).echo();
    expect(headers).toMatchObject({
      'x-consumer-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-consumer-username': 'alice',
      'x-consumer-custom-id': 'a-1',
      'x-credential-identifier': '11111111-1111-4111-8111-111111111111',
      apikey: 'ka',
    });
    expect(headers['x-anonymous-consumer']).toBeUndefined();
  });

  it('takes the key from the query and hides it when told to', async () => {
    const kong = await gateway(
      'plugins: [{name: key-auth, config: {hide_credentials: true, key_names: [k, apikey]}}]',
    );
    const inQuery = (await ask(kong, '/api?a=1&k=ka&b')).echo();
    expect(inQuery.url).toBe('/?a=1&b');
    expect(inQuery.headers['x-consumer-username']).toBe('alice');
    expect((await ask(kong, '/api', as('ka'))).echo().headers.apikey).toBeUndefined();
  });

  it('lets the anonymous consumer in instead, marked as such', async () => {
    const kong = await gateway('plugins: [{name: key-auth, config: {anonymous: guest}}]');
    const { headers } = (await ask(kong, '/api')).echo();
    expect(headers).toMatchObject({ 'x-consumer-username': 'guest', 'x-anonymous-consumer': 'true' });
    expect((await ask(kong, '/api', as('kb'))).echo().headers['x-consumer-username']).toBe('bob');
  });

  it('answers in the form that the client accepts', async () => {
    const kong = await gateway('plugins: [{name: key-auth, config: {realm: here}}]');
    const plain = await ask(kong, '/api', { headers: { accept: 'text/plain' } });
    expect(plain.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(plain.body).toMatch(/^No API key found in request\nrequest_id: [0-9a-f]{32}\n$/);
    expect(plain.headers['www-authenticate']).toBe('Key realm="here"');
  });
});

describe('acl', () => {
  const auth = '{name: key-auth}';
  it('lets in the groups that are allowed and tells the upstream of them', async () => {
    const kong = await gateway(`plugins: [${auth}, {name: acl, config: {allow: [admin]}}]`);
    expect((await ask(kong, '/api', as('ka'))).echo().headers['x-consumer-groups']).toBe('staff, admin');
    const bob = await ask(kong, '/api', as('kb'));
    expect([bob.status, bob.json().message]).toEqual([403, 'You cannot consume this service']);
  });

  it('keeps out the groups that are denied', async () => {
    const kong = await gateway(
      `plugins: [${auth}, {name: acl, config: {deny: [staff], hide_groups_header: true}}]`,
    );
    expect((await ask(kong, '/api', as('ka'))).status).toBe(403);
    const bob = await ask(kong, '/api', as('kb'));
    expect(bob.status).toBe(200);
    expect(bob.echo().headers['x-consumer-groups']).toBeUndefined();
  });

  it('answers 401 when nobody was authenticated', async () => {
    const kong = await gateway('plugins: [{name: acl, config: {allow: [admin]}}]');
    const answer = await ask(kong, '/api');
    expect([answer.status, answer.json().message]).toEqual([401, 'Unauthorized']);
  });
});

describe('correlation-id', () => {
  it("makes an id, keeps the client's, and echoes it when told to, on refusals too", async () => {
    const kong = await gateway(
      'plugins: [{name: correlation-id, config: {header_name: X-Id, generator: uuid, echo_downstream: true}}]',
      'plugins: [{name: key-auth}]',
    );
    const answer = await ask(kong, '/other');
    expect(answer.headers['x-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.echo().headers['x-id']).toBe(answer.headers['x-id']);
    const own = await ask(kong, '/other', { headers: { 'x-id': 'mine' } });
    expect([own.echo().headers['x-id'], own.headers['x-id']]).toEqual(['mine', 'mine']);
    const refused = await ask(kong, '/api', { headers: { 'x-id': 'mine' } });
    expect([refused.status, refused.headers['x-id']]).toEqual([401, 'mine']);
  });

  it('counts by default', async () => {
    const kong = await gateway('plugins: [{name: correlation-id}]');
    const id = async () => (await ask(kong, '/api')).echo().headers['kong-request-id']!.split('#');
    const [first, second] = [await id(), await id()];
    expect(second[0]).toBe(first[0]);
    expect(Number(second[1])).toBe(Number(first[1]) + 1);
  });
});

describe('cors', () => {
  const preflight = {
    method: 'OPTIONS',
    headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
  };

  it('answers a preflight itself, before authentication', async () => {
    const kong = await gateway(
      'plugins: [{name: key-auth}, {name: cors, config: {max_age: 60, credentials: true}}]',
    );
    const answer = await ask(kong, '/api', preflight);
    expect([answer.status, answer.body]).toEqual([200, '']);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT',
      'access-control-max-age': '60',
      vary: 'Origin',
      'content-length': '0',
    });
  });

  it('adds its headers to answers and to refusals', async () => {
    const kong = await gateway(
      'plugins: [{name: cors, config: {origins: ["https://a.example", "^https://[a-z]+[.]b[.]example$"], exposed_headers: [X-A, X-B]}}]',
      'plugins: [{name: key-auth}]',
    );
    const from = (origin: string) => ({ headers: { origin } });
    expect((await ask(kong, '/other', from('https://a.example:443'))).headers).toMatchObject({
      'access-control-allow-origin': 'https://a.example',
      'access-control-expose-headers': 'X-A,X-B',
      vary: 'Origin',
    });
    const refused = await ask(kong, '/api', from('https://x.b.example'));
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([
      401,
      'https://x.b.example',
    ]);
    const foreign = await ask(kong, '/other', from('https://x.b.example.evil'));
    expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('allows every origin by default, also on a request that no route takes', async () => {
    const kong = await gateway('plugins: [{name: cors}]');
    const answer = await ask(kong, '/nowhere');
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([404, '*']);
    expect(answer.json().message).toBe('no Route matched with those values');
  });
});

describe('request-termination', () => {
  it("answers with a message, a body, or Kong's default", async () => {
    const kong = await gateway(
      'plugins: [{name: request-termination}]',
      'plugins: [{name: request-termination, config: {status_code: 418, body: "<b>tea</b>", content_type: text/html, trigger: x-tea}}]',
    );
    const fallback = await ask(kong, '/other');
    expect([fallback.status, fallback.body]).toEqual([503, '{"message":"Service unavailable"}']);
    const tea = await ask(kong, '/api', { headers: { 'x-tea': '1' } });
    expect([tea.status, tea.body, tea.headers['content-type']]).toEqual([418, '<b>tea</b>', 'text/html']);
    expect((await ask(kong, '/api')).status).toBe(200);
    expect((await ask(kong, '/api?x-tea=1')).status).toBe(418);
  });
});

describe('request-transformer', () => {
  it("removes, renames, replaces, adds and appends headers in Kong's order", async () => {
    const kong = await gateway(`
plugins:
- name: request-transformer
  config:
    remove: {headers: [x-gone]}
    rename: {headers: ["x-old:x-new"]}
    replace: {headers: ["x-there:2", "x-absent:2", "host:other.example"]}
    add: {headers: ["x-there:3", "x-added:a:b"]}
    append: {headers: ["x-there:4"]}
`);
    const headers = { 'x-gone': '1', 'x-old': 'v', 'x-there': '1' };
    const seen = (await ask(kong, '/api', { headers })).echo();
    expect(seen.headers).toMatchObject({
      'x-new': 'v',
      'x-there': '2, 4',
      'x-added': 'a:b',
      host: 'other.example',
    });
    for (const name of ['x-gone', 'x-old', 'x-absent']) expect(seen.headers[name]).toBeUndefined();
  });

  it('does the same to the query', async () => {
    const kong = await gateway(`
plugins:
- name: request-transformer
  config:
    remove: {querystring: [gone]}
    rename: {querystring: ["old:new"]}
    replace: {querystring: ["there:2", "absent:2"]}
    add: {querystring: ["there:3", "added:x y"]}
    append: {querystring: ["there:4"]}
`);
    const { url } = (await ask(kong, '/api?gone=1&old=v&there=1&flag')).echo();
    expect(url).toBe('/?new=v&there=2&flag&added=x%20y&there=4');
  });
});

describe('rate-limiting', () => {
  it('counts down, refuses above the limit and says when to return', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 5, 10, 20, 45) });
    const kong = await gateway(
      'plugins: [{name: rate-limiting, config: {minute: 2, hour: 10, limit_by: ip}}]',
    );
    const first = await ask(kong, '/api');
    expect(first.headers).toMatchObject({
      'x-ratelimit-limit-minute': '2',
      'x-ratelimit-remaining-minute': '1',
      'x-ratelimit-limit-hour': '10',
      'x-ratelimit-remaining-hour': '9',
      'ratelimit-limit': '2',
      'ratelimit-remaining': '1',
      'ratelimit-reset': '15',
    });
    await ask(kong, '/api');
    const refused = await ask(kong, '/api');
    expect([refused.status, refused.json().message]).toEqual([429, 'API rate limit exceeded']);
    expect(refused.headers).toMatchObject({ 'retry-after': '15', 'ratelimit-remaining': '0' });
    expect(refused.headers['x-ratelimit-remaining-hour']).toBe('8');
    vi.setSystemTime(Date.UTC(2026, 0, 5, 10, 21, 0));
    expect((await ask(kong, '/api')).status).toBe(200);
  });

  it('counts consumers apart, and a reload forgets nothing', async () => {
    const kong = await gateway(
      'plugins: [{name: key-auth}, {name: rate-limiting, config: {year: 1, hide_client_headers: true}}]',
    );
    expect((await ask(kong, '/api', as('ka'))).status).toBe(200);
    await kong.reload();
    const again = await ask(kong, '/api', as('ka'));
    expect(again.status).toBe(429);
    expect(again.headers).not.toHaveProperty('ratelimit-limit');
    expect(again.headers).not.toHaveProperty('retry-after');
    expect((await ask(kong, '/api', as('kb'))).status).toBe(200);
  });

  it('has windows that begin where calendar units do', () => {
    const now = Date.UTC(2026, 4, 17, 10, 20, 45, 678);
    expect(periodStart('second', now)).toBe(Date.UTC(2026, 4, 17, 10, 20, 45));
    expect(periodStart('day', now)).toBe(Date.UTC(2026, 4, 17));
    expect(periodStart('month', now)).toBe(Date.UTC(2026, 4, 1));
    expect(periodStart('year', now)).toBe(Date.UTC(2026, 0, 1));
  });
});

describe('of several configs of a plugin', () => {
  const terminate = (message: string, rest = '') =>
    `{name: request-termination, config: {message: ${message}}${rest}}`;

  it('the most specific one runs, and a disabled one does not count', async () => {
    const kong = await gateway(
      `plugins:
- {name: key-auth, config: {anonymous: guest}}
- ${terminate('global')}
- ${terminate('service', ', service: echo')}
- ${terminate('consumer', ', consumer: alice')}
- ${terminate('consumer-route', ', consumer: alice, route: api')}
- ${terminate('off', ', consumer: bob, route: api, enabled: false')}
`,
      `plugins: [${terminate('route')}]`,
    );
    const said = async (path: string, key?: string) =>
      (await ask(kong, path, key ? as(key) : {})).json().message;
    expect(await said('/other')).toBe('service');
    expect(await said('/api')).toBe('route');
    expect(await said('/other', 'ka')).toBe('consumer');
    expect(await said('/api', 'ka')).toBe('consumer-route');
    expect(await said('/api', 'kb')).toBe('route');
  });
});
