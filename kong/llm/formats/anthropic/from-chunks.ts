// Chat completion chunks as the events of a streamed message. Blocks come one after the other, each opened and closed.
import { randomUUID } from 'node:crypto';
import type {
  ChatChunk,
  ChatDelta,
  ChatRequest,
  ChatUsage,
  FinishReason,
  ReasoningBlock,
} from '../../chat.ts';
import type { ChunkWriter } from '../../format.ts';
import type { Bag } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import {
  callSignature,
  citation,
  messageId,
  reasoningBlock,
  signatureToken,
  stopReason,
} from './from-answer.ts';
import { fromChatUsage } from './usage.ts';

interface OpenBlock {
  kind: 'text' | 'thinking' | 'tool';
  /** The tool call's index among the tool calls. */
  tool?: number;
  /** Goes behind the block, when it came too late to go before. */
  after?: Bag;
  id?: string;
}

export class AnthropicWriter implements ChunkWriter {
  private readonly model: string;
  private begun = false;
  private index = -1;
  private open: OpenBlock | undefined;
  private readonly finishedTools = new Set<number>();
  private finish: FinishReason | null = null;
  private stopSequence: string | undefined;
  private refused = false;
  private usage: ChatUsage | undefined;
  private out: SseEvent[] = [];

  constructor(request: ChatRequest) {
    this.model = request.model;
  }

  chunk(chunk: ChatChunk): SseEvent[] {
    this.begin(chunk);
    if (chunk.usage) this.usage = chunk.usage;
    for (const { index, delta, finish_reason, stop_sequence } of chunk.choices) {
      if (index > 0) continue;
      this.delta(delta);
      if (finish_reason) this.finish = finish_reason;
      if (stop_sequence !== undefined) this.stopSequence = stop_sequence;
    }
    return this.take();
  }

  end(): SseEvent[] {
    this.begin(undefined);
    this.close();
    const reason = stopReason(this.finish, this.refused ? 'refused' : undefined, this.stopSequence);
    const delta = { stop_reason: reason, stop_sequence: this.stopSequence ?? null };
    this.emit({ type: 'message_delta', delta, usage: fromChatUsage(this.usage) });
    this.emit({ type: 'message_stop' });
    return this.take();
  }

  private begin(chunk: ChatChunk | undefined): void {
    if (this.begun) return;
    this.begun = true;
    // The counts are not known yet and come at the end; the client's library wants numbers.
    const usage = { input_tokens: 0, output_tokens: 0, ...fromChatUsage(chunk?.usage) };
    const message = {
      id: messageId(chunk?.id ?? ''),
      type: 'message',
      role: 'assistant',
      model: chunk?.model || this.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    };
    this.emit({ type: 'message_start', message });
  }

  private delta(delta: ChatDelta): void {
    if (delta.reasoning_content) this.thinking(delta.reasoning_content);
    for (const block of delta.reasoning_blocks ?? []) this.reasoningDone(block);
    const text = (delta.content ?? '') + (delta.refusal ?? '');
    if (delta.refusal) this.refused = true;
    if (text !== '') {
      this.ensure('text', { type: 'text', text: '' });
      this.piece({ type: 'text_delta', text });
    }
    for (const citing of (delta.annotations ?? []).map(citation)) {
      this.ensure('text', { type: 'text', text: '' });
      this.piece({ type: 'citations_delta', citation: citing });
    }
    for (const call of delta.tool_calls ?? []) this.tool(call);
  }

  private thinking(text: string): void {
    this.ensure('thinking', { type: 'thinking', thinking: '', signature: '' });
    this.piece({ type: 'thinking_delta', thinking: text });
  }

  /** A block's text has come before, piece by piece; now comes what signs it, or a block without any text. */
  private reasoningDone(block: ReasoningBlock): void {
    const whole = reasoningBlock(block);
    if (whole.type === 'redacted_thinking' && this.open?.kind !== 'thinking') return this.whole(whole);
    if (this.open?.kind !== 'thinking') {
      this.ensure('thinking', { type: 'thinking', thinking: '', signature: '' });
      if (block.text) this.piece({ type: 'thinking_delta', thinking: block.text });
    }
    if (block.redacted !== undefined) return this.whole(whole);
    const signature = signatureToken(block.signature, block.format);
    if (signature !== '') this.piece({ type: 'signature_delta', signature });
    this.close();
  }

  private tool({ index, id, function: call, signature }: NonNullable<ChatDelta['tool_calls']>[number]): void {
    if (this.open?.tool !== index) {
      // Blocks do not interleave: what comes late for a closed one has no place.
      if (this.finishedTools.has(index)) throw new Error('tool calls are interleaved');
      this.close();
      const toolId = id || `toolu_${randomUUID().replaceAll('-', '')}`;
      if (signature !== undefined) this.whole(callSignature(toolId, signature));
      this.start(
        { kind: 'tool', tool: index, id: toolId },
        { type: 'tool_use', id: toolId, name: call?.name ?? '', input: {} },
      );
    } else if (signature !== undefined) this.open.after = callSignature(this.open.id!, signature);
    if (call?.arguments) this.piece({ type: 'input_json_delta', partial_json: call.arguments });
  }

  private ensure(kind: 'text' | 'thinking', block: Bag): void {
    if (this.open?.kind === kind) return;
    this.close();
    this.start({ kind }, block);
  }

  private whole(block: Bag): void {
    this.close();
    this.start({ kind: 'thinking' }, block);
    this.close();
  }

  private start(open: OpenBlock, block: Bag): void {
    this.open = open;
    this.index += 1;
    this.emit({ type: 'content_block_start', index: this.index, content_block: block });
  }

  private piece(delta: Bag): void {
    this.emit({ type: 'content_block_delta', index: this.index, delta });
  }

  private close(): void {
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    this.emit({ type: 'content_block_stop', index: this.index });
    if (open.tool !== undefined) this.finishedTools.add(open.tool);
    if (open.after) this.whole(open.after);
  }

  private emit(body: { type: string; [field: string]: unknown }): void {
    this.out.push(SseEvent.ofJson(body, body.type));
  }

  private take(): SseEvent[] {
    const { out } = this;
    this.out = [];
    return out;
  }
}
