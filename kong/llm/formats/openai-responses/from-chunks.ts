// Chat completion chunks as the events of a streamed response. Items come one after the other, each opened and closed;
// what was said piece by piece is said once more, whole, when it is done.
import type {
  Annotation,
  ChatChunk,
  ChatDelta,
  ChatRequest,
  ChatUsage,
  FinishReason,
  ReasoningBlock,
} from '../../chat.ts';
import type { ChunkWriter } from '../../format.ts';
import { type Bag, bag, objects } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import {
  annotation,
  callItem,
  endState,
  freeText,
  freeTextNames,
  newId,
  type ResponseHead,
  reasoningItem,
  responseOf,
} from './items.ts';

type Open =
  | { kind: 'reasoning'; id: string; text: string[] }
  | { kind: 'message'; id: string; parts: Bag[]; part: OpenPart | undefined }
  | {
      kind: 'call';
      id: string;
      tool: number;
      callId: string;
      name: string;
      args: string[];
      signature?: string;
    };

interface OpenPart {
  kind: 'text' | 'refusal';
  pieces: string[];
  annotations: Bag[];
  logprobs: Bag[];
}

export class ResponsesWriter implements ChunkWriter {
  private readonly request: ChatRequest;
  private readonly free: ReadonlySet<string>;
  private head: ResponseHead | undefined;
  private sequence = 0;
  private open: Open | undefined;
  private readonly output: Bag[] = [];
  private readonly finishedTools = new Set<number>();
  private finish: FinishReason | null = null;
  private usage: ChatUsage | undefined;
  private out: SseEvent[] = [];

  constructor(request: ChatRequest) {
    this.request = request;
    this.free = freeTextNames(request);
  }

  chunk(chunk: ChatChunk): SseEvent[] {
    this.begin(chunk);
    if (chunk.usage) this.usage = chunk.usage;
    for (const { index, delta, finish_reason, logprobs } of chunk.choices) {
      if (index > 0) continue;
      this.delta(delta, objects(bag(logprobs).content));
      if (finish_reason) this.finish = finish_reason;
    }
    return this.take();
  }

  end(): SseEvent[] {
    this.begin(undefined);
    this.close();
    const response = responseOf(this.head!, this.request, endState(this.finish, this.output, this.usage));
    this.emit(`response.${response.status}`, { response });
    return this.take();
  }

  private begin(chunk: ChatChunk | undefined): void {
    if (this.head) return;
    const { id = '', created = Math.floor(Date.now() / 1000), model = '' } = chunk ?? {};
    this.head = { id: id || newId('resp'), created, model };
    const response = responseOf(this.head, this.request, { status: 'in_progress', output: [], usage: null });
    this.emit('response.created', { response });
    this.emit('response.in_progress', { response });
  }

  private delta(delta: ChatDelta, logprobs: Bag[]): void {
    if (delta.reasoning_content) this.reasoning(delta.reasoning_content);
    for (const block of delta.reasoning_blocks ?? []) this.reasoningDone(block);
    if (delta.content) this.text('text', delta.content, logprobs);
    if (delta.refusal) this.text('refusal', delta.refusal, []);
    for (const item of delta.annotations ?? []) this.annotate(item);
    for (const call of delta.tool_calls ?? []) this.call(call);
  }

  private reasoning(text: string): void {
    const open = this.open?.kind === 'reasoning' ? this.open : this.openReasoning();
    if (open.text.length === 0) {
      const part = { type: 'summary_text', text: '' };
      this.emitIn(open.id, 'response.reasoning_summary_part.added', { summary_index: 0, part });
    }
    open.text.push(text);
    this.emitIn(open.id, 'response.reasoning_summary_text.delta', { summary_index: 0, delta: text });
  }

  private openReasoning(): Extract<Open, { kind: 'reasoning' }> {
    this.close();
    const open = { kind: 'reasoning' as const, id: newId('rs'), text: [] };
    this.open = open;
    this.added({ id: open.id, type: 'reasoning', summary: [], status: 'in_progress' });
    return open;
  }

  /** A block's text has come before, piece by piece; now comes what signs it, or a block without any text. */
  private reasoningDone(block: ReasoningBlock): void {
    if (this.open?.kind !== 'reasoning') {
      this.openReasoning();
      if (block.text) this.reasoning(block.text);
    }
    this.close(block);
  }

  private text(kind: OpenPart['kind'], piece: string, logprobs: Bag[]): void {
    const [open, part] = this.part(kind);
    part.pieces.push(piece);
    part.logprobs.push(...logprobs);
    const at = { content_index: open.parts.length, delta: piece };
    if (kind === 'text') this.emitIn(open.id, 'response.output_text.delta', { ...at, logprobs });
    else this.emitIn(open.id, 'response.refusal.delta', at);
  }

  private annotate(from: Annotation): void {
    const [open, part] = this.part('text');
    const made = annotation(from);
    const annotation_index = part.annotations.push(made) - 1;
    const at = { content_index: open.parts.length, annotation_index, annotation: made };
    this.emitIn(open.id, 'response.output_text.annotation.added', at);
  }

  private part(kind: OpenPart['kind']): [Extract<Open, { kind: 'message' }>, OpenPart] {
    let open = this.open?.kind === 'message' ? this.open : undefined;
    if (!open) {
      this.close();
      open = { kind: 'message', id: newId('msg'), parts: [], part: undefined };
      this.open = open;
      this.added({ id: open.id, type: 'message', status: 'in_progress', role: 'assistant', content: [] });
    }
    if (open.part?.kind !== kind) {
      this.closePart(open);
      open.part = { kind, pieces: [], annotations: [], logprobs: [] };
      const part = partOf(open.part, '');
      this.emitIn(open.id, 'response.content_part.added', { content_index: open.parts.length, part });
    }
    return [open, open.part!];
  }

  private call({
    index,
    id,
    function: named,
    signature,
  }: NonNullable<ChatDelta['tool_calls']>[number]): void {
    if (this.open?.kind !== 'call' || this.open.tool !== index) {
      // Items do not interleave: what comes late for a closed one has no place.
      if (this.finishedTools.has(index)) throw new Error('tool calls are interleaved');
      this.close();
      const callId = id || newId('call');
      if (signature !== undefined) this.signed(callId, signature);
      const open: Open = {
        kind: 'call',
        id: newId('fc'),
        tool: index,
        callId,
        name: named?.name ?? '',
        args: [],
      };
      this.open = open;
      this.added(this.callItem(open, '', 'in_progress'));
    } else if (signature !== undefined) this.open.signature = signature;
    if (!named?.arguments || this.open?.kind !== 'call') return;
    this.open.args.push(named.arguments);
    if (this.free.has(this.open.name)) return;
    this.emitIn(this.open.id, 'response.function_call_arguments.delta', { delta: named.arguments });
  }

  private signed(tool: string, signature: string): void {
    this.openReasoning();
    this.close({ signature, format: 'gemini', tool });
  }

  private callItem(open: Extract<Open, { kind: 'call' }>, args: string, status: string): Bag {
    return callItem(
      open.id,
      { id: open.callId, name: open.name, arguments: args },
      this.free.has(open.name),
      status,
    );
  }

  private close(block: ReasoningBlock = {}): void {
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    if (open.kind === 'reasoning') this.closeReasoning(open, block);
    else if (open.kind === 'message') this.closeMessage(open);
    else this.closeCall(open);
  }

  private closeReasoning(open: Extract<Open, { kind: 'reasoning' }>, block: ReasoningBlock): void {
    const text = open.text.join('');
    if (open.text.length > 0) {
      const part = { type: 'summary_text', text };
      this.emitIn(open.id, 'response.reasoning_summary_text.done', { summary_index: 0, text });
      this.emitIn(open.id, 'response.reasoning_summary_part.done', { summary_index: 0, part });
    }
    this.done(reasoningItem(open.id, { ...block, text }));
  }

  private closeMessage(open: Extract<Open, { kind: 'message' }>): void {
    this.closePart(open);
    this.done({ id: open.id, type: 'message', status: 'completed', role: 'assistant', content: open.parts });
  }

  private closePart(open: Extract<Open, { kind: 'message' }>): void {
    const { part } = open;
    if (!part) return;
    open.part = undefined;
    const text = part.pieces.join('');
    const content_index = open.parts.length;
    if (part.kind === 'text') {
      this.emitIn(open.id, 'response.output_text.done', { content_index, text, logprobs: part.logprobs });
    } else this.emitIn(open.id, 'response.refusal.done', { content_index, refusal: text });
    const whole = partOf(part, text);
    this.emitIn(open.id, 'response.content_part.done', { content_index, part: whole });
    open.parts.push(whole);
  }

  private closeCall(open: Extract<Open, { kind: 'call' }>): void {
    const args = open.args.join('');
    this.finishedTools.add(open.tool);
    if (this.free.has(open.name)) {
      const input = freeText(args);
      this.emitIn(open.id, 'response.custom_tool_call_input.delta', { delta: input });
      this.emitIn(open.id, 'response.custom_tool_call_input.done', { input });
    } else
      this.emitIn(open.id, 'response.function_call_arguments.done', { name: open.name, arguments: args });
    this.done(this.callItem(open, args, 'completed'));
    if (open.signature !== undefined) this.signed(open.callId, open.signature);
  }

  private added(item: Bag): void {
    this.emit('response.output_item.added', { output_index: this.output.length, item });
  }

  private done(item: Bag): void {
    this.emit('response.output_item.done', { output_index: this.output.length, item });
    this.output.push(item);
  }

  private emitIn(item_id: string, type: string, fields: Bag): void {
    this.emit(type, { item_id, output_index: this.output.length, ...fields });
  }

  private emit(type: string, fields: Bag): void {
    this.out.push(SseEvent.ofJson({ type, ...fields, sequence_number: this.sequence++ }, type));
  }

  private take(): SseEvent[] {
    const { out } = this;
    this.out = [];
    return out;
  }
}

function partOf(part: OpenPart, text: string): Bag {
  if (part.kind === 'refusal') return { type: 'refusal', refusal: text };
  return { type: 'output_text', text, annotations: [...part.annotations], logprobs: [...part.logprobs] };
}
