// Anthropic's stream events as chat completion chunks. https://docs.anthropic.com/en/docs/build-with-claude/streaming
import type { ChatChunk, ChatDelta, ChatUsage, FinishReason } from '../../chat.ts';
import type { ChunkReader } from '../../format.ts';
import { type Bag, isObject } from '../../slots.ts';
import type { SseEvent } from '../../sse.ts';
import { finishReason } from './to-answer.ts';
import { toChatUsage } from './usage.ts';

export class AnthropicChunks implements ChunkReader {
  complete = false;
  error: ChunkReader['error'];
  private head = { id: '', model: '', created: Math.floor(Date.now() / 1000) };
  /** Anthropic numbers blocks of all kinds together, OpenAI tool calls alone. */
  private readonly toolIndexes = new Map<number, number>();
  private thinking: { text: string; signature: string } | undefined;
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
        return this.start(isObject(body.message) ? body.message : {});
      case 'content_block_start':
        return this.blockStart(Number(body.index), isObject(body.content_block) ? body.content_block : {});
      case 'content_block_delta':
        return this.blockDelta(Number(body.index), isObject(body.delta) ? body.delta : {});
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
    this.head = { ...this.head, id: String(message.id ?? ''), model: String(message.model ?? '') };
    this.reported = isObject(message.usage) ? message.usage : {};
    return [this.chunk({ role: 'assistant', content: '' })];
  }

  private blockStart(index: number, block: Bag): ChatChunk[] {
    if (block.type === 'thinking') this.thinking = { text: '', signature: '' };
    if (block.type === 'redacted_thinking') {
      return [this.chunk({ reasoning_blocks: [{ redacted: String(block.data ?? '') }] })];
    }
    if (block.type !== 'tool_use') return [];
    const tool = this.toolIndexes.size;
    this.toolIndexes.set(index, tool);
    const call = { name: String(block.name), arguments: '' };
    return [
      this.chunk({ tool_calls: [{ index: tool, id: String(block.id), type: 'function', function: call }] }),
    ];
  }

  private blockDelta(index: number, delta: Bag): ChatChunk[] {
    switch (delta.type) {
      case 'text_delta':
        return [this.chunk({ content: String(delta.text ?? '') })];
      case 'thinking_delta':
        if (this.thinking) this.thinking.text += String(delta.thinking ?? '');
        return [this.chunk({ reasoning_content: String(delta.thinking ?? '') })];
      case 'signature_delta':
        if (this.thinking) this.thinking.signature += String(delta.signature ?? '');
        return [];
      case 'input_json_delta': {
        const json = { arguments: String(delta.partial_json ?? '') };
        return [this.chunk({ tool_calls: [{ index: this.toolIndexes.get(index) ?? 0, function: json }] })];
      }
      default:
        return [];
    }
  }

  private blockStop(): ChatChunk[] {
    const block = this.thinking;
    this.thinking = undefined;
    return block?.signature ? [this.chunk({ reasoning_blocks: [block] })] : [];
  }

  private messageDelta(body: Bag): ChatChunk[] {
    // The last message_delta has the whole count of output tokens, and repeats those of the input.
    this.reported = { ...this.reported, ...(isObject(body.usage) ? body.usage : {}) };
    const reason = finishReason(isObject(body.delta) ? body.delta.stop_reason : undefined);
    return reason ? [this.chunk({}, reason)] : [];
  }

  private usageChunk(): ChatChunk[] {
    const usage = toChatUsage(this.reported) as ChatUsage;
    return [{ ...this.chunk({}), choices: [], usage }];
  }

  private chunk(delta: ChatDelta, finish: FinishReason | null = null): ChatChunk {
    return {
      ...this.head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: finish }],
    };
  }
}

function errorOf(body: Bag): { message: string; code?: string } {
  const { message, type } = isObject(body.error) ? body.error : {};
  return { message: String(message ?? 'unknown error'), ...(typeof type === 'string' ? { code: type } : {}) };
}
