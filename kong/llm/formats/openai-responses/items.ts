// What the Responses API says around an answer: the response object and its items.
import { randomUUID } from 'node:crypto';
import type { Annotation, ChatRequest, ChatUsage, FinishReason, ReasoningBlock } from '../../chat.ts';
import { type Bag, compact } from '../../slots.ts';
import { seal } from '../seal.ts';
import { fromChatUsage } from './usage.ts';

export const newId = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '')}`;

export interface ResponseHead {
  id: string;
  created: number;
  model: string;
}

/** The response as a whole, with the request's own words where the client expects them again. */
export function responseOf(head: ResponseHead, request: ChatRequest, state: Bag): Bag {
  const { tools = [], tool_choice = 'auto', response_format: format } = request;
  return {
    id: head.id.startsWith('resp_') ? head.id : `resp_${head.id || newId('').slice(1)}`,
    object: 'response',
    created_at: head.created,
    model: head.model || request.model,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: request.max_completion_tokens ?? request.max_tokens ?? null,
    metadata: request.metadata ?? {},
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: request.reasoning_effort ?? null, summary: null },
    // Nothing is kept: the next request must bring the conversation.
    store: false,
    temperature: request.temperature ?? null,
    text: {
      format:
        format?.type === 'json_schema'
          ? { type: format.type, ...format.json_schema }
          : (format ?? { type: 'text' }),
    },
    tool_choice:
      typeof tool_choice === 'string' ? tool_choice : { type: 'function', name: tool_choice.function.name },
    tools: tools.map((tool) =>
      tool.free_text
        ? { type: 'custom', name: tool.function.name, description: tool.function.description ?? '' }
        : { type: 'function', strict: null, parameters: null, ...tool.function },
    ),
    top_p: request.top_p ?? null,
    truncation: 'disabled',
    user: request.user ?? null,
    ...state,
  };
}

export function endState(
  finish: FinishReason | null,
  output: Bag[],
  usage: ChatUsage | null | undefined,
): Bag {
  const reason =
    finish === 'length' ? 'max_output_tokens' : finish === 'content_filter' ? 'content_filter' : undefined;
  return {
    status: reason === undefined ? 'completed' : 'incomplete',
    ...(reason === undefined ? {} : { incomplete_details: { reason } }),
    output,
    usage: fromChatUsage(usage),
  };
}

export function freeTextNames({ tools }: ChatRequest): ReadonlySet<string> {
  return new Set((tools ?? []).filter(({ free_text }) => free_text).map((tool) => tool.function.name));
}

/** Reasoning as a summary; what signs it travels in the place for encrypted reasoning. */
export function reasoningItem(
  id: string,
  { text, signature, redacted, format = 'anthropic', tool }: ReasoningBlock,
): Bag {
  const token = signature ?? redacted;
  const sealed =
    token === undefined || format === 'openai-responses'
      ? token
      : seal({
          format,
          signature: token,
          ...(tool === undefined ? {} : { tool }),
          ...(redacted === undefined ? {} : { redacted: true }),
        });
  return compact({
    id,
    type: 'reasoning',
    summary: text ? [{ type: 'summary_text', text }] : [],
    encrypted_content: sealed,
    status: 'completed',
  });
}

export function callItem(
  id: string,
  call: { id: string; name: string; arguments: string },
  isFreeText: boolean,
  status = 'completed',
): Bag {
  const head = { id, status, call_id: call.id, name: call.name };
  if (isFreeText) return { ...head, type: 'custom_tool_call', input: freeText(call.arguments) };
  return { ...head, type: 'function_call', arguments: call.arguments };
}

/** The only argument; the arguments as they are when a model did not keep to the schema. */
export function freeText(text: string): string {
  try {
    const { input } = JSON.parse(text) as { input?: unknown };
    return typeof input === 'string' ? input : text;
  } catch {
    return text;
  }
}

export function annotation(from: Annotation): Bag {
  if (from.type === 'url_citation') {
    const { url, title = '', start_index = 0, end_index = 0 } = from.url_citation;
    return { type: 'url_citation', url, title, start_index, end_index };
  }
  const { title = '', sources, document_index = 0, end_index = 0 } = from.document_citation;
  const file_id = sources?.[0] ?? `document_${document_index}`;
  return { type: 'file_citation', file_id, filename: title, index: end_index };
}
