// Reading and changing the events of streamGenerateContent with `alt=sse`: each is a GenerateContentResponse with the
// parts that are new. There is no last event; after a finish reason the connection may close.
import type { DeltaSlot, TextKind } from '../../format.ts';
import { type Bag, bag, deltaSlot, isObject, leafSlots, objects } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import type { Usage } from '../../usage.ts';
import * as answer from './answer.ts';

export function deltas(event: SseEvent): DeltaSlot[] {
  return objects(bag(event.json).candidates).flatMap((candidate) => {
    const index = String(candidate.index ?? 0);
    return objects(bag(candidate.content).parts).flatMap((part, i) => partDeltas(event, part, index, i));
  });
}

function partDeltas(event: SseEvent, part: Bag, index: string, i: number): DeltaSlot[] {
  const slots: DeltaSlot[] = [];
  if (typeof part.text === 'string') {
    const [kind, channel]: [TextKind, string] =
      part.thought === true ? ['reasoning', `${index}/reasoning`] : ['text', index];
    slots.push(deltaSlot(event, part, 'text', kind, channel));
  }
  if (isObject(part.functionCall)) {
    // A call comes whole: each text in it is complete with its event.
    const leaves = leafSlots(part.functionCall, 'args', 'assistant', 'tool_arguments', 0);
    slots.push(...leaves.map((slot, leaf) => leafDelta(event, slot, `${index}/call/${i}/${leaf}`)));
  }
  return slots;
}

function leafDelta(event: SseEvent, slot: { text: string }, channel: string): DeltaSlot {
  return {
    kind: 'tool_arguments',
    channel,
    get text() {
      return slot.text;
    },
    set text(value: string) {
      slot.text = value;
      event.touch();
    },
  };
}

export function closes(event: SseEvent): readonly string[] | 'all' | undefined {
  const names = objects(bag(event.json).candidates).flatMap((candidate) => {
    const index = String(candidate.index ?? 0);
    if (typeof candidate.finishReason === 'string') return [index];
    const calls = objects(bag(candidate.content).parts).some((part) => isObject(part.functionCall));
    return calls ? [`${index}/call`] : [];
  });
  return names.length > 0 ? names : undefined;
}

/** Arguments of a call cannot come piece by piece: `closes` never leaves any to be said later. */
export function delta(channel: string, kind: TextKind, text: string, like: SseEvent | undefined): SseEvent {
  const { responseId, modelVersion } = bag(like?.json);
  const part = kind === 'reasoning' ? { text, thought: true } : { text };
  const candidate = { content: { parts: [part], role: 'model' }, index: Number(channel.split('/')[0]) };
  return SseEvent.ofJson({ candidates: [candidate], modelVersion, responseId });
}

export function usage(event: SseEvent): Usage | undefined {
  return answer.usage(bag(event.json));
}

export function finishReasons(event: SseEvent): string[] {
  return answer.finishReasons(bag(event.json));
}

export const isTerminal = (): boolean => false;

const FINISH = [Buffer.from('inishReason"'), Buffer.from('lockReason"')];

export function mayClose(event: SseEvent): boolean {
  const { raw } = event;
  if (raw && !FINISH.some((word) => raw.includes(word))) return false;
  return finishReasons(event).length > 0;
}

export function error(event: SseEvent): { message: string; code?: string } | undefined {
  const { error: failed } = bag(event.json);
  if (!isObject(failed)) return undefined;
  const message = typeof failed.message === 'string' ? failed.message : 'unknown error';
  return typeof failed.status === 'string' ? { message, code: failed.status } : { message };
}
