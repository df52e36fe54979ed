import { expect, it, vi } from 'vitest';
import { Cancellation } from '../../kong/relay/cancellation.ts';

const LEFT = new Error('left');

it('tells each who listens, once, and why', () => {
  const cancellation = new Cancellation();
  const told = vi.fn(() => cancellation.reason);
  const not = vi.fn();
  cancellation.onCancel(told);
  cancellation.onCancel(not);
  cancellation.offCancel(not);
  expect(cancellation.reason).toBeUndefined();
  cancellation.throwIfCancelled();
  cancellation.cancel(LEFT);
  cancellation.cancel(new Error('again'));
  expect(told.mock.results).toEqual([{ type: 'return', value: LEFT }]);
  expect(not).not.toHaveBeenCalled();
  expect(() => cancellation.throwIfCancelled()).toThrow(LEFT);
});

it('may be listened to by one who stops another’s listening', () => {
  const cancellation = new Cancellation();
  const second = vi.fn();
  cancellation.onCancel(() => cancellation.offCancel(second));
  cancellation.onCancel(second);
  cancellation.cancel(LEFT);
  expect(second).not.toHaveBeenCalled();
});

it('has a signal that fires with it, whenever it was asked for', () => {
  const cancellation = new Cancellation();
  const { signal } = cancellation;
  expect(signal.aborted).toBe(false);
  cancellation.cancel(LEFT);
  expect([signal.aborted, signal.reason]).toEqual([true, LEFT]);
  expect(cancellation.signal).toBe(signal);

  const late = new Cancellation();
  late.cancel(LEFT);
  expect([late.signal.aborted, late.signal.reason]).toEqual([true, LEFT]);
});
