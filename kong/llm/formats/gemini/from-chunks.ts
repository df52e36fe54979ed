// Chat completion chunks as the events of streamGenerateContent. A call is said when it is whole: its arguments are an
// object here. The finish reason comes last, with the usage.
import type { Annotation, ChatChunk, ChatDelta, ChatRequest, ChatUsage, FinishReason } from '../../chat.ts';
import type { ChunkWriter } from '../../format.ts';
import { type Bag, compact } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import { callPart, finishReason, grounding, thoughtPart } from './from-answer.ts';
import { fromChatUsage } from './usage.ts';

interface Call {
  id: string;
  name: string;
  pieces: string[];
  signature?: string;
}

interface Candidate {
  calls: Map<number, Call>;
  finish: FinishReason | null;
  refused: boolean;
  annotations: Annotation[];
  /** What was said, kept for the offsets of what is cited. */
  text: string[];
}

export class GeminiWriter implements ChunkWriter {
  private readonly model: string;
  private head: Bag = {};
  private readonly candidates = new Map<number, Candidate>();
  private usage: ChatUsage | undefined;

  constructor(request: ChatRequest) {
    this.model = request.model;
  }

  chunk(chunk: ChatChunk): SseEvent[] {
    this.head = { modelVersion: chunk.model || this.model, responseId: chunk.id };
    if (chunk.usage) this.usage = chunk.usage;
    return chunk.choices.flatMap(({ index, delta, finish_reason }) => {
      const candidate = this.candidate(index);
      if (finish_reason) candidate.finish = finish_reason;
      const parts = this.parts(candidate, delta);
      return parts.length > 0 ? [this.event([{ content: { role: 'model', parts }, index }])] : [];
    });
  }

  end(): SseEvent[] {
    if (this.candidates.size === 0) this.candidate(0);
    const last = [...this.candidates].map(([index, { calls, finish, refused, annotations, text }]) => {
      const parts = [...calls.values()].map((call) =>
        callPart(call.id, call.name, call.pieces.join(''), call.signature),
      );
      return compact({
        content: { role: 'model', parts: parts.length > 0 ? parts : [{ text: '' }] },
        finishReason: finishReason(finish ?? 'stop', refused ? 'refused' : undefined),
        index,
        groundingMetadata: grounding(annotations, text.join('')),
      });
    });
    return [this.event(last, fromChatUsage(this.usage))];
  }

  private candidate(index: number): Candidate {
    let found = this.candidates.get(index);
    if (!found) {
      found = { calls: new Map(), finish: null, refused: false, annotations: [], text: [] };
      this.candidates.set(index, found);
    }
    return found;
  }

  private parts(candidate: Candidate, delta: ChatDelta): Bag[] {
    const parts: Bag[] = [];
    if (delta.reasoning_content) parts.push({ text: delta.reasoning_content, thought: true });
    for (const block of delta.reasoning_blocks ?? []) {
      // Its text has come; what is left is what signs it.
      if (block.format === 'gemini') parts.push({ text: '', thoughtSignature: block.signature });
      else if (block.signature !== undefined || block.redacted !== undefined) {
        parts.push(thoughtPart({ ...block, text: '' }));
      }
    }
    if (delta.content) {
      candidate.text.push(delta.content);
      parts.push({ text: delta.content });
    }
    if (delta.refusal) {
      candidate.refused = true;
      parts.push({ text: delta.refusal });
    }
    if (delta.annotations) candidate.annotations.push(...delta.annotations);
    for (const { index, id, function: named, signature } of delta.tool_calls ?? []) {
      const call = candidate.calls.get(index) ?? { id: '', name: '', pieces: [] };
      candidate.calls.set(index, call);
      if (id) call.id = id;
      if (named?.name) call.name = named.name;
      if (named?.arguments) call.pieces.push(named.arguments);
      if (signature !== undefined) call.signature = signature;
    }
    return parts;
  }

  private event(candidates: Bag[], usageMetadata?: Bag): SseEvent {
    return SseEvent.ofJson(compact({ candidates, usageMetadata, ...this.head }));
  }
}
