// A streamed answer put together to a whole one.
import type { AssistantMessage, ChatAnswer, ChatChunk, ChatDelta, ToolCall } from './chat.ts';

type Choice = ChatAnswer['choices'][number];

/** Keeps strings only, never the chunks: those may be changed behind it. */
export class ChatAssembler {
  private head: Omit<ChatAnswer, 'choices' | 'object'> | undefined;
  private readonly choices = new Map<number, Choice>();

  add(chunk: ChatChunk): void {
    const { id, created, model, usage, system_fingerprint, service_tier } = chunk;
    this.head ??= { id, created, model };
    if (usage) this.head.usage = usage;
    if (system_fingerprint !== undefined) this.head.system_fingerprint = system_fingerprint;
    if (service_tier !== undefined) this.head.service_tier = service_tier;
    for (const { index, delta, finish_reason, stop_sequence } of chunk.choices ?? []) {
      const choice = this.choice(index ?? 0);
      if (delta) merge(choice.message, delta);
      if (finish_reason) choice.finish_reason = finish_reason;
      if (stop_sequence !== undefined) choice.stop_sequence = stop_sequence;
    }
  }

  /** Undefined when nothing has come. */
  answer(): ChatAnswer | undefined {
    if (!this.head) return;
    const choices = [...this.choices.values()].sort((a, b) => a.index - b.index);
    return { object: 'chat.completion', ...this.head, choices };
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

function merge(message: AssistantMessage, delta: ChatDelta): void {
  if (delta.content) message.content = `${(message.content as string | null) ?? ''}${delta.content}`;
  if (delta.refusal) message.refusal = `${message.refusal ?? ''}${delta.refusal}`;
  if (delta.reasoning_content)
    message.reasoning_content = `${message.reasoning_content ?? ''}${delta.reasoning_content}`;
  for (const block of delta.reasoning_blocks ?? [])
    message.reasoning_blocks = [...(message.reasoning_blocks ?? []), { ...block }];
  for (const annotation of delta.annotations ?? [])
    message.annotations = [...(message.annotations ?? []), annotation];
  for (const part of delta.tool_calls ?? []) {
    message.tool_calls ??= [];
    const call = callAt(message.tool_calls, part.index ?? 0);
    if (part.id) call.id = part.id;
    if (part.function?.name) call.function.name += part.function.name;
    if (part.function?.arguments) call.function.arguments += part.function.arguments;
    if (part.signature !== undefined) call.signature = part.signature;
  }
}

function callAt(calls: ToolCall[], index: number): ToolCall {
  while (calls.length <= index)
    calls.push({ id: '', type: 'function', function: { name: '', arguments: '' } });
  return calls[index]!;
}
