import { expect, test } from 'vitest';
import { Lines } from '../../../plugins/token-rate-limit/throttle.ts';

const options = (more: object = {}) => ({
  maxWaitMs: 5_000,
  maxWaiting: 100,
  signal: new AbortController().signal,
  firstRetryMs: 1,
  ...more,
});

/** A budget of which a test gives out pieces. */
function budget() {
  let free = 0;
  let asked = 0;
  return {
    give(pieces: number) {
      free += pieces;
    },
    get asked() {
      return asked;
    },
    ask: async () => {
      asked += 1;
      if (free === 0) return { done: false as const, retryMs: 1 };
      free -= 1;
      return { done: true as const, value: 'ok' };
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('first come, first served, and only the first asks', async () => {
  const lines = new Lines();
  const { ask, give } = budget();
  const order: number[] = [];
  const waiting = [0, 1, 2, 3].map(async (who) => {
    const result = await lines.wait('k', options(), async () => {
      const asked = await ask();
      if (asked.done) order.push(who);
      return asked;
    });
    expect(result).toMatchObject({ waited: true });
  });
  expect(lines.firstBusy(['other', 'k'])).toBe('k');
  give(4);
  await Promise.all(waiting);
  expect(order).toEqual([0, 1, 2, 3]);
  expect(lines.firstBusy(['k'])).toBeUndefined();
});

test('a full line takes nobody', async () => {
  const lines = new Lines();
  const { ask, give } = budget();
  const first = lines.wait('k', options({ maxWaiting: 1 }), ask);
  expect(await lines.wait('k', options({ maxWaiting: 1 }), ask)).toEqual({ waited: false, why: 'line' });
  give(1);
  expect(await first).toMatchObject({ waited: true });
});

test('nobody waits for longer than they may, nor for what cannot come in time', async () => {
  const lines = new Lines();
  const { ask } = budget();
  expect(await lines.wait('k', options({ maxWaitMs: 30 }), ask)).toEqual({ waited: false, why: 'time' });
  const hopeless = await lines.wait('k', options({ firstRetryMs: 60_000 }), ask);
  expect(hopeless).toEqual({ waited: false, why: 'time' });
});

test('a client that leaves is out of the line, wherever it stands', async () => {
  const lines = new Lines();
  const { ask, give } = budget();
  const [first, second] = [new AbortController(), new AbortController()];
  const waiting = [
    lines.wait('k', options({ signal: first.signal }), ask),
    lines.wait('k', options({ signal: second.signal }), ask),
    lines.wait('k', options(), ask),
  ];
  const outcomes = Promise.allSettled(waiting);
  await pause(5);
  second.abort(new Error('second left'));
  first.abort(new Error('first left'));
  give(1);
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(lines.firstBusy(['k'])).toBeUndefined();
});

test('who is first asks at once when somebody has given back', async () => {
  const lines = new Lines();
  const pieces = budget();
  const waiting = lines.wait('k', options({ firstRetryMs: 4_000 }), pieces.ask);
  await pause(5);
  expect(pieces.asked).toBe(0);
  pieces.give(1);
  lines.wake('k');
  expect(await waiting).toMatchObject({ waited: true });
  expect(pieces.asked).toBe(1);
});
