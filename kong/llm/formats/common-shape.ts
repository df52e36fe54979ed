// Whether a request in the common language is one. Readers take what the client said as far as it goes; before it is
// said in another format everything that a writer relies on is checked, so that what breaks behind this is our fault.
import type { ChatRequest } from '../chat.ts';
import { ShapeError } from '../format.ts';
import { type Bag, entryOf, isObject } from '../slots.ts';

type Check = (value: unknown, param: string) => void;

const is =
  (fits: (value: unknown) => boolean, must: string): Check =>
  (value, param) => {
    if (!fits(value)) throw new ShapeError(`${param} ${must}.`, param);
  };

const text = is((value) => typeof value === 'string', 'must be a string');
const number = is((value) => typeof value === 'number', 'must be a number');
const flag = is((value) => typeof value === 'boolean', 'must be a boolean');
const object = is(isObject, 'must be an object');
const list = is(Array.isArray, 'must be an array');

const each =
  (item: Check): Check =>
  (value, param) => {
    list(value, param);
    for (const [i, one] of (value as unknown[]).entries()) item(one, `${param}[${i}]`);
  };

/** Null is as good as absent, but for what is `required`. */
const fields =
  (checks: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, param) => {
    object(value, param);
    for (const [name, check] of Object.entries(checks)) {
      const field = (value as Bag)[name];
      if (required.includes(name) || (field !== undefined && field !== null)) {
        check(field, param === '' ? name : `${param}.${name}`);
      }
    }
  };

/** A text, or a list of what `item` says. */
const textOr =
  (item: Check): Check =>
  (value, param) => {
    if (typeof value !== 'string') each(item)(value, param);
  };

const PARTS: Readonly<Record<string, Check>> = {
  text: fields({ text }, ['text']),
  refusal: fields({ refusal: text }, ['refusal']),
  image_url: fields({ image_url: fields({ url: text }, ['url']) }, ['image_url']),
  input_audio: fields({ input_audio: fields({ data: text, format: text }, ['data', 'format']) }, [
    'input_audio',
  ]),
  file: fields({ file: fields({ file_data: text, file_url: text, file_id: text, filename: text }) }, [
    'file',
  ]),
};

/** Parts of other types are refused by their name. */
const part: Check = (value, param) => {
  fields({ type: text }, ['type'])(value, param);
  const { type } = value as { type: string };
  entryOf(PARTS, type)?.(value, param);
};

const textPart = fields({ type: text, text }, ['text']);
const named = fields({ name: text }, ['name']);
const call = fields(
  { id: text, function: fields({ name: text, arguments: text }, ['name', 'arguments']), signature: text },
  ['id', 'function'],
);
const block = fields({ text, signature: text, redacted: text, format: text, tool: text });

const MESSAGES: Readonly<Record<string, Check>> = {
  system: fields({ content: textOr(textPart) }, ['content']),
  developer: fields({ content: textOr(textPart) }, ['content']),
  user: fields({ content: textOr(part) }, ['content']),
  tool: fields({ content: textOr(part), tool_call_id: text }, ['content', 'tool_call_id']),
  assistant: fields({
    content: textOr(part),
    refusal: text,
    reasoning_content: text,
    reasoning_blocks: each(block),
    tool_calls: each(call),
  }),
};

const message: Check = (value, param) => {
  object(value, param);
  const check = entryOf(MESSAGES, (value as Bag).role);
  if (!check)
    throw new ShapeError(`${param}.role must be one of ${Object.keys(MESSAGES).join(', ')}.`, param);
  check(value, param);
};

const tool = fields(
  {
    type: text,
    function: fields({ name: text, description: text, parameters: object, strict: flag }, ['name']),
  },
  ['function'],
);

const toolChoice: Check = (value, param) => {
  if (typeof value !== 'string') fields({ function: named }, ['function'])(value, param);
};

const responseFormat: Check = (value, param) => {
  fields({ type: text }, ['type'])(value, param);
  const schema = fields({ name: text, description: text, schema: object, strict: flag });
  if ((value as Bag).type === 'json_schema') fields({ json_schema: schema }, ['json_schema'])(value, param);
};

const NUMBERS = [
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'n',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'top_logprobs',
  'reasoning_budget',
];

const request = fields(
  {
    model: text,
    messages: each(message),
    stream: flag,
    ...Object.fromEntries(NUMBERS.map((name) => [name, number])),
    stop: textOr(text),
    logprobs: flag,
    logit_bias: object,
    user: text,
    tools: each(tool),
    tool_choice: toolChoice,
    parallel_tool_calls: flag,
    response_format: responseFormat,
    reasoning_effort: text,
    metadata: object,
    service_tier: text,
    verbosity: text,
  },
  ['model', 'messages'],
);

/** @throws ShapeError whose `param` is the field in the common language */
export function checkCommon(common: ChatRequest): void {
  request(common, '');
}
