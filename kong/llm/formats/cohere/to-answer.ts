// A Cohere chat v2 answer as a chat completion.
import type { Annotation, AnswerMessage, ChatAnswer, ChatUsage, FinishReason, ToolCall } from '../../chat.ts';
import { type Bag, bag, count, entryOf, isObject, objects, str } from '../../slots.ts';

export function toAnswer(body: Bag): ChatAnswer {
  const from = bag(body.message);
  const message: AnswerMessage = { role: 'assistant', content: null, refusal: null };
  const content = objects(from.content);
  const texts = content.filter(({ type }) => type === 'text').map((part) => str(part.text));
  const plan = str(from.tool_plan);
  if (texts.length > 0 || plan !== '') message.content = plan + texts.join('');
  const thoughts = content.filter(({ type }) => type === 'thinking').map((part) => str(part.thinking));
  if (thoughts.length > 0) message.reasoning_content = thoughts.join('');
  const calls = objects(from.tool_calls).map(toolCall);
  if (calls.length > 0) message.tool_calls = calls;
  const annotations = objects(from.citations).flatMap(annotation);
  if (annotations.length > 0) message.annotations = annotations;
  const usage = toChatUsage(body.usage);
  return {
    id: str(body.id),
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: '',
    choices: [{ index: 0, message, finish_reason: finishReason(body.finish_reason) }],
    ...(usage ? { usage } : {}),
  };
}

export function toolCall(call: Bag): ToolCall {
  const { name, arguments: text } = bag(call.function);
  return { id: str(call.id), type: 'function', function: { name: str(name), arguments: str(text) } };
}

/** https://docs.cohere.com/docs/rag-citations */
export function annotation({ start, end, text, sources }: Bag): Annotation[] {
  const ids = objects(sources).map(({ id }) => str(id));
  const place = {
    ...(count(start) === undefined ? {} : { start_index: count(start)! }),
    ...(count(end) === undefined ? {} : { end_index: count(end)! }),
  };
  return [
    { type: 'document_citation', document_citation: { ...place, cited_text: str(text), sources: ids } },
  ];
}

const FINISH: Record<string, FinishReason> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool_calls',
  ERROR_TOXIC: 'content_filter',
  // Cut short.
  ERROR: 'length',
  TIMEOUT: 'length',
};

export function finishReason(reason: unknown): FinishReason | null {
  return typeof reason === 'string' ? (entryOf(FINISH, reason) ?? 'stop') : null;
}

/** What the model read and wrote; `billed_units` leave out what Cohere added to the prompt. */
export function toChatUsage(raw: unknown): ChatUsage | undefined {
  if (!isObject(raw)) return undefined;
  const { input_tokens, output_tokens } = bag(raw.tokens ?? raw.billed_units);
  const prompt = count(input_tokens);
  const completion = count(output_tokens);
  const cached = count(raw.cached_tokens);
  const out: ChatUsage = {};
  if (prompt !== undefined) out.prompt_tokens = prompt;
  if (completion !== undefined) out.completion_tokens = completion;
  if (prompt !== undefined && completion !== undefined) out.total_tokens = prompt + completion;
  if (cached !== undefined) out.prompt_tokens_details = { cached_tokens: cached };
  return out;
}
