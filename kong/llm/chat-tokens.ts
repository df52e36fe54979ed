// The prompt tokens of a request: texts, and what the chat template puts around them.
// Counted as https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken does.
import type { Format } from './format.ts';
import { type Bag, isObject, objects } from './slots.ts';
import { tokenizerOf } from './tokenizers.ts';
import { type Countable, countAsync, countSync, mostTokens, type TokenCount } from './tokens.ts';

const PER_MESSAGE = 3;
const PER_NAME = 1;
/** Every answer is primed with the beginning of an assistant's message. */
const PRIMING = 3;

/** The cookbook's constants for tools, which are those of the model families by tokenizer. */
const TOOL_START = { o200k_base: 7, cl100k_base: 10 };
const TOOLS_END = 12;
const PROPERTIES_START = 3;
const PER_PROPERTY = 3;
const ENUM_START = -3;
const PER_ENUM_VALUE = 3;

/** Around each tool call in the history: an estimate, no source says. */
const PER_TOOL_CALL = 3;
/** OpenAI's own for 1024 x 1024 in high detail, and for low (https://platform.openai.com/docs/guides/images-vision). */
const IMAGE = 765;
const IMAGE_LOW = 85;
/** Audio and files: depends on their length, which is not looked at. */
const OTHER_ATTACHMENT = 1000;

/** @param request a body of OpenAI chat completions. Counts at once, long ones by their head: see countText. */
export function countChat(model: string | undefined, request: Bag): TokenCount {
  return countSync(tokenizerOf(model), chat(model, request));
}

export function countChatAsync(model: string | undefined, request: Bag): Promise<TokenCount> {
  return countAsync(tokenizerOf(model), chat(model, request));
}

/** A request in any format; what is not OpenAI chat is counted by its texts and marked estimated. */
export function countRequest(format: Format, model: string | undefined, body: Bag): TokenCount {
  return countSync(tokenizerOf(model), countable(format, model, body));
}

export function countRequestAsync(format: Format, model: string | undefined, body: Bag): Promise<TokenCount> {
  return countAsync(tokenizerOf(model), countable(format, model, body));
}

/** No fewer than the others count, for those who need not know exactly. See mostTokens. */
export function mostRequestTokens(format: Format, model: string | undefined, body: Bag): number {
  return mostTokens(tokenizerOf(model), countable(format, model, body));
}

function countable(format: Format, model: string | undefined, body: Bag): Countable {
  return format.name === 'openai-chat' ? chat(model, body) : byTexts(format, body);
}

/** Collects what a body holds that costs tokens. */
class Tally implements Countable {
  readonly texts: string[] = [];
  extra = 0;
  estimated = false;

  text(value: unknown): void {
    if (typeof value === 'string' && value !== '') this.texts.push(value);
  }

  guess(tokens: number): void {
    this.extra += tokens;
    this.estimated = true;
  }
}

function chat(model: string | undefined, body: Bag): Countable {
  const tally = new Tally();
  tally.extra = PRIMING;
  for (const message of objects(body.messages)) countMessage(tally, message);
  const tools = [...objects(body.tools), ...objects(body.functions).map((one) => ({ function: one }))];
  if (tools.length > 0) countTools(tally, tools, TOOL_START[tokenizerOf(model).encoding]);
  if (isObject(body.response_format) && body.response_format.type === 'json_schema') {
    tally.text(JSON.stringify(body.response_format.json_schema));
    tally.estimated = true;
  }
  return tally;
}

function countMessage(tally: Tally, message: Bag): void {
  tally.extra += PER_MESSAGE;
  tally.text(message.role);
  if (typeof message.name === 'string') {
    tally.extra += PER_NAME;
    tally.text(message.name);
  }
  if (typeof message.content === 'string') tally.text(message.content);
  for (const part of objects(message.content)) countPart(tally, part);
  for (const field of ['reasoning_content', 'refusal']) {
    if (typeof message[field] !== 'string') continue;
    tally.text(message[field]);
    tally.estimated = true;
  }
  const calls = objects(message.tool_calls).map((call) => call.function ?? call.custom);
  for (const call of [...calls, message.function_call].filter(isObject)) {
    tally.guess(PER_TOOL_CALL);
    for (const field of ['name', 'arguments', 'input']) tally.text(call[field]);
  }
}

function countPart(tally: Tally, part: Bag): void {
  if (typeof part.text === 'string') tally.text(part.text);
  else if (typeof part.refusal === 'string') tally.text(part.refusal);
  else if (part.type === 'image_url') {
    tally.guess(isObject(part.image_url) && part.image_url.detail === 'low' ? IMAGE_LOW : IMAGE);
  } else tally.guess(OTHER_ATTACHMENT);
}

function countTools(tally: Tally, tools: Bag[], start: number): void {
  for (const tool of tools) {
    const { function: definition } = tool;
    tally.extra += start;
    if (!isObject(definition)) {
      // Of another kind: there is no word of how these are told to the model.
      tally.text(JSON.stringify(tool));
      tally.estimated = true;
      continue;
    }
    tally.text(`${definition.name}:${withoutDot(definition.description)}`);
    const parameters = isObject(definition.parameters) ? definition.parameters : {};
    const properties = isObject(parameters.properties) ? Object.entries(parameters.properties) : [];
    if (properties.length > 0) tally.extra += PROPERTIES_START;
    for (const [name, property] of properties) countProperty(tally, name, isObject(property) ? property : {});
  }
  tally.extra += TOOLS_END;
}

function countProperty(tally: Tally, name: string, property: Bag): void {
  tally.extra += PER_PROPERTY;
  if (Array.isArray(property.enum)) {
    tally.extra += ENUM_START;
    for (const value of property.enum) {
      tally.extra += PER_ENUM_VALUE;
      tally.text(String(value));
    }
  }
  tally.text(`${name}:${String(property.type ?? '')}:${withoutDot(property.description)}`);
  // The cookbook says nothing of what is nested: as JSON it is somewhat more than the provider makes of it.
  for (const nested of [property.properties, property.items, property.anyOf]) {
    if (nested === undefined) continue;
    tally.text(JSON.stringify(nested));
    tally.estimated = true;
  }
}

const withoutDot = (text: unknown): string => (typeof text === 'string' ? text.replace(/\.$/, '') : '');

function byTexts(format: Format, body: Bag): Countable {
  const tally = new Tally();
  tally.guess(PRIMING);
  const turns = new Set<number>();
  for (const slot of format.request.texts(body)) {
    turns.add(slot.turn);
    if (!slot.repeat) tally.text(slot.text);
  }
  tally.extra += turns.size * (PER_MESSAGE + 1);
  for (const { kind } of format.request.attachments(body))
    tally.guess(kind === 'image' ? IMAGE : OTHER_ATTACHMENT);
  if (Array.isArray(body.tools) && body.tools.length > 0) tally.text(JSON.stringify(body.tools));
  return tally;
}
