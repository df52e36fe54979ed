// Reading and changing a GenerateContentResponse in place.
import type { TextSlot } from '../../format.ts';
import { type Bag, bag, objects } from '../../slots.ts';
import type { Usage } from '../../usage.ts';
import { besideSlots, partSlots, withoutTokens } from './request.ts';
import { readUsage } from './usage.ts';

export function texts(body: Bag): TextSlot[] {
  return objects(body.candidates).flatMap((candidate, turn) =>
    [...partSlots(bag(candidate.content).parts, 'assistant', turn), ...besideSlots(candidate, turn)].map(
      (slot) => withoutTokens(slot, candidate),
    ),
  );
}

export function usage(body: Bag): Usage | undefined {
  return readUsage(body.usageMetadata);
}

export function finishReasons(body: Bag): string[] {
  const blocked = bag(body.promptFeedback).blockReason;
  const reasons = objects(body.candidates).map(({ finishReason }) => finishReason);
  return [blocked, ...reasons].filter((reason): reason is string => typeof reason === 'string');
}

export function model(body: Bag): string | undefined {
  return typeof body.modelVersion === 'string' ? body.modelVersion : undefined;
}
