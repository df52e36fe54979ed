// Which route Kong's traditional_compatible router would take.
import { describe, expect, it } from 'vitest';
import { readDeckFile } from '../../kong/gateway/deck/read.ts';
import { HeaderList } from '../../kong/gateway/headers.ts';
import { createRouter } from '../../kong/gateway/router/index.ts';
import { escapePath, normalizePath, upstreamPath } from '../../kong/gateway/router/path.ts';

interface Request {
  method?: string;
  host?: string;
  port?: number;
  path?: string;
  headers?: string[];
}

function router(routes: string) {
  const { router } = {
    router: createRouter(readDeckFile(`_format_version: "3.0"\nroutes:\n${routes}`, {}).routes),
  };
  return ({ method = 'GET', host = 'h', port = 8000, path = '/', headers = [] }: Request) =>
    router.match({ method, host, port, path: normalizePath(path), headers: HeaderList.fromRaw(headers) });
}

describe('the router', () => {
  it('prefers the longest prefix, whatever the order in the file', () => {
    const match = router(
      '- {name: a, paths: [/]}\n- {name: b, paths: [/api/v1, /x]}\n- {name: c, paths: [/api]}\n',
    );
    expect(match({ path: '/api/v1/y' })).toMatchObject({ route: { name: 'b' }, prefix: '/api/v1' });
    expect(match({ path: '/api/v2' })).toMatchObject({ route: { name: 'c' }, prefix: '/api' });
    expect(match({ path: '/x' })?.route.name).toBe('b');
    expect(match({ path: '/apis' })?.route.name).toBe('c');
    expect(match({ path: '/z' })?.route.name).toBe('a');
  });

  it('prefers regexes to prefixes, and among them the higher regex_priority', () => {
    const match = router(
      '- {name: prefix, paths: [/users/12345]}\n- {name: low, paths: ["~/users/\\\\d+"]}\n' +
        '- {name: high, paths: ["~/users/[0-9]+$"], regex_priority: 5}\n',
    );
    expect(match({ path: '/users/12345' })).toMatchObject({
      route: { name: 'high' },
      prefix: '/users/12345',
    });
    expect(match({ path: '/users/12345/x' })).toMatchObject({
      route: { name: 'low' },
      prefix: '/users/12345',
    });
  });

  it('anchors regexes at the start, alternatives too', () => {
    const match = router('- {name: r, paths: ["~/(?<kind>a|b)|/c"]}\n');
    expect(match({ path: '/b' })?.prefix).toBe('/b');
    expect(match({ path: '/c' })?.prefix).toBe('/c');
    expect(match({ path: '/x/c' })).toBeUndefined();
  });

  it('prefers the route that matches more kinds of things', () => {
    const match = router(
      '- {name: path, paths: [/aaaaaaaa]}\n- {name: both, paths: [/a], methods: [POST]}\n' +
        '- {name: three, paths: [/a], methods: [POST], hosts: [example.com]}\n',
    );
    const path = '/aaaaaaaa';
    expect(match({ path })?.route.name).toBe('path');
    expect(match({ path, method: 'POST' })?.route.name).toBe('both');
    expect(match({ path, method: 'POST', host: 'example.com' })?.route.name).toBe('three');
  });

  it('matches hosts plain, by wildcard and with a port, plain ones first', () => {
    const match = router(
      '- {name: plain, hosts: [a.example.com]}\n- {name: left, hosts: ["*.example.com"]}\n' +
        '- {name: right, hosts: ["example.*"]}\n- {name: port, hosts: ["p.org:9000"]}\n',
    );
    expect(match({ host: 'a.example.com' })?.route.name).toBe('plain');
    expect(match({ host: 'b.example.com' })?.route.name).toBe('left');
    expect(match({ host: 'example.org' })?.route.name).toBe('right');
    expect(match({ host: 'example.com.evil' })?.route.name).toBe('right');
    expect(match({ host: 'p.org', port: 9000 })?.route.name).toBe('port');
    expect(match({ host: 'p.org', port: 8000 })).toBeUndefined();
    // As Kong: letter by letter.
    expect(match({ host: 'A.example.com' })?.route.name).toBe('left');
    expect(match({ host: 'a.EXAMPLE.com' })).toBeUndefined();
  });

  it('matches headers by value or regex, in any case', () => {
    const match = router(
      '- {name: two, headers: {x-a: [One], x-b: ["1"]}}\n- {name: one, headers: {x-a: [one, "~*^t.o$"]}}\n',
    );
    expect(match({ headers: ['X-A', 'ONE', 'x-b', '1'] })?.route.name).toBe('two');
    expect(match({ headers: ['X-A', 'TWO'] })?.route.name).toBe('one');
    expect(match({ headers: ['x-a', 'three'] })).toBeUndefined();
  });

  it('leaves out the routes of a disabled service', () => {
    const { routes } = readDeckFile(
      '_format_version: "3.0"\nservices: [{name: s, host: h, enabled: false, routes: [{paths: [/]}]}]',
      {},
    );
    const request = { method: 'GET', host: 'h', port: 1, path: '/', headers: new HeaderList() };
    expect(createRouter(routes).match(request)).toBeUndefined();
  });
});

describe('paths', () => {
  it.each([
    ['/a/./b/../c', '/a/c'],
    ['/a/%2e%2e/b', '/b'],
    ['/../../x', '/x'],
    ['//a///b//', '/a/b/'],
    ['/a/b/..', '/a/'],
    ['/%61%2fb', '/a%2Fb'],
    ['/a/...', '/a/...'],
  ])('%s is normalized to %s', (path, expected) => expect(normalizePath(path)).toBe(expected));

  it('are escaped where HTTP needs it', () => {
    expect(escapePath('/a b/\u00c3\u00a9%2F"')).toBe('/a%20b/%C3%A9%2F%22');
  });

  // The table of Kong's documentation for path_handling v0.
  it.each([
    ['/s', '/fv0', '/fv0/req', '/s/req'],
    ['/s', '/fv0', '/fv0req', '/s/req'],
    ['/s', '/fv1', '/fv1', '/s'],
    ['/s', '/fv1/', '/fv1/', '/s/'],
    ['/s/', '/gv0', '/gv0/req', '/s/req'],
    ['/s/', '/gv0', '/gv0', '/s'],
    ['/', '/hv0', '/hv0', '/'],
    [undefined, '/a', '/a/b', '/b'],
    [undefined, undefined, '/a/b', '/a/b'],
    ['/s', undefined, '/a', '/s/a'],
    ['/s/', undefined, '/a', '/s/a'],
    ['/s', undefined, '/', '/s'],
    ['/s', '/a', '/a../secret', '/s/secret'],
  ])('service %s, prefix %s, request %s go to %s', (path, prefix, request, expected) => {
    const service = (path === undefined ? {} : { path }) as Parameters<typeof upstreamPath>[0];
    expect(upstreamPath(service, request, prefix)).toBe(expected);
  });
});
