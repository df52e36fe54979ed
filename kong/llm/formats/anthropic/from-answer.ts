// A chat completion as an Anthropic message.
import { randomUUID } from 'node:crypto';
import type {
  Annotation,
  ChatAnswer,
  ChatRequest,
  FinishReason,
  ReasoningBlock,
  ToolCall,
} from '../../chat.ts';
import type { Bag } from '../../slots.ts';
import { seal } from '../seal.ts';
import { fromChatUsage } from './usage.ts';

export function fromAnswer(answer: ChatAnswer, request: ChatRequest): Bag {
  const [choice] = answer.choices;
  const { message, finish_reason, stop_sequence } = choice ?? {};
  const content: Bag[] = reasoningBlocks(message?.reasoning_blocks, message?.reasoning_content);
  const text = message?.content || message?.refusal;
  if (text) content.push({ type: 'text', text, ...citations(message?.annotations) });
  for (const call of message?.tool_calls ?? []) content.push(...toolUse(call));
  return {
    id: messageId(answer.id),
    type: 'message',
    role: 'assistant',
    model: answer.model || request.model,
    content,
    stop_reason: stopReason(finish_reason, message?.refusal, stop_sequence),
    stop_sequence: stop_sequence ?? null,
    usage: fromChatUsage(answer.usage),
  };
}

export const messageId = (id: string): string => {
  if (id.startsWith('msg_')) return id;
  return `msg_${id || randomUUID().replaceAll('-', '')}`;
};

export function reasoningBlocks(
  blocks: ReasoningBlock[] | undefined,
  text: string | null | undefined,
): Bag[] {
  if (blocks) return blocks.map(reasoningBlock);
  return text ? [{ type: 'thinking', thinking: text, signature: '' }] : [];
}

/** Reasoning that a provider of another format signed or encrypted travels sealed, in the place for such. */
export function reasoningBlock({
  text = '',
  signature,
  redacted,
  format = 'anthropic',
}: ReasoningBlock): Bag {
  if (redacted !== undefined) return { type: 'redacted_thinking', data: redacted };
  const token = signatureToken(signature, format);
  if (text === '' && format !== 'anthropic') return { type: 'redacted_thinking', data: token };
  return { type: 'thinking', thinking: text, signature: token };
}

export function signatureToken(signature: string | undefined, format: ReasoningBlock['format']): string {
  if (signature === undefined) return '';
  return format === undefined || format === 'anthropic' ? signature : seal({ format, signature });
}

/** A signed call has its token in a block before it: a call itself has no place for one. */
function toolUse(call: ToolCall): Bag[] {
  const block = {
    type: 'tool_use',
    id: call.id,
    name: call.function.name,
    input: toolInput(call.function.arguments),
  };
  return call.signature === undefined ? [block] : [callSignature(call.id, call.signature), block];
}

export const callSignature = (tool: string, signature: string): Bag => ({
  type: 'redacted_thinking',
  data: seal({ format: 'gemini', signature, tool }),
});

/** A model may write arguments that are no JSON object: the client gets them to see. */
function toolInput(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return { arguments: text };
  }
}

function citations(annotations: Annotation[] | undefined): Bag {
  const found = (annotations ?? []).map(citation);
  return found.length > 0 ? { citations: found } : {};
}

/** https://docs.anthropic.com/en/docs/build-with-claude/citations */
export function citation(annotation: Annotation): Bag {
  if (annotation.type === 'url_citation') {
    const { url, title = null, text = '' } = annotation.url_citation;
    return { type: 'web_search_result_location', url, title, cited_text: text, encrypted_index: '' };
  }
  const { cited_text = '', title = null, document_index, sources } = annotation.document_citation;
  if (document_index === undefined) {
    const place = { search_result_index: 0, start_block_index: 0, end_block_index: 1 };
    const what = { source: sources?.[0] ?? '', title, cited_text };
    return { type: 'search_result_location', ...what, ...place };
  }
  const place = { start_char_index: 0, end_char_index: cited_text.length, file_id: null };
  return { type: 'char_location', cited_text, document_index, document_title: title, ...place };
}

const STOP: Record<FinishReason, string> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'refusal',
};

export function stopReason(
  finish: FinishReason | null | undefined,
  refusal: string | null | undefined,
  stopSequence: string | undefined,
): string | null {
  if (refusal) return 'refusal';
  if (stopSequence !== undefined) return 'stop_sequence';
  return STOP[finish ?? 'stop'];
}
