// Long work in small units. It is written as a generator that yields after each unit; here it is run at once, or with
// others getting their turns in between.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that ends with a value; between two yields lies a unit, which takes less than a millisecond. */
export type Work<T> = Generator<undefined, T>;

/** What one request may take of the event loop before others get their turn, in ms; one unit more is taken at most. */
const SLICE_MS = 1;

/** One request's share of the event loop, over all its work. */
export class Pace {
  private since = performance.now();

  get due(): boolean {
    return performance.now() - this.since >= SLICE_MS;
  }

  async rest(): Promise<void> {
    await nextTurn();
    this.since = performance.now();
  }
}

/** In one go: for texts of bounded length. */
export function atOnce<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Unit by unit. */
export async function paced<T>(work: Work<T>, pace: Pace): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (pace.due) await pace.rest();
  }
}
