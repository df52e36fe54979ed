// OpenAI's legacy completions: a prompt, and the text that follows it.
// https://platform.openai.com/docs/api-reference/completions
import { fields } from '../../fields.ts';
import type { DeltaSlot, Format, TextSlot } from '../../format.ts';
import { type Bag, deltaSlot, forgetting, isObject, objects, textSlot, wrong } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import * as chatAnswer from '../openai-chat/answer.ts';
import * as chatStream from '../openai-chat/stream.ts';
import { endpoint, fieldSlots } from '../parts.ts';
import { completionsInbound } from './chat.ts';

export const openaiCompletions: Format = endpoint({
  name: 'openai-completions',
  operation: 'completion',
  fields: fields(
    'model prompt suffix stream max_tokens temperature top_p n stop seed presence_penalty frequency_penalty ' +
      'logit_bias logprobs echo best_of user',
    { stream_options: fields('include_usage') },
  ),
  check({ prompt, suffix, stream }) {
    if (prompt === undefined || prompt === null) return wrong('prompt', 'is required');
    if (typeof prompt !== 'string' && !Array.isArray(prompt))
      return wrong('prompt', 'must be a string or an array');
    if (suffix !== undefined && suffix !== null && typeof suffix !== 'string')
      return wrong('suffix', 'must be a string');
    if (stream !== undefined && stream !== null && typeof stream !== 'boolean')
      return wrong('stream', 'must be a boolean');
    return undefined;
  },
  streams: ({ stream }) => stream === true,
  // Prompts of tokens have no text to read.
  texts: (body) => [
    ...fieldSlots(body, 'prompt', 'user', 'text'),
    ...fieldSlots(body, 'suffix', 'user', 'text'),
  ],
  answer: {
    texts: (body) =>
      objects(body.choices).flatMap((choice, turn) =>
        typeof choice.text === 'string'
          ? [withoutTokens(textSlot(choice, 'text', 'assistant', 'text', turn), choice)]
          : [],
      ),
    usage: chatAnswer.usage,
    finishReasons: chatAnswer.finishReasons,
  },
  stream: { ...chatStream, deltas, delta },
  chat: completionsInbound,
});

/** Logprobs hold the text once more, token by token. */
function withoutTokens<S extends TextSlot | DeltaSlot>(slot: S, choice: Bag): S {
  return isObject(choice.logprobs) ? forgetting(slot, () => chatAnswer.forget(choice)) : slot;
}

function deltas(event: SseEvent): DeltaSlot[] {
  const choices = isObject(event.json) ? objects(event.json.choices) : [];
  return choices.flatMap((choice) =>
    typeof choice.text === 'string'
      ? [withoutTokens(deltaSlot(event, choice, 'text', 'text', String(choice.index ?? 0)), choice)]
      : [],
  );
}

function delta(channel: string, _kind: unknown, text: string, like: SseEvent | undefined): SseEvent {
  const { id = 'cmpl', created = Math.floor(Date.now() / 1000), model = '' } = (like?.json ?? {}) as Bag;
  const choice = { index: Number(channel), text, logprobs: null, finish_reason: null };
  return SseEvent.ofJson({ id, object: 'text_completion', created, model, choices: [choice] });
}
