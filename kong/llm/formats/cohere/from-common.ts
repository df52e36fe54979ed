// A chat completion request as Cohere's chat v2 takes it. https://docs.cohere.com/reference/chat
import type { AssistantMessage, ChatMessage, ChatRequest, ContentPart } from '../../chat.ts';
import { cannotSay, type Saying } from '../../format.ts';
import { type Bag, compact } from '../../slots.ts';
import { assistantTexts } from '../assistant.ts';
import { checkParams } from '../params.ts';
import { budgetOf } from '../reasoning.ts';

const LACKING = ['n', 'logprobs', 'logit_bias', 'user', 'metadata', 'parallel_tool_calls', 'verbosity'];

export function fromCommon(request: ChatRequest, saying?: Saying): Bag {
  checkParams(request, LACKING, saying);
  const { stop, tools, tool_choice: choice, top_p } = request;
  const only = choice && typeof choice === 'object' ? choice.function.name : undefined;
  const offered = only === undefined ? tools : tools?.filter((tool) => tool.function.name === only);
  return compact({
    model: request.model,
    messages: request.messages.map((message, i) => said(message, i, saying)),
    stream: request.stream ?? false,
    max_tokens: request.max_completion_tokens ?? request.max_tokens,
    temperature: request.temperature == null ? undefined : Math.min(request.temperature, 1),
    p: top_p == null ? undefined : Math.min(0.99, Math.max(0.01, top_p)),
    k: request.top_k,
    stop_sequences: typeof stop === 'string' ? [stop] : stop,
    seed: request.seed,
    frequency_penalty: request.frequency_penalty,
    presence_penalty: request.presence_penalty,
    tools: offered?.map(({ function: { name, description, parameters } }) => ({
      type: 'function',
      function: compact({ name, description, parameters: parameters ?? { type: 'object', properties: {} } }),
    })),
    strict_tools: offered?.some((tool) => tool.function.strict === true) ? true : undefined,
    // One tool can be forced only by offering no other.
    tool_choice:
      choice === 'none' ? 'NONE' : choice === 'required' || only !== undefined ? 'REQUIRED' : undefined,
    response_format: responseFormat(request),
    thinking: thinking(request),
  });
}

function said(message: ChatMessage, index: number, saying: Saying | undefined): Bag {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: plain(message.content) };
    case 'assistant':
      return assistant(message, index, saying);
    case 'tool':
      return {
        role: 'tool',
        tool_call_id: message.tool_call_id,
        content: parts(message.content, index, saying, true),
      };
    default:
      return { role: 'user', content: parts(message.content, index, saying) };
  }
}

function plain(content: string | { type: string; text: string }[]): unknown {
  return typeof content === 'string' ? content : content.map(({ text }) => ({ type: 'text', text }));
}

/** What is said before tool calls is the plan. */
function assistant(message: AssistantMessage, index: number, saying: Saying | undefined): Bag {
  const { tool_calls: calls } = message;
  const text = assistantTexts(message, index, saying)
    .map((part) => part.text)
    .join('');
  if (!calls || calls.length === 0) return { role: 'assistant', content: text };
  const plain = calls.map(({ id, type, function: call }) => ({ id, type, function: call }));
  return { role: 'assistant', tool_calls: plain, ...(text === '' ? {} : { tool_plan: text }) };
}

function parts(
  content: string | ContentPart[],
  index: number,
  saying: Saying | undefined,
  isResult = false,
): unknown {
  if (typeof content === 'string') return content;
  return content.flatMap((part, i): Bag[] => {
    if (part.type === 'text') return [{ type: 'text', text: part.text }];
    if (part.type === 'image_url' && !isResult) return [{ type: 'image_url', image_url: part.image_url }];
    const where = isResult ? 'in tool results' : 'in messages';
    const param = `messages[${index}].content[${i}]`;
    cannotSay(saying, `The model takes no parts of type ${part.type} ${where}.`, param);
    return [];
  });
}

/** https://docs.cohere.com/docs/structured-outputs */
function responseFormat({ response_format: format }: ChatRequest): Bag | undefined {
  if (!format || format.type === 'text') return undefined;
  const schema = format.type === 'json_schema' ? format.json_schema.schema : undefined;
  return compact({ type: 'json_object', json_schema: schema });
}

/** https://docs.cohere.com/docs/reasoning */
function thinking({ reasoning_effort: effort, reasoning_budget: budget }: ChatRequest): Bag | undefined {
  if (effort === undefined && budget === undefined) return undefined;
  if (effort === 'none') return { type: 'disabled' };
  return compact({ type: 'enabled', token_budget: budget ?? budgetOf(effort) });
}
