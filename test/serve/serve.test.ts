// Everything in one process: plugin server, relay and admin listener, as `kong-ai start` runs them.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type Served, serve } from '../../kong/serve/index.ts';
import type { ServeOptions } from '../../kong/serve/options.ts';
import { socketPath } from '../pluginserver/start.ts';
import { type FakeUpstream, reply, startUpstream } from '../support/upstream/index.ts';
import { openaiChat } from '../support/upstream/openai.ts';
import { chatThrough, connected } from './client.ts';

async function start(options: Partial<ServeOptions> = {}): Promise<Served & { upstream: FakeUpstream }> {
  const upstream = await startUpstream();
  upstream.handle(reply(200, openaiChat({ text: ['Hello.'] })));
  const socket = options.socket ?? (await socketPath());
  const served = await serve({
    relayPort: 0,
    adminPort: 0,
    workers: 0,
    logLevel: 'silent',
    ...options,
    socket,
  });
  onTestFinished(async () => {
    await served.close();
    await upstream.close();
  });
  return { ...served, upstream };
}

const admin = (served: Served, path: string, init?: RequestInit) =>
  fetch(`http://127.0.0.1:${served.adminPort}${path}`, init);

it('a declared request reaches the provider, and no gateway header does', async () => {
  const served = await start();
  const kong = await connected(served.socket);
  const response = await chatThrough(kong, {
    baseUrl: served.upstream.url,
    headers: { apikey: 'client-key', 'x-own': 'x' },
  });
  expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Hello.' } }] });
  const [request] = served.upstream.requests;
  const names = Object.keys(request!.headers).filter((name) => /^x-|apikey|cookie/.test(name));
  expect(names).toEqual([]);
  expect(request!.headers.authorization).toBe('Bearer provider-key');
});

it('admin tells health, readiness and metrics', async () => {
  const served = await start();
  expect((await admin(served, '/healthz')).status).toBe(200);
  expect((await admin(served, '/readyz')).status).toBe(200);
  const metrics = await admin(served, '/metrics');
  expect(metrics.headers.get('content-type')).toContain('text/plain');
  expect(await metrics.text()).toMatch(/^process_cpu_seconds_total \d/m);
});

it('metrics ask for the token when there is one', async () => {
  const served = await start({ adminToken: 'secret-token' });
  expect((await admin(served, '/metrics')).status).toBe(401);
  expect((await admin(served, '/readyz')).status).toBe(200);
  const headers = { authorization: 'Bearer secret-token' };
  expect((await admin(served, '/metrics', { headers })).status).toBe(200);
});

it('closing stops all of it and removes the socket; it can be closed once more', async () => {
  const served = await start();
  await served.close();
  expect(existsSync(served.socket)).toBe(false);
  await expect(admin(served, '/healthz')).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${served.relayPort}/`)).rejects.toThrow();
});

it('a start that fails leaves nothing behind: neither ports nor the socket', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { port: number };
  const socket = await socketPath();
  const free = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => free.once('listening', resolve));
  const relayPort = (free.address() as { port: number }).port;
  await new Promise((resolve) => free.close(resolve));
  await expect(start({ socket, relayPort, adminPort: port })).rejects.toThrow('EADDRINUSE');
  expect(existsSync(socket)).toBe(false);
  await expect(fetch(`http://127.0.0.1:${relayPort}/`)).rejects.toThrow();
});
