// Reading and changing a chat completion request in place.
import type { AttachmentSlot, Role, TextKind, TextSlot } from '../../format.ts';
import { type Bag, entryOf, isObject, objects, removeFrom, textSlot, wrong } from '../../slots.ts';
import { besideSlots, callSlots, thoughtSlots } from './beside.ts';
import { unknownFieldSlots, unknownPartSlots } from './unknown.ts';

export { fields } from './fields.ts';

type Body = Bag;
type Part = Bag;

const ROLES = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

export function check(body: Body): { message: string; param?: string } | undefined {
  if (body.model !== undefined && typeof body.model !== 'string') return wrong('model', 'must be a string');
  if (!Array.isArray(body.messages)) return wrong('messages', 'must be an array');
  if (body.messages.length === 0) return wrong('messages', 'must have at least one message');
  for (const [i, item] of body.messages.entries()) {
    const problem = checkMessage(item, `messages[${i}]`);
    if (problem) return problem;
  }
  if (body.stream !== undefined && body.stream !== null && typeof body.stream !== 'boolean') {
    return wrong('stream', 'must be a boolean');
  }
  if (body.tools !== undefined && body.tools !== null && !Array.isArray(body.tools)) {
    return wrong('tools', 'must be an array');
  }
  const badTool = items(body.tools).findIndex((tool) => !isTool(tool));
  if (badTool >= 0)
    return wrong(`tools[${badTool}]`, 'must be an object with a type, and a function with a name');
  for (const name of ['max_tokens', 'max_completion_tokens', 'n']) {
    const value = body[name];
    if (value !== undefined && value !== null && (!Number.isSafeInteger(value) || (value as number) < 1)) {
      return wrong(name, 'must be a positive integer');
    }
  }
  for (const name of ['temperature', 'top_p', 'frequency_penalty', 'presence_penalty']) {
    const value = body[name];
    if (value !== undefined && value !== null && typeof value !== 'number')
      return wrong(name, 'must be a number');
  }
  return undefined;
}

function checkMessage(item: unknown, param: string): { message: string; param: string } | undefined {
  if (!isObject(item)) return wrong(param, 'must be an object');
  if (typeof item.role !== 'string' || !ROLES.has(item.role)) {
    return wrong(`${param}.role`, `must be one of ${[...ROLES].join(', ')}`);
  }
  if (item.role === 'tool' && typeof item.tool_call_id !== 'string') {
    return wrong(`${param}.tool_call_id`, 'must be a string');
  }
  const { content, tool_calls: calls } = item;
  const badCall = items(calls).findIndex((call) => !isToolCall(call));
  if (badCall >= 0) {
    return wrong(
      `${param}.tool_calls[${badCall}]`,
      'must have an id, and a function with a name and arguments',
    );
  }
  if (content === undefined || content === null || typeof content === 'string') return undefined;
  if (!Array.isArray(content)) return wrong(`${param}.content`, 'must be a string or an array of parts');
  const bad = content.findIndex((part) => !isPart(part));
  return bad < 0
    ? undefined
    : wrong(`${param}.content[${bad}]`, 'must be an object with a type and what the type says');
}

const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Tools of other types than functions are for their providers to judge. */
function isTool(tool: unknown): boolean {
  if (!isObject(tool) || typeof tool.type !== 'string') return false;
  return tool.type !== 'function' || (isObject(tool.function) && typeof tool.function.name === 'string');
}

function isToolCall(call: unknown): boolean {
  if (!isObject(call) || typeof call.id !== 'string') return false;
  if (call.type !== undefined && call.type !== 'function') return true;
  const { function: called } = call;
  return isObject(called) && typeof called.name === 'string' && typeof called.arguments === 'string';
}

const FILE_FIELDS = ['file_data', 'file_url', 'file_id', 'filename'];
const AUDIO_FIELDS = ['data', 'format'];

const isTextIn =
  (holder: Bag) =>
  (field: string): boolean =>
    holder[field] === undefined || typeof holder[field] === 'string';

/** What translations and guards read of a part is of the documented type; other types of parts pass. */
function isPart(part: unknown): boolean {
  if (!isObject(part) || typeof part.type !== 'string') return false;
  if (part.type === 'text') return typeof part.text === 'string';
  if (part.type === 'refusal') return typeof part.refusal === 'string';
  if (part.type === 'image_url') return isObject(part.image_url) && typeof part.image_url.url === 'string';
  if (part.type === 'file') return isObject(part.file) && FILE_FIELDS.every(isTextIn(part.file));
  if (part.type === 'input_audio')
    return isObject(part.input_audio) && AUDIO_FIELDS.every(isTextIn(part.input_audio));
  return true;
}

export function model(body: Body): string | undefined {
  return typeof body.model === 'string' ? body.model : undefined;
}

export function streams(body: Body): boolean {
  return body.stream === true;
}

export function texts(body: Body): TextSlot[] {
  const slots: TextSlot[] = [];
  for (const [turn, message] of messages(body)) {
    const role = (message.role === 'function' ? 'tool' : message.role) as Role;
    const kind: TextKind = role === 'tool' ? 'tool_result' : 'text';
    if (typeof message.content === 'string') slots.push(textSlot(message, 'content', role, kind, turn));
    for (const part of parts(message)) {
      if (typeof part.text === 'string') slots.push(textSlot(part, 'text', role, kind, turn));
      if (typeof part.refusal === 'string') slots.push(textSlot(part, 'refusal', role, 'refusal', turn));
      slots.push(...thoughtSlots(part, role, turn), ...unknownPartSlots(part, role, kind, turn));
    }
    if (typeof message.refusal === 'string') slots.push(textSlot(message, 'refusal', role, 'refusal', turn));
    slots.push(...besideSlots(message, role, turn), ...callSlots(message, role, turn));
  }
  // Guards that look at the last turn only must not take another one for it.
  const turn = (slots.findLast(({ role }) => role === 'user') ?? slots.at(-1))?.turn ?? 0;
  return [...slots, ...predictionSlots(body.prediction, turn), ...unknownFieldSlots(body, turn)];
}

/** What the answer will probably be. https://platform.openai.com/docs/guides/predicted-outputs */
function predictionSlots(prediction: unknown, turn: number): TextSlot[] {
  if (!isObject(prediction)) return [];
  if (typeof prediction.content === 'string') return [textSlot(prediction, 'content', 'user', 'text', turn)];
  return objects(prediction.content).flatMap((part) =>
    typeof part.text === 'string' ? [textSlot(part, 'text', 'user', 'text', turn)] : [],
  );
}

const ATTACHMENTS: Record<string, AttachmentSlot['kind']> = {
  image_url: 'image',
  input_audio: 'audio',
  file: 'file',
};

export function attachments(body: Body): AttachmentSlot[] {
  const slots: AttachmentSlot[] = [];
  for (const [turn, message] of messages(body)) {
    for (const part of parts(message)) {
      const kind = entryOf(ATTACHMENTS, part.type);
      if (!kind) continue;
      slots.push({ kind, turn, remove: () => removeFrom(message.content as Part[], part) });
    }
  }
  return slots;
}

function messages(body: Body): [number, Part][] {
  return Array.isArray(body.messages)
    ? [...body.messages.entries()].filter(([, item]) => isObject(item))
    : [];
}

const parts = (message: Part): Part[] => objects(message.content);
