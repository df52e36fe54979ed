// Reading and changing a chat completion in place.
import type { TextSlot } from '../../format.ts';
import { type Bag, isObject, objects, textSlot } from '../../slots.ts';
import type { Usage } from '../../usage.ts';
import { readUsage } from './usage.ts';

export function texts(body: Bag): TextSlot[] {
  const slots: TextSlot[] = [];
  for (const [turn, choice] of objects(body.choices).entries()) {
    const { message } = choice;
    if (!isObject(message)) continue;
    for (const field of ['reasoning_content', 'reasoning']) {
      if (typeof message[field] === 'string')
        slots.push(textSlot(message, field, 'assistant', 'reasoning', turn));
    }
    if (typeof message.content === 'string')
      slots.push(textSlot(message, 'content', 'assistant', 'text', turn));
    if (typeof message.refusal === 'string')
      slots.push(textSlot(message, 'refusal', 'assistant', 'refusal', turn));
    for (const call of objects(message.tool_calls)) {
      if (isObject(call.function) && typeof call.function.arguments === 'string') {
        slots.push(textSlot(call.function, 'arguments', 'assistant', 'tool_arguments', turn));
      }
    }
  }
  return slots;
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
