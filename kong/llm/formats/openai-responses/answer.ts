// Reading and changing a response in place.
import type { TextSlot } from '../../format.ts';
import { type Bag, bag, objects } from '../../slots.ts';
import type { Usage } from '../../usage.ts';
import { itemSlots } from './request.ts';
import { readUsage } from './usage.ts';

export function texts(body: Bag): TextSlot[] {
  return objects(body.output).flatMap((item) => itemSlots(item, 0));
}

export function usage(body: Bag): Usage | undefined {
  return readUsage(body.usage);
}

export function finishReasons(body: Bag): string[] {
  const reason = bag(body.incomplete_details).reason ?? body.status;
  return typeof reason === 'string' ? [reason] : [];
}

export function model(body: Bag): string | undefined {
  return typeof body.model === 'string' ? body.model : undefined;
}
