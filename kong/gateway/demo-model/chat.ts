// POST /v1/chat/completions of the demo model, whole and streamed.
import * as z from 'zod';
import { type Answer, answer, type ChatRequest, promptOf } from './answer.ts';
import { badRequest, type Endpoint, parse, sendEvents, sendJson } from './http.ts';
import { idFor, type Usage, usageOf, words } from './words.ts';

const Part = z.looseObject({ type: z.string(), text: z.string().optional() });
const Content = z.union([z.string(), z.array(Part)], 'expected a string or an array of content parts');
const Message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: Content.nullish(),
});
const Tool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string(), parameters: z.record(z.string(), z.unknown()).nullish() }),
});
const Request: z.ZodType<ChatRequest> = z.looseObject({
  model: z.string().min(1),
  messages: z.array(Message).min(1, 'expected at least one message'),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  stop: z.union([z.string(), z.array(z.string())], 'expected a string or an array of strings').nullish(),
  n: z.int().min(1).nullish(),
  tools: z.array(Tool).nullish(),
  tool_choice: z
    .union(
      [
        z.enum(['none', 'auto', 'required']),
        z.looseObject({ function: z.looseObject({ name: z.string() }) }),
      ],
      "expected 'none', 'auto', 'required' or a function",
    )
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: z
    .looseObject({
      type: z.enum(['text', 'json_object', 'json_schema']),
      json_schema: z.looseObject({ schema: z.record(z.string(), z.unknown()).nullish() }).nullish(),
    })
    .nullish(),
});

export const chatCompletions: Endpoint = async (body, call) => {
  const request = parse(Request, body);
  if ((request.n ?? 1) > 1)
    throw badRequest('The demo model gives one choice only.', 'n', 'unsupported_value');
  if (request.stream_options && !request.stream) {
    throw badRequest(
      "'stream_options' is only allowed when 'stream' is on.",
      'stream_options',
      'invalid_value',
    );
  }
  const result = answer(request);
  const spoken = result.text ?? result.toolCalls.map((tool) => `${tool.name} ${tool.arguments}`).join(' ');
  const usage = usageOf(promptOf(request), spoken);
  const head = {
    id: idFor('chatcmpl', body),
    created: Math.floor(Date.now() / 1000),
    model: request.model,
    system_fingerprint: 'fp_demo',
  };
  if (request.stream) {
    await sendEvents(call, chunks(head, result, request.stream_options?.include_usage ? usage : undefined));
  } else {
    const message = { role: 'assistant', content: result.text, refusal: null, ...wholeCalls(result) };
    const choice = { index: 0, message, logprobs: null, finish_reason: result.finishReason };
    sendJson(call.response, 200, { ...head, object: 'chat.completion', choices: [choice], usage });
  }
};

function wholeCalls({ toolCalls }: Answer) {
  if (toolCalls.length === 0) return {};
  return {
    tool_calls: toolCalls.map((tool) => ({
      id: tool.id,
      type: 'function',
      function: { name: tool.name, arguments: tool.arguments },
    })),
  };
}

// With include_usage every chunk but the last carries `usage: null`, as OpenAI's do.
function* chunks(head: object, result: Answer, usage: Usage | undefined): Generator<object> {
  const base = { ...head, object: 'chat.completion.chunk', ...(usage && { usage: null }) };
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...base,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  });
  yield chunk({ role: 'assistant', content: result.text === null ? null : '' });
  for (const word of words(result.text ?? '')) yield chunk({ content: word });
  for (const [index, tool] of result.toolCalls.entries()) {
    const start = { index, id: tool.id, type: 'function', function: { name: tool.name, arguments: '' } };
    yield chunk({ tool_calls: [start] });
    for (const part of tool.arguments.match(/.{1,12}/gs) ?? []) {
      yield chunk({ tool_calls: [{ index, function: { arguments: part } }] });
    }
  }
  yield chunk({}, result.finishReason);
  if (usage) yield { ...base, choices: [], usage };
}
