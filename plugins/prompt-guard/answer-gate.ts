// For checks that take time: events wait in a window while what they say is judged, and pass when it may.
import type { Format } from '../../kong/llm/format.ts';
import type { SseEvent } from '../../kong/llm/sse.ts';
import type { StreamSink, StreamTransform } from '../../kong/llm/stream.ts';

/** Where the events come from. */
export interface Flow {
  pause(who: unknown): void;
  resume(who: unknown): void;
}

/** Events that wait at most, whatever they say, before the provider has to. */
const MOST_WAITING = 256;

/** @throws what ends the stream */
export type Judge = (text: string, whole: boolean) => Promise<void>;

export class AnswerGate implements StreamTransform {
  private readonly format: Format;
  private readonly window: number;
  private readonly judge: Judge;
  private readonly flow: Flow;
  private text = '';
  /** Characters of `text` that were judged, or are being. */
  private judged = 0;
  private waiting: SseEvent[] = [];
  private busy = false;
  private ended = false;
  private over = false;

  /**
   * @param window characters of text after which they are judged.
   * @param flow waits while one window is judged and the next one is full.
   */
  constructor(format: Format, window: number, judge: Judge, flow: Flow) {
    this.format = format;
    this.window = window;
    this.judge = judge;
    this.flow = flow;
  }

  event(event: SseEvent, next: StreamSink): void {
    for (const { kind, text, repeat } of this.format.stream.deltas(event))
      if (kind === 'text' && !repeat) this.text += text;
    this.waiting.push(event);
    this.advance(next);
  }

  end(next: StreamSink): void {
    this.ended = true;
    this.advance(next);
  }

  fail(error: Error, next: StreamSink): void {
    this.over = true;
    this.waiting = [];
    next.fail(error);
  }

  private advance(next: StreamSink): void {
    if (this.over) return;
    const isFull = this.text.length - this.judged >= this.window;
    if (this.busy) {
      if (isFull || this.waiting.length >= MOST_WAITING) this.flow.pause(this);
    } else if (isFull || this.ended) void this.ask(next);
  }

  private async ask(next: StreamSink): Promise<void> {
    const { ended } = this;
    const events = this.waiting;
    this.waiting = [];
    this.busy = true;
    this.judged = this.text.length;
    try {
      await this.judge(this.text, ended);
    } catch (error) {
      if (!this.over) next.fail(error as Error);
      this.over = true;
      return;
    }
    if (this.over) return;
    for (const event of events) next.event(event);
    this.busy = false;
    this.flow.resume(this);
    if (!ended) return this.advance(next);
    this.over = true;
    next.end();
  }
}
