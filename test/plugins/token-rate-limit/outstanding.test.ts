import { expect, test } from 'vitest';
import { Outstanding } from '../../../plugins/token-rate-limit/outstanding.ts';

test('it is idle when all that began has ended, and at once when nothing did', async () => {
  const outstanding = new Outstanding();
  await outstanding.idle();
  outstanding.begin();
  outstanding.begin();
  const events: string[] = [];
  const idle = [1, 2].map((n) => outstanding.idle().then(() => events.push(`idle ${n}`)));
  outstanding.end();
  await new Promise(setImmediate);
  events.push('end');
  outstanding.end();
  await Promise.all(idle);
  expect(events).toEqual(['end', 'idle 1', 'idle 2']);
  await outstanding.idle();
});
