// Bytes that are collected until a whole of something is there. Doubles its space, so that a long whole in small pieces
// is not copied once for each piece.

export class Accumulator {
  private view: Buffer = NONE;
  /** Where `view` begins, when its space is this one's own and has room behind it. */
  private space: Buffer | undefined;

  get bytes(): Buffer {
    return this.view;
  }

  append(chunk: Buffer): void {
    const { length } = this.view;
    if (length === 0) {
      this.view = chunk;
      this.space = undefined;
      return;
    }
    const needed = length + chunk.length;
    if (!this.space || this.space.length < needed) {
      this.space = Buffer.allocUnsafeSlow(needed * 2);
      this.view.copy(this.space);
    }
    chunk.copy(this.space, length);
    this.view = this.space.subarray(0, needed);
  }

  /** Gives the first bytes away. They are never written over. */
  take(count: number): Buffer {
    const taken = this.view.subarray(0, count);
    this.view = this.view.subarray(count);
    this.space = undefined;
    return taken;
  }
}

const NONE = Buffer.alloc(0);
