// Gives the event loop its turn in long work: by how much was done, not by the clock, so that it is the same anywhere.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Characters of text that are looked at in one go: about 1 ms. */
export const GO_CHARS = 8000;

export class Turns {
  /** How often others had their turn. */
  count = 0;
  private done = 0;

  /** Call before each piece of work, and wait when there is something to wait for. @param chars what it costs. */
  before(chars: number): Promise<void> | undefined {
    if (this.done === 0 || this.done + chars <= GO_CHARS) {
      this.done += chars;
      return undefined;
    }
    this.count += 1;
    this.done = chars;
    return nextTurn();
  }
}
