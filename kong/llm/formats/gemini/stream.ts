// Reading and changing the events of streamGenerateContent with `alt=sse`: each is a GenerateContentResponse with the
// parts that are new. There is no last event; after a finish reason the connection may close.
import type { DeltaSlot, TextKind } from '../../format.ts';
import { type Bag, bag, deltaSlot, isObject, objects, slotInEvent } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import type { Usage } from '../../usage.ts';
import * as answer from './answer.ts';
import { besideSlots, partSlots, withoutTokens } from './request.ts';

export function deltas(event: SseEvent): DeltaSlot[] {
  return objects(bag(event.json).candidates).flatMap((candidate) => {
    const index = String(candidate.index ?? 0);
    const slots = objects(bag(candidate.content).parts).flatMap((part, i) =>
      partDeltas(event, part, index, i),
    );
    const beside = besideSlots(candidate, 0).map((slot, i) =>
      slotInEvent(event, slot, `${index}/${WHOLE}/beside/${i}`, true),
    );
    return [...slots, ...beside].map((slot) => withoutTokens(slot, candidate));
  });
}

/** Channels of what comes whole: its very event closes them. */
const WHOLE = 'whole';

function partDeltas(event: SseEvent, part: Bag, index: string, i: number): DeltaSlot[] {
  const { text, ...other } = part;
  const slots: DeltaSlot[] = [];
  if (typeof text === 'string') {
    const [kind, channel]: [TextKind, string] =
      part.thought === true ? ['reasoning', `${index}/reasoning`] : ['text', index];
    slots.push(deltaSlot(event, part, 'text', kind, channel));
  }
  const whole = partSlots([other], 'assistant', 0);
  slots.push(...whole.map((slot, leaf) => slotInEvent(event, slot, `${index}/${WHOLE}/${i}/${leaf}`)));
  return slots;
}

export function closes(event: SseEvent): readonly string[] | 'all' | undefined {
  const names = objects(bag(event.json).candidates).flatMap((candidate) => {
    const index = String(candidate.index ?? 0);
    if (typeof candidate.finishReason === 'string') return [index];
    return hasWhole(candidate) ? [`${index}/${WHOLE}`] : [];
  });
  return names.length > 0 ? names : undefined;
}

function hasWhole({ content, groundingMetadata, citationMetadata }: Bag): boolean {
  const isWhole = (part: Bag): boolean => Object.keys(part).some((name) => !OF_TEXT.has(name));
  return Boolean(groundingMetadata || citationMetadata) || objects(bag(content).parts).some(isWhole);
}

const OF_TEXT = new Set(['text', 'thought', 'thoughtSignature']);

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
