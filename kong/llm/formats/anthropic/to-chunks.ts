// The events of a streamed Anthropic message as chat completion chunks.
// https://docs.anthropic.com/en/docs/build-with-claude/streaming
import type { ChatChunk, ChatDelta, ChatUsage, FinishReason } from '../../chat.ts';
import type { ChunkReader } from '../../format.ts';
import { type Bag, bag, isObject, str } from '../../slots.ts';
import type { SseEvent } from '../../sse.ts';
import { annotation } from './citations.ts';
import { errorOf } from './stream.ts';
import { finishReason } from './to-answer.ts';
import { toChatUsage } from './usage.ts';

export class AnthropicChunks implements ChunkReader {
  complete = false;
  error: ChunkReader['error'];
  private head = { id: '', model: '', created: Math.floor(Date.now() / 1000) };
  /** Anthropic numbers blocks of all kinds together, OpenAI tool calls alone. */
  private readonly toolIndexes = new Map<number, number>();
  private thinking: { text: string[]; signature: string } | undefined;
  /** Where the text block that is open begins in the message's text, and where the text ends. */
  private place = { start: 0, end: 0 };
  private reported: Bag = {};

  /** Before the end `output_tokens` is only what was written when the stream began. */
  get usage(): ChatUsage | undefined {
    const { output_tokens: _, ...prompt } = this.reported;
    return Object.keys(this.reported).length === 0
      ? undefined
      : toChatUsage(this.complete ? this.reported : prompt);
  }

  event(event: SseEvent): ChatChunk[] {
    const body = event.json;
    if (!isObject(body)) return [];
    switch (body.type) {
      case 'message_start':
        return this.start(bag(body.message));
      case 'content_block_start':
        return this.blockStart(Number(body.index), bag(body.content_block));
      case 'content_block_delta':
        return this.blockDelta(Number(body.index), bag(body.delta));
      case 'content_block_stop':
        return this.blockStop();
      case 'message_delta':
        return this.messageDelta(body);
      case 'message_stop':
        this.complete = true;
        return this.usageChunk();
      case 'error':
        this.error = errorOf(body);
        return [];
      default:
        return [];
    }
  }

  private start(message: Bag): ChatChunk[] {
    this.head = { ...this.head, id: str(message.id), model: str(message.model) };
    this.reported = bag(message.usage);
    return [this.chunk({ role: 'assistant', content: '' })];
  }

  private blockStart(index: number, block: Bag): ChatChunk[] {
    this.place.start = this.place.end;
    if (block.type === 'thinking') this.thinking = { text: [], signature: str(block.signature) };
    if (block.type === 'redacted_thinking') {
      return [this.chunk({ reasoning_blocks: [{ redacted: str(block.data), format: 'anthropic' }] })];
    }
    if (block.type === 'text' && block.text) return this.blockDelta(index, { ...block, type: 'text_delta' });
    if (block.type !== 'tool_use') return [];
    const tool = this.toolIndexes.size;
    this.toolIndexes.set(index, tool);
    const call = { name: str(block.name), arguments: '' };
    return [
      this.chunk({ tool_calls: [{ index: tool, id: str(block.id), type: 'function', function: call }] }),
    ];
  }

  private blockDelta(index: number, delta: Bag): ChatChunk[] {
    switch (delta.type) {
      case 'text_delta': {
        const text = str(delta.text);
        this.place.end += text.length;
        return [this.chunk({ content: text })];
      }
      case 'citations_delta': {
        const annotations = annotation(delta.citation, this.place.start, this.place.end);
        return annotations.length > 0 ? [this.chunk({ annotations })] : [];
      }
      case 'thinking_delta': {
        const text = str(delta.thinking);
        this.thinking?.text.push(text);
        return [this.chunk({ reasoning_content: text })];
      }
      case 'signature_delta':
        if (this.thinking) this.thinking.signature += str(delta.signature);
        return [];
      case 'input_json_delta': {
        const tool = this.toolIndexes.get(index);
        // Tools of the provider's own stream their input too.
        if (tool === undefined) return [];
        return [
          this.chunk({ tool_calls: [{ index: tool, function: { arguments: str(delta.partial_json) } }] }),
        ];
      }
      default:
        return [];
    }
  }

  private blockStop(): ChatChunk[] {
    const block = this.thinking;
    this.thinking = undefined;
    if (!block?.signature) return [];
    const { signature } = block;
    return [
      this.chunk({ reasoning_blocks: [{ text: block.text.join(''), signature, format: 'anthropic' }] }),
    ];
  }

  private messageDelta(body: Bag): ChatChunk[] {
    // The last message_delta has the whole count of output tokens, and repeats those of the input.
    this.reported = { ...this.reported, ...bag(body.usage) };
    const { stop_reason, stop_sequence, stop_details } = bag(body.delta);
    const refusal = bag(stop_details).explanation;
    const said: ChatChunk[] = typeof refusal === 'string' ? [this.chunk({ refusal })] : [];
    const reason = finishReason(stop_reason);
    return reason ? [...said, this.chunk({}, reason, stop_sequence)] : said;
  }

  private usageChunk(): ChatChunk[] {
    const usage = toChatUsage(this.reported);
    return usage && Object.keys(usage).length > 0 ? [{ ...this.chunk({}), choices: [], usage }] : [];
  }

  private chunk(delta: ChatDelta, finish: FinishReason | null = null, stop?: unknown): ChatChunk {
    const stopped = typeof stop === 'string' ? { stop_sequence: stop } : {};
    return {
      ...this.head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: finish, ...stopped }],
    };
  }
}
