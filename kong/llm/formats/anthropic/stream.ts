// Reading and changing the events of a streamed message. A channel is the index of a content block.
// https://docs.anthropic.com/en/docs/build-with-claude/streaming
import type { DeltaSlot, TextKind } from '../../format.ts';
import { type Bag, bag, deltaSlot, entryOf, isObject, slotInEvent } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import type { Usage } from '../../usage.ts';
import * as answer from './answer.ts';
import { blockSlots } from './request.ts';
import { readUsage } from './usage.ts';

const DELTAS: Record<string, [field: string, kind: TextKind]> = {
  text_delta: ['text', 'text'],
  thinking_delta: ['thinking', 'reasoning'],
  input_json_delta: ['partial_json', 'tool_arguments'],
};

const START_FIELDS: Record<string, [field: string, kind: TextKind]> = {
  text: ['text', 'text'],
  thinking: ['thinking', 'reasoning'],
};

/** Looked for in the bytes first: of most events nobody needs the JSON. */
const STOP = Buffer.from('message_stop');

export function deltas(event: SseEvent): DeltaSlot[] {
  const body = bag(event.json);
  const holder = holderOf(body);
  if (!holder) return [];
  const piece = pieceOf(body, holder);
  if (!piece) return wholes(event, body, holder);
  const [field, kind] = piece;
  return typeof holder[field] === 'string' ? [deltaSlot(event, holder, field, kind, String(body.index))] : [];
}

function holderOf(body: Bag): Bag | undefined {
  if (body.type === 'content_block_start') return bag(body.content_block);
  return body.type === 'content_block_delta' ? bag(body.delta) : undefined;
}

function pieceOf(body: Bag, { type }: Bag): [field: string, kind: TextKind] | undefined {
  return entryOf(body.type === 'content_block_start' ? START_FIELDS : DELTAS, type);
}

/** A citation with what it cites, or a block that comes whole: the result of a tool that ran at the provider. */
function wholes(event: SseEvent, body: Bag, holder: Bag): DeltaSlot[] {
  const cites = body.type === 'content_block_delta';
  return blockSlots(holder, 'assistant', 'text', 0).map((slot, i) =>
    slotInEvent(event, slot, `${body.index}/${WHOLE}/${i}`, cites),
  );
}

/** Channels of what comes whole: its very event closes them. */
const WHOLE = 'whole';

export function closes(event: SseEvent): readonly string[] | 'all' | undefined {
  const body = bag(event.json);
  if (body.type === 'message_delta' || body.type === 'message_stop') return 'all';
  if (body.type === 'content_block_stop') return [String(body.index)];
  const holder = holderOf(body);
  return holder && !pieceOf(body, holder) ? [`${body.index}/${WHOLE}`] : undefined;
}

export function delta(channel: string, kind: TextKind, text: string): SseEvent {
  const body = { type: 'content_block_delta', index: Number(channel), delta: deltaOf(kind, text) };
  return SseEvent.ofJson(body, 'content_block_delta');
}

function deltaOf(kind: TextKind, text: string): Bag {
  if (kind === 'tool_arguments') return { type: 'input_json_delta', partial_json: text };
  return kind === 'reasoning' ? { type: 'thinking_delta', thinking: text } : { type: 'text_delta', text };
}

/** The first event counts the prompt, the last the answer: see mergeUsage. */
export function usage(event: SseEvent): Usage | undefined {
  const body = bag(event.json);
  if (body.type === 'message_start') return readStartUsage(bag(body.message).usage);
  return body.type === 'message_delta' ? readUsage(body.usage) : undefined;
}

/** At the start `output_tokens` counts what was written so far: no final number. */
function readStartUsage(raw: unknown): Usage | undefined {
  if (!isObject(raw)) return undefined;
  const found = readUsage(raw);
  return found && { ...found, output: {} };
}

export function finishReasons(event: SseEvent): string[] {
  const body = bag(event.json);
  return body.type === 'message_delta' ? answer.finishReasons(bag(body.delta)) : [];
}

export function isTerminal(event: SseEvent): boolean {
  return event.raw?.includes(STOP) !== false && bag(event.json).type === 'message_stop';
}

export function error(event: SseEvent): { message: string; code?: string } | undefined {
  const body = bag(event.json);
  return body.type === 'error' ? errorOf(body) : undefined;
}

export function errorOf(body: Bag): { message: string; code?: string } {
  const { message, type } = bag(body.error);
  return { message: String(message ?? 'unknown error'), ...(typeof type === 'string' ? { code: type } : {}) };
}
