import { expect, it } from 'vitest';
import { Instances } from '../../kong/pluginserver/instances.ts';

const silent = { info() {}, error() {} };

it('closing an instance closes its program, once', () => {
  const { instances, closed } = start();
  const instance = instances.start('p', Buffer.from('{"n":1}'))!;
  expect(instances.close(instance.id)).toBe(instance);
  expect(instances.close(instance.id)).toBeUndefined();
  expect(closed).toEqual([1]);
});

// Kong closes neither the instances of an entity that was removed nor those of a worker that is gone.
it('instances that nobody closes do not pile up: the one unused longest goes', () => {
  const { instances, closed } = start();
  const first = instances.start('p', Buffer.from('{"n":0}'))!;
  first.program.lastMinute += 1;
  for (let n = 1; n <= 10_000; n += 1) instances.start('p', Buffer.from(`{"n":${n}}`));
  expect(closed).toEqual([1]);
  expect(instances.get(first.id)).toBe(first);
});

function start(): { instances: Instances; closed: unknown[] } {
  const closed: unknown[] = [];
  const plugin = {
    name: 'p',
    version: '1',
    priority: 1,
    schema: {},
    start: ({ n }: Record<string, unknown>) => ({
      steadyReads: [],
      reads: [],
      writes: () => [],
      close: () => closed.push(n),
    }),
  };
  return { instances: new Instances(new Map([['p', plugin]]), silent), closed };
}
