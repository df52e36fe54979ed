// The events of streamGenerateContent as chat completion chunks.
import type { ChatChunk, ChatDelta, ChatUsage, FinishReason } from '../../chat.ts';
import type { ChunkReader } from '../../format.ts';
import { type Bag, bag, count, isObject, objects, str } from '../../slots.ts';
import type { SseEvent } from '../../sse.ts';
import * as stream from './stream.ts';
import { annotationsOf, createdOf, finishReason, logprobsOf, readParts } from './to-answer.ts';
import { toChatUsage } from './usage.ts';

export class GeminiChunks implements ChunkReader {
  readonly complete = false;
  mayClose = false;
  error: ChunkReader['error'];
  private head = { id: '', model: '', created: 0 };
  /** Calls so far, by candidate. */
  private readonly calls = new Map<number, number>();
  private readonly begun = new Set<number>();
  /** Texts so far, by candidate: what is cited of them is told by offsets. */
  private readonly said = new Map<number, string>();

  event(event: SseEvent): ChatChunk[] {
    const body = event.json;
    if (!isObject(body)) return [];
    this.error = stream.error(event);
    if (this.error) return [];
    if (this.head.created === 0) this.head.created = createdOf(body);
    this.head = {
      ...this.head,
      id: str(body.responseId) || this.head.id,
      model: str(body.modelVersion) || this.head.model,
    };
    const chunks = objects(body.candidates).map((candidate, i) => this.candidate(candidate, i));
    const blocked = bag(body.promptFeedback).blockReason;
    if (blocked !== undefined) chunks.push(this.chunk(0, {}, finishReason(blocked, false)));
    if (chunks.some(({ choices }) => choices[0]?.finish_reason)) this.mayClose = true;
    // Every event counts all up to it: only the last one is of use.
    const usage = this.mayClose ? toChatUsage(body.usageMetadata) : undefined;
    return usage ? [...chunks, this.usageChunk(usage)] : chunks;
  }

  private candidate(candidate: Bag, i: number): ChatChunk {
    const index = count(candidate.index) ?? i;
    const { text, thought, blocks, calls } = readParts(bag(candidate.content).parts);
    const before = this.calls.get(index) ?? 0;
    this.calls.set(index, before + calls.length);
    const delta: ChatDelta = this.begun.has(index) ? {} : { role: 'assistant' };
    this.begun.add(index);
    if (text !== undefined) delta.content = text;
    if (thought !== '') delta.reasoning_content = thought;
    const signed = blocks.filter(({ signature }) => signature !== undefined);
    if (signed.length > 0) delta.reasoning_blocks = signed;
    if (calls.length > 0) delta.tool_calls = calls.map((call, at) => ({ index: before + at, ...call }));
    const said = (this.said.get(index) ?? '') + (text ?? '');
    this.said.set(index, said);
    const annotations = annotationsOf(candidate, said);
    if (annotations.length > 0) delta.annotations = annotations;
    const finish = finishReason(candidate.finishReason, before + calls.length > 0);
    return this.chunk(index, delta, finish, logprobsOf(candidate.logprobsResult));
  }

  private chunk(index: number, delta: ChatDelta, finish: FinishReason | null, logprobs?: Bag): ChatChunk {
    const choice = { index, delta, finish_reason: finish, ...(logprobs ? { logprobs } : {}) };
    return { ...this.head, object: 'chat.completion.chunk', choices: [choice] };
  }

  private usageChunk(usage: ChatUsage): ChatChunk {
    return { ...this.head, object: 'chat.completion.chunk', choices: [], usage };
  }
}
