// Starting, reloading and closing the gateway, and requests that are not what they should be.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startFakePluginServer } from '../support/fake-plugin-server.ts';
import { ask, gatewayFor, startUpstream } from '../support/gateway.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const says = (message: string) => `
_format_version: "3.0"
routes:
- {name: r, paths: [/]}
plugins:
- {name: request-termination, config: {message: ${message}}}
`;

describe('reloading', () => {
  it('takes the new file, and keeps the old configuration when that is invalid', async () => {
    const kong = await gatewayFor(says('one'));
    closers.push(kong.close);
    kong.write(says('two'));
    await kong.reload();
    expect((await ask(kong, '/')).json().message).toBe('two');
    kong.write('_format_version: "3.0"\nnonsense: 1\n');
    await expect(kong.reload()).rejects.toThrow('nonsense, line 2: unknown field');
    rmSync(kong.file);
    await expect(kong.reload()).rejects.toThrow(/ENOENT/);
    expect((await ask(kong, '/')).json().message).toBe('two');
  });

  it('happens by itself when the file changes or is replaced', async () => {
    const kong = await gatewayFor(says('one'), { watch: true });
    closers.push(kong.close);
    const message = async () => (await ask(kong, '/')).json().message;
    kong.write(says('changed'));
    await expect.poll(message, { timeout: 5000 }).toBe('changed');
    writeFileSync(`${kong.file}.new`, says('renamed'));
    renameSync(`${kong.file}.new`, kong.file);
    await expect.poll(message, { timeout: 5000 }).toBe('renamed');
    kong.write('broken: [');
    await expect.poll(() => kong.lines.join(), { timeout: 5000 }).toContain('the old configuration stays');
    expect(await message()).toBe('renamed');
    kong.write(says('mended'));
    await expect.poll(message, { timeout: 5000 }).toBe('mended');
  });

  it('lets requests in flight finish, then closes their plugin instances', async () => {
    let go: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const upstream = await startUpstream(async (_request, response) => {
      await held;
      response.end('done');
    });
    closers.push(upstream.close);
    const server = await startFakePluginServer({ probe: { access: () => {} } });
    closers.push(server.close);
    const text = `_format_version: "3.0"\nservices: [{url: "${upstream.url}", routes: [{paths: [/]}], plugins: [{name: probe}]}]\n`;
    const kong = await gatewayFor(text, { socket: server.socket });
    closers.push(kong.close);
    const inFlight = ask(kong, '/');
    await expect.poll(() => upstream.count()).toBe(1);
    kong.write(says('new'));
    await kong.reload();
    expect((await ask(kong, '/')).json().message).toBe('new');
    expect(server.closedInstances).toEqual([]);
    go();
    expect((await inFlight).body).toBe('done');
    await expect.poll(() => server.closedInstances.length).toBe(1);
  });
});

describe('starting', () => {
  it('waits for a plugin server that comes up later', async () => {
    const early = await startFakePluginServer({ probe: { access: () => {} } });
    const { socket } = early;
    await early.close();
    const text = '_format_version: "3.0"\nroutes: [{paths: [/], plugins: [{name: probe}]}]\n';
    const path = `${socket.replace(/\/[^/]*\/[^/]*$/, '')}/late-${process.pid}.sock`;
    const starting = gatewayFor(text, { socket: path });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const server = await startFakePluginServer({ probe: { access: () => {} } }, path);
    closers.push(server.close);
    const kong = await starting;
    closers.push(kong.close);
    expect((await ask(kong, '/')).json().message).toBe('no Service found with those values');
  });

  it('fails with a sentence when there is none', async () => {
    const text = '_format_version: "3.0"\nplugins: [{name: probe}]\n';
    await expect(gatewayFor(text, { socket: '/nonexistent/p.sock', patience: 50 })).rejects.toThrow(
      'cannot connect to the plugin server at /nonexistent/p.sock',
    );
  });
});

describe('closing', () => {
  it('finishes what is in flight and takes nothing new', async () => {
    let go: () => void = () => {};
    const upstream = await startUpstream((_request, response) => {
      response.write('a');
      go = () => response.end('b');
    });
    closers.push(upstream.close);
    const kong = await gatewayFor(
      `_format_version: "3.0"\nservices: [{url: "${upstream.url}", routes: [{paths: [/]}]}]\n`,
    );
    const inFlight = ask(kong, '/');
    await expect.poll(() => upstream.count()).toBe(1);
    const closed = kong.close();
    await expect(ask(kong, '/')).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/);
    go();
    expect((await inFlight).body).toBe('ab');
    await closed;
  });
});

it('closes without waiting for a client that has its answer and still sends', async () => {
  const upstream = await startUpstream((_request, response) => response.end('early'));
  closers.push(upstream.close);
  const kong = await gatewayFor(
    `_format_version: "3.0"\nservices: [{url: "${upstream.url}", routes: [{paths: [/]}]}]\n`,
  );
  const request = httpRequest({ port: kong.port, host: '127.0.0.1', method: 'POST', path: '/' });
  request.on('error', () => {});
  request.write('never finished');
  const response = await new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
  await new Promise((resolve) => response.resume().once('end', resolve));
  const broken = new Promise((resolve) => request.once('close', resolve));
  await kong.close();
  await broken;
}, 5000);

describe('a request that is wrong', () => {
  async function send(port: number, bytes: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.write(bytes);
    let out = '';
    for await (const chunk of socket) out += chunk;
    return out;
  }

  it("gets 400 in Kong's words", async () => {
    const kong = await gatewayFor(says('x'));
    closers.push(kong.close);
    expect(await send(kong.port, 'NOT HTTP\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*Bad request/,
    );
    const long = `GET / HTTP/1.1\r\nHost: h\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`;
    expect(await send(kong.port, long)).toMatch(/^HTTP\/1\.1 400 [\s\S]*Request header or cookie too large/);
    const many = `GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${'a: b\r\n'.repeat(1100)}\r\n`;
    expect(await send(kong.port, many)).toMatch(/^HTTP\/1\.1 400 [\s\S]*Request header or cookie too large/);
    const smuggled =
      'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await send(kong.port, smuggled)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('cannot hide the length of its body from the upstream', async () => {
    const upstream = await startUpstream();
    closers.push(upstream.close);
    const kong = await gatewayFor(
      `_format_version: "3.0"\nservices: [{url: "${upstream.url}", routes: [{paths: [/]}]}]\n`,
    );
    closers.push(kong.close);
    const inner = 'GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n';
    const answer = await ask(kong, '/', {
      method: 'DELETE',
      headers: { connection: 'content-length', 'content-length': String(inner.length) },
      body: inner,
    });
    expect(answer.echo().body).toBe(inner);
    expect(upstream.count()).toBe(1);
  });

  it('can read its refusal while it still sends, and reuse the connection', async () => {
    const kong = await gatewayFor(says('refused'));
    closers.push(kong.close);
    const request = httpRequest({ port: kong.port, host: '127.0.0.1', method: 'POST', path: '/' });
    request.write(Buffer.alloc(1024 * 1024));
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
    });
    expect(response.statusCode).toBe(503);
    request.end(Buffer.alloc(4 * 1024 * 1024));
    await new Promise((resolve) => response.resume().once('end', resolve));
  });
});
