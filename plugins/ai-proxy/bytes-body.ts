// A body that nobody reads on its way: audio, images.
import { Readable } from 'node:stream';
import type { Consumer, Flow } from './call.ts';

export class BytesBody implements Consumer {
  readonly stream: Readable;
  private readonly over: (error: Error | undefined) => void;

  /** @param over called once, without an error when all of it has come */
  constructor(flow: Flow, over: (error: Error | undefined) => void) {
    let done = false;
    this.over = (error) => {
      if (!done) over(error);
      done = true;
    };
    this.stream = new Readable({
      read: () => flow.resume(),
      destroy: (error, callback) => {
        flow.abort(error ?? new Error('answer was not wanted'));
        this.over(error ?? new Error('answer was not wanted'));
        callback(error);
      },
    });
    this.flow = flow;
  }

  private readonly flow: Flow;

  data(chunk: Buffer): void {
    if (!this.stream.push(chunk)) this.flow.pause();
  }

  end(): void {
    this.over(undefined);
    this.stream.push(null);
  }

  error(error: Error): void {
    this.over(error);
    this.stream.destroy(error);
  }
}
