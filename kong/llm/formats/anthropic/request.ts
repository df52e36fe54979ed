// Reading and changing a message request in place. https://docs.anthropic.com/en/api/messages
import type { AttachmentSlot, Role, TextKind, TextSlot } from '../../format.ts';
import { type Bag, isObject, leafSlots, objects, removeFrom, repeats, textSlot, wrong } from '../../slots.ts';

export { fields } from './fields.ts';

type Problem = { message: string; param?: string } | undefined;

const ROLES = new Set(['user', 'assistant', 'system']);

export function check(body: Bag): Problem {
  const { max_tokens: max } = body;
  if (!Number.isSafeInteger(max) || (max as number) < 1)
    return wrong('max_tokens', 'must be a positive integer');
  return checkPrompt(body) ?? checkSampling(body);
}

/** What counting tokens needs too. */
export function checkPrompt(body: Bag): Problem {
  if (body.model !== undefined && typeof body.model !== 'string') return wrong('model', 'must be a string');
  const { system, messages, tools } = body;
  if (!isAbsent(system) && typeof system !== 'string') {
    const problem = checkBlocks(system, 'system');
    if (problem) return problem;
  }
  if (!Array.isArray(messages)) return wrong('messages', 'must be an array');
  if (messages.length === 0) return wrong('messages', 'must have at least one message');
  for (const [i, item] of messages.entries()) {
    const param = `messages[${i}]`;
    if (!isObject(item)) return wrong(param, 'must be an object');
    if (!ROLES.has(item.role as string)) return wrong(`${param}.role`, 'must be user, assistant or system');
    const problem =
      typeof item.content === 'string' ? undefined : checkBlocks(item.content, `${param}.content`);
    if (problem) return problem;
  }
  if (isAbsent(tools)) return undefined;
  if (!Array.isArray(tools)) return wrong('tools', 'must be an array');
  const nameless = tools.findIndex(
    (tool) => !isObject(tool) || (!tool.type && typeof tool.name !== 'string'),
  );
  return nameless < 0 ? undefined : wrong(`tools[${nameless}].name`, 'must be a string');
}

function checkBlocks(content: unknown, param: string): Problem {
  if (!Array.isArray(content)) return wrong(param, 'must be a string or an array of blocks');
  const bad = content.findIndex((block) => !isObject(block) || typeof block.type !== 'string');
  return bad < 0 ? undefined : wrong(`${param}[${bad}]`, 'must be an object with a type');
}

function checkSampling(body: Bag): Problem {
  if (!isAbsent(body.stream) && typeof body.stream !== 'boolean') return wrong('stream', 'must be a boolean');
  for (const name of ['temperature', 'top_p', 'top_k']) {
    if (!isAbsent(body[name]) && typeof body[name] !== 'number') return wrong(name, 'must be a number');
  }
  const { stop_sequences: stops } = body;
  if (!isAbsent(stops) && !(Array.isArray(stops) && stops.every((stop) => typeof stop === 'string'))) {
    return wrong('stop_sequences', 'must be an array of strings');
  }
  return undefined;
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

export function model(body: Bag): string | undefined {
  return typeof body.model === 'string' ? body.model : undefined;
}

export function streams(body: Bag): boolean {
  return body.stream === true;
}

export function texts(body: Bag): TextSlot[] {
  const slots = contentSlots(body, 'system', 'system', 'text', -1);
  for (const [turn, message] of messages(body)) {
    slots.push(...contentSlots(message, 'content', message.role as Role, 'text', turn));
  }
  return slots;
}

/** Of a string or of blocks at `holder[field]`; also of an answer's content. */
export function contentSlots(
  holder: Bag,
  field: string,
  role: Role,
  kind: TextKind,
  turn: number,
): TextSlot[] {
  if (typeof holder[field] === 'string') return [textSlot(holder, field, role, kind, turn)];
  return objects(holder[field]).flatMap((block) => blockSlots(block, role, kind, turn));
}

/** Fields of blocks that nobody wrote and nobody reads: changing one would break the block. */
const OPAQUE = new Set([
  'type',
  'id',
  'tool_use_id',
  'file_id',
  'name',
  'signature',
  'data',
  'encrypted_content',
  'encrypted_index',
  'encrypted_stdout',
  'media_type',
  'cache_control',
  'caller',
  'url',
]);

/** @param block also a delta, whose type is none of a block's: every text in it */
export function blockSlots(block: Bag, role: Role, kind: TextKind, turn: number): TextSlot[] {
  switch (block.type) {
    case 'text':
      return [
        ...(typeof block.text === 'string' ? [textSlot(block, 'text', role, kind, turn)] : []),
        ...repeats(leafSlots(block, 'citations', role, kind, turn, OPAQUE)),
      ];
    case 'thinking':
      return typeof block.thinking === 'string' ? [textSlot(block, 'thinking', role, 'reasoning', turn)] : [];
    case 'tool_use':
    case 'server_tool_use':
      return leafSlots(block, 'input', role, 'tool_arguments', turn);
    case 'tool_result':
      return contentSlots(block, 'content', 'tool', 'tool_result', turn);
    case 'image':
    case 'redacted_thinking':
      return [];
    case 'document':
      return documentSlots(block, role, kind, turn);
    default: {
      // Search results, results of tools that ran at the provider, and what is yet to come: every text in them.
      const found =
        kind === 'tool_result' || String(block.type).endsWith('tool_result') ? 'tool_result' : kind;
      return Object.keys(block)
        .filter((field) => !OPAQUE.has(field))
        .flatMap((field) => leafSlots(block, field, role, found, turn, OPAQUE));
    }
  }
}

function documentSlots(block: Bag, role: Role, kind: TextKind, turn: number): TextSlot[] {
  const about = ['title', 'context']
    .filter((field) => typeof block[field] === 'string')
    .map((field) => textSlot(block, field, role, kind, turn));
  const { source } = block;
  if (!isObject(source)) return about;
  if (source.type === 'text' && typeof source.data === 'string') {
    return [...about, textSlot(source, 'data', role, kind, turn)];
  }
  return source.type === 'content' ? [...about, ...contentSlots(source, 'content', role, kind, turn)] : about;
}

export function attachments(body: Bag): AttachmentSlot[] {
  return messages(body).flatMap(([turn, message]) => attachmentsOf(message.content, turn));
}

function attachmentsOf(content: unknown, turn: number): AttachmentSlot[] {
  return objects(content).flatMap((block): AttachmentSlot[] => {
    if (block.type === 'tool_result') return attachmentsOf(block.content, turn);
    const kind = attachmentKind(block);
    return kind ? [{ kind, turn, remove: () => removeFrom(content as unknown[], block) }] : [];
  });
}

function attachmentKind({ type, source }: Bag): AttachmentSlot['kind'] | undefined {
  if (type === 'image') return 'image';
  // A document of plain text is text, and is found as such.
  const isText = isObject(source) && (source.type === 'text' || source.type === 'content');
  return (type === 'document' && !isText) || type === 'container_upload' ? 'file' : undefined;
}

function messages(body: Bag): [number, Bag][] {
  return Array.isArray(body.messages)
    ? [...body.messages.entries()].filter(([, item]) => isObject(item))
    : [];
}
