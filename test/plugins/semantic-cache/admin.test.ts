// The admin listener's view of all stores of a machine, and the command that asks it.
import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../../kong/relay/log.ts';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { LocalNodeState, type NodeService, Topics } from '../../../kong/relay/node-state.ts';
import type { StageHost } from '../../../kong/relay/stage.ts';
import { packagePath } from '../../../kong/root.ts';
import { answerAsks, cacheNode } from '../../../plugins/semantic-cache/node.ts';
import type { EntryMeta } from '../../../plugins/semantic-cache/store/entry.ts';
import { MemoryStore } from '../../../plugins/semantic-cache/store/memory.ts';

function machine() {
  const topics = new Topics();
  const log = createLog('silent');
  const metrics = new Metrics();
  const part = cacheNode({ log, metrics, broadcast: (topic, payload) => topics.publish(topic, payload) });
  const services = new Map<string, NodeService>([['semantic-cache', part.service!]]);
  const node = new LocalNodeState(services, topics);
  const host = {
    node,
    log,
    metrics,
    plugin: 'semantic-cache',
    pluginId: 'p',
    state: (_key, create) => create(),
  } as StageHost;
  const call = async (
    route: string,
    query = '',
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const [method, path] = route.split(' ') as [string, string];
    let sent = { status: 0, body: {} };
    const response = {
      writeHead: (status: number) => ({
        end: (text: string) => {
          sent = { status, body: JSON.parse(text) as object };
        },
      }),
    } as unknown as ServerResponse;
    await part.admin![route]!(
      { method } as IncomingMessage,
      response,
      new URL(`http://admin${path}${query}`),
    );
    return sent;
  };
  return { host, call, admin: part.admin! };
}

async function filled(count: number, tag: string): Promise<MemoryStore> {
  const store = new MemoryStore(1_000_000);
  for (let i = 0; i < count; i += 1) {
    const times = { createdAt: Date.now(), expiresAt: Date.now() + 1e6, keptUntil: Date.now() + 1e6 };
    const meta: EntryMeta = {
      key: `${tag}-${i}`,
      partition: 'p',
      question: 'q',
      tags: [tag],
      consumer: ['ann'],
      ...times,
    };
    const answer = { id: 'a', object: 'chat.completion' as const, created: 1, model: 'm', choices: [] };
    await store.put(meta, { answer, model: {} });
  }
  return store;
}

test('all stores are counted and purged together', async () => {
  const { host, call } = machine();
  answerAsks(host, await filled(2, 'x'), 'one');
  answerAsks(host, await filled(3, 'y'), 'two');
  expect(await call('GET /cache')).toMatchObject({
    status: 200,
    body: {
      stores: [
        { strategy: 'memory', entries: 2 },
        { strategy: 'memory', entries: 3 },
      ],
    },
  });
  expect(await call('DELETE /cache', '?tag=y')).toEqual({
    status: 200,
    body: { removed: 3, stores: 2, failed: 0 },
  });
  expect(await call('DELETE /cache', '?consumer=ann')).toMatchObject({ body: { removed: 2 } });
});

test('a store that is closed is not waited for', async () => {
  const { host, call } = machine();
  const stop = answerAsks(host, await filled(2, 'x'), 'one');
  stop();
  expect(await call('DELETE /cache', '?all=true')).toMatchObject({
    status: 200,
    body: { removed: 0, stores: 0 },
  });
});

test.each(['', '?all=false', '?tag=', '?tag=a&key=b', '?other=1'])(
  'what to purge must be said: %s',
  async (query) => {
    const { host, call } = machine();
    const store = await filled(1, 'x');
    answerAsks(host, store, 'one');
    expect((await call('DELETE /cache', query)).status).toBe(400);
    expect(store.stats().entries).toBe(1);
  },
);

test('the command prints what there is, and removes what it is told to', async () => {
  const { host, admin } = machine();
  answerAsks(host, await filled(2, 'x'), 'one');
  answerAsks(host, await filled(3, 'y'), 'two');
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://admin');
    void admin[`${request.method} ${url.pathname}`]!(request, response, url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cache = async (...args: string[]): Promise<unknown> => {
    const cli = packagePath('dist/kong/cli.js');
    const run = await promisify(execFile)(process.execPath, [cli, 'cache', ...args, '--admin', url]);
    return JSON.parse(run.stdout);
  };
  const counts = async () =>
    ((await cache('stats')) as { stores: { entries: number }[] }).stores.map(({ entries }) => entries).sort();
  expect(await counts()).toEqual([2, 3]);
  expect(await cache('purge', '--tag', 'y')).toMatchObject({ removed: 3 });
  expect(await counts()).toEqual([0, 2]);
  expect(await cache('purge', '--key', 'x-0')).toMatchObject({ removed: 1 });
  expect(await cache('purge', '--consumer', 'ann')).toMatchObject({ removed: 1 });
  expect(await counts()).toEqual([0, 0]);
  await expect(cache('purge')).rejects.toThrow('name one of --key, --partition, --tag, --consumer, --all');
  await expect(cache('purge', '--all', '--key', 'x')).rejects.toThrow('name one of');
});
