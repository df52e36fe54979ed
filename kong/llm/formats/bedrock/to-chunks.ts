// The events of ConverseStream as chat completion chunks. An event's name says what it is; the usage comes last.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
import type { ChatChunk, ChatDelta, ChatUsage, FinishReason } from '../../chat.ts';
import type { ChunkReader } from '../../format.ts';
import { type Bag, bag, isObject, str } from '../../slots.ts';
import type { SseEvent } from '../../sse.ts';
import { annotation, finishReason, newHead, stopSequence, toChatUsage } from './to-answer.ts';

const EXCEPTION = 'exception:';

export class BedrockChunks implements ChunkReader {
  complete = false;
  mayClose = false;
  error: ChunkReader['error'];
  private readonly head = newHead();
  /** Blocks of all kinds are numbered together, OpenAI's tool calls alone. */
  private readonly toolIndexes = new Map<unknown, number>();
  private thinking: { text: string[]; signature: string } | undefined;
  private place = { start: 0, end: 0 };

  event(event: SseEvent): ChatChunk[] {
    const body = bag(event.json);
    const name = str(event.event);
    if (name.startsWith(EXCEPTION)) {
      this.error = {
        message: str(body.message ?? body.Message) || 'unknown error',
        code: name.slice(EXCEPTION.length),
      };
      return [];
    }
    switch (name) {
      case 'messageStart':
        return [this.chunk({ role: 'assistant', content: '' })];
      case 'contentBlockStart':
        return this.blockStart(body);
      case 'contentBlockDelta':
        return this.blockDelta(body.contentBlockIndex, bag(body.delta));
      case 'contentBlockStop':
        return this.blockStop();
      case 'messageStop':
        this.mayClose = true;
        return [this.chunk({}, finishReason(body.stopReason), stopSequence(body))];
      case 'metadata':
        this.complete = true;
        return this.usageChunk(toChatUsage(body.usage));
      default:
        return [];
    }
  }

  private blockStart(body: Bag): ChatChunk[] {
    const { toolUse } = bag(body.start);
    if (!isObject(toolUse)) return [];
    const index = this.toolIndexes.size;
    this.toolIndexes.set(body.contentBlockIndex, index);
    const call = { name: str(toolUse.name), arguments: '' };
    return [
      this.chunk({ tool_calls: [{ index, id: str(toolUse.toolUseId), type: 'function', function: call }] }),
    ];
  }

  private blockDelta(block: unknown, { text, toolUse, reasoningContent, citation }: Bag): ChatChunk[] {
    if (typeof text === 'string') {
      this.place.end += text.length;
      return [this.chunk({ content: text })];
    }
    if (isObject(toolUse)) {
      const index = this.toolIndexes.get(block) ?? 0;
      return [this.chunk({ tool_calls: [{ index, function: { arguments: str(toolUse.input) } }] })];
    }
    if (isObject(citation)) {
      const place = { start_index: this.place.start, end_index: this.place.end };
      return [this.chunk({ annotations: annotation(citation, place) })];
    }
    return isObject(reasoningContent) ? this.reasoning(reasoningContent) : [];
  }

  private reasoning({ text, signature, redactedContent }: Bag): ChatChunk[] {
    if (typeof redactedContent === 'string') {
      return [this.chunk({ reasoning_blocks: [{ redacted: redactedContent, format: 'anthropic' }] })];
    }
    this.thinking ??= { text: [], signature: '' };
    this.thinking.signature += str(signature);
    if (typeof text !== 'string') return [];
    this.thinking.text.push(text);
    return [this.chunk({ reasoning_content: text })];
  }

  private blockStop(): ChatChunk[] {
    const block = this.thinking;
    this.thinking = undefined;
    this.place.start = this.place.end;
    if (!block?.signature) return [];
    const { signature } = block;
    return [
      this.chunk({ reasoning_blocks: [{ text: block.text.join(''), signature, format: 'anthropic' }] }),
    ];
  }

  private usageChunk(usage: ChatUsage | undefined): ChatChunk[] {
    return usage ? [{ ...this.chunk({}), choices: [], usage }] : [];
  }

  private chunk(delta: ChatDelta, finish: FinishReason | null = null, stop = {}): ChatChunk {
    return {
      ...this.head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: finish, ...stop }],
    };
  }
}
