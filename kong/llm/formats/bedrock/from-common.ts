// A chat completion request as Bedrock's Converse takes it, whatever the model behind it.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import type {
  AssistantMessage,
  CacheControl,
  ChatMessage,
  ChatRequest,
  ContentPart,
  TextPart,
  ToolCall,
} from '../../chat.ts';
import { cannotSay, type Saying, TranslationError } from '../../format.ts';
import { type Bag, compact, entryOf, isObject } from '../../slots.ts';
import { toolInput } from '../anthropic/from-common.ts';
import { closedSchema } from '../anthropic/schema.ts';
import { isOwn, thinkingOf } from '../anthropic/thinking.ts';
import { assistantTexts, isSystem } from '../assistant.ts';
import { dataUrl } from '../media.ts';
import { checkParams } from '../params.ts';
import { plainToolId } from '../tool-id.ts';

const LACKING = [
  'n',
  'logprobs',
  'logit_bias',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'user',
  'metadata',
  'verbosity',
];

export function fromCommon(request: ChatRequest, saying?: Saying): Bag {
  checkParams(request, LACKING, saying);
  const system = request.messages.filter(isSystem).flatMap(({ content }) => systemBlocks(content));
  const own = modelFields(request, saying);
  const body = compact({
    system: system.length > 0 ? system : undefined,
    messages: mergeTurns(
      request.messages.flatMap((message, i) => (isSystem(message) ? [] : [turn(message, i, saying)])),
    ),
    inferenceConfig: inferenceConfig(request, own.maxTokens),
    toolConfig: toolConfig(request, saying),
    outputConfig: outputConfig(request, own.effort, saying),
    additionalModelRequestFields: Object.keys(own.fields).length > 0 ? own.fields : undefined,
  });
  dropCachePoints(body, request.model);
  return body;
}

/**
 * Models that cannot cache refuse a cache point. Claude caches all, Nova all but tools.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
function dropCachePoints(body: Bag, model: string): void {
  if (isClaude(model)) return;
  const without = (list: unknown): Bag[] => (list as Bag[]).filter((block) => !('cachePoint' in block));
  const { toolConfig } = body;
  if (isObject(toolConfig)) toolConfig.tools = without(toolConfig.tools);
  if (/nova/.test(model)) return;
  if (body.system) body.system = without(body.system);
  for (const message of body.messages as Turn[]) message.content = without(message.content);
}

const isClaude = (model: string): boolean => /claude/.test(model);

function inferenceConfig(request: ChatRequest, maxTokens: number | undefined): Bag | undefined {
  const { temperature, top_p: topP, stop } = request;
  const config = compact({
    maxTokens,
    temperature: temperature == null ? undefined : Math.min(temperature, 1),
    topP,
    stopSequences: typeof stop === 'string' ? [stop] : stop,
  });
  return Object.keys(config).length > 0 ? config : undefined;
}

/** What Converse has no common word for goes to the model in the model's own. */
function modelFields(
  request: ChatRequest,
  saying: Saying | undefined,
): { fields: Bag; maxTokens: number | undefined; effort: string | undefined } {
  const { top_k: topK, model, reasoning_effort: effort } = request;
  const asked = request.max_completion_tokens ?? request.max_tokens ?? undefined;
  if (isClaude(model)) {
    const { thinking, effort: level, maxTokens } = thinkingOf(request, saying);
    const serial = request.parallel_tool_calls === false && request.tools?.length;
    const choice = serial
      ? { tool_choice: { type: anthropicChoice(request), disable_parallel_tool_use: true } }
      : {};
    const specific = typeof request.tool_choice === 'object' ? {} : choice;
    return {
      fields: compact({ top_k: topK, thinking, ...specific }),
      maxTokens: thinking?.type === 'enabled' ? maxTokens : asked,
      effort: level,
    };
  }
  checkParams(request, ['parallel_tool_calls', 'reasoning_budget'], saying);
  const fields: Bag = {};
  if (topK != null) {
    if (/nova/.test(model)) fields.inferenceConfig = { topK };
    else cannotSay(saying, 'The model that serves this route does not take top_k.', 'top_k');
  }
  // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html
  if (effort !== undefined && /openai\.|deepseek/.test(model)) fields.reasoning_effort = effort;
  else if (effort !== undefined) checkParams(request, ['reasoning_effort'], saying);
  return { fields, maxTokens: asked, effort: undefined };
}

const anthropicChoice = ({ tool_choice: choice }: ChatRequest): string =>
  choice === 'required' ? 'any' : 'auto';

function outputConfig(
  request: ChatRequest,
  effort: string | undefined,
  saying: Saying | undefined,
): Bag | undefined {
  const { response_format: format } = request;
  const config: Bag = effort === undefined ? {} : { effort };
  if (format?.type === 'json_schema') {
    const { name, description, schema = { type: 'object' } } = format.json_schema;
    const taken = isClaude(request.model) ? closedSchema(schema) : schema;
    const jsonSchema = compact({ name, description, schema: JSON.stringify(taken) });
    config.textFormat = { type: 'json_schema', structure: { jsonSchema } };
  } else if (format?.type === 'json_object') {
    cannotSay(
      saying,
      'The model gives JSON of a schema only: response_format json_schema.',
      'response_format',
    );
  }
  return Object.keys(config).length > 0 ? config : undefined;
}

function systemBlocks(content: string | TextPart[]): Bag[] {
  if (typeof content === 'string') return textBlock(content);
  return content.flatMap((part) => [...textBlock(part.text), ...cachePoint(part.cache_control)]);
}

/** Converse refuses blank texts. */
const textBlock = (text: string): Bag[] => (text.trim() === '' ? [] : [{ text }]);

const cachePoint = (cache: CacheControl | undefined | null): Bag[] =>
  cache ? [{ cachePoint: compact({ type: 'default', ttl: cache.ttl }) }] : [];

interface Turn {
  role: 'user' | 'assistant';
  content: Bag[];
}

/** Roles alternate: what one side says in a row is one message. */
function mergeTurns(turns: Turn[]): Turn[] {
  const merged: Turn[] = [];
  for (const next of turns) {
    const last = merged.at(-1);
    if (last?.role === next.role) last.content.push(...next.content);
    else merged.push(next);
  }
  return merged;
}

function turn(message: ChatMessage, index: number, saying: Saying | undefined): Turn {
  if (message.role === 'assistant')
    return { role: 'assistant', content: assistantBlocks(message, index, saying) };
  const content = contentBlocks(message.content, index, saying);
  if (message.role !== 'tool') return { role: 'user', content };
  const cached = content.filter(({ cachePoint: point }) => point);
  const inner = content.filter(({ cachePoint: point }) => !point);
  const result = compact({
    toolUseId: plainToolId(message.tool_call_id),
    content: inner.length > 0 ? inner : [{ text: '(empty)' }],
    status: message.is_error ? 'error' : undefined,
  });
  return { role: 'user', content: [{ toolResult: result }, ...cached] };
}

function assistantBlocks(message: AssistantMessage, index: number, saying: Saying | undefined): Bag[] {
  const reasoning = (message.reasoning_blocks ?? [])
    .filter(isOwn)
    .map(({ text = '', signature, redacted }) => ({
      reasoningContent:
        redacted === undefined ? { reasoningText: { text, signature } } : { redactedContent: redacted },
    }));
  const text = assistantTexts(message, index, saying).flatMap((part) => textBlock(part.text));
  return [...reasoning, ...text, ...(message.tool_calls ?? []).flatMap(toolUse)];
}

function toolUse(call: ToolCall, index: number): Bag[] {
  const block = { toolUseId: plainToolId(call.id), name: call.function.name, input: toolInput(call, index) };
  return [{ toolUse: block }, ...cachePoint(call.cache_control)];
}

function contentBlocks(content: string | ContentPart[], index: number, saying: Saying | undefined): Bag[] {
  if (typeof content === 'string') return textBlock(content);
  return content.flatMap((part, i): Bag[] => {
    const param = `messages[${index}].content[${i}]`;
    const cache = cachePoint('cache_control' in part ? part.cache_control : undefined);
    switch (part.type) {
      case 'text':
        return [...textBlock(part.text), ...cache];
      case 'image_url':
        return [...image(part.image_url.url, param, saying), ...cache];
      case 'file':
        return [...documentBlock(part.file, i, param, saying), ...cache];
      case 'input_audio':
        return [{ audio: { format: part.input_audio.format, source: { bytes: part.input_audio.data } } }];
      default:
        cannotSay(saying, `The model takes no parts of type ${(part as Bag).type}.`, param);
        return [];
    }
  });
}

function image(url: string, param: string, saying: Saying | undefined): Bag[] {
  const data = dataUrl(url);
  if (data) {
    const format = data.type.replace('image/', '').replace('jpg', 'jpeg');
    return [{ image: { format, source: { bytes: data.data } } }];
  }
  if (url.startsWith('s3://')) {
    const ending = url.slice(url.lastIndexOf('.') + 1);
    return [{ image: { format: ending.replace('jpg', 'jpeg'), source: { s3Location: { uri: url } } } }];
  }
  cannotSay(saying, 'The model takes images as data, not by URL.', param);
  return [];
}

const FORMATS: Record<string, string> = {
  'application/pdf': 'pdf',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/markdown': 'md',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

function documentBlock(
  file: Extract<ContentPart, { type: 'file' }>['file'],
  i: number,
  param: string,
  saying: Saying | undefined,
): Bag[] {
  const data = file.file_data === undefined ? undefined : dataUrl(file.file_data);
  if (file.file_id !== undefined && !data) {
    throw new TranslationError('Files that lie at a provider are known to that provider only.', param);
  }
  const format = entryOf(FORMATS, data?.type);
  if (!data || !format) {
    cannotSay(saying, 'The model takes documents as data of a type that it knows.', param);
    return [];
  }
  // Letters, digits, single spaces, hyphens, parentheses and brackets only.
  const name = (file.filename ?? '')
    .replace(/[^a-zA-Z0-9 \-()[\]]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return [{ document: { format, name: name || `document ${i + 1}`, source: { bytes: data.data } } }];
}

function toolConfig(request: ChatRequest, saying: Saying | undefined): Bag | undefined {
  const { tools, tool_choice: choice } = request;
  if (!tools || tools.length === 0) return undefined;
  if (choice === 'none') {
    const used = request.messages.some((message) => message.role === 'tool' || 'tool_calls' in message);
    if (!used) return undefined;
    cannotSay(
      saying,
      'The model cannot be kept from calling tools that the conversation has used.',
      'tool_choice',
    );
  }
  return compact({
    tools: tools.flatMap(({ function: { name, description, parameters, strict }, cache_control }) => [
      {
        toolSpec: compact({
          name,
          description: description || undefined,
          inputSchema: { json: parameters ?? { type: 'object', properties: {} } },
          strict: strict === true ? true : undefined,
        }),
      },
      ...cachePoint(cache_control),
    ]),
    toolChoice: toolChoice(choice),
  });
}

function toolChoice(choice: ChatRequest['tool_choice']): Bag | undefined {
  if (choice === 'required') return { any: {} };
  if (choice && typeof choice === 'object') return { tool: { name: choice.function.name } };
  return choice === 'auto' ? { auto: {} } : undefined;
}
