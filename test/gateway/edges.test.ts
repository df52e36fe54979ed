// Requests and upstreams out of the ordinary: what Kong and nginx make of them, the embedded gateway makes too.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { deferred } from '../support/deferred.ts';
import { ask, gatewayFor, startUpstream, type TestGateway } from '../support/gateway.ts';
import { authorized, closers, setUp } from './with-plugin-server.ts';

async function gateway(
  handler?: Parameters<typeof startUpstream>[0],
  { service = '', route = 'paths: [/api]' } = {},
): Promise<{ kong: TestGateway; upstream: Awaited<ReturnType<typeof startUpstream>> }> {
  const upstream = await startUpstream(handler);
  closers.push(upstream.close);
  const kong = await gatewayFor(
    `_format_version: "3.0"\nservices:\n- {url: "${upstream.url}", ${service} routes: [{${route}}]}\n`,
  );
  closers.push(kong.close);
  return { kong, upstream };
}

/** Sends bytes as they are and gives the whole answer, up to the end of the connection. */
function raw({ port }: { port: number }, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

const seenIn = (answer: string) =>
  JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')).trim()) as {
    url: string;
    headers: Record<string, string>;
  };

describe('a request line', () => {
  it.each([
    ['http://shop.example/api/x?q=1', '/api/x?q=1'],
    ['HTTPS://shop.example:8443/api/x', '/api/x'],
    ['http://shop.example', '/'],
    ['http://shop.example?q=1', '/?q=1'],
    ['/api/x', '/api/x'],
  ])('for %s asks for %s', async (target, url) => {
    const { kong } = await gateway(undefined, { route: 'paths: [/], strip_path: false' });
    const answer = await raw(kong, `GET ${target} HTTP/1.0\r\nHost: h\r\n\r\n`);
    expect(seenIn(answer).url).toBe(url);
  });

  it('for * asks for the root', async () => {
    const { kong } = await gateway(undefined, { route: 'paths: [/]' });
    expect(seenIn(await raw(kong, 'OPTIONS * HTTP/1.0\r\nHost: h\r\n\r\n')).url).toBe('/');
  });
});

describe('a request of HTTP/1.0 without a Host', () => {
  it('is routed by its path, and the upstream gets a Host', async () => {
    const { kong, upstream } = await gateway();
    const { headers } = seenIn(await raw(kong, 'GET /api HTTP/1.0\r\n\r\n'));
    expect(headers).toMatchObject({ host: `127.0.0.1:${upstream.port}`, 'x-forwarded-host': '' });
    expect(headers.via).toMatch(/^1\.0 /);
  });

  it('has none to preserve', async () => {
    const { kong } = await gateway(undefined, { route: 'paths: [/api], preserve_host: true' });
    expect(seenIn(await raw(kong, 'GET /api HTTP/1.0\r\n\r\n')).headers.host).toBe('');
  });

  it('is for no route with hosts', async () => {
    const { kong } = await gateway(undefined, { route: 'paths: [/api], hosts: [a.example]' });
    expect(await raw(kong, 'GET /api HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe('a route for HTTPS only', () => {
  it('asks to upgrade, as Kong does by default', async () => {
    const { kong, upstream } = await gateway(undefined, { route: 'paths: [/api], protocols: [https]' });
    const answer = await ask(kong, '/api');
    expect([answer.status, answer.json().message]).toEqual([426, 'Please use HTTPS protocol']);
    expect(answer.headers).toMatchObject({ upgrade: 'TLS/1.2, HTTP/1.1' });
    expect(upstream.count()).toBe(0);
  });

  it.each([301, 307])('redirects with %i when the route says so', async (status) => {
    const route = `paths: [/api], protocols: [https], https_redirect_status_code: ${status}`;
    const { kong } = await gateway(undefined, { route });
    const answer = await ask(kong, '/api/x?q=1', { headers: { host: 'Shop.Example:8000' } });
    expect(answer).toMatchObject({ status, body: '' });
    expect(answer.headers.location).toBe('https://shop.example/api/x?q=1');
  });
});

describe('a prefix that ends inside a segment', () => {
  it.each([
    ['/api./x', '/x'],
    ['/api../x', '/x'],
    ['/api..', '/'],
    ['/api.', '/'],
    ['/apix', '/x'],
  ])('is stripped of %s, and what remains does not climb: %s', async (path, url) => {
    const { kong } = await gateway();
    expect((await ask(kong, path)).echo().url).toBe(url);
  });
});

describe('headers on their way', () => {
  it('keep the proxies before and behind, and the server that the upstream names', async () => {
    const { kong } = await gateway((request, response) => {
      response.writeHead(200, { via: '1.1 inner', server: 'theirs', 'x-via': String(request.headers.via) });
      response.end();
    });
    const { headers } = await ask(kong, '/api', { headers: { via: '1.0 outer' } });
    expect(headers['x-via']).toBe('1.0 outer, 1.1 kong-ai-gateway');
    expect(headers.via).toBe('1.1 inner, 1.1 kong-ai-gateway');
    expect(headers.server).toBe('theirs');
  });

  it.each<[accept: string, type: string]>([
    ['text/*;q=0.9', 'text/plain; charset=utf-8'],
    ['text/html;q=0.1, application/xml;q=0.8', 'application/xml; charset=utf-8'],
    ['image/png', 'application/json; charset=utf-8'],
    ['nonsense', 'application/json; charset=utf-8'],
  ])('ask with Accept: %s for an error in %s', async (accept, type) => {
    const { kong } = await gateway();
    expect((await ask(kong, '/none', { headers: { accept } })).headers['content-type']).toBe(type);
  });
});

describe('an upstream that falls silent', () => {
  it('in the middle of its answer breaks it: the client does not take it for whole', async () => {
    const { kong } = await gateway((_request, response) => void response.write('part'), {
      service: 'read_timeout: 60,',
    });
    await expect(ask(kong, '/api')).rejects.toThrow('aborted');
    expect(kong.lines.join()).toContain('warn the upstream broke off its answer');
  });

  it('and takes nothing more of the body is a 504 after write_timeout', async () => {
    const { kong } = await gateway((request) => void request.pause(), { service: 'write_timeout: 60,' });
    const answer = await ask(kong, '/api', { method: 'POST', body: Buffer.alloc(20_000_000) });
    expect([answer.status, answer.body]).toEqual([504, expect.stringContaining('timing out')]);
  });

  it('is left when the client leaves, and that is no error', async () => {
    const came = deferred<void>();
    const left = deferred<void>();
    const { kong } = await gateway((request) => {
      came.resolve();
      request.on('close', () => left.resolve());
    });
    const request = httpRequest({ port: kong.port, path: '/api' });
    request.on('error', () => {});
    request.end();
    await came.promise;
    request.destroy();
    await left.promise;
    expect(kong.lines).toEqual([]);
  });
});

it('a client that reads slowly keeps its answer, however short the read_timeout is', async () => {
  const size = 16 * 1024 * 1024;
  const { kong } = await gateway((_request, response) => void response.end(Buffer.alloc(size)), {
    service: 'read_timeout: 50,',
  });
  const length = await new Promise<number>((resolve, reject) => {
    httpRequest({ port: kong.port, path: '/api' }, (response) => {
      let taken = 0;
      response.on('error', reject);
      response.on('end', () => resolve(taken));
      setTimeout(() => response.on('data', (chunk: Buffer) => (taken += chunk.length)), 150);
    }).end();
  });
  expect(length).toBe(size);
});

describe('with the plugin server', () => {
  it('a client that leaves during an event has nothing sent upstream', async () => {
    const asked = deferred<void>();
    const go = deferred<void>();
    const { kong, upstream, server } = await setUp({
      probe: {
        async access() {
          asked.resolve();
          await go.promise;
        },
      },
    });
    const request = httpRequest({ port: kong.port, path: '/api', ...authorized });
    request.on('error', () => {});
    request.end();
    await asked.promise;
    request.destroy();
    // The gateway has seen the client leave once it has closed its side.
    await new Promise((resolve) => setTimeout(resolve, 50));
    go.resolve();
    await expect.poll(() => server.events).toBe(1);
    await ask(kong, '/api', authorized);
    expect(upstream.count()).toBe(1);
  });

  it('plugins of one priority run by name, the last first, as in Kong', async () => {
    const order: string[] = [];
    const plugin = (name: string) => ({ access: () => void order.push(name) });
    const { kong } = await setUp({ a: plugin('a'), c: plugin('c'), b: plugin('b') });
    await ask(kong, '/api', authorized);
    expect(order).toEqual(['c', 'b', 'a']);
  });
});

describe('an upstream over TLS', () => {
  /** Answers with the Host that it was asked for, the name of the TLS handshake, and the body. */
  async function tlsUpstream(): Promise<{ port: number; count(): number }> {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...made, '-subj', '/CN=x', '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    let count = 0;
    const server = createTlsServer(
      { key: readFileSync(key), cert: readFileSync(cert) },
      async (request, response) => {
        count += 1;
        let body = '';
        for await (const chunk of request) body += chunk;
        const { servername } = request.socket as TLSSocket;
        response.end(JSON.stringify({ host: request.headers.host, servername, body }));
      },
    );
    rmSync(folder, { recursive: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return { port: (server.address() as AddressInfo).port, count: () => count };
  }
  const over = async (port: number, service: string, route = ''): Promise<TestGateway> => {
    const kong = await gatewayFor(
      `_format_version: "3.0"\nservices: [{url: "https://127.0.0.1:${port}", retries: 0, ${service} routes: [{paths: [/], ${route}}]}]\n`,
    );
    closers.push(kong.close);
    return kong;
  };

  it('is named in the handshake as in the Host header, and never by an address', async () => {
    const { port } = await tlsUpstream();
    const options = { method: 'POST', body: 'prompt', headers: { host: 'ai.example:8443' } };
    const named = await ask(await over(port, 'tls_verify: false,', 'preserve_host: true'), '/', options);
    expect(named.json()).toEqual({ host: 'ai.example:8443', servername: 'ai.example', body: 'prompt' });
    const plain = await ask(await over(port, 'tls_verify: false,'), '/', options);
    expect(plain.json()).toEqual({ host: `127.0.0.1:${port}`, servername: false, body: 'prompt' });
  });

  it('whose certificate nobody vouches for gets nothing, unless the service says so', async () => {
    const { port, count } = await tlsUpstream();
    expect((await ask(await over(port, ''), '/')).status).toBe(502);
    expect(count()).toBe(0);
  });
});
