// An answer of Perplexity's Agent API as a chat completion.
import type { Annotation, AnswerMessage, ChatAnswer, ChatUsage, ToolCall } from '../../chat.ts';
import { type Bag, bag, count, isObject, objects, str } from '../../slots.ts';

export function toAnswer(body: Bag): ChatAnswer {
  const output = objects(body.output);
  const message: AnswerMessage = { role: 'assistant', content: null, refusal: null };
  const said = output.filter(({ type }) => type === 'message');
  if (said.length > 0) message.content = said.map(textOf).join('');
  const annotations = said.flatMap(annotationsOf);
  if (annotations.length > 0) message.annotations = annotations;
  const calls = output.filter(({ type }) => type === 'function_call').map(toolCall);
  if (calls.length > 0) message.tool_calls = calls;
  const usage = toChatUsage(body.usage);
  return {
    id: str(body.id),
    object: 'chat.completion',
    created: count(body.created_at) ?? Math.floor(Date.now() / 1000),
    model: str(body.model),
    choices: [{ index: 0, message, finish_reason: finishReason(body, calls.length > 0) }],
    ...(usage ? { usage } : {}),
  };
}

export function finishReason({ status }: Bag, hasCalls: boolean): 'stop' | 'length' | 'tool_calls' {
  if (hasCalls) return 'tool_calls';
  return status === 'incomplete' ? 'length' : 'stop';
}

export const textOf = (item: Bag): string =>
  objects(item.content)
    .map(({ text }) => str(text))
    .join('');

export function annotationsOf(item: Bag): Annotation[] {
  return objects(item.content).flatMap(({ annotations }) =>
    objects(annotations).flatMap(({ url, title, start_index, end_index }): Annotation[] => {
      if (typeof url !== 'string') return [];
      const place = {
        ...(typeof title === 'string' ? { title } : {}),
        ...(count(start_index) === undefined ? {} : { start_index: count(start_index)! }),
        ...(count(end_index) === undefined ? {} : { end_index: count(end_index)! }),
      };
      return [{ type: 'url_citation', url_citation: { url, ...place } }];
    }),
  );
}

export function toolCall(item: Bag): ToolCall {
  const call = { name: str(item.name), arguments: str(item.arguments) };
  return { id: str(item.call_id), type: 'function', function: call };
}

export function toChatUsage(raw: unknown): ChatUsage | undefined {
  if (!isObject(raw)) return undefined;
  const prompt = count(raw.input_tokens);
  const completion = count(raw.output_tokens);
  const details = bag(raw.input_tokens_details);
  const cached = count(details.cache_read_input_tokens);
  const written = count(details.cache_creation_input_tokens);
  const out: ChatUsage = {};
  if (prompt !== undefined) out.prompt_tokens = prompt;
  if (completion !== undefined) out.completion_tokens = completion;
  if (prompt !== undefined && completion !== undefined) out.total_tokens = prompt + completion;
  if (cached !== undefined || written !== undefined) {
    out.prompt_tokens_details = {
      ...(cached === undefined ? {} : { cached_tokens: cached }),
      ...(written === undefined ? {} : { cache_write_tokens: written }),
    };
  }
  return out;
}
