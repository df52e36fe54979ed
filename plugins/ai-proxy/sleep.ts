// Waiting that ends with the request.
import type { Cancellation } from '../../kong/relay/cancellation.ts';

/** Resolves after `ms`, or as soon as it is cancelled. */
export function sleep(ms: number, cancellation: Cancellation): Promise<void> {
  return new Promise((resolve) => {
    if (cancellation.reason) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      cancellation.offCancel(done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    cancellation.onCancel(done);
  });
}
