// Legacy completions for models that only chat: the prompt is what a user says, and the answer's text what follows it.
import type { ChatAnswer, ChatChunk, ChatRequest, FinishReason } from '../../chat.ts';
import {
  type ChunkWriter,
  cannotSay,
  type InboundChat,
  type Saying,
  TranslationError,
} from '../../format.ts';
import { type Bag, compact } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';

/** What a chat has under the same name. */
const SAME = [
  'max_tokens',
  'temperature',
  'top_p',
  'n',
  'stop',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'logit_bias',
  'user',
  'stream',
  'stream_options',
];
/** Values that ask for nothing. */
const NOTHING: readonly unknown[] = [undefined, null, false, '', 0];

export const completionsInbound: InboundChat = {
  toCommon,
  fromAnswer,
  fromChunks: (request) => new CompletionsWriter(request),
};

function toCommon(body: Bag, saying?: Saying): ChatRequest {
  for (const name of ['suffix', 'echo', 'logprobs']) {
    if (!NOTHING.includes(body[name])) cannotSay(saying, `A model that chats takes no ${name}.`, name);
  }
  if (typeof body.best_of === 'number' && body.best_of > 1)
    cannotSay(saying, 'A model that chats takes no best_of.', 'best_of');
  const same = Object.fromEntries(SAME.map((name) => [name, body[name]]));
  return compact({
    model: typeof body.model === 'string' ? body.model : '',
    messages: [{ role: 'user', content: promptOf(body) }],
    ...same,
  }) as unknown as ChatRequest;
}

function promptOf({ prompt }: Bag): string {
  const [only, ...more] = Array.isArray(prompt) ? prompt : [prompt];
  if (typeof only === 'string' && more.length === 0) return only;
  throw new TranslationError('A model that chats takes one prompt, as text.', 'prompt');
}

function fromAnswer(answer: ChatAnswer, request: ChatRequest): Bag {
  const { id, created, model, choices, usage } = answer;
  return compact({
    id,
    object: 'text_completion',
    created,
    model: model || request.model,
    choices: choices.map(({ index, message: { content, refusal }, finish_reason }) =>
      choice(index, content ?? refusal ?? '', finish_reason),
    ),
    usage,
  });
}

class CompletionsWriter implements ChunkWriter {
  private readonly request: ChatRequest;

  constructor(request: ChatRequest) {
    this.request = request;
  }

  chunk({ id, created, model, choices, usage }: ChatChunk): SseEvent[] {
    const head = { id, object: 'text_completion', created, model: model || this.request.model };
    const events = choices.flatMap(({ index, delta, finish_reason }) => {
      const text = (delta.content ?? '') + (delta.refusal ?? '');
      if (text === '' && !finish_reason) return [];
      return [SseEvent.ofJson({ ...head, choices: [choice(index, text, finish_reason)] })];
    });
    if (!usage || this.request.stream_options?.include_usage !== true) return events;
    return [...events, SseEvent.ofJson({ ...head, choices: [], usage })];
  }

  end(): SseEvent[] {
    return [SseEvent.of('[DONE]')];
  }
}

const choice = (index: number, text: string, finish: FinishReason | null): Bag => ({
  index,
  text,
  logprobs: null,
  finish_reason: finish === 'tool_calls' || finish === 'function_call' ? 'stop' : finish,
});
