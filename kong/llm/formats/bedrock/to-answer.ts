// A Converse answer as a chat completion.
import { randomUUID } from 'node:crypto';
import type {
  Annotation,
  AnswerMessage,
  ChatAnswer,
  ChatUsage,
  FinishReason,
  ReasoningBlock,
} from '../../chat.ts';
import { type Bag, bag, count, entryOf, isObject, objects, str } from '../../slots.ts';
import { toChatUsage as fromAnthropic } from '../anthropic/usage.ts';

/** Converse names neither the answer nor the model. */
export const newHead = (): { id: string; created: number; model: string } => ({
  id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
  created: Math.floor(Date.now() / 1000),
  model: '',
});

export function toAnswer(body: Bag): ChatAnswer {
  const blocks = objects(bag(bag(body.output).message).content);
  const message: AnswerMessage = { role: 'assistant', content: null, refusal: null };
  const reasoning: ReasoningBlock[] = [];
  for (const block of blocks) addBlock(message, reasoning, block);
  if (reasoning.length > 0) {
    message.reasoning_content = reasoning.map(({ text }) => text ?? '').join('');
    message.reasoning_blocks = reasoning;
  }
  const usage = toChatUsage(body.usage);
  return {
    ...newHead(),
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: finishReason(body.stopReason), ...stopSequence(body) }],
    ...(usage ? { usage } : {}),
  };
}

function addBlock(message: AnswerMessage, reasoning: ReasoningBlock[], block: Bag): void {
  if (typeof block.text === 'string') message.content = `${message.content ?? ''}${block.text}`;
  else if (isObject(block.toolUse)) {
    const { toolUseId, name, input } = block.toolUse;
    const call = { name: str(name), arguments: JSON.stringify(input ?? {}) };
    message.tool_calls = [
      ...(message.tool_calls ?? []),
      { id: str(toolUseId), type: 'function', function: call },
    ];
  } else if (isObject(block.reasoningContent)) reasoning.push(reasoningBlock(block.reasoningContent));
  else if (isObject(block.citationsContent)) addCitations(message, block.citationsContent);
}

/** Claude's signatures hold at Anthropic, on Bedrock and on Vertex AI alike. */
function reasoningBlock({ reasoningText, redactedContent }: Bag): ReasoningBlock {
  if (typeof redactedContent === 'string') return { redacted: redactedContent, format: 'anthropic' };
  const { text, signature } = bag(reasoningText);
  return { text: str(text), ...(typeof signature === 'string' ? { signature, format: 'anthropic' } : {}) };
}

function addCitations(message: AnswerMessage, { content, citations }: Bag): void {
  const start = message.content?.length ?? 0;
  const text = objects(content)
    .map((part) => str(part.text))
    .join('');
  message.content = `${message.content ?? ''}${text}`;
  const place = { start_index: start, end_index: start + text.length };
  message.annotations = [
    ...(message.annotations ?? []),
    ...objects(citations).flatMap((one) => annotation(one, place)),
  ];
}

export function annotation(citation: Bag, place: { start_index?: number; end_index?: number }): Annotation[] {
  const { title, location, sourceContent, source } = citation;
  const text = objects(sourceContent)
    .map((part) => str(part.text))
    .join('');
  const titled = typeof title === 'string' ? { title } : {};
  const url = bag(bag(location).web).url;
  if (typeof url === 'string')
    return [{ type: 'url_citation', url_citation: { url, ...titled, ...place, text } }];
  const [where] = Object.values(bag(location));
  const index = count(bag(where).documentIndex);
  const document = index === undefined ? {} : { document_index: index };
  const sources = typeof source === 'string' ? { sources: [source] } : {};
  return [
    {
      type: 'document_citation',
      document_citation: { ...titled, ...place, ...document, ...sources, cited_text: text },
    },
  ];
}

const FINISH: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
};

export function finishReason(reason: unknown): FinishReason | null {
  return typeof reason === 'string' ? (entryOf(FINISH, reason) ?? 'stop') : null;
}

export function stopSequence({ additionalModelResponseFields: more }: Bag): { stop_sequence?: string } {
  const stop = bag(more).stop_sequence;
  return typeof stop === 'string' ? { stop_sequence: stop } : {};
}

/** Counted as Anthropic counts: the input is what was read afresh, cache reads and writes are beside it. */
export function toChatUsage(raw: unknown): ChatUsage | undefined {
  if (!isObject(raw)) return undefined;
  return fromAnthropic({
    input_tokens: raw.inputTokens,
    output_tokens: raw.outputTokens,
    cache_read_input_tokens: raw.cacheReadInputTokens,
    cache_creation_input_tokens: raw.cacheWriteInputTokens,
  });
}
