// The events of a streamed Cohere chat v2 as chat completion chunks. https://docs.cohere.com/docs/streaming
import type { ChatChunk, ChatDelta, FinishReason } from '../../chat.ts';
import type { ChunkReader } from '../../format.ts';
import { type Bag, bag, count, isObject, objects, str } from '../../slots.ts';
import type { SseEvent } from '../../sse.ts';
import { annotation, finishReason, toChatUsage, toolCall } from './to-answer.ts';

/** Finish reasons that are failures. */
const FAILED = new Set(['ERROR', 'TIMEOUT']);

export class CohereChunks implements ChunkReader {
  complete = false;
  error: ChunkReader['error'];
  private id = '';
  private readonly created = Math.floor(Date.now() / 1000);
  /** By the event's index, which also counts what is no call. */
  private readonly calls = new Map<number, number>();

  event(event: SseEvent): ChatChunk[] {
    const body = bag(event.json);
    const delta = bag(body.delta);
    const message = bag(delta.message);
    const index = count(body.index) ?? 0;
    switch (body.type ?? event.event) {
      case 'message-start':
        this.id = str(body.id);
        return [this.chunk({ role: 'assistant', content: '' })];
      case 'content-start':
      case 'content-delta':
        return this.content(bag(message.content));
      case 'tool-plan-delta':
        return [this.chunk({ content: str(message.tool_plan) })];
      case 'tool-call-start':
        return this.callStart(index, firstOf(message.tool_calls));
      case 'tool-call-delta': {
        const { function: call } = firstOf(message.tool_calls);
        return [
          this.chunk({
            tool_calls: [{ index: this.call(index), function: { arguments: str(bag(call).arguments) } }],
          }),
        ];
      }
      case 'citation-start':
        return [this.chunk({ annotations: annotation(firstOf(message.citations)) })];
      case 'message-end':
        return this.end(delta);
      default:
        return [];
    }
  }

  private content({ text, thinking }: Bag): ChatChunk[] {
    if (typeof thinking === 'string' && thinking !== '') return [this.chunk({ reasoning_content: thinking })];
    return typeof text === 'string' && text !== '' ? [this.chunk({ content: text })] : [];
  }

  private callStart(index: number, from: Bag): ChatChunk[] {
    const at = this.call(index);
    return [this.chunk({ tool_calls: [{ index: at, ...toolCall(from) }] })];
  }

  private call(index: number): number {
    const known = this.calls.get(index) ?? this.calls.size;
    this.calls.set(index, known);
    return known;
  }

  private end({ finish_reason: reason, error, usage: counted }: Bag): ChatChunk[] {
    if (FAILED.has(str(reason))) {
      this.error = { message: str(error) || 'The model failed.', code: str(reason).toLowerCase() };
      return [];
    }
    this.complete = true;
    const usage = toChatUsage(counted);
    const last = this.chunk({}, finishReason(reason));
    return usage ? [last, { ...last, choices: [], usage }] : [last];
  }

  private chunk(delta: ChatDelta, finish: FinishReason | null = null): ChatChunk {
    const { id, created } = this;
    const choices = [{ index: 0, delta, finish_reason: finish }];
    return { id, created, model: '', object: 'chat.completion.chunk', choices };
  }
}

/** One item, in an array or alone. */
function firstOf(value: unknown): Bag {
  return isObject(value) ? value : (objects(value)[0] ?? {});
}
