// A message request as a chat completion request. https://docs.anthropic.com/en/api/messages
import type {
  AssistantMessage,
  CacheControl,
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

export function toCommon(body: Bag, saying?: Saying): ChatRequest {
  for (const field of ['container', 'mcp_servers']) {
    if (body[field] != null) cannotSay(saying, `${field} needs a model of Anthropic.`, field);
  }
  const tools = Array.isArray(body.tools) ? toolsOf(body.tools, saying) : undefined;
  return compact({
    model: str(body.model),
    messages: [...systemMessages(body.system), ...messagesOf(body, saying)],
    max_tokens: body.max_tokens,
    stream: body.stream,
    temperature: body.temperature,
    top_p: body.top_p,
    top_k: body.top_k,
    stop: body.stop_sequences,
    tools,
    ...toolChoice(body.tool_choice, tools),
    response_format: responseFormat(body.output_config),
    ...reasoning(body),
    user: bag(body.metadata).user_id,
  }) as unknown as ChatRequest;
}

function systemMessages(system: unknown): ChatMessage[] {
  if (typeof system === 'string') return [{ role: 'system', content: system }];
  const parts = textParts(system);
  return parts.length > 0 ? [{ role: 'system', content: parts }] : [];
}

function textParts(content: unknown): TextPart[] {
  return objects(content)
    .filter(({ type }) => type === 'text')
    .map((block) => ({ type: 'text', text: str(block.text), ...cacheControl(block) }));
}

function cacheControl(block: Bag): { cache_control?: CacheControl } {
  return isObject(block.cache_control)
    ? { cache_control: block.cache_control as unknown as CacheControl }
    : {};
}

function messagesOf(body: Bag, saying: Saying | undefined): ChatMessage[] {
  return objects(body.messages).flatMap((message, i): ChatMessage[] => {
    const { role, content } = message;
    const param = `messages[${i}].content`;
    if (role === 'assistant') return [assistantMessage(content, param, saying)];
    if (role === 'system') {
      return [{ role: 'system', content: typeof content === 'string' ? content : textParts(content) }];
    }
    return userMessages(content, param, saying);
  });
}

/** Tool results are messages of their own, and follow the calls at once: before what else the user says. */
function userMessages(content: unknown, param: string, saying: Saying | undefined): ChatMessage[] {
  if (typeof content === 'string') return [{ role: 'user', content }];
  const results: ChatMessage[] = [];
  const parts: ContentPart[] = [];
  for (const [i, block] of objects(content).entries()) {
    if (block.type === 'tool_result') results.push(toolMessage(block, `${param}[${i}]`, saying));
    else parts.push(...contentParts(block, `${param}[${i}]`, saying));
  }
  return parts.length > 0 || results.length === 0 ? [...results, { role: 'user', content: parts }] : results;
}

function toolMessage(block: Bag, param: string, saying: Saying | undefined): ChatMessage {
  const content =
    typeof block.content === 'string'
      ? block.content
      : objects(block.content).flatMap((inner, i) => contentParts(inner, `${param}.content[${i}]`, saying));
  return {
    role: 'tool',
    tool_call_id: str(block.tool_use_id),
    content: withCache(content, block),
    ...(block.is_error === true ? { is_error: true } : {}),
  };
}

/** The mark on the result as a whole goes to its last part. */
function withCache(content: string | ContentPart[], block: Bag): string | ContentPart[] {
  const cache = cacheControl(block);
  if (!cache.cache_control) return content;
  const parts: ContentPart[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return parts.map((part, i) => (i === parts.length - 1 ? ({ ...part, ...cache } as ContentPart) : part));
}

function contentParts(block: Bag, param: string, saying: Saying | undefined): ContentPart[] {
  const cache = cacheControl(block);
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: str(block.text), ...cache }];
    case 'image':
      return [
        { type: 'image_url', image_url: { url: urlOf(bag(block.source), `${param}.source`) }, ...cache },
      ];
    case 'document':
      return documentParts(block, param, saying);
    case 'search_result': {
      const text = textParts(block.content).map((part) => part.text);
      return [{ type: 'text', text: [str(block.title), str(block.source), ...text].join('\n'), ...cache }];
    }
    default:
      cannotSay(saying, `Blocks of type ${str(block.type) || 'unknown'} need a model of Anthropic.`, param);
      return [];
  }
}

function urlOf(source: Bag, param: string): string {
  if (source.type === 'url') return str(source.url);
  if (source.type === 'base64') return `data:${str(source.media_type)};base64,${str(source.data)}`;
  throw new TranslationError('Files that lie at a provider are known to that provider only.', param);
}

function documentParts(block: Bag, param: string, saying: Saying | undefined): ContentPart[] {
  const source = bag(block.source);
  const cache = cacheControl(block);
  const about = ['title', 'context'].map((field) => str(block[field])).filter(Boolean);
  if (source.type === 'text' || typeof source.content === 'string') {
    const text = [...about, str(source.data ?? source.content)].join('\n');
    return [{ type: 'text', text, ...cache }];
  }
  if (source.type === 'content') {
    return objects(source.content).flatMap((inner, i) =>
      contentParts(inner, `${param}.source.content[${i}]`, saying),
    );
  }
  const filename = str(block.title) || 'document.pdf';
  const where =
    source.type === 'url' ? { file_url: str(source.url) } : { file_data: urlOf(source, `${param}.source`) };
  return [{ type: 'file', file: { filename, ...where }, ...cache }];
}

function assistantMessage(content: unknown, param: string, saying: Saying | undefined): ChatMessage {
  const message: AssistantMessage = { role: 'assistant', content: null };
  if (typeof content === 'string') return { ...message, content };
  const parts: TextPart[] = [];
  const calls: ToolCall[] = [];
  const blocks: ReasoningBlock[] = [];
  const signatures = new Map<string, string>();
  for (const [i, block] of objects(content).entries()) {
    const sealed = unseal(block.type === 'redacted_thinking' ? block.data : block.signature);
    if (sealed?.tool !== undefined) signatures.set(sealed.tool, sealed.signature);
    else if (block.type === 'thinking') blocks.push(thinkingBlock(block, sealed));
    else if (block.type === 'redacted_thinking') blocks.push(redactedBlock(block, sealed));
    else if (block.type === 'tool_use') calls.push(toolCall(block));
    else parts.push(...(contentParts(block, `${param}[${i}]`, saying) as TextPart[]));
  }
  for (const call of calls) {
    const signature = signatures.get(call.id);
    if (signature !== undefined) call.signature = signature;
  }
  const [only] = parts;
  if (only) message.content = parts.length === 1 && !only.cache_control ? only.text : parts;
  if (calls.length > 0) message.tool_calls = calls;
  if (blocks.length > 0) {
    message.reasoning_blocks = blocks;
    message.reasoning_content = blocks.map(({ text }) => text ?? '').join('');
  }
  return message;
}

function thinkingBlock(block: Bag, sealed: ReturnType<typeof unseal>): ReasoningBlock {
  const text = str(block.thinking);
  if (sealed) return { text, signature: sealed.signature, format: sealed.format };
  const signature = str(block.signature);
  return signature === '' ? { text } : { text, signature, format: 'anthropic' };
}

function redactedBlock(block: Bag, sealed: ReturnType<typeof unseal>): ReasoningBlock {
  if (sealed) return { signature: sealed.signature, format: sealed.format };
  return { redacted: str(block.data), format: 'anthropic' };
}

function toolCall(block: Bag): ToolCall {
  const call = { name: str(block.name), arguments: JSON.stringify(block.input ?? {}) };
  return { id: str(block.id), type: 'function', function: call, ...cacheControl(block) };
}

function toolsOf(tools: unknown[], saying: Saying | undefined): Tool[] {
  return objects(tools).flatMap((tool, i) => {
    if (tool.type && tool.type !== 'custom') {
      cannotSay(saying, `The tool ${str(tool.type) || 'unknown'} needs a model of Anthropic.`, `tools[${i}]`);
      return [];
    }
    const { name, description, input_schema: parameters, strict } = tool;
    const made = compact({ name, description, parameters, strict }) as unknown as Tool['function'];
    return [{ type: 'function', function: made, ...cacheControl(tool) }];
  });
}

function toolChoice(choice: unknown, tools: Tool[] | undefined): Bag {
  if (!isObject(choice) || !tools || tools.length === 0) return {};
  const parallel = choice.disable_parallel_tool_use === true ? { parallel_tool_calls: false } : {};
  switch (choice.type) {
    case 'any':
      return { tool_choice: 'required', ...parallel };
    case 'tool':
      return { tool_choice: { type: 'function', function: { name: str(choice.name) } }, ...parallel };
    case 'none':
      return { tool_choice: 'none' };
    default:
      return { tool_choice: 'auto', ...parallel };
  }
}

/** https://platform.claude.com/docs/en/build-with-claude/structured-outputs */
function responseFormat(config: unknown): Bag | undefined {
  const format = bag(bag(config).format);
  if (format.type !== 'json_schema') return undefined;
  return { type: 'json_schema', json_schema: { name: 'response', schema: bag(format.schema), strict: true } };
}

/** Adaptive thinking without an effort is left to the model: it has no word in the common language. */
function reasoning({ thinking, output_config: config }: Bag): Bag {
  const { type, budget_tokens: budget } = bag(thinking);
  if (type === 'disabled') return { reasoning_effort: 'none' };
  return { reasoning_effort: bag(config).effort, reasoning_budget: type === 'enabled' ? budget : undefined };
}
