// Reading and changing the events of a streamed response. A channel begins with the index of the output item. When a
// text is done it comes again, whole, up to four times: these are repeats, each with a channel of its own that its very
// event closes. https://platform.openai.com/docs/api-reference/responses-streaming
import type { DeltaSlot, TextKind } from '../../format.ts';
import { type Bag, bag, deltaSlot, isObject, objects } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import type { Usage } from '../../usage.ts';
import * as answer from './answer.ts';
import { itemSlots } from './request.ts';

interface Piece {
  kind: TextKind;
  /** The part of the channel after the item's index, with the field that numbers it. */
  part: string;
  index?: string;
  /** The field of the `.done` event that has the whole text. */
  whole: string;
}

/** By what the event's type is between `response.` and `.delta` or `.done`. */
const PIECES: Record<string, Piece> = {
  output_text: { kind: 'text', part: 'text', index: 'content_index', whole: 'text' },
  refusal: { kind: 'refusal', part: 'refusal', index: 'content_index', whole: 'refusal' },
  function_call_arguments: { kind: 'tool_arguments', part: 'arguments', whole: 'arguments' },
  mcp_call_arguments: { kind: 'tool_arguments', part: 'arguments', whole: 'arguments' },
  custom_tool_call_input: { kind: 'tool_arguments', part: 'input', whole: 'input' },
  code_interpreter_call_code: { kind: 'tool_arguments', part: 'code', whole: 'code' },
  reasoning_summary_text: { kind: 'reasoning', part: 'summary', index: 'summary_index', whole: 'text' },
  reasoning_text: { kind: 'reasoning', part: 'reasoning', index: 'content_index', whole: 'text' },
};

const NAMES = Object.fromEntries(Object.entries(PIECES).map(([name, { part }]) => [part, name]));
const REPEAT = 'repeat';

function pieceOf(body: Bag): [piece: Piece, step: string, channel: string] | undefined {
  const [, name, step] = String(body.type).split('.');
  const piece = PIECES[name ?? ''];
  if (!piece || step === undefined) return undefined;
  const channel = `${body.output_index}/${piece.part}`;
  return [piece, step, piece.index === undefined ? channel : `${channel}/${body[piece.index]}`];
}

export function deltas(event: SseEvent): DeltaSlot[] {
  const body = bag(event.json);
  const found = pieceOf(body);
  if (!found) return repeats(event, body);
  const [{ kind, whole }, step, channel] = found;
  if (step === 'delta' && typeof body.delta === 'string')
    return [deltaSlot(event, body, 'delta', kind, channel)];
  if (step !== 'done' || typeof body[whole] !== 'string') return [];
  return [deltaSlot(event, body, whole, kind, `${REPEAT}/${channel}`, true)];
}

/** Whole parts, items and responses inside an event. */
function repeats(event: SseEvent, body: Bag): DeltaSlot[] {
  const found = isObject(body.part)
    ? itemSlots(itemOf(body.part), 0)
    : isObject(body.item)
      ? itemSlots(body.item, 0)
      : isObject(body.response)
        ? objects(body.response.output).flatMap((item) => itemSlots(item, 0))
        : [];
  return found.map((slot, i) => ({
    kind: slot.kind,
    channel: `${REPEAT}/${i}`,
    repeat: true,
    get text() {
      return slot.text;
    },
    set text(value: string) {
      slot.text = value;
      event.touch();
    },
  }));
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
  return isObject(body.part) || isObject(body.item) || isObject(body.response) ? [REPEAT] : undefined;
}

export function delta(channel: string, kind: TextKind, text: string, like: SseEvent | undefined): SseEvent {
  const [output, part = '', index] = channel.split('/');
  const { item_id = '', sequence_number = 0 } = bag(like?.json);
  const name = NAMES[part] ?? (kind === 'text' ? 'output_text' : 'function_call_arguments');
  const type = `response.${name}.delta`;
  const field = PIECES[name]?.index;
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
