// A Responses API request as a chat completion request. https://platform.openai.com/docs/api-reference/responses/create
import type {
  AssistantMessage,
  ChatMessage,
  ChatRequest,
  ContentPart,
  ReasoningBlock,
  TextPart,
  Tool,
  ToolCall,
} from '../../chat.ts';
import { cannotSay, type Saying, TranslationError } from '../../format.ts';
import { type Bag, bag, compact, isObject, objects, str } from '../../slots.ts';
import { unseal } from '../seal.ts';

/** State that lies at OpenAI: without it the request means something else, so it is never dropped. */
const STATE = ['previous_response_id', 'conversation', 'prompt'];

export function toCommon(body: Bag, saying?: Saying): ChatRequest {
  for (const field of STATE) {
    if (body[field] != null)
      throw new TranslationError(`${field} needs a provider that has the Responses API.`, field);
  }
  if (body.background === true)
    throw new TranslationError('This model cannot answer in the background.', 'background');
  const tools = Array.isArray(body.tools) ? toolsOf(body.tools, saying) : undefined;
  const format = bag(body.text);
  const include = Array.isArray(body.include) ? body.include : [];
  return compact({
    model: str(body.model),
    messages: [...instructions(body.instructions), ...messagesOf(body.input, saying)],
    max_completion_tokens: body.max_output_tokens,
    stream: body.stream,
    temperature: body.temperature,
    top_p: body.top_p,
    tools,
    tool_choice: toolChoice(body.tool_choice, saying),
    parallel_tool_calls: tools && tools.length > 0 ? body.parallel_tool_calls : undefined,
    response_format: responseFormat(format.format),
    verbosity: format.verbosity,
    reasoning_effort: bag(body.reasoning).effort,
    logprobs: include.includes('message.output_text.logprobs') ? true : undefined,
    top_logprobs: body.top_logprobs,
    metadata: body.metadata,
    user: body.user,
    service_tier: body.service_tier,
    prompt_cache_key: body.prompt_cache_key,
    safety_identifier: body.safety_identifier,
  }) as unknown as ChatRequest;
}

function instructions(text: unknown): ChatMessage[] {
  return typeof text === 'string' ? [{ role: 'system', content: text }] : [];
}

function messagesOf(input: unknown, saying: Saying | undefined): ChatMessage[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  const messages: ChatMessage[] = [];
  /** Reasoning, text and calls of one turn are items of their own here, one message there. */
  const assistant = (): AssistantMessage => {
    const last = messages.at(-1);
    if (last?.role === 'assistant') return last;
    const made: AssistantMessage = { role: 'assistant', content: null };
    messages.push(made);
    return made;
  };
  for (const [i, item] of objects(input).entries()) {
    const param = `input[${i}]`;
    switch (item.type ?? 'message') {
      case 'message':
        if (item.role === 'assistant') addText(assistant(), item.content);
        else messages.push(message(item, param, saying));
        break;
      case 'reasoning':
        addReasoning(assistant(), item);
        break;
      case 'function_call':
      case 'custom_tool_call':
        addCall(assistant(), item);
        break;
      case 'function_call_output':
      case 'custom_tool_call_output':
        messages.push({
          role: 'tool',
          tool_call_id: str(item.call_id),
          content: content(item.output, `${param}.output`, saying) as string,
        });
        break;
      default:
        cannotSay(
          saying,
          `Items of type ${str(item.type) || 'unknown'} need a provider that has the Responses API.`,
          param,
        );
    }
  }
  return messages;
}

function message(item: Bag, param: string, saying: Saying | undefined): ChatMessage {
  const said = content(item.content, `${param}.content`, saying);
  if (item.role === 'system' || item.role === 'developer') {
    return { role: item.role, content: said as string | TextPart[] };
  }
  return { role: 'user', content: said };
}

function content(value: unknown, param: string, saying: Saying | undefined): string | ContentPart[] {
  if (typeof value === 'string') return value;
  return objects(value).flatMap((part, i) => contentPart(part, `${param}[${i}]`, saying));
}

function contentPart(part: Bag, param: string, saying: Saying | undefined): ContentPart[] {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return [{ type: 'text', text: str(part.text) }];
    case 'input_image': {
      if (typeof part.image_url !== 'string') throw atProvider(param);
      const detail = typeof part.detail === 'string' ? { detail: part.detail } : {};
      return [{ type: 'image_url', image_url: { url: part.image_url, ...detail } }];
    }
    case 'input_file': {
      const file: Record<string, string> = {};
      for (const field of ['filename', 'file_data', 'file_url']) {
        if (typeof part[field] === 'string') file[field] = part[field];
      }
      if (file.file_data === undefined && file.file_url === undefined) throw atProvider(param);
      return [{ type: 'file', file }];
    }
    case 'input_audio': {
      const { data, format } = bag(part.input_audio);
      return [{ type: 'input_audio', input_audio: { data: str(data), format: str(format) } }];
    }
    default:
      cannotSay(
        saying,
        `Parts of type ${str(part.type) || 'unknown'} need a provider that has the Responses API.`,
        param,
      );
      return [];
  }
}

const atProvider = (param: string): TranslationError =>
  new TranslationError('Files that lie at a provider are known to that provider only.', param);

function addText(to: AssistantMessage, value: unknown): void {
  const parts = typeof value === 'string' ? [{ type: 'output_text', text: value }] : objects(value);
  for (const part of parts) {
    if (part.type === 'refusal') to.refusal = (to.refusal ?? '') + str(part.refusal);
    else to.content = typeof to.content === 'string' ? to.content + str(part.text) : str(part.text);
  }
}

function addCall(to: AssistantMessage, item: Bag): void {
  const text =
    item.type === 'custom_tool_call' ? JSON.stringify({ input: str(item.input) }) : str(item.arguments);
  const call: ToolCall = {
    id: str(item.call_id),
    type: 'function',
    function: { name: str(item.name), arguments: text },
  };
  const signed = to.reasoning_blocks?.findIndex(({ tool }) => tool === call.id) ?? -1;
  if (signed >= 0) {
    const [block] = to.reasoning_blocks!.splice(signed, 1);
    if (block?.signature !== undefined) call.signature = block.signature;
  }
  to.tool_calls = [...(to.tool_calls ?? []), call];
}

function addReasoning(to: AssistantMessage, item: Bag): void {
  const text = [...objects(item.summary), ...objects(item.content)]
    .map((part) => str(part.text))
    .join('\n\n');
  const sealed = unseal(item.encrypted_content);
  const block: ReasoningBlock = text === '' ? {} : { text };
  if (sealed) {
    if (sealed.redacted) block.redacted = sealed.signature;
    else block.signature = sealed.signature;
    block.format = sealed.format;
    if (sealed.tool !== undefined) block.tool = sealed.tool;
  } else if (typeof item.encrypted_content === 'string') {
    block.signature = item.encrypted_content;
    block.format = 'openai-responses';
  }
  to.reasoning_blocks = [...(to.reasoning_blocks ?? []), block];
  if (text !== '') to.reasoning_content = (to.reasoning_content ?? '') + text;
}

function toolsOf(tools: unknown[], saying: Saying | undefined): Tool[] {
  return objects(tools).flatMap((tool, i): Tool[] => {
    const { name, description, parameters, strict } = tool;
    if (tool.type === 'function') {
      const made = compact({ name, description, parameters, strict }) as unknown as Tool['function'];
      return [{ type: 'function', function: made }];
    }
    if (tool.type === 'custom') return [freeTextTool(tool)];
    cannotSay(saying, `The tool ${str(tool.type) || 'unknown'} needs a provider that has it.`, `tools[${i}]`);
    return [];
  });
}

/** A grammar cannot be forced on another model; it is told. */
function freeTextTool({ name, description, format }: Bag): Tool {
  const { syntax, definition } = bag(format);
  const grammar =
    definition === undefined ? '' : `\n\nThe input follows this ${str(syntax)} grammar:\n${str(definition)}`;
  const parameters = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };
  return {
    type: 'function',
    function: { name: str(name), description: str(description) + grammar, parameters },
    free_text: true,
  };
}

function toolChoice(choice: unknown, saying: Saying | undefined): unknown {
  if (typeof choice === 'string') return choice;
  if (!isObject(choice)) return undefined;
  if (choice.type === 'function' || choice.type === 'custom') {
    return { type: 'function', function: { name: str(choice.name) } };
  }
  cannotSay(
    saying,
    `tool_choice of type ${str(choice.type) || 'unknown'} needs a provider that has it.`,
    'tool_choice',
  );
  return undefined;
}

function responseFormat(format: unknown): unknown {
  if (!isObject(format)) return undefined;
  const { type, name, description, schema, strict } = format;
  if (type !== 'json_schema') return { type };
  return { type, json_schema: compact({ name, description, schema, strict }) };
}
