// A chat completion request as an Anthropic message request. https://docs.anthropic.com/en/api/messages
import type { AssistantMessage, ChatMessage, ChatRequest, ContentPart, Tool, ToolCall } from '../../chat.ts';
import { cannotSay, type Saying, TranslationError } from '../../format.ts';
import { type Bag, compact } from '../../slots.ts';
import { assistantTexts, isSystem } from '../assistant.ts';
import { dataUrl } from '../media.ts';
import { checkParams } from '../params.ts';
import { plainToolId } from '../tool-id.ts';
import { closedSchema } from './schema.ts';
import { isOwn, thinkingOf } from './thinking.ts';

const LACKING = ['n', 'logprobs', 'logit_bias', 'frequency_penalty', 'presence_penalty', 'seed', 'verbosity'];

export function fromCommon(request: ChatRequest, saying?: Saying): Bag {
  checkParams(request, LACKING, saying);
  const system = request.messages.flatMap((message, i) =>
    isSystem(message) ? contentBlocks(message.content, i, saying) : [],
  );
  const { thinking, effort, maxTokens } = thinkingOf(request, saying);
  const config = compact({ effort, format: outputFormat(request, saying) });
  return compact({
    model: request.model,
    system: system.length > 0 ? system : undefined,
    messages: mergeTurns(
      request.messages.flatMap((message, i) => (isSystem(message) ? [] : [turn(message, i, saying)])),
    ),
    max_tokens: maxTokens,
    stream: request.stream,
    ...sampling(request, thinking, saying),
    stop_sequences: stops(request, saying),
    thinking,
    output_config: Object.keys(config).length > 0 ? config : undefined,
    tools: request.tools?.map(tool),
    tool_choice: toolChoice(request),
    metadata: request.user == null ? undefined : { user_id: request.user },
  });
}

/** A model that thinks samples as it sees fit. Beyond Anthropic's range a temperature is set to its end. */
function sampling(request: ChatRequest, thinking: Bag | undefined, saying: Saying | undefined): Bag {
  const { temperature, top_p, top_k } = request;
  if (!thinking || thinking.type === 'disabled') {
    return { temperature: temperature == null ? undefined : Math.min(temperature, 1), top_p, top_k };
  }
  if (temperature != null && temperature !== 1) {
    cannotSay(saying, 'A model that reasons takes no temperature.', 'temperature');
  }
  if (top_k != null) cannotSay(saying, 'A model that reasons takes no top_k.', 'top_k');
  return { top_p };
}

function stops({ stop }: ChatRequest, saying: Saying | undefined): string[] | undefined {
  const list = typeof stop === 'string' ? [stop] : stop;
  if (!list?.some((text) => text.trim() === '')) return list ?? undefined;
  cannotSay(saying, 'The model takes no stop sequence of white space alone.', 'stop');
  return list.filter((text) => text.trim() !== '');
}

/** There is no way to ask for just any JSON. */
function outputFormat({ response_format: format }: ChatRequest, saying: Saying | undefined): Bag | undefined {
  if (!format || format.type === 'text') return undefined;
  if (format.type === 'json_schema') {
    return { type: 'json_schema', schema: closedSchema(format.json_schema.schema ?? { type: 'object' }) };
  }
  cannotSay(saying, 'The model gives JSON of a schema only: response_format json_schema.', 'response_format');
  return undefined;
}

interface Turn {
  role: 'user' | 'assistant';
  content: Bag[];
}

function turn(message: ChatMessage, index: number, saying: Saying | undefined): Turn {
  if (message.role === 'assistant')
    return { role: 'assistant', content: assistantBlocks(message, index, saying) };
  const content = contentBlocks(message.content, index, saying);
  if (message.role !== 'tool') return { role: 'user', content };
  const result = { type: 'tool_result', tool_use_id: plainToolId(message.tool_call_id), content };
  return { role: 'user', content: [message.is_error ? { ...result, is_error: true } : result] };
}

/** Anthropic wants one message for each turn: parallel tool results come together in one. */
function mergeTurns(turns: Turn[]): Turn[] {
  const merged: Turn[] = [];
  for (const next of turns) {
    const last = merged.at(-1);
    if (last?.role === next.role) last.content.push(...next.content);
    else merged.push(next);
  }
  return merged;
}

function assistantBlocks(message: AssistantMessage, index: number, saying: Saying | undefined): Bag[] {
  const reasoning = (message.reasoning_blocks ?? [])
    .filter(isOwn)
    .map(({ text = '', signature, redacted }) =>
      redacted === undefined
        ? { type: 'thinking', thinking: text, signature }
        : { type: 'redacted_thinking', data: redacted },
    );
  const text = contentBlocks(assistantTexts(message, index, saying), index, saying);
  return [...reasoning, ...text, ...(message.tool_calls ?? []).map(toolUse)];
}

function toolUse(call: ToolCall, index: number): Bag {
  const { id, cache_control } = call;
  return compact({
    type: 'tool_use',
    id: plainToolId(id),
    name: call.function.name,
    input: toolInput(call, index),
    cache_control,
  });
}

/** @throws TranslationError */
export function toolInput(call: ToolCall, index: number): unknown {
  if (call.function.arguments.trim() === '') return {};
  try {
    return JSON.parse(call.function.arguments);
  } catch {
    throw new TranslationError(
      'Tool call arguments must be JSON for this model.',
      `tool_calls[${index}].function.arguments`,
    );
  }
}

function contentBlocks(content: string | ContentPart[], index: number, saying: Saying | undefined): Bag[] {
  // Anthropic refuses empty text blocks.
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return content.flatMap((part, i): Bag[] => {
    const cache = 'cache_control' in part && part.cache_control ? { cache_control: part.cache_control } : {};
    const param = `messages[${index}].content[${i}]`;
    switch (part.type) {
      case 'text':
        return part.text === '' ? [] : [{ type: 'text', text: part.text, ...cache }];
      case 'image_url':
        return [{ type: 'image', source: source(part.image_url.url), ...cache }];
      case 'file':
        return [{ type: 'document', ...documentOf(part.file, param), ...cache }];
      default:
        cannotSay(saying, `The model takes no parts of type ${part.type}.`, param);
        return [];
    }
  });
}

function source(url: string): Bag {
  const data = dataUrl(url);
  return data ? { type: 'base64', media_type: data.type, data: data.data } : { type: 'url', url };
}

function documentOf(file: Extract<ContentPart, { type: 'file' }>['file'], param: string): Bag {
  const url = file.file_data ?? file.file_url;
  if (url === undefined) {
    throw new TranslationError('Files that lie at a provider are known to that provider only.', param);
  }
  const title = file.filename === undefined ? {} : { title: file.filename };
  const data = dataUrl(url);
  if (data?.type.startsWith('text/')) {
    const text = Buffer.from(data.data, 'base64').toString('utf8');
    return { source: { type: 'text', media_type: 'text/plain', data: text }, ...title };
  }
  return { source: source(url), ...title };
}

function tool({ function: { name, description, parameters, strict }, cache_control }: Tool): Bag {
  return compact({
    name,
    description,
    input_schema: parameters ?? { type: 'object', properties: {} },
    // A strict schema has to be closed, as a structured output.
    ...(strict === true ? { strict, input_schema: closedSchema(parameters) } : {}),
    cache_control,
  });
}

function toolChoice({
  tool_choice: choice,
  parallel_tool_calls: parallel,
  tools,
}: ChatRequest): Bag | undefined {
  if (!tools || tools.length === 0) return undefined;
  const serial = parallel === false ? { disable_parallel_tool_use: true } : {};
  if (choice === 'none') return { type: 'none' };
  if (choice === 'required') return { type: 'any', ...serial };
  if (choice && typeof choice === 'object') return { type: 'tool', name: choice.function.name, ...serial };
  return choice === 'auto' || parallel === false ? { type: 'auto', ...serial } : undefined;
}
