// An Anthropic message as a chat completion.
import type { AssistantMessage, ChatAnswer, FinishReason, ReasoningBlock, ToolCall } from '../../chat.ts';
import { type Bag, objects } from '../../slots.ts';
import { toChatUsage } from './usage.ts';

export function toAnswer(body: Bag): ChatAnswer {
  const blocks = objects(body.content);
  const text = blocks.filter(({ type }) => type === 'text').map((block) => String(block.text ?? ''));
  const message: AssistantMessage = {
    role: 'assistant',
    content: text.length > 0 ? text.join('') : null,
    refusal: null,
  };
  const calls = blocks.filter(({ type }) => type === 'tool_use').map(toolCall);
  if (calls.length > 0) message.tool_calls = calls;
  const reasoning = blocks.flatMap(reasoningBlock);
  if (reasoning.length > 0) {
    message.reasoning_content = reasoning.map((block) => block.text ?? '').join('');
    message.reasoning_blocks = reasoning;
  }
  const usage = toChatUsage(body.usage);
  return {
    id: String(body.id ?? ''),
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: String(body.model ?? ''),
    choices: [{ index: 0, message, finish_reason: finishReason(body.stop_reason) }],
    ...(usage ? { usage } : {}),
  };
}

function toolCall(block: Bag): ToolCall {
  const { id, name, input } = block;
  return {
    id: String(id),
    type: 'function',
    function: { name: String(name), arguments: JSON.stringify(input ?? {}) },
  };
}

export function reasoningBlock(block: Bag): ReasoningBlock[] {
  if (block.type === 'redacted_thinking') return [{ redacted: String(block.data ?? '') }];
  if (block.type !== 'thinking') return [];
  const signature =
    typeof block.signature === 'string' && block.signature ? { signature: block.signature } : {};
  return [{ text: String(block.thinking ?? ''), ...signature }];
}

const FINISH: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

export function finishReason(stopReason: unknown): FinishReason | null {
  return typeof stopReason === 'string' ? (FINISH[stopReason] ?? 'stop') : null;
}
