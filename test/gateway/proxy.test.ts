// What the upstream and the client see of a proxied request.

import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, gatewayFor, startUpstream, type TestGateway, type Upstream } from '../support/gateway.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function upstream(handler?: Parameters<typeof startUpstream>[0]): Promise<Upstream> {
  const server = await startUpstream(handler);
  closers.push(server.close);
  return server;
}

async function gateway(text: string): Promise<TestGateway> {
  const started = await gatewayFor(text);
  closers.push(started.close);
  return started;
}

function file(url: string, { service = '', route = 'paths: [/api]' } = {}): string {
  return `
_format_version: "3.0"
services:
- name: echo
  url: ${url}
  retries: 1
  ${service}
  routes:
  - name: api
    ${route}
`;
}

describe('a request to the upstream', () => {
  it('carries the headers that Kong sets, and the body', async () => {
    const { url } = await upstream();
    const kong = await gateway(file(`${url}/base`));
    const answer = await ask(kong, '/api/chat?x=1&y', {
      method: 'POST',
      body: 'hello',
      headers: {
        host: 'Example.com:8000',
        'x-forwarded-for': '10.0.0.1',
        'x-forwarded-prefix': '/forged',
        'x-kong-request-id': 'forged',
        connection: 'x-secret-hop',
        'x-secret-hop': '1',
        'x-plain': 'kept',
        expect: 'unknown',
        te: 'gzip, trailers',
      },
    });
    const seen = answer.echo();
    expect(seen).toMatchObject({ method: 'POST', url: '/base/chat?x=1&y', body: 'hello' });
    expect(seen.headers).toMatchObject({
      host: new URL(url).host,
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'example.com',
      'x-forwarded-port': String(kong.port),
      'x-forwarded-path': '/api/chat',
      'x-forwarded-prefix': '/api',
      'x-real-ip': '127.0.0.1',
      'x-plain': 'kept',
      te: 'trailers',
      via: '1.1 kong-ai-gateway',
    });
    for (const name of ['x-secret-hop', 'expect']) expect(seen.headers[name]).toBeUndefined();
    expect(seen.headers['x-kong-request-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.headers['x-kong-request-id']).toBe(seen.headers['x-kong-request-id']);
    expect(answer.headers).toHaveProperty('x-kong-upstream-latency');
    expect(answer.headers).toHaveProperty('x-kong-proxy-latency');
    expect(answer.headers).toMatchObject({ via: '1.1 kong-ai-gateway', server: 'kong-ai-gateway' });
  });

  it('keeps path and host when the route says so', async () => {
    const { url } = await upstream();
    const kong = await gateway(
      file(url, { route: 'paths: [/api]\n    strip_path: false\n    preserve_host: true' }),
    );
    const seen = (await ask(kong, '/api/x', { headers: { host: 'a.example:99' } })).echo();
    expect(seen.url).toBe('/api/x');
    expect(seen.headers.host).toBe('a.example:99');
    expect(seen.headers['x-forwarded-prefix']).toBeUndefined();
  });

  it('streams both ways at once, so that nothing is buffered', async () => {
    const { url } = await upstream((request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      request.pipe(response);
    });
    const kong = await gateway(file(url));
    const request = httpRequest({ port: kong.port, host: '127.0.0.1', path: '/api', method: 'POST' });
    request.write('first');
    const response = await new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
    const next = () =>
      new Promise<string>((resolve) => response.once('data', (chunk) => resolve(String(chunk))));
    expect(await next()).toBe('first');
    request.write('second');
    expect(await next()).toBe('second');
    request.end();
    await new Promise((resolve) => response.once('end', resolve).resume());
  });
});

describe('a body', () => {
  const size = 20 * 1024 * 1024;

  it('of 20 MB passes both ways, whole', async () => {
    const { url } = await upstream((request, response) => request.pipe(response));
    const kong = await gateway(file(url));
    const body = Buffer.alloc(size, 'abcdefg');
    const answer = await ask(kong, '/api', { method: 'POST', body });
    expect(answer.body.length).toBe(size);
    expect(answer.body.endsWith(body.subarray(-7).toString())).toBe(true);
  });

  it('with chunks goes on in chunks, whatever the method', async () => {
    const { url } = await upstream();
    const kong = await gateway(file(url));
    for (const method of ['POST', 'DELETE', 'GET']) {
      const seen = (
        await ask(kong, '/api', { method, headers: { 'transfer-encoding': 'chunked' }, body: 'hi' })
      ).echo();
      expect([seen.method, seen.body, seen.headers['transfer-encoding']]).toEqual([method, 'hi', 'chunked']);
    }
  });

  it('is not taken faster than the client reads it', async () => {
    let written = 0;
    const { url } = await upstream((_request, response) => {
      const piece = Buffer.alloc(64 * 1024);
      const more = () => {
        while (written < size) {
          written += piece.length;
          if (response.write(piece)) continue;
          response.once('drain', more);
          return;
        }
        response.end();
      };
      more();
    });
    const kong = await gateway(file(url));
    const request = httpRequest({ port: kong.port, host: '127.0.0.1', path: '/api' });
    request.end();
    const response = await new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
    response.pause();
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(size);
    await new Promise((resolve) => response.resume().once('end', resolve));
    expect(written).toBeGreaterThanOrEqual(size);
  });

  it('is not taken from the client faster than the upstream reads it', async () => {
    let arrived: IncomingMessage | undefined;
    const { url } = await upstream((request, response) => {
      arrived = request;
      request.once('end', () => response.end('read'));
    });
    const kong = await gateway(file(url));
    const request = httpRequest({ port: kong.port, host: '127.0.0.1', path: '/api', method: 'POST' });
    const answered = new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
    request.write(Buffer.alloc(size));
    let taken = -1;
    while (taken !== (request.socket?.bytesWritten ?? 0) || arrived === undefined) {
      taken = request.socket?.bytesWritten ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(request.writableNeedDrain).toBe(true);
    request.end();
    arrived.resume();
    expect((await answered).statusCode).toBe(200);
    (await answered).resume();
  });

  it('is not sent for HEAD, and the length still tells its size', async () => {
    const { url } = await upstream((_request, response) =>
      response.setHeader('content-length', 5).end('hello'),
    );
    const kong = await gateway(file(url));
    const answer = await ask(kong, '/api', { method: 'HEAD' });
    expect([answer.status, answer.body, answer.headers['content-length']]).toEqual([200, '', '5']);
  });
});

describe('an answer', () => {
  it('begins when the upstream begins, though its body is still to come', async () => {
    const { url } = await upstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
    });
    const kong = await gateway(file(url));
    const request = httpRequest({ port: kong.port, host: '127.0.0.1', path: '/api' });
    request.end();
    const response = await new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
    expect(response.headers['content-type']).toBe('text/event-stream');
    response.on('error', () => {});
    request.destroy();
  });

  it('keeps repeated headers and loses those of the connection', async () => {
    const { url } = await upstream((_request, response) => {
      response.writeHead(201, [
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'Connection',
        'x-hop',
        'X-Hop',
        '1',
        'Via',
        '1.1 up',
      ]);
      response.end('x');
    });
    const kong = await gateway(file(url));
    const answer = await ask(kong, '/api');
    expect(answer.status).toBe(201);
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.headers['x-hop']).toBeUndefined();
    expect(answer.headers.via).toBe('1.1 up, 1.1 kong-ai-gateway');
  });
});

describe('when the upstream fails', () => {
  it('connects again as often as the service allows, and loses nothing of the body', async () => {
    const { url, port, close } = await startUpstream();
    await close();
    const kong = await gateway(
      file(url, { service: 'connect_timeout: 5000' }).replace('retries: 1', 'retries: 30000'),
    );
    const asked = ask(kong, '/api', { method: 'POST', body: 'kept' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const late = createServer((request, response) => request.pipe(response));
    await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve));
    closers.push(async () => {
      late.closeAllConnections();
      await new Promise((resolve) => late.close(resolve));
    });
    expect((await asked).body).toBe('kept');
  });

  it('uses a fresh connection when an idle one was closed', async () => {
    const used = new WeakSet<object>();
    const { url } = await upstream((request, response) => {
      if (used.has(request.socket)) request.socket.destroy();
      else response.end('ok');
      used.add(request.socket);
    });
    const kong = await gateway(file(url).replace('retries: 1', 'retries: 0'));
    for (let i = 0; i < 5; i += 1) expect((await ask(kong, '/api')).status).toBe(200);
  });

  it("answers 502 in Kong's words when nothing listens", async () => {
    const dead = await startUpstream();
    await dead.close();
    const kong = await gateway(file(dead.url));
    const answer = await ask(kong, '/api', { headers: { accept: '*/*' } });
    expect(answer.status).toBe(502);
    expect(answer.json()).toEqual({
      message: 'An invalid response was received from the upstream server',
      request_id: answer.headers['x-kong-request-id'],
    });
    expect(answer.headers).toHaveProperty('x-kong-upstream-latency');
  });

  it('answers 504 when it stays silent beyond read_timeout', async () => {
    const { url } = await upstream(() => {});
    const kong = await gateway(file(url, { service: 'read_timeout: 50' }));
    const answer = await ask(kong, '/api');
    expect(answer.status).toBe(504);
    // Without an Accept header nginx's errors are plain text.
    expect(answer.body).toMatch(/^The upstream server is timing out\nrequest_id: [0-9a-f]{32}\n$/);
  });

  it('answers 503 when the name does not resolve', async () => {
    const kong = await gateway(file('http://nowhere.invalid'));
    const answer = await ask(kong, '/api');
    expect(answer.status).toBe(503);
    expect(answer.json().message).toBe('name resolution failed');
  });

  it("breaks the client's connection when the answer is cut, with and without a length", async () => {
    for (const framing of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
      const server = createTcpServer((socket) => {
        socket.once('data', () => {
          socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n4\r\nabcd\r\n`);
          setTimeout(() => socket.destroy(), 20);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      closers.push(() => new Promise((resolve) => server.close(resolve)));
      const kong = await gateway(file(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
      await expect(ask(kong, '/api')).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    }
  });

  it('closes the upstream request when the client leaves', async () => {
    let left: () => void;
    const closed = new Promise<void>((resolve) => {
      left = resolve;
    });
    const { url } = await upstream((_request, response) => {
      response.write('data: 1\n\n');
      response.once('close', () => left());
    });
    const kong = await gateway(file(url));
    const request = httpRequest({ port: kong.port, host: '127.0.0.1', path: '/api' });
    request.on('error', () => {});
    request.end();
    const response = await new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
    response.on('error', () => {});
    await new Promise((resolve) => response.once('data', resolve));
    request.destroy();
    await closed;
  });
});
