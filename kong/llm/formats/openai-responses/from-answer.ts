// A chat completion as a response.
import type { ChatAnswer, ChatRequest } from '../../chat.ts';
import { type Bag, bag } from '../../slots.ts';
import { annotation, callItem, endState, freeTextNames, newId, reasoningItem, responseOf } from './items.ts';

export function fromAnswer(answer: ChatAnswer, request: ChatRequest): Bag {
  const [choice] = answer.choices;
  const { message, finish_reason, logprobs } = choice ?? {};
  const output: Bag[] = [];
  const reasoning = message?.reasoning_content;
  const blocks = message?.reasoning_blocks ?? (reasoning ? [{ text: reasoning }] : []);
  for (const block of blocks) output.push(reasoningItem(newId('rs'), block));
  const content = contentOf(message, logprobs);
  if (content.length > 0) {
    output.push({ id: newId('msg'), type: 'message', status: 'completed', role: 'assistant', content });
  }
  const free = freeTextNames(request);
  for (const call of message?.tool_calls ?? []) {
    const { id, signature } = call;
    if (signature !== undefined)
      output.push(reasoningItem(newId('rs'), { signature, format: 'gemini', tool: id }));
    output.push(callItem(newId('fc'), { id, ...call.function }, free.has(call.function.name)));
  }
  return responseOf(answer, request, endState(finish_reason ?? null, output, answer.usage));
}

function contentOf(message: ChatAnswer['choices'][number]['message'] | undefined, logprobs: unknown): Bag[] {
  const content: Bag[] = [];
  const text = message?.content;
  if (text) {
    const annotations = (message?.annotations ?? []).map(annotation);
    const { content: list } = bag(logprobs);
    content.push({ type: 'output_text', text, annotations, logprobs: Array.isArray(list) ? list : [] });
  }
  if (message?.refusal) content.push({ type: 'refusal', refusal: message.refusal });
  return content;
}
