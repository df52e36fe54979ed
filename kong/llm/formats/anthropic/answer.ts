// Reading and changing a message in place.
import type { TextSlot } from '../../format.ts';
import type { Bag } from '../../slots.ts';
import type { Usage } from '../../usage.ts';
import { contentSlots } from './request.ts';
import { readUsage } from './usage.ts';

export function texts(body: Bag): TextSlot[] {
  return contentSlots(body, 'content', 'assistant', 'text', 0);
}

export function usage(body: Bag): Usage | undefined {
  return readUsage(body.usage);
}

export function finishReasons(body: Bag): string[] {
  return typeof body.stop_reason === 'string' ? [body.stop_reason] : [];
}

export function model(body: Bag): string | undefined {
  return typeof body.model === 'string' ? body.model : undefined;
}
