// The common language as a provider of OpenAI's format takes it: without the words that are ours, and with its quirks.
import type { AssistantMessage, ChatMessage, ChatRequest, ContentPart, ToolCall } from '../../chat.ts';
import { cannotSay, type Saying } from '../../format.ts';
import type { Bag } from '../../slots.ts';
import { shortToolId } from '../tool-id.ts';
import { adjust } from './adjust.ts';
import type { Quirks } from './quirks.ts';

export function fromCommon(request: ChatRequest, quirks: Quirks, saying: Saying | undefined): Bag {
  const out: Bag = { ...request, messages: messages(request, quirks, saying) };
  if (Array.isArray(request.tools)) {
    out.tools = request.tools.map(({ free_text: _, ...tool }) =>
      quirks.cacheControl ? tool : withoutCache(tool),
    );
  }
  if (request.stream) out.stream_options = { ...request.stream_options, include_usage: true };
  const changes = adjust({ ...request, ...(out as Partial<ChatRequest>) }, quirks, saying);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete out[name];
    else out[name] = value;
  }
  delete out.reasoning_budget;
  return out;
}

function messages(request: ChatRequest, quirks: Quirks, saying: Saying | undefined): unknown[] {
  const out: unknown[] = [];
  /** Parts of tool results that OpenAI's tool messages cannot hold: a user says them, after the last result. */
  let moved: ContentPart[] = [];
  for (const [i, message] of request.messages.entries()) {
    if (message.role !== 'tool' && moved.length > 0) {
      out.push({ role: 'user', content: moved });
      moved = [];
    }
    switch (message.role) {
      case 'assistant':
        out.push(assistantMessage(message, quirks));
        break;
      case 'tool': {
        const { text, rest } = splitResult(message.content, quirks, saying, i);
        moved.push(...rest);
        out.push({ role: 'tool', tool_call_id: toolId(message.tool_call_id, quirks), content: text });
        break;
      }
      case 'developer':
      case 'system': {
        const role = quirks.noDeveloper ? 'system' : message.role;
        out.push({ ...message, role, content: parts(message.content, quirks, saying, i) });
        break;
      }
      default:
        out.push({ ...(message as ChatMessage), content: parts(message.content, quirks, saying, i) });
    }
  }
  if (moved.length > 0) out.push({ role: 'user', content: moved });
  return out;
}

function assistantMessage(message: AssistantMessage, quirks: Quirks): Bag {
  const {
    reasoning_blocks: _b,
    reasoning_content: reasoning,
    annotations: _a,
    tool_calls: calls,
    ...rest
  } = message;
  const out: Bag = { ...rest };
  if (calls) out.tool_calls = calls.map((call) => plainCall(call, quirks));
  // Neither text nor calls: OpenAI wants one of them.
  if (out.content == null && !calls && !rest.refusal) out.content = '';
  if (quirks.echoReasoning && calls && reasoning) out[quirks.echoReasoning] = reasoning;
  return out;
}

function plainCall({ signature: _s, cache_control: _c, ...call }: ToolCall, quirks: Quirks): ToolCall {
  return { ...call, id: toolId(call.id, quirks) };
}

const toolId = (id: string, { toolIdLength }: Quirks): string =>
  toolIdLength === undefined ? id : shortToolId(id, toolIdLength);

function parts(content: unknown, quirks: Quirks, saying: Saying | undefined, turn: number): unknown {
  if (!Array.isArray(content)) return content;
  return (content as ContentPart[]).flatMap((part, i) => {
    const param = `messages[${turn}].content[${i}]`;
    if (part.type === 'file' && part.file?.file_url !== undefined) {
      cannotSay(saying, 'The model takes files as data, not by URL.', param);
      return [];
    }
    if (part.type === 'image_url' && quirks.noImageUrls && !part.image_url?.url.startsWith('data:')) {
      cannotSay(saying, 'The model takes images as data, not by URL.', param);
      return [];
    }
    return [quirks.cacheControl ? part : withoutCache(part)];
  });
}

function splitResult(
  content: string | ContentPart[],
  quirks: Quirks,
  saying: Saying | undefined,
  turn: number,
): { text: unknown; rest: ContentPart[] } {
  if (!Array.isArray(content)) return { text: content, rest: [] };
  const said = parts(content, quirks, saying, turn) as ContentPart[];
  const text = said.filter((part) => part.type === 'text');
  const rest = said.filter((part) => part.type !== 'text');
  if (rest.length > 0 && text.length === 0) return { text: 'The result follows.', rest };
  const [only] = text;
  return { text: text.length === 1 && only && !('cache_control' in only) ? only.text : text, rest };
}

function withoutCache<T extends object>(value: T): T {
  if (!('cache_control' in value)) return value;
  const { cache_control: _, ...rest } = value as T & { cache_control?: unknown };
  return rest as T;
}
