// What the parts of a process share: metrics, stages, topics; a mistake in using them is told at once.
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ConfigStore } from '../../kong/plan/config-store.ts';
import { newSecret } from '../../kong/plan/signature.ts';
import { discard } from '../../kong/relay/answer.ts';
import { Metrics } from '../../kong/relay/metrics.ts';
import { Topics } from '../../kong/relay/node-state.ts';
import { startInstance } from '../../kong/relay/plugin.ts';
import type { StageHost } from '../../kong/relay/stage.ts';
import { Stages } from '../../kong/relay/stages.ts';
import { pluginOf } from './relay.ts';

test('a metric of one name has one set of labels', () => {
  const metrics = new Metrics();
  const counter = metrics.counter('a_total', 'help', ['x', 'y']);
  expect(metrics.counter('a_total', 'help', ['x', 'y'])).toBe(counter);
  expect(() => metrics.counter('a_total', 'help', ['x'])).toThrow('a_total has the labels x,y, not x');
});

test('a topic that nobody listens to is told to nobody, and who has stopped hears no more', () => {
  const topics = new Topics();
  const heard: unknown[] = [];
  topics.publish('a', 1);
  const stop = topics.listen('a', (payload) => heard.push(payload));
  topics.publish('a', 2);
  topics.publish('b', 3);
  stop();
  topics.publish('a', 4);
  expect(heard).toEqual([2]);
});

test('a stage of an unknown plugin is a mistake; one in use outlives a newer config of its plugin', () => {
  const closed: string[] = [];
  const plugin = pluginOf('prompt-guard', 797, ({ word = '' }) => ({
    run: async () => {},
    close: () => void closed.push(word),
  }));
  const stages = new Stages(new Map([[plugin.name, plugin]]), () => ({}) as StageHost);
  const start = (hash: string, name: string, pluginId: string, word: string) =>
    stages.start(hash, { plugin: name, pluginId, config: { word } });
  expect(() => start('h', 'no-such', 'p', '')).toThrow('no plugin no-such');
  const old = start('h1', plugin.name, 'p1', 'old');
  const other = start('h2', plugin.name, 'p2', 'other');
  start('h3', plugin.name, 'p1', 'new');
  // Requests that began before the change are still on their way.
  expect([closed, stages.get('h1')]).toEqual([[], old]);
  old.lastUsed = 0;
  other.lastUsed = 0;
  start('h4', plugin.name, 'p1', 'newest');
  expect([closed, stages.get('h1'), stages.get('h2')]).toEqual([['old'], undefined, other]);
});

test('bytes that nobody will get are read no further', () => {
  const stream = new PassThrough();
  discard({ kind: 'bytes', status: 200, headers: {}, stream }, new Error('gone'));
  expect(stream.destroyed).toBe(true);
});

test.each<[Record<string, string>, string[]]>([
  [{ route_id: 'r', service_id: 's' }, ['kong.router.get_service', 'kong.router.get_route']],
  [{ service_id: 's' }, ['kong.router.get_service']],
  [{ consumer_id: 'c' }, []],
  [{}, []],
])('a plugin asks Kong once a minute for what it is attached to: %j', (attached, asked) => {
  const plugin = pluginOf('ai-proxy-ts', 770, () => ({ run: async () => {} }), { innermost: true });
  const program = startInstance(plugin, attached, {
    secret: newSecret(),
    relay: { host: '127.0.0.1', port: 1 },
    configs: new ConfigStore(),
    declared: new Set(),
  });
  expect(program.steadyReads.map(({ method }) => method)).toEqual(asked);
});
