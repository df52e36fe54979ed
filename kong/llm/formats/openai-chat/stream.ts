// Reading and changing the events of a streamed chat completion.
import type { ChatChunk } from '../../chat.ts';
import type { DeltaSlot, TextKind, TextSlot } from '../../format.ts';
import {
  type Bag,
  bag,
  deltaSlot,
  forgetting,
  isObject,
  leafSlots,
  objects,
  slotInEvent,
} from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import type { Usage } from '../../usage.ts';
import { forget, finishReasons as wholeFinishReasons } from './answer.ts';
import { citationSlots, OPAQUE, partSlots, transcriptSlots } from './beside.ts';
import { readUsage } from './usage.ts';

const DONE = '[DONE]';
/** A `data: [DONE]` event and its line ends, with room for an `event:` line. */
const MAX_DONE_BYTES = 64;

/** Channels of what comes whole: its very event closes them. */
const REPEAT = 'repeat';

/** Called for each event by each stage that looks into the stream: plain loops, and nothing made that is not needed. */
export function deltas(event: SseEvent): DeltaSlot[] {
  const slots: DeltaSlot[] = [];
  const body = bag(event.json);
  if (Array.isArray(body.choices)) {
    for (const choice of body.choices) {
      if (!isObject(choice) || !isObject(choice.delta)) continue;
      const from = slots.length;
      addDeltas(slots, event, choice.delta, String(choice.index ?? 0));
      if (!isObject(choice.logprobs)) continue;
      for (let i = from; i < slots.length; i += 1) slots[i] = forgetting(slots[i]!, () => forget(choice));
    }
  }
  if (body.search_results !== undefined)
    slots.push(...wholes(event, citationSlots(body, 'assistant', 0), REPEAT));
  return slots;
}

function addDeltas(slots: DeltaSlot[], event: SseEvent, delta: Bag, index: string): void {
  for (const field in delta) {
    const value = delta[field];
    if (value === null) continue;
    if (field === 'content' && typeof value === 'string') {
      slots.push(deltaSlot(event, delta, 'content', 'text', index));
      continue;
    }
    const read = FIELDS.get(field);
    if (read) slots.push(...read(event, delta, index, field));
  }
}

type Reader = (event: SseEvent, delta: Bag, index: string, field: string) => DeltaSlot[];

const named =
  (kind: TextKind, suffix: string): Reader =>
  (event, delta, index, field) =>
    typeof delta[field] === 'string' ? [deltaSlot(event, delta, field, kind, index + suffix)] : [];

/** What comes whole with its event, and is complete with it. */
const wholes = (event: SseEvent, slots: readonly TextSlot[], channel: string): DeltaSlot[] =>
  slots.map((slot, i) => slotInEvent(event, slot, `${channel}/${i}`, true));

/** By the field of a delta. */
const READERS: Readonly<Record<string, Reader>> = {
  /** In parts: the pieces of one kind are one text. */
  content: (event, delta, index) =>
    partSlots(delta.content, 'assistant', 0).map((slot) =>
      slotInEvent(event, slot, slot.kind === 'text' ? index : `${index}/${slot.kind}`),
    ),
  reasoning_content: named('reasoning', '/reasoning'),
  // As several servers name it, some beside the other: see quirks.ts.
  reasoning: (event, delta, index) =>
    typeof delta.reasoning === 'string'
      ? [
          deltaSlot(
            event,
            delta,
            'reasoning',
            'reasoning',
            `${index}/thought`,
            typeof delta.reasoning_content === 'string',
          ),
        ]
      : [],
  refusal: named('refusal', '/refusal'),
  reasoning_details: (event, delta, index) =>
    objects(delta.reasoning_details).flatMap((item, i) =>
      ['text', 'summary'].flatMap((field) => {
        const repeat = typeof delta.reasoning === 'string' || typeof delta.reasoning_content === 'string';
        if (typeof item[field] !== 'string') return [];
        return [deltaSlot(event, item, field, 'reasoning', `${index}/${field}/${item.index ?? i}`, repeat)];
      }),
    ),
  reasoning_blocks: (event, delta, index) =>
    wholes(
      event,
      leafSlots(delta, 'reasoning_blocks', 'assistant', 'reasoning', 0, OPAQUE),
      `${index}/${REPEAT}`,
    ),
  annotations: (event, delta, index) =>
    wholes(event, citationSlots(delta, 'assistant', 0), `${index}/${REPEAT}/annotations`),
  audio: (event, delta, index) =>
    transcriptSlots(delta, 'assistant', 0).map((slot) => slotInEvent(event, slot, `${index}/audio`)),
  tool_calls: (event, delta, index) =>
    objects(delta.tool_calls).flatMap((call) => [
      ...argumentsOf(event, call.function, 'arguments', `${index}/tool/${call.index ?? 0}`),
      ...argumentsOf(event, call.custom, 'input', `${index}/custom/${call.index ?? 0}`),
    ]),
  function_call: (event, delta, index) =>
    argumentsOf(event, delta.function_call, 'arguments', `${index}/function`),
};
const FIELDS = new Map(Object.entries(READERS));

function argumentsOf(event: SseEvent, call: unknown, field: string, channel: string): DeltaSlot[] {
  return isObject(call) && typeof call[field] === 'string'
    ? [deltaSlot(event, call, field, 'tool_arguments', channel)]
    : [];
}

export function closes(event: SseEvent): readonly string[] | 'all' | undefined {
  if (isTerminal(event)) return 'all';
  const body = bag(event.json);
  const names = objects(body.choices).flatMap((choice) => {
    const index = String(choice.index ?? 0);
    if (typeof choice.finish_reason === 'string') return [index];
    const { reasoning_blocks, annotations } = bag(choice.delta);
    return reasoning_blocks || annotations ? [`${index}/${REPEAT}`] : [];
  });
  if (body.search_results !== undefined) names.push(REPEAT);
  return names.length > 0 ? names : undefined;
}

export function delta(channel: string, kind: TextKind, text: string, like: SseEvent | undefined): SseEvent {
  const [index, of = '', number] = channel.split('/');
  const from = bag(like?.json) as Partial<ChatChunk>;
  const { id = 'chatcmpl', created = Math.floor(Date.now() / 1000), model = '' } = from;
  const choice = {
    index: Number(index),
    delta: deltaOf(of, kind, text, Number(number)),
    finish_reason: null,
  };
  return SseEvent.ofJson({ id, object: 'chat.completion.chunk', created, model, choices: [choice] });
}

/** @param of what the channel has behind the choice's index */
function deltaOf(of: string, kind: TextKind, text: string, index: number): Bag {
  switch (of) {
    case 'tool':
      return { tool_calls: [{ index, function: { arguments: text } }] };
    case 'custom':
      return { tool_calls: [{ index, custom: { input: text } }] };
    case 'function':
      return { function_call: { arguments: text } };
    case 'thought':
      return { reasoning: text };
    case 'audio':
      return { audio: { transcript: text } };
    case 'text':
    case 'summary':
      return { reasoning_details: [{ type: `reasoning.${of}`, [of]: text, index }] };
    default:
      if (kind === 'reasoning') return { reasoning_content: text };
      return kind === 'refusal' ? { refusal: text } : { content: text };
  }
}

export function usage(event: SseEvent): Usage | undefined {
  return isObject(event.json) ? readUsage(event.json.usage) : undefined;
}

export function finishReasons(event: SseEvent): string[] {
  return isObject(event.json) ? wholeFinishReasons(event.json) : [];
}

export function isTerminal(event: SseEvent): boolean {
  return (event.raw === undefined || event.raw.length <= MAX_DONE_BYTES) && event.data.trim() === DONE;
}

export function error(event: SseEvent): { message: string; code?: string } | undefined {
  const failed = isObject(event.json) ? event.json.error : undefined;
  if (failed === undefined || failed === null) return undefined;
  if (!isObject(failed)) return { message: String(failed) };
  const message = typeof failed.message === 'string' ? failed.message : 'unknown error';
  return typeof failed.code === 'string' ? { message, code: failed.code } : { message };
}
