// Reading and changing a chat completion in place.
import type { TextSlot } from '../../format.ts';
import { type Bag, forgetting, isObject, objects, textSlot } from '../../slots.ts';
import type { Usage } from '../../usage.ts';
import { besideSlots, callSlots, citationSlots, partSlots, transcriptSlots } from './beside.ts';
import { readUsage } from './usage.ts';

export function texts(body: Bag): TextSlot[] {
  const slots = objects(body.choices).flatMap((choice, turn) => {
    if (!isObject(choice.message)) return [];
    const found = messageSlots(choice.message, turn);
    return isObject(choice.logprobs) ? found.map((slot) => forgetting(slot, () => forget(choice))) : found;
  });
  return [...slots, ...citationSlots(body, 'assistant', 0)];
}

function messageSlots(message: Bag, turn: number): TextSlot[] {
  const slots = besideSlots(message, 'assistant', turn);
  if (typeof message.content === 'string')
    slots.push(textSlot(message, 'content', 'assistant', 'text', turn));
  slots.push(...partSlots(message.content, 'assistant', turn));
  if (typeof message.refusal === 'string')
    slots.push(textSlot(message, 'refusal', 'assistant', 'refusal', turn));
  return [...slots, ...transcriptSlots(message, 'assistant', turn), ...callSlots(message, 'assistant', turn)];
}

/** Logprobs hold the text once more, token by token. */
export function forget(choice: Bag): void {
  choice.logprobs = null;
}

export function usage(body: Bag): Usage | undefined {
  return readUsage(body.usage);
}

export function finishReasons(body: Bag): string[] {
  return objects(body.choices).flatMap(({ finish_reason }) =>
    typeof finish_reason === 'string' ? [finish_reason] : [],
  );
}

export function model(body: Bag): string | undefined {
  return typeof body.model === 'string' ? body.model : undefined;
}
