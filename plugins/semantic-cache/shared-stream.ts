// One provider's stream for several clients. It belongs to none of them: it is cancelled when the last one has left.
import { ChatAssembler } from '../../kong/llm/assemble.ts';
import type { ChatAnswer, ChatChunk } from '../../kong/llm/chat.ts';
import type { ChunkReader, ChunkWriter } from '../../kong/llm/format.ts';
import { SseEvent } from '../../kong/llm/sse.ts';
import { EventStream, type StreamSink, type StreamSource } from '../../kong/llm/stream.ts';

/** Bytes that may wait for a slow client before the provider is held up. */
const MAX_LAG = 256 * 1024;

export interface SharedStreamHooks {
  /** The stream is complete. Undefined when it was longer than is kept, or could not be read. */
  onEnd(answer: ChatAnswer | undefined): void;
  onFail(error: Error): void;
  /** Nobody is left. */
  onAbandoned(): void;
}

export class SharedStream {
  private readonly source: EventStream;
  private readonly reader: Pick<ChunkReader, 'event'>;
  private readonly maxBytes: number;
  private readonly hooks: SharedStreamHooks;
  private readonly assembler = new ChatAssembler();
  /** What has come, for those who join later; undefined once it is too long. */
  private history: ChatChunk[] | undefined = [];
  private bytes = 0;
  private readonly taps = new Set<Tap>();
  private over: { error?: Error } | undefined;
  private held = false;

  constructor(
    source: EventStream,
    reader: Pick<ChunkReader, 'event'>,
    maxBytes: number,
    hooks: SharedStreamHooks,
  ) {
    this.source = source;
    this.reader = reader;
    this.maxBytes = maxBytes;
    this.hooks = hooks;
  }

  /** Begins to read the provider. */
  start(): void {
    this.source.start({
      event: (event) => this.event(event),
      end: () => this.finish({}),
      fail: (error) => this.finish({ error }),
    });
  }

  get joinable(): boolean {
    return this.history !== undefined && !this.over?.error;
  }

  /** The provider's own events. For the one who asked; before `start`. */
  own(): EventStream {
    return new EventStream(this.tap(undefined));
  }

  /** The same answer in another client's format, from its beginning. Its usage is nothing: another one paid. */
  join(writer: ChunkWriter): EventStream {
    const tap = this.tap(writer);
    for (const chunk of this.history ?? []) tap.chunk(chunk);
    if (this.over) tap.close(this.over.error);
    return new EventStream(tap);
  }

  private tap(writer: ChunkWriter | undefined): Tap {
    const tap = new Tap(writer, {
      left: (reason) => this.leave(tap, reason),
      moved: () => this.balance(),
    });
    this.taps.add(tap);
    return tap;
  }

  private event(event: SseEvent): void {
    // A copy: what later stages change in the event, personal values put back above all, must not be kept.
    const copy = event.raw ? SseEvent.fromBytes(event.raw) : SseEvent.of(event.data, event.event);
    const size = event.raw?.length ?? event.data.length;
    const chunks = this.reader.event(copy);
    this.keep(chunks, size);
    for (const tap of this.taps) {
      if (!tap.translates) tap.event(event, size);
      else for (const chunk of chunks) tap.chunk(chunk);
    }
    this.balance();
  }

  private keep(chunks: readonly ChatChunk[], size: number): void {
    this.bytes += size;
    if (this.bytes > this.maxBytes) this.history = undefined;
    for (const chunk of chunks) {
      this.history?.push(chunk);
      if (this.history) this.assembler.add(chunk);
    }
  }

  private finish(over: { error?: Error }): void {
    if (this.over) return;
    this.over = over;
    if (over.error) this.hooks.onFail(over.error);
    else this.hooks.onEnd(this.history && this.assembler.answer());
    for (const tap of this.taps) tap.close(over.error);
  }

  private leave(tap: Tap, reason: Error): void {
    this.taps.delete(tap);
    if (this.taps.size > 0 || this.over) return this.balance();
    this.over = { error: reason };
    this.source.cancel(reason);
    this.hooks.onAbandoned();
  }

  /** The provider waits for the slowest client, but not while others could go on and what has come is kept anyway. */
  private balance(): void {
    let most = 0;
    let moving = false;
    for (const { lag } of this.taps) {
      most = Math.max(most, lag);
      moving ||= lag === 0;
    }
    const hold = most > MAX_LAG && !(moving && this.history);
    if (hold === this.held || this.over) return;
    this.held = hold;
    if (hold) this.source.pause();
    else this.source.resume();
  }
}

interface TapHooks {
  left(reason: Error): void;
  moved(): void;
}

/** One client's end. */
class Tap implements StreamSource {
  readonly translates: boolean;
  /** Bytes that wait. */
  lag = 0;
  private readonly writer: ChunkWriter | undefined;
  private readonly hooks: TapHooks;
  private queue: { event: SseEvent; size: number }[] = [];
  private sink: StreamSink | undefined;
  private paused = false;
  private closed: { error: Error | undefined } | undefined;

  constructor(writer: ChunkWriter | undefined, hooks: TapHooks) {
    this.writer = writer;
    this.translates = writer !== undefined;
    this.hooks = hooks;
  }

  event(event: SseEvent, size: number): void {
    if (this.sink && !this.paused && this.queue.length === 0) return this.sink.event(event);
    this.queue.push({ event, size });
    this.lag += size;
  }

  chunk(chunk: ChatChunk): void {
    const free = chunk.usage
      ? { ...chunk, usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } }
      : chunk;
    // Each client has its own copy: later stages change it in place.
    for (const event of this.writer!.chunk(structuredClone(free))) this.event(event, event.data.length);
  }

  close(error: Error | undefined): void {
    if (this.closed) return;
    if (!error) for (const event of this.writer?.end() ?? []) this.event(event, event.data.length);
    this.closed = { error };
    this.drain();
  }

  start(sink: StreamSink): void {
    this.sink = sink;
    this.drain();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.drain();
    this.hooks.moved();
  }

  cancel(reason: Error): void {
    this.sink = undefined;
    this.queue = [];
    this.lag = 0;
    this.hooks.left(reason);
  }

  private drain(): void {
    while (this.sink && !this.paused && this.queue.length > 0) {
      const { event, size } = this.queue.shift()!;
      this.lag -= size;
      this.sink.event(event);
    }
    if (!this.sink || !this.closed || this.queue.length > 0) return;
    const { sink } = this;
    this.sink = undefined;
    if (this.closed.error) sink.fail(this.closed.error);
    else sink.end();
  }
}
