// A whole answer cut into the chunks of a stream, as a model might have given it.
import type { AnswerMessage, ChatAnswer, ChatChunk, ChatDelta } from './chat.ts';

/** A word with the space before it; longer runs are cut. */
const PIECE = /\s*[^\s]{1,16}|\s+/gu;

/** Deltas in the order in which models give them: reasoning, text, tool calls; then the reason for the end, and usage. */
export function* sliceAnswer(answer: ChatAnswer): Generator<ChatChunk> {
  const { id, created, model, choices, usage, system_fingerprint } = answer;
  const head = {
    id,
    object: 'chat.completion.chunk' as const,
    created,
    model,
    ...(system_fingerprint !== undefined && { system_fingerprint }),
  };
  for (const { index, message, finish_reason, stop_sequence } of choices) {
    for (const delta of deltas(message)) {
      yield { ...head, choices: [{ index, delta, finish_reason: null }] };
    }
    const end = { index, delta: {}, finish_reason, ...(stop_sequence !== undefined && { stop_sequence }) };
    yield { ...head, choices: [end] };
  }
  if (usage) yield { ...head, choices: [], usage };
}

function* deltas(message: AnswerMessage): Generator<ChatDelta> {
  yield { role: 'assistant', content: '' };
  for (const reasoning_content of pieces(message.reasoning_content)) yield { reasoning_content };
  if (message.reasoning_blocks) yield { reasoning_blocks: message.reasoning_blocks };
  for (const content of pieces(message.content)) yield { content };
  for (const refusal of pieces(message.refusal)) yield { refusal };
  if (message.annotations && message.annotations.length > 0) yield { annotations: message.annotations };
  for (const [index, call] of (message.tool_calls ?? []).entries()) {
    const { id, type, function: called, signature } = call;
    yield {
      tool_calls: [
        {
          index,
          id,
          type,
          function: { name: called.name, arguments: '' },
          ...(signature !== undefined && { signature }),
        },
      ],
    };
    for (const text of pieces(called.arguments))
      yield { tool_calls: [{ index, function: { arguments: text } }] };
  }
}

const pieces = (text: string | null | undefined): string[] => text?.match(PIECE) ?? [];
