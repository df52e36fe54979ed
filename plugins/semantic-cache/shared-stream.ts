// One provider's stream for several clients. It belongs to none of them: it is cancelled when the last one has left.
import { AnswerBuilder } from '../../kong/llm/answer-chunks.ts';
import type { ChatAnswer, ChatChunk } from '../../kong/llm/chat.ts';
import type { ChunkReader, ChunkWriter } from '../../kong/llm/format.ts';
import { SseEvent } from '../../kong/llm/sse.ts';
import { EventStream, type StreamSink, type StreamSource } from '../../kong/llm/stream.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { Keeper } from './keep.ts';
import type { CachedAnswer } from './store/entry.ts';

/** Bytes that may wait for a slow client before the provider is held up. */
const MAX_LAG = 256 * 1024;

export interface SharedStreamOptions {
  source: EventStream;
  /** Reads the source's events. */
  reader: Pick<ChunkReader, 'event'>;
  /** Longer answers are not kept for those who join later. */
  maxBytes: number;
  keeper: Keeper;
  model: CachedAnswer['model'];
  /** The exchange that asked the provider. */
  payer: Exchange;
  /** The stream is complete. Undefined when it was longer than is kept, or said nothing that could be read. */
  onEnd(answer: ChatAnswer | undefined): void;
  onFail(error: Error): void;
  /** Others wait for the end of it. */
  isAwaited(): boolean;
  /** Nobody is left. */
  onAbandoned(): void;
}

export class SharedStream {
  readonly keeper: Keeper;
  readonly model: CachedAnswer['model'];
  private readonly options: SharedStreamOptions;
  private readonly assembler = new AnswerBuilder();
  /** What has come, for those who join later; undefined once it is too long. */
  private history: ChatChunk[] | undefined = [];
  private bytes = 0;
  private readonly taps = new Set<Tap>();
  private over: { error?: Error } | undefined;
  private held = false;
  private started = false;

  constructor(options: SharedStreamOptions) {
    this.options = options;
    this.keeper = options.keeper;
    this.model = options.model;
  }

  get joinable(): boolean {
    return this.history !== undefined && !this.over?.error;
  }

  /** The provider's own events, for the one who asked. */
  own(): EventStream {
    return new EventStream(this.tap(undefined, undefined));
  }

  /** The same answer in another client's format, from its beginning. Its usage is nothing: another one paid. */
  join(writer: ChunkWriter, exchange: Exchange): EventStream {
    const tap = this.tap(writer, exchange);
    for (const chunk of this.history ?? []) tap.chunk(chunk);
    if (this.over) tap.close(this.over.error);
    return new EventStream(tap);
  }

  private tap(writer: ChunkWriter | undefined, exchange: Exchange | undefined): Tap {
    const tap: Tap = new Tap(writer, exchange, {
      // The provider is read from the moment when somebody is.
      began: () => {
        if (!this.started) this.start();
      },
      left: (reason) => this.leave(tap, reason),
      moved: () => this.balance(),
    });
    this.taps.add(tap);
    return tap;
  }

  private start(): void {
    this.started = true;
    this.options.source.start({
      event: (event) => this.event(event),
      end: () => this.finish({}),
      fail: (error) => this.finish({ error }),
    });
  }

  private event(event: SseEvent): void {
    // A copy: what later stages change in the event, personal values put back above all, must not be kept.
    const copy = event.raw ? SseEvent.fromBytes(event.raw) : SseEvent.of(event.data, event.event);
    const size = event.raw?.length ?? event.data.length;
    const chunks = this.options.reader.event(copy);
    this.keep(chunks, size);
    for (const tap of this.taps) {
      if (!tap.translates) tap.event(event, size);
      else for (const chunk of chunks) tap.chunk(chunk);
    }
    this.balance();
  }

  private keep(chunks: readonly ChatChunk[], size: number): void {
    this.bytes += size;
    if (this.bytes > this.options.maxBytes) this.history = undefined;
    for (const chunk of chunks) {
      this.history?.push(chunk);
      if (this.history) this.assembler.add(chunk);
    }
  }

  private finish(over: { error?: Error }): void {
    if (this.over) return;
    this.over = over;
    this.settleBill();
    if (over.error) this.options.onFail(over.error);
    else this.options.onEnd(this.history?.length ? this.assembler.answer() : undefined);
    for (const tap of this.taps) tap.close(over.error);
  }

  cancelIfUnused(reason: Error): void {
    if (this.taps.size > 0 || this.over) return this.balance();
    if (this.options.isAwaited()) {
      if (!this.started) this.start();
      return this.balance();
    }
    this.over = { error: reason };
    this.options.source.cancel(reason);
    this.options.onAbandoned();
  }

  private leave(tap: Tap, reason: Error): void {
    this.taps.delete(tap);
    this.cancelIfUnused(reason);
  }

  /**
   * The one who asked has left before the end, and its record ended with what it had got: the first of those who went
   * on has the bill, so that the tokens are not lost.
   */
  private settleBill(): void {
    const { payer } = this.options;
    if (!payer.signal.aborted) return;
    const heir = [...this.taps].find(({ exchange }) => exchange)?.exchange;
    if (!heir) return;
    heir.usage = payer.usage;
    heir.attempts.push(...payer.attempts);
    heir.notes.cache = { status: 'Miss', reason: 'inherited' };
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
    if (hold) this.options.source.pause();
    else this.options.source.resume();
  }
}

interface TapHooks {
  began(): void;
  left(reason: Error): void;
  moved(): void;
}

/** One client's end. */
class Tap implements StreamSource {
  readonly translates: boolean;
  /** Of a client that joined. */
  readonly exchange: Exchange | undefined;
  /** Bytes that wait. */
  lag = 0;
  private readonly writer: ChunkWriter | undefined;
  private readonly hooks: TapHooks;
  private queue: { event: SseEvent; size: number }[] = [];
  private sink: StreamSink | undefined;
  private paused = false;
  private closed: { error: Error | undefined } | undefined;

  constructor(writer: ChunkWriter | undefined, exchange: Exchange | undefined, hooks: TapHooks) {
    this.writer = writer;
    this.exchange = exchange;
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
    this.hooks.began();
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
