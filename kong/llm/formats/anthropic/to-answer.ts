// An Anthropic message as a chat completion.
import type {
  Annotation,
  AnswerMessage,
  ChatAnswer,
  FinishReason,
  ReasoningBlock,
  ToolCall,
} from '../../chat.ts';
import { type Bag, bag, entryOf, objects, str } from '../../slots.ts';
import { annotation } from './citations.ts';
import { toChatUsage } from './usage.ts';

export function toAnswer(body: Bag): ChatAnswer {
  const blocks = objects(body.content);
  const { text, annotations } = readText(blocks);
  const explanation = bag(body.stop_details).explanation;
  const message: AnswerMessage = {
    role: 'assistant',
    content: text,
    refusal: typeof explanation === 'string' ? explanation : null,
  };
  const calls = blocks.filter(({ type }) => type === 'tool_use').map(toolCall);
  if (calls.length > 0) message.tool_calls = calls;
  if (annotations.length > 0) message.annotations = annotations;
  const reasoning = blocks.flatMap(reasoningBlock);
  if (reasoning.length > 0) {
    message.reasoning_content = reasoning.map((block) => block.text ?? '').join('');
    message.reasoning_blocks = reasoning;
  }
  const usage = toChatUsage(body.usage);
  const stop = typeof body.stop_sequence === 'string' ? { stop_sequence: body.stop_sequence } : {};
  return {
    id: str(body.id),
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: str(body.model),
    choices: [{ index: 0, message, finish_reason: finishReason(body.stop_reason), ...stop }],
    ...(usage ? { usage } : {}),
  };
}

function readText(blocks: Bag[]): { text: string | null; annotations: Annotation[] } {
  let text: string | null = null;
  const annotations: Annotation[] = [];
  for (const block of blocks) {
    if (block.type !== 'text') continue;
    const start: number = text?.length ?? 0;
    text = (text ?? '') + str(block.text);
    const end = text.length;
    annotations.push(...objects(block.citations).flatMap((citation) => annotation(citation, start, end)));
  }
  return { text, annotations };
}

function toolCall(block: Bag): ToolCall {
  const { id, name, input } = block;
  return {
    id: str(id),
    type: 'function',
    function: { name: str(name), arguments: JSON.stringify(input ?? {}) },
  };
}

function reasoningBlock(block: Bag): ReasoningBlock[] {
  if (block.type === 'redacted_thinking') return [{ redacted: str(block.data), format: 'anthropic' }];
  if (block.type !== 'thinking') return [];
  const signature = str(block.signature);
  return [{ text: str(block.thinking), ...(signature ? { signature, format: 'anthropic' } : {}) }];
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
  return typeof stopReason === 'string' ? (entryOf(FINISH, stopReason) ?? 'stop') : null;
}
