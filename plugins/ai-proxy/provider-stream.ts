// A provider's event stream as a source of events in the client's format.
import type { Readable } from 'node:stream';
import { type FrameParser, type Framing, frameParser } from '../../kong/llm/framing.ts';
import type { SseEvent } from '../../kong/llm/sse.ts';
import type { StreamSink, StreamSource } from '../../kong/llm/stream.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import { callError } from './call.ts';

/** What a provider's event is to the client: events to hand on, and what it says about the stream. */
export interface EventReader {
  read(event: SseEvent): readonly SseEvent[];
  /** The provider has said that the stream is complete. */
  readonly complete: boolean;
  /** The stream is complete if the connection closes now: for formats without a last event. */
  readonly mayClose: boolean;
  readonly error: { message: string } | undefined;
  /** Events that end the client's stream. */
  end(): readonly SseEvent[];
}

export class ProviderStream implements StreamSource {
  private readonly body: Readable;
  private readonly reader: EventReader;
  private readonly parser: FrameParser;
  /** Events that came before anybody listened: at most those of the first chunk. */
  private waiting: SseEvent[] = [];
  private sink: StreamSink | undefined;
  private over: { error: Error | undefined } | undefined;
  private first: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(body: Readable, reader: EventReader, framing?: Framing) {
    this.body = body;
    this.reader = reader;
    this.parser = frameParser(framing, (event) => this.take(event));
    body.on('data', (chunk: Buffer) => this.receive(chunk));
    body.on('end', () => this.closed());
    body.on('error', (cause) => this.finish(streamError(cause)));
  }

  /** Resolves when there is something to hand on; rejects when the stream fails before. */
  begun(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.first = { resolve, reject };
    });
  }

  start(sink: StreamSink): void {
    this.sink = sink;
    const waiting = this.waiting;
    this.waiting = [];
    for (const event of waiting) sink.event(event);
    if (this.over) this.close(sink, this.over.error);
    else this.body.resume();
  }

  pause(): void {
    this.body.pause();
  }

  resume(): void {
    this.body.resume();
  }

  cancel(reason: Error): void {
    this.over ??= { error: reason };
    this.sink = undefined;
    this.body.destroy();
  }

  private receive(chunk: Buffer): void {
    try {
      this.parser.push(chunk);
    } catch (cause) {
      this.finish(new GatewayError('provider_bad_answer', { cause }));
    }
  }

  /** The connection closed: well for a format that has no last event, when all was said and nothing is cut off. */
  private closed(): void {
    const whole = this.reader.mayClose && this.parser.rest === 0;
    this.finish(whole ? undefined : new GatewayError('stream_interrupted'));
  }

  private take(event: SseEvent): void {
    if (this.over) return;
    for (const out of this.reader.read(event)) this.hand(out);
    const { error, complete } = this.reader;
    if (error)
      this.finish(new GatewayError('provider_error', { message: `The provider failed: ${error.message}` }));
    else if (complete) this.finish(undefined);
  }

  private hand(event: SseEvent): void {
    if (this.sink) return this.sink.event(event);
    this.waiting.push(event);
    // Nobody listens yet: no more than what is here, so that nothing piles up.
    this.body.pause();
    this.first?.resolve();
  }

  private finish(error: Error | undefined): void {
    if (this.over) return;
    if (!error) for (const event of this.reader.end()) this.hand(event);
    this.over = { error };
    // What comes after the end is of no interest, but is read, so that the connection goes back to the pool.
    if (error) this.body.destroy();
    else this.body.resume();
    if (this.sink) this.close(this.sink, error);
    else if (error && this.waiting.length === 0) this.first?.reject(error);
    else this.first?.resolve();
  }

  private close(sink: StreamSink, error: Error | undefined): void {
    this.sink = undefined;
    if (error) sink.fail(error);
    else sink.end();
  }
}

/** A connection that breaks inside an answer is no failed call: what has come so far was right. */
function streamError(cause: unknown): GatewayError {
  const error = callError(cause);
  return error.code === 'provider_timeout' ? error : new GatewayError('stream_interrupted', { cause });
}
