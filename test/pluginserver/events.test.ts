import { Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { verifyEntry } from '../../kong/plan/entry.ts';
import { verifyIdentity } from '../../kong/plan/identity.ts';
import { ConnectionClosed, type FakeKong, type PdkResults } from '../support/fake-kong.ts';
import { NAMES, startServer } from './start.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const WHO: PdkResults = {
  'kong.router.get_service': { id: 'service-1' },
  'kong.router.get_route': { id: 'route-1', name: 'chat' },
  'kong.client.get_consumer': { id: 'consumer-1', username: 'ann' },
  'kong.client.get_credential': { id: 'credential-1', consumer_id: 'consumer-1' },
};

/** Writes of the sockets that the server accepted. */
function serverWrites(): { count(): number } {
  const spy = vi.spyOn(Socket.prototype, 'write');
  return {
    count: () => spy.mock.contexts.filter((socket) => (socket as { server?: unknown }).server).length,
  };
}

it('an event that only writes is one write: declaration, end and return', async () => {
  const server = await startServer();
  const kong = await server.kong();
  const id = await kong.start('prompt-guard', { __plugin_id: 'p1' });
  const writes = serverWrites();
  const { calls, rounds, returned } = await kong.event(id);
  expect(writes.count()).toBe(1);
  expect(rounds).toHaveLength(1);
  expect(returned).toEqual({ sequence: 2 });
  expect(calls.map(([method]) => method)).toEqual([
    'kong.service.request.add_header',
    'kong.service.set_target',
    'kong.service.request.set_scheme',
  ]);
  expect(calls[1]![1]).toEqual(['127.0.0.1', 8900]);
  const [name, token] = calls[0]![1] as [string, string];
  expect(name).toBe('x-ai-plan-prompt-guard');
  expect(verifyEntry(server.secret, 'prompt-guard', token, Date.now())).toMatchObject({
    entry: { pluginId: 'p1' },
  });
});

it('an event that reads is two writes: all reads, then all the rest', async () => {
  const server = await startServer();
  const kong = await server.kong();
  const id = await kong.start('ai-proxy-ts', {});
  const writes = serverWrites();
  const { calls, rounds } = await kong.event(id, WHO);
  expect(writes.count()).toBe(2);
  expect(rounds).toHaveLength(2);
  expect(calls.slice(0, 4).map(([method]) => method)).toEqual(Object.keys(WHO));
  // Bound to no route: which one it is can be another one with each request.
  expect((await kong.event(id, WHO)).calls).toHaveLength(calls.length);
  const [, [name, token]] = calls[4]!;
  expect(name).toBe('x-ai-identity');
  expect(verifyIdentity(server.secret, token as string, Date.now())).toMatchObject({
    identity: {
      consumer: { id: 'consumer-1', username: 'ann' },
      credential: 'credential-1',
      route: { id: 'route-1', name: 'chat' },
      service: { id: 'service-1' },
    },
  });
  expect(calls[5]![1][0]).toBe('x-ai-plan-ai-proxy-ts');
});

it('callers do not get each other’s identity, also from prepared bytes', async () => {
  const server = await startServer();
  const kong = await server.kong();
  const id = await kong.start('ai-proxy-ts', {});
  const identityOf = async (who: PdkResults) => {
    const { calls } = await kong.event(id, who);
    return verifyIdentity(server.secret, calls[4]![1][1] as string, Date.now());
  };
  const other = { ...WHO, 'kong.client.get_consumer': { id: 'consumer-2' } };
  for (let i = 0; i < 2; i += 1) {
    expect(await identityOf(WHO)).toMatchObject({ identity: { consumer: { id: 'consumer-1' } } });
    expect(await identityOf(other)).toMatchObject({ identity: { consumer: { id: 'consumer-2' } } });
    expect(await identityOf({})).toMatchObject({ ok: true, identity: {} });
  }
});

it('what is the same for all requests of a route is asked once a minute', async () => {
  const server = await startServer();
  const kong = await server.kong();
  const guard = await kong.start('prompt-guard', { route_id: 'route-1' });
  const proxy = await kong.start('ai-proxy-ts', { route_id: 'route-1' });
  const now = Date.now();
  const clock = vi.spyOn(Date, 'now').mockReturnValue(now);
  const of = async (id: number, protocol: string, name: string) => {
    const service = { id: 'service-1', name, protocol };
    const { calls } = await kong.event(id, { ...WHO, 'kong.router.get_service': service });
    const methods = calls.map(([method]) => method);
    const token = calls.find(([, [header]]) => header === 'x-ai-identity')?.[1][1] as string | undefined;
    const verdict = verifyIdentity(server.secret, token ?? '', Date.now());
    return {
      asks: methods.filter((method) => method.startsWith('kong.router.')).length,
      setsScheme: methods.includes('kong.service.request.set_scheme'),
      service: verdict.ok ? verdict.identity.service?.name : undefined,
    };
  };
  expect(await of(guard, 'http', 'a')).toMatchObject({ asks: 1, setsScheme: false });
  expect(await of(guard, 'http', 'a')).toMatchObject({ asks: 0, setsScheme: false });
  expect(await of(proxy, 'http', 'a')).toMatchObject({ asks: 2, service: 'a' });
  expect(await of(proxy, 'http', 'a')).toMatchObject({ asks: 0, service: 'a' });
  clock.mockReturnValue(now + 60_000);
  expect(await of(guard, 'https', 'b')).toMatchObject({ asks: 1, setsScheme: true });
  expect(await of(guard, 'https', 'b')).toMatchObject({ asks: 0, setsScheme: true });
  expect(await of(proxy, 'https', 'b')).toMatchObject({ asks: 2, setsScheme: true, service: 'b' });
});

it('a declaration is signed anew each minute', async () => {
  const server = await startServer();
  const kong = await server.kong();
  const id = await kong.start('cost-log', {});
  const token = async () => (await kong.event(id)).calls[0]![1][1] as string;
  const now = Date.now();
  const clock = vi.spyOn(Date, 'now').mockReturnValue(now);
  const first = await token();
  expect(await token()).toBe(first);
  clock.mockReturnValue(now + 60 * 60_000);
  const later = await token();
  expect(verifyEntry(server.secret, 'cost-log', later, now + 60 * 60_000)).toMatchObject({ ok: true });
});

it('answers that nobody reads are passed over, also torn, and the connection goes on', async () => {
  const kong = await (await startServer()).kong();
  const plain = await kong.start('cost-log', {});
  const reading = await kong.start('ai-proxy-ts', {});
  for (const id of [plain, reading, plain, reading]) {
    const { returned, calls } = await kong.event(id, WHO, { tear: true });
    expect(Object.keys(returned)).toEqual(['sequence']);
    expect(calls.length).toBeGreaterThan(2);
  }
});

it('six plugins on a route are six events, and nothing of the body crosses the socket', async () => {
  const kong = await (await startServer()).kong();
  const ids: number[] = [];
  for (const name of NAMES) ids.push(await kong.start(name, {}));
  const events = [];
  for (const id of ids) events.push(await kong.event(id, WHO));
  expect(events).toHaveLength(6);
  const methods = new Set(events.flatMap(({ calls }) => calls.map(([method]) => method)));
  expect([...methods].filter((method) => /body|query|path/.test(method))).toEqual([]);
  const read = events.flatMap(({ calls }) => calls.filter(([method]) => method.endsWith('get_header')));
  expect(read.map(([, [header]]) => header)).toEqual(
    NAMES.filter((name) => name !== 'ai-proxy-ts').map((name) => `x-ai-plan-${name}`),
  );
  // What the six events write together stays far below any prompt.
  const bytes = events.flatMap(({ rounds }) => rounds).reduce((sum, { length }) => sum + length, 0);
  expect(bytes).toBeLessThan(4_000);
});

it('an unknown instance closes the connection, and nothing else runs', async () => {
  const server = await startServer();
  const kong = await server.kong();
  const id = await kong.start('cost-log', {});
  const writes = serverWrites();
  await expect(kong.event(id + 1)).rejects.toThrow(ConnectionClosed);
  await expect((await server.kong()).event(1)).rejects.toThrow(ConnectionClosed);
  expect(writes.count()).toBe(0);
  const { calls } = await (await server.kong()).event(id);
  expect(calls).toHaveLength(3);
});

it('an instance id from before a restart hits nothing of the new server', async () => {
  const first = await startServer();
  const kong = await first.kong();
  const old: number[] = [];
  for (let i = 0; i < 20; i += 1) old.push(await kong.start(NAMES[i % 6]!, {}));
  await first.close();
  const second = await startServer({ socket: first.socket });
  const again = await second.kong();
  const fresh: number[] = [];
  for (let i = 0; i < 20; i += 1) fresh.push(await again.start(NAMES[i % 6]!, {}));
  expect(fresh.filter((id) => old.includes(id))).toEqual([]);
  expect([...old, ...fresh].every((id) => id > 0 && id < 2 ** 31)).toBe(true);
  for (const id of old) await expect((await second.kong()).event(id)).rejects.toThrow(ConnectionClosed);
});

it('five hundred connections at once are all served', async () => {
  const server = await startServer();
  const kong = await server.kong();
  const id = await kong.start('ai-proxy-ts', {});
  const kongs: FakeKong[] = await Promise.all(Array.from({ length: 500 }, () => server.kong()));
  const events = await Promise.all(kongs.map((one) => one.event(id, WHO)));
  expect(events.filter(({ calls }) => calls.length === 8)).toHaveLength(500);
});
