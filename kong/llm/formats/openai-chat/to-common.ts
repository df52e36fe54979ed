// A chat completion request in the common language, which is nearly it: nulls are absent, and the words that came before
// tools (`functions`) are tools. A request that has none of these is handed on as it is.
import type { ChatMessage, ChatRequest, Tool } from '../../chat.ts';
import { cannotSay, type Saying } from '../../format.ts';
import { type Bag, compact, isObject, objects, str } from '../../slots.ts';

export function toCommon(body: Bag, saying?: Saying): ChatRequest {
  const { functions, function_call: call, ...rest } = compact(body);
  const messages = objects(body.messages);
  const out = {
    ...rest,
    messages: messages.some(isUnusual) ? messagesOf(messages, saying) : messages,
  } as Bag;
  if (Array.isArray(functions)) out.tools = functions.map((one) => ({ type: 'function', function: one }));
  else if (Array.isArray(rest.tools)) out.tools = toolsOf(rest.tools, saying);
  if (call !== undefined) out.tool_choice = isObject(call) ? { type: 'function', function: call } : call;
  else if (isObject(rest.tool_choice) && rest.tool_choice.type !== 'function') {
    cannotSay(saying, 'The model takes no tool_choice of that type.', 'tool_choice');
    delete out.tool_choice;
  }
  return out as unknown as ChatRequest;
}

/** Tools of free text and of the provider's own have no place in other formats. */
function toolsOf(tools: unknown[], saying: Saying | undefined): Tool[] {
  return objects(tools).flatMap((tool, i) => {
    if (tool.type === 'function') return [tool as unknown as Tool];
    cannotSay(saying, `The model takes no tools of type ${str(tool.type)}.`, `tools[${i}]`);
    return [];
  });
}

function isUnusual({ role, content, tool_calls: calls, function_call: call, audio, refusal }: Bag): boolean {
  if (role === 'function' || call != null || audio != null || refusal === null) return true;
  if (calls === null || objects(calls).some(({ type }) => type !== 'function')) return true;
  return content == null && role !== 'assistant';
}

function messagesOf(messages: Bag[], saying: Saying | undefined): ChatMessage[] {
  /** The call that a function's result answers has no id: it is the last one of that name. */
  const ids = new Map<string, string>();
  return messages.map((message, i) => {
    const { role, function_call: call, audio, ...rest } = message;
    const param = `messages[${i}]`;
    if (role === 'function') {
      const id = ids.get(str(message.name)) ?? `call_${str(message.name)}`;
      return { role: 'tool', tool_call_id: id, content: str(message.content) };
    }
    if (role !== 'assistant') return { ...rest, role, content: message.content ?? '' } as ChatMessage;
    if (audio != null) cannotSay(saying, 'The model takes no earlier audio.', `${param}.audio`);
    const out = { ...compact(rest), role, content: message.content ?? null } as Bag;
    const calls = objects(message.tool_calls).filter((one, at) =>
      isFunction(one, `${param}.tool_calls[${at}]`, saying),
    );
    if (isObject(call)) {
      const id = `call_${i}`;
      ids.set(str(call.name), id);
      calls.push({
        id,
        type: 'function',
        function: { name: str(call.name), arguments: str(call.arguments) },
      });
    }
    if (calls.length > 0) out.tool_calls = calls;
    else delete out.tool_calls;
    return out as unknown as ChatMessage;
  });
}

function isFunction({ type }: Bag, param: string, saying: Saying | undefined): boolean {
  if (type === 'function') return true;
  cannotSay(saying, `The model takes no tool calls of type ${str(type)}.`, param);
  return false;
}
