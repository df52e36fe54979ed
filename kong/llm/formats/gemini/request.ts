// Reading and changing a generateContent request in place. The API takes names in camelCase and in snake_case.
// https://ai.google.dev/api/generate-content
import type { AttachmentSlot, DeltaSlot, Role, TextSlot } from '../../format.ts';
import {
  type Bag,
  forgetting,
  isObject,
  leafSlots,
  objects,
  removeFrom,
  repeats,
  textSlot,
  wrong,
} from '../../slots.ts';
import { snake } from './fields.ts';

export { fields } from './fields.ts';

type Problem = { message: string; param?: string } | undefined;

export function check(body: Bag): Problem {
  const { contents } = body;
  if (!Array.isArray(contents)) return wrong('contents', 'must be an array');
  if (contents.length === 0) return wrong('contents', 'must have at least one content');
  for (const [i, item] of contents.entries()) {
    if (!isObject(item)) return wrong(`contents[${i}]`, 'must be an object');
    if (!Array.isArray(item.parts) || !item.parts.every(isObject)) {
      return wrong(`contents[${i}].parts`, 'must be an array of parts');
    }
  }
  const config = body.generationConfig ?? body.generation_config;
  if (config !== undefined && config !== null && !isObject(config))
    return wrong('generationConfig', 'must be an object');
  return body.tools === undefined || body.tools === null || Array.isArray(body.tools)
    ? undefined
    : wrong('tools', 'must be an array');
}

const METHOD = /\/models\/([^/:]+(?:\/[^/:]+)*):([a-zA-Z]+)\/?$/;

export const model = (_body: Bag, path: string): string | undefined => modelOf(path);

export function modelOf(path: string): string | undefined {
  const name = METHOD.exec(path)?.[1];
  if (name === undefined) return undefined;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

export function streams(_body: Bag, path: string): boolean {
  return METHOD.exec(path)?.[2] === 'streamGenerateContent';
}

/** A field by either of its names. */
export function field(holder: Bag, camel: string): unknown {
  return holder[camel] ?? holder[snake(camel)];
}

export function texts(body: Bag): TextSlot[] {
  const slots = ['systemInstruction', 'system_instruction'].flatMap((name) => {
    const system = body[name];
    if (typeof system === 'string') return [textSlot(body, name, 'system', 'text', -1)];
    return isObject(system) ? partSlots(system.parts, 'system', -1) : [];
  });
  for (const [turn, content] of contents(body))
    slots.push(...partSlots(content.parts, roleOf(content), turn));
  return slots;
}

const roleOf = ({ role }: Bag): Role =>
  role === 'model' ? 'assistant' : role === 'function' ? 'tool' : 'user';

/** Also of an answer's content. */
export function partSlots(parts: unknown, role: Role, turn: number): TextSlot[] {
  return (Array.isArray(parts) ? objects(parts) : isObject(parts) ? [parts] : []).flatMap((part) => {
    const slots: TextSlot[] = [];
    if (typeof part.text === 'string') {
      slots.push(textSlot(part, 'text', role, part.thought === true ? 'reasoning' : 'text', turn));
    }
    for (const [name, inner, as, kind] of NESTED) {
      const holder = part[name];
      if (isObject(holder)) slots.push(...leafSlots(holder, inner, as, kind, turn, MEDIA));
    }
    return slots;
  });
}

const NESTED = [
  ['functionCall', 'args', 'assistant', 'tool_arguments'],
  ['function_call', 'args', 'assistant', 'tool_arguments'],
  ['functionResponse', 'response', 'tool', 'tool_result'],
  ['function_response', 'response', 'tool', 'tool_result'],
  ['executableCode', 'code', 'assistant', 'tool_arguments'],
  ['executable_code', 'code', 'assistant', 'tool_arguments'],
  ['codeExecutionResult', 'output', 'tool', 'tool_result'],
  ['code_execution_result', 'output', 'tool', 'tool_result'],
] as const;

const MEDIA = new Set(['inlineData', 'inline_data']);

/** Names of places, not texts of anybody. */
const OPAQUE = new Set(['uri', 'placeId', 'license', 'publicationDate', 'sdkBlob']);

/** What a candidate says beside its content: of its sources, and once more the passages that rest on them. */
export function besideSlots(candidate: Bag, turn: number): TextSlot[] {
  return ['groundingMetadata', 'citationMetadata'].flatMap((name) =>
    repeats(leafSlots(candidate, name, 'assistant', 'text', turn, OPAQUE)),
  );
}

/** The candidate's slot: once its text is another, the tokens of the old one go. */
export function withoutTokens<S extends TextSlot | DeltaSlot>(slot: S, candidate: Bag): S {
  if (candidate.logprobsResult === undefined) return slot;
  return forgetting(slot, () => {
    delete candidate.logprobsResult;
  });
}

export function attachments(body: Bag): AttachmentSlot[] {
  return contents(body).flatMap(([turn, { parts }]) =>
    objects(parts).flatMap((part): AttachmentSlot[] => {
      const media = field(part, 'inlineData') ?? field(part, 'fileData');
      if (!isObject(media)) return [];
      const type = String(field(media, 'mimeType') ?? '');
      const kind = type.startsWith('image/') ? 'image' : type.startsWith('audio/') ? 'audio' : 'file';
      return [{ kind, turn, remove: () => removeFrom(parts as unknown[], part) }];
    }),
  );
}

function contents(body: Bag): [number, Bag][] {
  const { contents: list } = body;
  if (isObject(list)) return [[0, list]];
  return Array.isArray(list) ? [...list.entries()].filter(([, item]) => isObject(item)) : [];
}
