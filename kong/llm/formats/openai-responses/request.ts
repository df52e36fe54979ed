// Reading and changing a Responses API request in place. https://platform.openai.com/docs/api-reference/responses
import type { AttachmentSlot, DeltaSlot, Role, TextKind, TextSlot } from '../../format.ts';
import {
  type Bag,
  entryOf,
  forgetting,
  isObject,
  leafSlots,
  objects,
  removeFrom,
  repeats,
  textSlot,
  wrong,
} from '../../slots.ts';

export { fields } from './fields.ts';

type Problem = { message: string; param?: string } | undefined;

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

export function check(body: Bag): Problem {
  if (!isAbsent(body.model) && typeof body.model !== 'string') return wrong('model', 'must be a string');
  for (const name of ['stream', 'store', 'background', 'parallel_tool_calls']) {
    if (!isAbsent(body[name]) && typeof body[name] !== 'boolean') return wrong(name, 'must be a boolean');
  }
  for (const name of ['temperature', 'top_p']) {
    if (!isAbsent(body[name]) && typeof body[name] !== 'number') return wrong(name, 'must be a number');
  }
  const max = body.max_output_tokens;
  if (!isAbsent(max) && (!Number.isSafeInteger(max) || (max as number) < 1)) {
    return wrong('max_output_tokens', 'must be a positive integer');
  }
  if (!isAbsent(body.instructions) && typeof body.instructions !== 'string') {
    return wrong('instructions', 'must be a string');
  }
  if (!isAbsent(body.tools) && !Array.isArray(body.tools)) return wrong('tools', 'must be an array');
  return checkInput(body.input);
}

function checkInput(input: unknown): Problem {
  if (isAbsent(input) || typeof input === 'string') return undefined;
  if (!Array.isArray(input)) return wrong('input', 'must be a string or an array of items');
  for (const [i, item] of input.entries()) {
    if (!isObject(item)) return wrong(`input[${i}]`, 'must be an object');
    if (typeof item.type !== 'string' && typeof item.role !== 'string') {
      return wrong(`input[${i}]`, 'must have a type or a role');
    }
    if (item.role === undefined || typeof item.content === 'string') continue;
    if (!Array.isArray(item.content))
      return wrong(`input[${i}].content`, 'must be a string or an array of parts');
    const bad = item.content.findIndex((part) => !isObject(part) || typeof part.type !== 'string');
    if (bad >= 0) return wrong(`input[${i}].content[${bad}]`, 'must be an object with a type');
  }
  return undefined;
}

export function model(body: Bag): string | undefined {
  return typeof body.model === 'string' ? body.model : undefined;
}

export function streams(body: Bag): boolean {
  return body.stream === true;
}

export function texts(body: Bag): TextSlot[] {
  const slots: TextSlot[] = [];
  if (typeof body.instructions === 'string') slots.push(textSlot(body, 'instructions', 'system', 'text', -1));
  if (isObject(body.prompt)) slots.push(...leafSlots(body.prompt, 'variables', 'user', 'text', -1, OPAQUE));
  if (typeof body.input === 'string') slots.push(textSlot(body, 'input', 'user', 'text', 0));
  for (const [turn, item] of items(body)) slots.push(...itemSlots(item, turn));
  return slots;
}

/** Fields that nobody wrote and nobody reads: changing one would break the item. */
export const OPAQUE = new Set([
  'type',
  'url',
  'id',
  'call_id',
  'item_id',
  'file_id',
  'container_id',
  'name',
  'role',
  'status',
  'phase',
  'encrypted_content',
  'image_url',
  'file_url',
  'file_data',
  'detail',
  'caller',
  'namespace',
  'result',
  'server_label',
  'fingerprint',
]);

/** The texts of an input item; also of an output item of an answer. */
export function itemSlots(item: Bag, turn: number): TextSlot[] {
  switch (item.type ?? 'message') {
    case 'message':
      return messageSlots(item, turn);
    case 'reasoning':
      return ['summary', 'content'].flatMap((field) =>
        leafSlots(item, field, 'assistant', 'reasoning', turn, OPAQUE),
      );
    case 'function_call':
    case 'mcp_call':
      return [
        ...ofString(item, 'arguments', 'assistant', 'tool_arguments', turn),
        ...leafSlots(item, 'output', 'tool', 'tool_result', turn, OPAQUE),
      ];
    case 'custom_tool_call':
      return ofString(item, 'input', 'assistant', 'tool_arguments', turn);
    default: {
      // Calls and outputs of all the other tools, and what is yet to come: every text in them.
      const isOutput = String(item.type).endsWith('_output');
      const [role, kind] = isOutput
        ? (['tool', 'tool_result'] as const)
        : (['assistant', 'tool_arguments'] as const);
      return Object.keys(item)
        .filter((field) => !OPAQUE.has(field))
        .flatMap((field) => leafSlots(item, field, role, kind, turn, OPAQUE));
    }
  }
}

function messageSlots(item: Bag, turn: number): TextSlot[] {
  const role = item.role as Role;
  if (typeof item.content === 'string') return [textSlot(item, 'content', role, 'text', turn)];
  return objects(item.content).flatMap((part) =>
    [
      ...ofString(part, 'text', role, 'text', turn),
      ...ofString(part, 'refusal', role, 'refusal', turn),
      ...repeats(leafSlots(part, 'annotations', role, 'text', turn, OPAQUE)),
    ].map((slot) => withoutTokens(slot, part)),
  );
}

/** The slot: once its text is another, the tokens of the old one go. @param holder of the logprobs: a part, an event */
export function withoutTokens<S extends TextSlot | DeltaSlot>(slot: S, holder: Bag): S {
  if (!Array.isArray(holder.logprobs) || holder.logprobs.length === 0) return slot;
  return forgetting(slot, () => {
    holder.logprobs = [];
  });
}

function ofString(holder: Bag, field: string, role: Role, kind: TextKind, turn: number): TextSlot[] {
  return typeof holder[field] === 'string' ? [textSlot(holder, field, role, kind, turn)] : [];
}

const ATTACHMENTS: Record<string, AttachmentSlot['kind']> = {
  input_image: 'image',
  input_audio: 'audio',
  input_file: 'file',
};

export function attachments(body: Bag): AttachmentSlot[] {
  return items(body).flatMap(([turn, item]) =>
    [item.content, item.output].filter(Array.isArray).flatMap((list: unknown[]) =>
      objects(list).flatMap((part): AttachmentSlot[] => {
        const kind = entryOf(ATTACHMENTS, part.type);
        return kind ? [{ kind, turn, remove: () => removeFrom(list, part) }] : [];
      }),
    ),
  );
}

function items(body: Bag): [number, Bag][] {
  return Array.isArray(body.input) ? [...body.input.entries()].filter(([, item]) => isObject(item)) : [];
}
