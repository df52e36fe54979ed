// What the formats that are no chat share: endpoints of one request and one answer, with OpenAI's errors.
import type { Fields } from '../fields.ts';
import type { Format, FormatError, Role, TextKind, TextSlot } from '../format.ts';
import { type Bag, isObject, leafSlots, textSlot, wrong } from '../slots.ts';
import { SseEvent } from '../sse.ts';
import type { Usage } from '../usage.ts';

type Problem = { message: string; param?: string } | undefined;

/** https://platform.openai.com/docs/guides/error-codes/api-errors */
export function openaiError({ message, type, param, code }: FormatError): unknown {
  return { error: { message, type, param: param ?? null, code } };
}

export const openaiErrorEvent = (error: FormatError): SseEvent => SseEvent.ofJson(openaiError(error));

export const modelField = (body: Bag): string | undefined =>
  typeof body.model === 'string' && body.model !== '' ? body.model : undefined;

export function checkModel({ model }: Bag): Problem {
  return model === undefined || typeof model === 'string' ? undefined : wrong('model', 'must be a string');
}

/** Fields of an input that is an object which hold no text of anybody. */
export const NO_TEXT = new Set(['id', 'image', 'image_url', 'url', 'type']);

/** A slot for the field when it is text; for each text in it when it is a list or, as some providers take it, an object. */
export function fieldSlots(body: Bag, field: string, role: Role, kind: TextKind, turn = 0): TextSlot[] {
  const value = body[field];
  if (typeof value === 'string') return [textSlot(body, field, role, kind, turn)];
  if (isObject(value)) return leafSlots(body, field, role, kind, turn, NO_TEXT);
  if (!Array.isArray(value)) return [];
  const list = value as unknown as Bag;
  return value.flatMap((item, i) => {
    if (typeof item === 'string') return [textSlot(list, String(i), role, kind, i)];
    return mayHoldText(item) ? leafSlots(list, String(i), role, kind, i, NO_TEXT) : [];
  });
}

/** Not so the tokens of an input, which may be hundreds of thousands. */
const mayHoldText = (item: unknown): boolean =>
  isObject(item) || (Array.isArray(item) && item.some((one) => typeof one !== 'number'));

/** For endpoints that never stream. */
export const NO_STREAM: Format['stream'] = {
  deltas: () => [],
  closes: () => undefined,
  delta: (_channel, _kind, text) => SseEvent.of(text),
  usage: () => undefined,
  finishReasons: () => [],
  isTerminal: () => false,
  error: () => undefined,
};

/** For answers without text. */
export const NO_TEXTS: Format['answer'] = {
  texts: () => [],
  usage: () => undefined,
  finishReasons: () => [],
  model: modelField,
};

/** Tokens as the newer endpoints of OpenAI count them: `input_tokens`, `output_tokens`. */
export function tokenUsage(raw: unknown): Usage | undefined {
  if (!isObject(raw)) return undefined;
  const { input_tokens: input, output_tokens: output } = raw;
  const usage: Usage = { input: {}, output: {}, raw };
  if (typeof input === 'number') usage.input.total = input;
  if (typeof output === 'number') usage.output.total = output;
  return usage;
}

/** A format of one whole answer, from what is special about it. */
export function endpoint(
  from: Pick<Format, 'name' | 'operation'> &
    Partial<Omit<Format, 'request' | 'answer'>> & {
      fields: Fields;
      check(body: Bag): Problem;
      texts?(body: Bag): TextSlot[];
      attachments?: Format['request']['attachments'];
      streams?(body: Bag): boolean;
      answer?: Partial<Format['answer']>;
    },
): Format {
  const {
    fields,
    check,
    texts = () => [],
    attachments = () => [],
    streams = () => false,
    answer,
    ...rest
  } = from;
  return {
    error: openaiError,
    errorEvent: openaiErrorEvent,
    stream: NO_STREAM,
    ...rest,
    request: {
      fields,
      check: (body) => checkModel(body) ?? check(body),
      model: modelField,
      streams,
      texts,
      attachments,
    },
    answer: { ...NO_TEXTS, ...answer },
  };
}
