// Collects a body that is wanted whole.
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Consumer, Flow } from './call.ts';

/** A whole answer beyond this is not one that a model gave. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Of an error only the beginning is of interest. */
export const MAX_ERROR_BYTES = 256 * 1024;

export class WholeBody implements Consumer {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private readonly flow: Flow;
  private readonly maxBytes: number;
  private readonly done: (result: Buffer | Error) => void;

  /** @param done called once: with the body, or with a GatewayError. */
  constructor(flow: Flow, maxBytes: number, done: (result: Buffer | Error) => void) {
    this.flow = flow;
    this.maxBytes = maxBytes;
    this.done = done;
  }

  data(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.chunks.push(chunk);
    if (this.bytes <= this.maxBytes) return;
    const error = new GatewayError('provider_bad_answer');
    this.flow.abort(error);
    this.done(error);
  }

  end(): void {
    this.done(this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks));
  }

  error(error: Error): void {
    this.done(error);
  }
}
