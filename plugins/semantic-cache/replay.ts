// A kept answer in the format and mode that the client asked for.
import type { ChatAnswer, ChatRequest } from '../../kong/llm/chat.ts';
import { sliceAnswer } from '../../kong/llm/slice.ts';
import type { SseEvent } from '../../kong/llm/sse.ts';
import { EventStream, type StreamSink, type StreamSource } from '../../kong/llm/stream.ts';
import { type Answer, WholeAnswer } from '../../kong/relay/answer.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { SemanticCacheConfig } from './config.ts';

const NOTHING_USED = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
/** Between two turns of the event loop. */
const EVENTS_PER_TURN = 64;

/** @param kept is not shared with anybody: later stages change it in place */
export function replay(
  { format, streams }: Exchange,
  request: ChatRequest,
  kept: ChatAnswer,
  { tokens_per_second, usage }: SemanticCacheConfig['replay'],
): Answer {
  const answer = usage === 'zero' ? { ...kept, usage: NOTHING_USED } : kept;
  const chat = format.chat!;
  if (!streams) return WholeAnswer.ofJson(200, chat.fromAnswer(answer, request));
  const source = new ReplaySource(() => events(answer, chat.fromChunks(request)), tokens_per_second);
  return { kind: 'stream', status: 200, headers: {}, stream: new EventStream(source) };
}

type Writer = ReturnType<NonNullable<Exchange['format']['chat']>['fromChunks']>;

function* events(answer: ChatAnswer, writer: Writer): Generator<SseEvent> {
  for (const chunk of sliceAnswer(answer)) yield* writer.chunk(chunk);
  yield* writer.end();
}

class ReplaySource implements StreamSource {
  private readonly make: () => Generator<SseEvent>;
  private readonly perSecond: number;
  private events: Generator<SseEvent> | undefined;
  private sink: StreamSink | undefined;
  private paused = false;
  private scheduled: NodeJS.Timeout | NodeJS.Immediate | undefined;

  /** @param perSecond pieces per second; 0 = as fast as they are taken */
  constructor(make: () => Generator<SseEvent>, perSecond: number) {
    this.make = make;
    this.perSecond = perSecond;
  }

  start(sink: StreamSink): void {
    this.sink = sink;
    this.events = this.make();
    this.turn();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    if (this.scheduled === undefined) this.turn();
  }

  cancel(): void {
    this.sink = undefined;
    clearTimeout(this.scheduled as NodeJS.Timeout);
    clearImmediate(this.scheduled as NodeJS.Immediate);
  }

  private turn(): void {
    this.scheduled = undefined;
    const most = this.perSecond > 0 ? 1 : EVENTS_PER_TURN;
    for (let i = 0; i < most && this.sink && !this.paused; i += 1) {
      const next = this.events!.next();
      if (next.done) {
        const { sink } = this;
        this.sink = undefined;
        return sink.end();
      }
      this.sink.event(next.value);
    }
    if (!this.sink || this.paused) return;
    this.scheduled =
      this.perSecond > 0
        ? setTimeout(() => this.turn(), 1000 / this.perSecond)
        : setImmediate(() => this.turn());
  }
}
