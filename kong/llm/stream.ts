// A model's answer as events that are pushed through transforms to a sink. Synchronous from end to end: a chunk that
// nobody holds back costs no promise.
import type { SseEvent } from './sse.ts';

/** Receives a stream. After `end` or `fail` nothing more comes. */
export interface StreamSink {
  event(event: SseEvent): void;
  /** The stream is complete: its format's own terminator was seen. */
  end(): void;
  /** The stream broke. Nothing may make it look finished. */
  fail(error: Error): void;
}

/** Produces a stream, from `start` on. */
export interface StreamSource {
  start(sink: StreamSink): void;
  pause(): void;
  resume(): void;
  /** Nobody wants the rest: stop the provider. Never calls the sink again. */
  cancel(reason: Error): void;
}

/**
 * One stage's view of a stream, from the provider to the client. What it wants the client to see it hands to `next`;
 * `next.fail(error)` ends the stream there and cancels the provider. `end` and `fail` default to handing on.
 */
export interface StreamTransform {
  event(event: SseEvent, next: StreamSink): void;
  end?(next: StreamSink): void;
  fail?(error: Error, next: StreamSink): void;
}

const CLIENT = 'client';

export class EventStream {
  private readonly source: StreamSource;
  private readonly transforms: StreamTransform[] = [];
  private started = false;
  /** Who waits: the provider goes on when nobody does. */
  private readonly waiting = new Set<unknown>();
  private cancelled = false;

  constructor(source: StreamSource) {
    this.source = source;
  }

  /** Adds a transform between those already there and the client. Only before `start`. */
  use(transform: StreamTransform): void {
    if (this.started) throw new Error('stream has already started');
    this.transforms.push(transform);
  }

  start(sink: StreamSink): void {
    this.started = true;
    const state = { over: false };
    const stop = (error: Error): void => {
      if (!state.over) this.source.cancel(error);
      state.over = true;
    };
    // A transform that works in turns may still hand on what came before the client went away.
    let next = guard(sink, stop, () => this.cancelled);
    for (const transform of this.transforms.toReversed()) next = link(transform, next, stop);
    this.source.start(markOver(next, state));
  }

  /** @param who the client, whose socket is full, or a stage that holds as much as it should. */
  pause(who: unknown = CLIENT): void {
    if (this.waiting.size === 0) this.source.pause();
    this.waiting.add(who);
  }

  resume(who: unknown = CLIENT): void {
    if (this.waiting.delete(who) && this.waiting.size === 0) this.source.resume();
  }

  cancel(reason: Error): void {
    this.cancelled = true;
    this.source.cancel(reason);
  }
}

/** The source's own end: there is nothing left to cancel. */
function markOver(next: StreamSink, state: { over: boolean }): StreamSink {
  return {
    event: (event) => next.event(event),
    end() {
      state.over = true;
      next.end();
    },
    fail(error) {
      state.over = true;
      next.fail(error);
    },
  };
}

const ENDED_BY_STAGE = new Error('a stage ended the stream');

/** Lets nothing through after the end, and cancels the source when a stage ended the stream. */
function guard(
  sink: StreamSink,
  stop: (error: Error) => void,
  cancelled: () => boolean = () => false,
): StreamSink {
  let closed = false;
  return {
    event(event) {
      if (!closed && !cancelled()) sink.event(event);
    },
    end() {
      if (closed || cancelled()) return;
      closed = true;
      stop(ENDED_BY_STAGE);
      sink.end();
    },
    fail(error) {
      if (closed || cancelled()) return;
      closed = true;
      stop(error);
      sink.fail(error);
    },
  };
}

/** A transform that throws has broken the stream: what it would have held back must not pass. */
function link(transform: StreamTransform, next: StreamSink, stop: (error: Error) => void): StreamSink {
  const attempt = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      next.fail(error instanceof Error ? error : new Error('stage failed'));
    }
  };
  return guard(
    {
      event: (event) => attempt(() => transform.event(event, next)),
      end: () => attempt(() => (transform.end ? transform.end(next) : next.end())),
      fail: (error) => attempt(() => (transform.fail ? transform.fail(error, next) : next.fail(error))),
    },
    stop,
  );
}
