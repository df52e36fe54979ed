import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { type AdminHandler, type AdminOptions, sendJson, startAdmin } from '../../kong/relay/admin.ts';
import { createLog } from '../../kong/relay/log.ts';

async function start(options: Partial<AdminOptions> = {}) {
  const routes = new Map<string, AdminHandler>([
    ['GET /thing', (_request, response, url) => sendJson(response, 200, { q: url.searchParams.get('q') })],
    ['GET /bad', () => Promise.reject(new Error('secret'))],
  ]);
  const state = { ready: true };
  const admin = await startAdmin({
    host: '127.0.0.1',
    port: 0,
    token: undefined,
    routes,
    ready: () => state.ready,
    log: createLog('silent'),
    ...options,
  });
  onTestFinished(() => admin.close());
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${admin.port}${path}`, init);
  return { admin, state, get };
}

it('it says that it lives, and whether it is ready', async () => {
  const { state, get } = await start();
  expect((await get('/healthz')).status).toBe(200);
  expect((await get('/readyz')).status).toBe(200);
  state.ready = false;
  expect((await get('/healthz')).status).toBe(200);
  expect((await get('/readyz')).status).toBe(503);
});

it('routes go by method and path', async () => {
  const { get } = await start();
  expect(await (await get('/thing?q=1')).json()).toEqual({ q: '1' });
  expect((await get('/thing', { method: 'POST' })).status).toBe(404);
  expect((await get('/nothing')).status).toBe(404);
});

it('with a token, all but health and readiness ask for it', async () => {
  const { get } = await start({ token: 'right' });
  const as = (authorization: string) => get('/thing', { headers: { authorization } });
  expect((await get('/healthz')).status).toBe(200);
  expect((await get('/readyz')).status).toBe(200);
  expect((await get('/thing')).status).toBe(401);
  expect((await get('/nothing')).status).toBe(401);
  for (const wrong of ['Bearer wrong', 'right', 'Bearer ', 'Bearer right2', 'bearer']) {
    expect((await as(wrong)).status).toBe(401);
  }
  expect((await as('Bearer right')).status).toBe(200);
});

it('a handler that throws is a 500 without its words', async () => {
  const { get } = await start();
  const response = await get('/bad');
  expect([response.status, await response.text()]).toEqual([
    500,
    '{"message":"An unexpected error occurred"}',
  ]);
});

it('a target that is no path is not found', async () => {
  const { admin } = await start();
  const status = await new Promise((resolve, reject) => {
    request({ port: admin.port, host: '127.0.0.1', path: '//' }, (response) => resolve(response.statusCode))
      .on('error', reject)
      .end();
  });
  expect(status).toBe(404);
});

it('a handler that breaks in the middle of its answer breaks the connection: it never looks whole', async () => {
  const { get } = await start({
    routes: new Map<string, AdminHandler>([
      [
        'GET /half',
        async (_request, response) => {
          response.writeHead(200, { 'content-type': 'application/json' });
          response.write('{"half":');
          throw new Error('broke');
        },
      ],
    ]),
  });
  await expect(get('/half').then((response) => response.text())).rejects.toThrow();
});
