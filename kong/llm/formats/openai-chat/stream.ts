// Reading and changing the events of a streamed chat completion.
import type { ChatChunk } from '../../chat.ts';
import type { DeltaSlot, TextKind } from '../../format.ts';
import { type Bag, deltaSlot, isObject, objects } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import type { Usage } from '../../usage.ts';
import { finishReasons as wholeFinishReasons } from './answer.ts';
import { readUsage } from './usage.ts';

const DONE = '[DONE]';
/** A `data: [DONE]` event and its line ends, with room for an `event:` line. */
const MAX_DONE_BYTES = 64;

const TEXT_FIELDS: readonly [field: string, kind: TextKind, channel: string][] = [
  ['content', 'text', ''],
  ['reasoning_content', 'reasoning', '/reasoning'],
  // As several servers name it: see quirks.ts.
  ['reasoning', 'reasoning', '/reasoning'],
  ['refusal', 'refusal', '/refusal'],
];

export function deltas(event: SseEvent): DeltaSlot[] {
  const slots: DeltaSlot[] = [];
  for (const choice of choices(event)) {
    const { delta } = choice;
    if (!isObject(delta)) continue;
    for (const [field, kind, suffix] of TEXT_FIELDS) {
      if (typeof delta[field] === 'string')
        slots.push(deltaSlot(event, delta, field, kind, `${choice.index ?? 0}${suffix}`));
    }
    for (const call of objects(delta.tool_calls)) {
      if (!isObject(call.function) || typeof call.function.arguments !== 'string') continue;
      const channel = `${choice.index ?? 0}/tool/${call.index ?? 0}`;
      slots.push(deltaSlot(event, call.function, 'arguments', 'tool_arguments', channel));
    }
  }
  return slots;
}

export function closes(event: SseEvent): readonly string[] | 'all' | undefined {
  if (isTerminal(event)) return 'all';
  const ended = choices(event).filter((choice) => typeof choice.finish_reason === 'string');
  return ended.length > 0 ? ended.map((choice) => `${choice.index ?? 0}`) : undefined;
}

export function delta(channel: string, kind: TextKind, text: string, like: SseEvent | undefined): SseEvent {
  const [index, , tool] = channel.split('/');
  const from = (isObject(like?.json) ? like.json : {}) as Partial<ChatChunk>;
  const { id = 'chatcmpl', created = Math.floor(Date.now() / 1000), model = '' } = from;
  const choice = { index: Number(index), delta: deltaOf(kind, text, Number(tool)), finish_reason: null };
  return SseEvent.ofJson({ id, object: 'chat.completion.chunk', created, model, choices: [choice] });
}

function deltaOf(kind: TextKind, text: string, tool: number): Bag {
  if (kind === 'tool_arguments') return { tool_calls: [{ index: tool, function: { arguments: text } }] };
  if (kind === 'reasoning') return { reasoning_content: text };
  return kind === 'refusal' ? { refusal: text } : { content: text };
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

function choices(event: SseEvent): Bag[] {
  return isObject(event.json) ? objects(event.json.choices) : [];
}
