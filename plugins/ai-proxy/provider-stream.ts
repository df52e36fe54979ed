// A provider's event stream as a source of events in the client's format.
import { type FrameParser, type Framing, frameParser } from '../../kong/llm/framing.ts';
import { MAX_JSON_DEPTH, nestsDeeperThan } from '../../kong/llm/json-depth.ts';
import type { SseEvent } from '../../kong/llm/sse.ts';
import type { StreamSink, StreamSource } from '../../kong/llm/stream.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Consumer, Flow } from './call.ts';
import type { EventReader } from './readers.ts';

/** Events without content that are held until there is some; a provider that sends more has begun. */
const MAX_WAITING = 64;
/** And so many bytes: an event may be large. */
const MAX_WAITING_BYTES = 1024 * 1024;

export interface StreamWatch {
  /** The first content is there. */
  begun(): void;
  /** Once. `error`: the stream broke; else it is complete. Not called after `cancelled`. */
  over(error: Error | undefined): void;
  /** Nobody wants the rest. */
  cancelled(reason: Error): void;
}

export class ProviderStream implements StreamSource, Consumer {
  private readonly flow: Flow;
  private readonly reader: EventReader;
  private readonly watch: StreamWatch;
  private readonly parser: FrameParser;
  /** Events that came before anybody listened. */
  private waiting: SseEvent[] = [];
  private sink: StreamSink | undefined;
  private end_: { error: Error | undefined } | undefined;
  private begun = false;
  private bytes = 0;
  private readonly maxBytes: number;

  /** @param maxBytes of the whole stream: for one that is collected */
  constructor(
    flow: Flow,
    reader: EventReader,
    framing: Framing | undefined,
    watch: StreamWatch,
    maxBytes = Number.POSITIVE_INFINITY,
  ) {
    this.maxBytes = maxBytes;
    this.flow = flow;
    this.reader = reader;
    this.watch = watch;
    this.parser = frameParser(framing, (event) => this.take(event));
  }

  data(chunk: Buffer): void {
    if (this.end_) return;
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) return this.fail(new GatewayError('provider_bad_answer'));
    try {
      this.parser.push(chunk);
    } catch (cause) {
      this.fail(new GatewayError('provider_bad_answer', { cause }));
    }
  }

  end(): void {
    // As a rule the last event has come before: an error must not be made for nothing.
    if (this.end_) return;
    if (this.parser.rest > 0 || !this.reader.mayClose)
      return this.fail(new GatewayError('stream_interrupted'));
    try {
      this.finish();
    } catch (cause) {
      this.fail(new GatewayError('provider_bad_answer', { cause }));
    }
  }

  error(error: Error): void {
    this.fail(this.begun ? interrupted(error) : error);
  }

  start(sink: StreamSink): void {
    this.sink = sink;
    const { waiting } = this;
    this.waiting = [];
    for (const event of waiting) sink.event(event);
    if (this.end_) this.close(sink, this.end_.error);
    else this.flow.resume();
  }

  pause(): void {
    this.flow.pause();
  }

  resume(): void {
    this.flow.resume();
  }

  cancel(reason: Error): void {
    this.sink = undefined;
    if (this.end_) return;
    this.end_ = { error: reason };
    this.flow.abort(reason);
    this.watch.cancelled(reason);
  }

  private take(event: SseEvent): void {
    if (this.end_) return;
    if (event.raw && nestsDeeperThan(event.raw, MAX_JSON_DEPTH)) throw new Error('nested too deeply');
    const { reader } = this;
    for (const out of reader.read(event)) this.hand(out);
    if (reader.error) {
      const message = `The provider failed: ${reader.error.message}`;
      return this.fail(new GatewayError('provider_error', this.begun ? { message } : {}));
    }
    if (!this.begun && (reader.begun || this.waitsTooMuch())) {
      this.begun = true;
      // Nobody listens yet: no more than what is here, so that nothing piles up.
      if (!this.sink) this.flow.pause();
      this.watch.begun();
    }
    if (reader.complete) this.finish();
  }

  private waitsTooMuch(): boolean {
    const { length } = this.waiting;
    return length >= MAX_WAITING || (length > 0 && this.bytes > MAX_WAITING_BYTES);
  }

  private hand(event: SseEvent): void {
    if (this.sink) this.sink.event(event);
    else this.waiting.push(event);
  }

  private finish(): void {
    for (const event of this.reader.end()) this.hand(event);
    this.end_ = { error: undefined };
    // A model may end without a word: that is an empty answer, and somebody waits for it.
    if (!this.begun) {
      this.begun = true;
      this.watch.begun();
    }
    // What comes after the end is of no interest, but is read, so that the connection goes back to the pool.
    this.flow.resume();
    this.watch.over(undefined);
    if (this.sink) this.close(this.sink, undefined);
  }

  private fail(error: Error): void {
    if (this.end_) return;
    this.end_ = { error };
    this.flow.abort(error);
    this.watch.over(error);
    if (this.sink) this.close(this.sink, error);
  }

  private close(sink: StreamSink, error: Error | undefined): void {
    this.sink = undefined;
    if (error) sink.fail(error);
    else sink.end();
  }
}

/** A connection that breaks inside an answer is no failed call: what has come so far was right. */
function interrupted(error: Error): Error {
  const broke = error instanceof GatewayError && error.code === 'provider_unreachable';
  return broke ? new GatewayError('stream_interrupted', { cause: error }) : error;
}
