// Texts of a message beside its content, in a request as in an answer: much of it is said a second time.
import type { Role, TextSlot } from '../../format.ts';
import { type Bag, isObject, leafSlots, objects, repeats, textSlot } from '../../slots.ts';

/** Fields that nobody wrote and nobody reads: changing one would break what it is in. */
export const OPAQUE = new Set([
  'type',
  'id',
  'index',
  'format',
  'signature',
  'data',
  'redacted',
  'tool',
  'url',
  'file_id',
  'sources',
  'date',
  'last_updated',
]);

/** @param message also a delta */
export function besideSlots(message: Bag, role: Role, turn: number): TextSlot[] {
  const thoughts = [
    ...['reasoning_content', 'reasoning']
      .filter((field) => typeof message[field] === 'string')
      .map((field) => textSlot(message, field, role, 'reasoning', turn)),
    // The same again: whole with its signature, or as OpenRouter has it.
    ...blockSlots(message, role, turn),
  ];
  return [...thoughts.slice(0, 1), ...repeats(thoughts.slice(1)), ...citationSlots(message, role, turn)];
}

/** `reasoning_blocks` is ours; `reasoning_details`: https://openrouter.ai/docs/use-cases/reasoning-tokens */
function blockSlots(message: Bag, role: Role, turn: number): TextSlot[] {
  return ['reasoning_blocks', 'reasoning_details'].flatMap((field) =>
    leafSlots(message, field, role, 'reasoning', turn, OPAQUE),
  );
}

/** What is cited, and Perplexity's sources beside the choices. */
export function citationSlots(holder: Bag, role: Role, turn: number): TextSlot[] {
  return ['annotations', 'search_results'].flatMap((field) =>
    repeats(leafSlots(holder, field, role, 'text', turn, OPAQUE)),
  );
}

/** Contents in parts, of providers that answer so: see normalise.ts. */
export function partSlots(content: unknown, role: Role, turn: number): TextSlot[] {
  return objects(content).flatMap((part) => [
    ...(typeof part.text === 'string' ? [textSlot(part, 'text', role, 'text', turn)] : []),
    ...(typeof part.refusal === 'string' ? [textSlot(part, 'refusal', role, 'refusal', turn)] : []),
    ...thoughtSlots(part, role, turn),
  ]);
}

/** Of a part that is a thought: Mistral's and Databricks', see normalise.ts. They want them back with the next request. */
export function thoughtSlots(part: Bag, role: Role, turn: number): TextSlot[] {
  return ['thinking', 'summary'].flatMap((field) => leafSlots(part, field, role, 'reasoning', turn, OPAQUE));
}

/** What the model says aloud. */
export function transcriptSlots({ audio }: Bag, role: Role, turn: number): TextSlot[] {
  return isObject(audio) && typeof audio.transcript === 'string'
    ? [textSlot(audio, 'transcript', role, 'text', turn)]
    : [];
}

/** Arguments of calls: of functions, of custom tools, and of the one call of the oldest form. */
export function callSlots(message: Bag, role: Role, turn: number): TextSlot[] {
  const calls = objects(message.tool_calls).flatMap((call) => [call.function, call.custom]);
  return [...calls, message.function_call]
    .filter(isObject)
    .flatMap((call) =>
      ['arguments', 'input'].flatMap((field) =>
        typeof call[field] === 'string' ? [textSlot(call, field, role, 'tool_arguments', turn)] : [],
      ),
    );
}
