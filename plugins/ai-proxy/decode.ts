// Bodies that a provider compressed although nobody asked for it.
import { createBrotliDecompress, createUnzip, type Unzip } from 'node:zlib';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Consumer, Flow } from './call.ts';

const DECODERS: Readonly<Record<string, () => Unzip>> = {
  gzip: createUnzip,
  'x-gzip': createUnzip,
  deflate: createUnzip,
  br: createBrotliDecompress,
};

/**
 * Hands on the decoded bytes in small pieces, so that the limits of whoever takes them hold before a bomb has grown;
 * pausing stops the decoder too.
 * @throws GatewayError provider_bad_answer for an encoding that nobody knows.
 */
export function decoded(encoding: string, flow: Flow, consumerOf: (flow: Flow) => Consumer): Consumer {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return consumerOf(flow);
  const create = DECODERS[name];
  if (!create) throw new GatewayError('provider_bad_answer');
  return new Decoder(create(), flow, consumerOf);
}

class Decoder implements Consumer, Flow {
  private readonly stream: Unzip;
  private readonly flow: Flow;
  private readonly next: Consumer;
  private paused = false;
  private full = false;

  constructor(stream: Unzip, flow: Flow, consumerOf: (flow: Flow) => Consumer) {
    this.stream = stream;
    this.flow = flow;
    this.next = consumerOf(this);
    stream.on('data', (chunk: Buffer) => this.next.data(chunk));
    stream.on('end', () => this.next.end());
    stream.on('error', (cause) => {
      flow.abort(cause);
      this.next.error(new GatewayError('provider_bad_answer', { cause }));
    });
    stream.on('drain', () => {
      this.full = false;
      if (!this.paused) flow.resume();
    });
  }

  data(chunk: Buffer): void {
    if (this.stream.write(chunk)) return;
    this.full = true;
    this.flow.pause();
  }

  end(): void {
    this.stream.end();
  }

  error(error: Error): void {
    this.stream.removeAllListeners().on('error', () => {});
    this.stream.destroy();
    this.next.error(error);
  }

  pause(): void {
    this.paused = true;
    this.stream.pause();
    this.flow.pause();
  }

  resume(): void {
    this.paused = false;
    this.stream.resume();
    if (!this.full) this.flow.resume();
  }

  abort(reason: Error): void {
    this.stream.removeAllListeners().on('error', () => {});
    this.stream.destroy();
    this.flow.abort(reason);
  }
}
