// A chat completion request as an Anthropic message request. https://docs.anthropic.com/en/api/messages
import type { AssistantMessage, ChatMessage, ChatRequest, ContentPart, Tool, ToolCall } from '../../chat.ts';
import { TranslationError } from '../../format.ts';
import type { Bag } from '../../slots.ts';

/** Anthropic demands `max_tokens`; what most of its models could write in one go. */
export const DEFAULT_MAX_TOKENS = 4096;

export function fromCommon(request: ChatRequest): Bag {
  refuseUnsayable(request);
  const system = request.messages
    .filter(isSystem)
    .flatMap((message) => textBlocks(message.content as string));
  return compact({
    model: request.model,
    system: system.length > 0 ? system : undefined,
    messages: mergeTurns(request.messages.filter((message) => !isSystem(message)).map(turn)),
    max_tokens: request.max_completion_tokens ?? request.max_tokens ?? DEFAULT_MAX_TOKENS,
    stream: request.stream,
    temperature: request.temperature === undefined ? undefined : Math.min(request.temperature, 1),
    top_p: request.top_p,
    top_k: request.top_k,
    stop_sequences: typeof request.stop === 'string' ? [request.stop] : request.stop,
    tools: request.tools?.map(tool),
    tool_choice: toolChoice(request),
    metadata: request.user === undefined ? undefined : { user_id: request.user },
  });
}

function refuseUnsayable(request: ChatRequest): void {
  if ((request.n ?? 1) > 1)
    throw new TranslationError('This model gives one answer at a time: n must be 1.', 'n');
  if (request.logprobs) throw new TranslationError('This model gives no logprobs.', 'logprobs');
}

const isSystem = ({ role }: ChatMessage): boolean => role === 'system' || role === 'developer';

interface Turn {
  role: 'user' | 'assistant';
  content: Bag[];
}

function turn(message: ChatMessage, index: number): Turn {
  if (message.role === 'assistant') return { role: 'assistant', content: assistantBlocks(message) };
  if (message.role !== 'tool') return { role: 'user', content: contentBlocks(message.content, index) };
  const content = contentBlocks(message.content, index);
  const result = { type: 'tool_result', tool_use_id: message.tool_call_id, content };
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

function assistantBlocks(message: AssistantMessage): Bag[] {
  const reasoning = (message.reasoning_blocks ?? []).map(({ text, signature, redacted }) =>
    redacted === undefined
      ? { type: 'thinking', thinking: text ?? '', signature: signature ?? '' }
      : { type: 'redacted_thinking', data: redacted },
  );
  const parts = typeof message.content === 'string' ? textBlocks(message.content) : [];
  const text = Array.isArray(message.content)
    ? message.content.map((part) => ({ type: 'text', text: part.type === 'text' ? part.text : part.refusal }))
    : parts;
  return [...reasoning, ...text, ...(message.tool_calls ?? []).map(toolUse)];
}

function toolUse(call: ToolCall, index: number): Bag {
  return { type: 'tool_use', id: call.id, name: call.function.name, input: toolInput(call, index) };
}

function toolInput(call: ToolCall, index: number): unknown {
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

function textBlocks(content: string | Bag[]): Bag[] {
  if (typeof content !== 'string') return contentBlocks(content as unknown as ContentPart[], 0);
  // Anthropic refuses empty text blocks.
  return content === '' ? [] : [{ type: 'text', text: content }];
}

function contentBlocks(content: string | ContentPart[], index: number): Bag[] {
  if (typeof content === 'string') return textBlocks(content);
  return content.map((part, i) => {
    const cache = 'cache_control' in part && part.cache_control ? { cache_control: part.cache_control } : {};
    if (part.type === 'text') return { type: 'text', text: part.text, ...cache };
    if (part.type === 'image_url')
      return { type: 'image', source: imageSource(part.image_url.url), ...cache };
    if (part.type === 'file' && part.file.file_data)
      return { type: 'document', source: imageSource(part.file.file_data), ...cache };
    throw new TranslationError(
      `This model takes no parts of type ${part.type}.`,
      `messages[${index}].content[${i}]`,
    );
  });
}

function imageSource(url: string): Bag {
  const data = /^data:([^;,]+);base64,/.exec(url.slice(0, 200));
  if (!data) return { type: 'url', url };
  return { type: 'base64', media_type: data[1], data: url.slice(data[0].length) };
}

function tool({ function: { name, description, parameters }, cache_control }: Tool): Bag {
  return compact({
    name,
    description,
    input_schema: parameters ?? { type: 'object', properties: {} },
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
  if (typeof choice === 'object') return { type: 'tool', name: choice.function.name, ...serial };
  return choice === 'auto' || parallel === false ? { type: 'auto', ...serial } : undefined;
}

function compact(value: Bag): Bag {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined && item !== null));
}
