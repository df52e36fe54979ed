// Reading and changing the events of a streamed response. A channel begins with the index of the output item. When a
// text is done it comes again, whole, up to four times: these are repeats, each with a channel of its own that its very
// event closes. https://platform.openai.com/docs/api-reference/responses-streaming
import type { DeltaSlot, TextKind, TextSlot } from '../../format.ts';
import { type Bag, bag, deltaSlot, isObject, leafSlots, slotInEvent } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import type { Usage } from '../../usage.ts';
import * as answer from './answer.ts';
import { itemSlots, OPAQUE, withoutTokens } from './request.ts';

interface Piece {
  kind: TextKind;
  /** The part of the channel after the item's index, with the field that numbers it. */
  part: string;
  index?: string;
  /** The field of the `.done` event that has the whole text. */
  whole: string;
}

/** By what the event's type is between `response.` and `.delta` or `.done`. */
const BY_NAME: Readonly<Record<string, Piece>> = {
  output_text: { kind: 'text', part: 'text', index: 'content_index', whole: 'text' },
  refusal: { kind: 'refusal', part: 'refusal', index: 'content_index', whole: 'refusal' },
  function_call_arguments: { kind: 'tool_arguments', part: 'arguments', whole: 'arguments' },
  mcp_call_arguments: { kind: 'tool_arguments', part: 'arguments', whole: 'arguments' },
  custom_tool_call_input: { kind: 'tool_arguments', part: 'input', whole: 'input' },
  code_interpreter_call_code: { kind: 'tool_arguments', part: 'code', whole: 'code' },
  reasoning_summary_text: { kind: 'reasoning', part: 'summary', index: 'summary_index', whole: 'text' },
  reasoning_text: { kind: 'reasoning', part: 'reasoning', index: 'content_index', whole: 'text' },
};

const PIECES = new Map(Object.entries(BY_NAME));
const NAMES = new Map(Object.entries(BY_NAME).map(([name, { part }]) => [part, name]));
const REPEAT = 'repeat';

function pieceOf(body: Bag): [piece: Piece, step: string, channel: string] | undefined {
  const [, name = '', step] = String(body.type).split('.');
  if (step !== 'delta' && step !== 'done') return undefined;
  const piece = PIECES.get(name) ?? unknownPiece(body, name);
  if (!piece) return undefined;
  const channel = `${body.output_index}/${piece.part}`;
  return [piece, step, piece.index === undefined ? channel : `${channel}/${body[piece.index]}`];
}

/** What is yet to come: pieces of some text that a tool is called with. */
function unknownPiece({ delta, output_index }: Bag, name: string): Piece | undefined {
  // Audio and images have no index, or their data is named otherwise.
  return typeof delta === 'string' && output_index !== undefined
    ? { kind: 'tool_arguments', part: name, whole: '' }
    : undefined;
}

export function deltas(event: SseEvent): DeltaSlot[] {
  const body = bag(event.json);
  const found = pieceOf(body);
  if (!found) return wholes(event, body);
  const [{ kind, whole }, step, channel] = found;
  const field = step === 'delta' ? 'delta' : whole;
  if (typeof body[field] !== 'string') return [];
  const slot =
    step === 'delta'
      ? deltaSlot(event, body, field, kind, channel)
      : deltaSlot(event, body, field, kind, `${REPEAT}/${channel}`, true);
  return [withoutTokens(slot, body)];
}

/** Whole parts, items, citations and responses inside an event; and what nobody knows yet, when it is done. */
function wholes(event: SseEvent, body: Bag): DeltaSlot[] {
  return wholeSlots(body).map((slot, i) => slotInEvent(event, slot, `${REPEAT}/${i}`, true));
}

function wholeSlots(body: Bag): TextSlot[] {
  if (isObject(body.part)) return itemSlots(itemOf(body.part), 0);
  if (isObject(body.item)) return itemSlots(body.item, 0);
  if (isObject(body.response)) return answer.texts(body.response);
  if (isObject(body.annotation)) return leafSlots(body, 'annotation', 'assistant', 'text', 0, OPAQUE);
  if (!String(body.type).endsWith('.done')) return [];
  return Object.keys(body)
    .filter((field) => !OPAQUE.has(field))
    .flatMap((field) => leafSlots(body, field, 'assistant', 'tool_arguments', 0, OPAQUE));
}

/** A part as an item of its own. */
function itemOf(part: Bag): Bag {
  const thinks = part.type === 'summary_text' || part.type === 'reasoning_text';
  return { type: thinks ? 'reasoning' : 'message', role: 'assistant', content: [part] };
}

export function closes(event: SseEvent): readonly string[] | 'all' | undefined {
  const body = bag(event.json);
  if (isEnd(body)) return 'all';
  if (body.type === 'response.output_item.done') return [String(body.output_index), REPEAT];
  const found = pieceOf(body);
  if (found) return found[1] === 'done' ? [found[2], REPEAT] : undefined;
  return wholeSlots(body).length > 0 ? [REPEAT] : undefined;
}

export function delta(channel: string, _kind: TextKind, text: string, like: SseEvent | undefined): SseEvent {
  const [output, part = '', index] = channel.split('/');
  const { item_id = '', sequence_number = 0 } = bag(like?.json);
  const name = NAMES.get(part) ?? part;
  const type = `response.${name}.delta`;
  const field = PIECES.get(name)?.index;
  const numbered = field === undefined ? {} : { [field]: Number(index) };
  const extra = name === 'output_text' ? { logprobs: [] } : {};
  const body = {
    type,
    item_id,
    output_index: Number(output),
    ...numbered,
    delta: text,
    ...extra,
    sequence_number,
  };
  return SseEvent.ofJson(body, type);
}

export function usage(event: SseEvent): Usage | undefined {
  const body = bag(event.json);
  return isEnd(body) ? answer.usage(bag(body.response)) : undefined;
}

export function finishReasons(event: SseEvent): string[] {
  const body = bag(event.json);
  return isEnd(body) ? answer.finishReasons(bag(body.response)) : [];
}

/** Looked for in the bytes first: of most events nobody needs the JSON. */
const ENDS = ['response.completed', 'response.incomplete'].map((name) => Buffer.from(name));

export function isTerminal(event: SseEvent): boolean {
  const { raw } = event;
  if (raw && !ENDS.some((end) => raw.includes(end))) return false;
  return isEnd(bag(event.json));
}

const isEnd = ({ type }: Bag): boolean => type === 'response.completed' || type === 'response.incomplete';

export function error(event: SseEvent): { message: string; code?: string } | undefined {
  const body = bag(event.json);
  const failed = body.type === 'response.failed' ? bag(bag(body.response).error) : undefined;
  const said = failed ?? (body.type === 'error' ? (isObject(body.error) ? body.error : body) : undefined);
  if (!said) return undefined;
  const message = typeof said.message === 'string' ? said.message : 'unknown error';
  return typeof said.code === 'string' ? { message, code: said.code } : { message };
}
