// A whole chat answer as the chunks of a stream, and a stream's chunks as a whole answer: for providers that answer in
// the one form when the other was asked for.
import type { ChatAnswer, ChatChunk, ChatDelta, ToolCall } from './chat.ts';

type Choice = ChatAnswer['choices'][number];

/** Two chunks per choice, and one with the usage when there is one. */
export function answerToChunks(answer: ChatAnswer): ChatChunk[] {
  const { choices, usage, object: _, ...rest } = answer;
  const head = { ...rest, object: 'chat.completion.chunk' as const };
  const chunks = choices.flatMap((choice) => choiceChunks(head, choice));
  return usage ? [...chunks, { ...head, choices: [], usage }] : chunks;
}

function choiceChunks(head: Omit<ChatChunk, 'choices'>, choice: Choice): ChatChunk[] {
  const { index, message, finish_reason, logprobs } = choice;
  const { content, tool_calls, ...rest } = message;
  const delta: ChatDelta = {
    ...(rest as ChatDelta),
    role: 'assistant',
    content: content ?? null,
    ...(tool_calls ? { tool_calls: tool_calls.map((call, at) => ({ ...call, index: at })) } : {}),
  };
  const { stop_sequence } = choice;
  return [
    {
      ...head,
      choices: [{ index, delta, finish_reason: null, ...(logprobs === undefined ? {} : { logprobs }) }],
    },
    {
      ...head,
      choices: [
        { index, delta: {}, finish_reason, ...(stop_sequence === undefined ? {} : { stop_sequence }) },
      ],
    },
  ];
}

/** Collects chunks; `answer` is what they made so far. */
export class AnswerBuilder {
  private head: Pick<ChatAnswer, 'id' | 'created' | 'model'> | undefined;
  private readonly choices = new Map<number, Choice>();
  private usage: ChatAnswer['usage'];
  private readonly extra: Pick<ChatAnswer, 'system_fingerprint' | 'service_tier'> = {};

  add(chunk: ChatChunk): void {
    this.head ??= { id: chunk.id, created: chunk.created, model: chunk.model };
    if (chunk.usage) this.usage = chunk.usage;
    if (chunk.system_fingerprint) this.extra.system_fingerprint = chunk.system_fingerprint;
    if (chunk.service_tier) this.extra.service_tier = chunk.service_tier;
    for (const part of chunk.choices) {
      const choice = this.choice(part.index);
      addDelta(choice.message, part.delta);
      if (part.finish_reason) choice.finish_reason = part.finish_reason;
      if (part.stop_sequence !== undefined) choice.stop_sequence = part.stop_sequence;
    }
  }

  answer(): ChatAnswer {
    const { id = '', created = 0, model = '' } = this.head ?? {};
    const choices = [...this.choices.values()].sort((a, b) => a.index - b.index).map(withoutGaps);
    const usage = this.usage ? { usage: this.usage } : {};
    return { id, object: 'chat.completion', created, model, choices, ...usage, ...this.extra };
  }

  private choice(index: number): Choice {
    let choice = this.choices.get(index);
    if (!choice) {
      choice = { index, message: { role: 'assistant', content: null }, finish_reason: null };
      this.choices.set(index, choice);
    }
    return choice;
  }
}

function addDelta(message: Choice['message'], delta: ChatDelta): void {
  for (const field of ['content', 'refusal', 'reasoning_content'] as const) {
    const piece = delta[field];
    if (typeof piece === 'string') message[field] = (message[field] ?? '') + piece;
  }
  if (delta.reasoning_blocks)
    message.reasoning_blocks = [...(message.reasoning_blocks ?? []), ...delta.reasoning_blocks];
  if (delta.annotations) message.annotations = [...(message.annotations ?? []), ...delta.annotations];
  for (const piece of delta.tool_calls ?? []) {
    if (!(piece.index >= 0 && piece.index < MAX_TOOL_CALLS)) continue;
    message.tool_calls ??= [];
    message.tool_calls[piece.index] ??= emptyCall();
    const call = message.tool_calls[piece.index]!;
    if (piece.id) call.id = piece.id;
    if (piece.function?.name) call.function.name += piece.function.name;
    if (piece.function?.arguments) call.function.arguments += piece.function.arguments;
    if (piece.signature) call.signature = piece.signature;
  }
}

/** Some providers count calls from one, or leave numbers out. */
function withoutGaps({ message, ...choice }: Choice): Choice {
  if (!message.tool_calls) return { ...choice, message };
  return { ...choice, message: { ...message, tool_calls: Object.values(message.tool_calls) } };
}

/** A larger index is a mistake, and would make an array of that length. */
const MAX_TOOL_CALLS = 1_000;

const emptyCall = (): ToolCall => ({ id: '', type: 'function', function: { name: '', arguments: '' } });
