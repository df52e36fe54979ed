// A chat completion request as Perplexity's Agent API takes it. https://docs.perplexity.ai/docs/agent-api
import type { AssistantMessage, ChatMessage, ChatRequest, ContentPart } from '../../chat.ts';
import { cannotSay, type Saying } from '../../format.ts';
import { type Bag, bag, compact } from '../../slots.ts';
import { assistantTexts } from '../assistant.ts';
import { checkParams } from '../params.ts';
import { effortOf } from '../reasoning.ts';

const LACKING = [
  'n',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'user',
  'metadata',
  'parallel_tool_calls',
  'service_tier',
  'verbosity',
];

/** Searches the web for every answer, as it did in chat completions. */
const SONAR = 'perplexity/sonar';

export function fromCommon(request: ChatRequest, saying?: Saying): Bag {
  const { web_search_options: search, ...others } = request;
  checkParams(others as ChatRequest, LACKING, saying);
  const named = modelOf(request.model);
  return compact({
    ...named,
    input: request.messages.flatMap((message, i) => items(message, i, saying)),
    stream: request.stream ?? false,
    max_output_tokens: request.max_completion_tokens ?? request.max_tokens,
    tools: tools(request, search !== undefined || named.model === SONAR ? bag(search) : undefined, saying),
    response_format: responseFormat(request, saying),
    reasoning: reasoning(request),
    // The conversation comes with each request; what was answered need not stay there.
    store: false,
  });
}

/** Models are of a maker; a name alone is a preset. */
function modelOf(name: string): Bag {
  if (name === 'sonar') return { model: SONAR };
  return name.includes('/') ? { model: name } : { preset: name };
}

function items(message: ChatMessage, index: number, saying: Saying | undefined): Bag[] {
  if (message.role === 'assistant') return assistantItems(message, index, saying);
  if (message.role === 'tool') {
    const output = resultText(message.content, index, saying);
    return [{ type: 'function_call_output', call_id: message.tool_call_id, output }];
  }
  return [{ type: 'message', role: message.role, content: content(message.content, index, saying) }];
}

function assistantItems(message: AssistantMessage, index: number, saying: Saying | undefined): Bag[] {
  const text = assistantTexts(message, index, saying)
    .map((part) => part.text)
    .join('');
  const said = text === '' ? [] : [{ type: 'message', role: 'assistant', content: text }];
  const called = (message.tool_calls ?? []).map(({ id, function: { name, arguments: given } }) => ({
    type: 'function_call',
    call_id: id,
    name,
    arguments: given,
  }));
  return [...said, ...called];
}

function content(from: string | ContentPart[], index: number, saying: Saying | undefined): unknown {
  if (typeof from === 'string') return from;
  return from.flatMap((part, i): Bag[] => {
    if (part.type === 'text') return [{ type: 'input_text', text: part.text }];
    if (part.type === 'image_url') return [{ type: 'input_image', image_url: part.image_url.url }];
    cannotSay(saying, `The model takes no parts of type ${part.type}.`, `messages[${index}].content[${i}]`);
    return [];
  });
}

/** Results are text. */
function resultText(from: string | ContentPart[], index: number, saying: Saying | undefined): string {
  if (typeof from === 'string') return from;
  return from
    .flatMap((part, i) => {
      if (part.type === 'text') return [part.text];
      const param = `messages[${index}].content[${i}]`;
      cannotSay(saying, `The model takes no parts of type ${part.type} in tool results.`, param);
      return [];
    })
    .join('');
}

/** @param search options of a web search that is offered too */
function tools(request: ChatRequest, search: Bag | undefined, saying: Saying | undefined): Bag[] | undefined {
  const { tools: given = [], tool_choice: choice } = request;
  const forced = choice === 'required' || typeof choice === 'object';
  if (forced) cannotSay(saying, 'The model cannot be made to use a tool.', 'tool_choice');
  const functions = (choice === 'none' ? [] : given).map(({ function: tool }) =>
    compact({ type: 'function', ...tool }),
  );
  const { search_context_size, user_location } = search ?? {};
  const web = compact({
    type: 'web_search',
    search_context_size,
    // OpenAI has it one level deeper.
    user_location: bag(user_location).approximate,
  });
  const all = [...(search ? [web] : []), ...functions];
  return all.length > 0 ? all : undefined;
}

function responseFormat({ response_format: format }: ChatRequest, saying: Saying | undefined): unknown {
  if (!format || format.type === 'text') return undefined;
  if (format.type === 'json_schema') return format;
  cannotSay(saying, 'The model has no response_format of type json_object.', 'response_format');
  return undefined;
}

/** It always reasons as its preset or model does, unless it is told how much. */
function reasoning({ reasoning_effort: effort, reasoning_budget: budget }: ChatRequest): Bag | undefined {
  const asked = effort ?? effortOf(budget);
  return asked === undefined || asked === 'none' ? undefined : { effort: asked === 'max' ? 'xhigh' : asked };
}
