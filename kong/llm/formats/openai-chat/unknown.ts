// Texts where the format has none: fields of a body and types of parts that are not documented. Providers that speak the
// format have some of their own (vLLM's `documents` and `chat_template`, a `system` or `prompt` beside the messages), and
// what they may read, guards read too.
import type { Role, TextKind, TextSlot } from '../../format.ts';
import { type Bag, leafSlots } from '../../slots.ts';
import { fields } from './fields.ts';

/** Fields of the unknown that hold no text of anybody. */
const OPAQUE = new Set(['type', 'id', 'url', 'file_id', 'mime_type', 'media_type']);

/** Parts whose texts are found by their names, or that are attachments. */
const KNOWN_TYPES = new Set([
  'text',
  'refusal',
  'thinking',
  'reasoning',
  'image_url',
  'input_audio',
  'file',
  'video_url',
  'audio_url',
]);

/** Of a part of any type: these are read by their names. */
const TOLD = new Set(['text', 'refusal', 'thinking', 'summary']);

/** @param turn what is beside the messages belongs to the newest of them */
export function unknownFieldSlots(body: Bag, turn: number): TextSlot[] {
  const slots: TextSlot[] = [];
  for (const name of Object.keys(body))
    if (fields.get(name) === undefined) slots.push(...leafSlots(body, name, 'user', 'text', turn, OPAQUE));
  return slots;
}

export function unknownPartSlots(part: Bag, role: Role, kind: TextKind, turn: number): TextSlot[] {
  if (KNOWN_TYPES.has(part.type as string)) return [];
  return Object.keys(part).flatMap((name) =>
    TOLD.has(name) || OPAQUE.has(name) ? [] : leafSlots(part, name, role, kind, turn, OPAQUE),
  );
}
