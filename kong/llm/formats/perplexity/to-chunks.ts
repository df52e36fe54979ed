// The events of a streamed answer of Perplexity's Agent API as chat completion chunks. Text comes in deltas, or only with
// its item; calls come whole, with theirs.
import type { ChatChunk, ChatDelta, FinishReason } from '../../chat.ts';
import type { ChunkReader } from '../../format.ts';
import { type Bag, bag, count, isObject, objects, str } from '../../slots.ts';
import type { SseEvent } from '../../sse.ts';
import { annotationsOf, finishReason, textOf, toChatUsage, toolCall } from './to-answer.ts';

export class PerplexityChunks implements ChunkReader {
  complete = false;
  error: ChunkReader['error'];
  private id = '';
  private model = '';
  private created = Math.floor(Date.now() / 1000);
  /** Items by id: those whose text has come, and those that are done. */
  private readonly said = new Set<string>();
  private readonly done = new Set<string>();
  private calls = 0;

  event(event: SseEvent): ChatChunk[] {
    const body = bag(event.json);
    switch (body.type ?? event.event) {
      case 'response.created':
        return this.begin(bag(body.response));
      case 'response.output_text.delta':
        this.said.add(str(body.item_id));
        return [this.chunk({ content: str(body.delta) })];
      case 'response.output_item.done':
        return this.item(bag(body.item));
      case 'response.completed':
      case 'response.incomplete':
        return this.end(bag(body.response));
      case 'response.failed':
      case 'error':
        return this.fail(isObject(body.error) ? body.error : bag(bag(body.response).error));
      default:
        // What it does meanwhile: searches, pages that it reads.
        return typeof body.thought === 'string' && body.thought !== ''
          ? [this.chunk({ reasoning_content: body.thought })]
          : [];
    }
  }

  private begin({ id, model, created_at: created }: Bag): ChatChunk[] {
    this.id = str(id);
    this.model = str(model);
    this.created = count(created) ?? this.created;
    return [this.chunk({ role: 'assistant', content: '' })];
  }

  private item(item: Bag): ChatChunk[] {
    const id = str(item.id);
    if (this.done.has(id)) return [];
    this.done.add(id);
    if (item.type === 'function_call') {
      const index = this.calls;
      this.calls += 1;
      return [this.chunk({ tool_calls: [{ index, ...toolCall(item) }] })];
    }
    if (item.type !== 'message') return [];
    const text = this.said.has(id) ? '' : textOf(item);
    const annotations = annotationsOf(item);
    return [
      ...(text === '' ? [] : [this.chunk({ content: text })]),
      ...(annotations.length === 0 ? [] : [this.chunk({ annotations })]),
    ];
  }

  private end(response: Bag): ChatChunk[] {
    if (isObject(response.error)) return this.fail(response.error);
    const late = objects(response.output).flatMap((item) => this.item(item));
    this.complete = true;
    const last = this.chunk({}, finishReason(response, this.calls > 0));
    const usage = toChatUsage(response.usage);
    return [...late, last, ...(usage ? [{ ...last, choices: [], usage }] : [])];
  }

  private fail({ message, code }: Bag): ChatChunk[] {
    const said = str(message) || 'The model failed.';
    this.error = typeof code === 'string' ? { message: said, code } : { message: said };
    return [];
  }

  private chunk(delta: ChatDelta, finish: FinishReason | null = null): ChatChunk {
    const { id, model, created } = this;
    const choices = [{ index: 0, delta, finish_reason: finish }];
    return { id, created, model, object: 'chat.completion.chunk', choices };
  }
}
