// OpenAI's answers, whole and streamed, in the shapes that its npm client types.
import type OpenAI from 'openai';

export interface OpenAIAnswer {
  /** As several providers of the format name it. */
  reasoningContent?: string | string[];
  id?: string;
  model?: string;
  /** Pieces of the text; streamed, each is a chunk. */
  text?: string | string[];
  /** `arguments` as JSON text; pieces are streamed one by one. */
  toolCalls?: { id?: string; name: string; arguments: string | string[] }[];
  usage?: OpenAI.CompletionUsage;
  finishReason?: OpenAI.ChatCompletion.Choice['finish_reason'];
  refusal?: string;
}

export const OPENAI_USAGE = {
  prompt_tokens: 19,
  completion_tokens: 10,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
} as OpenAI.CompletionUsage;

const CREATED = 1741569952;
const MODEL = 'gpt-4.1-2025-04-14';
const ID = 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT';

/** The body of a 200 to `POST /v1/chat/completions`. */
export function openaiChat(answer: OpenAIAnswer = {}): OpenAI.ChatCompletion {
  const calls = answer.toolCalls ?? [];
  return {
    id: answer.id ?? ID,
    object: 'chat.completion',
    created: CREATED,
    model: answer.model ?? MODEL,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: textOf(answer),
          refusal: answer.refusal ?? null,
          annotations: [],
          ...(answer.reasoningContent !== undefined && {
            reasoning_content: [answer.reasoningContent].flat().join(''),
          }),
          ...(calls.length > 0 && {
            tool_calls: calls.map((call, index) => ({
              id: call.id ?? callId(index),
              type: 'function' as const,
              function: { name: call.name, arguments: [call.arguments].flat().join('') },
            })),
          }),
        },
        logprobs: null,
        finish_reason: finishOf(answer),
      },
    ],
    usage: answer.usage ?? OPENAI_USAGE,
    service_tier: 'default',
    system_fingerprint: 'fp_b376dfbbd5',
  } satisfies OpenAI.ChatCompletion;
}

export interface OpenAIStreamOptions {
  /** As `stream_options.include_usage`: a last chunk with usage and no choices, `usage: null` on the others. */
  includeUsage?: boolean;
  /** Line ends, LF by default. */
  newline?: '\n' | '\r\n';
  /** Left out to look like a stream that lost its end. */
  done?: boolean;
}

/** The chunks of a streamed answer. */
export function openaiChatChunks(
  answer: OpenAIAnswer = {},
  options: OpenAIStreamOptions = {},
): OpenAI.ChatCompletionChunk[] {
  const head = {
    id: answer.id ?? ID,
    object: 'chat.completion.chunk' as const,
    created: CREATED,
    model: answer.model ?? MODEL,
    service_tier: 'default' as const,
    system_fingerprint: 'fp_b376dfbbd5',
    ...(options.includeUsage && { usage: null }),
  };
  type Choice = OpenAI.ChatCompletionChunk.Choice;
  const chunk = (delta: Choice['delta'], finish_reason: Choice['finish_reason'] = null) =>
    ({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    }) satisfies OpenAI.ChatCompletionChunk;

  const text = textOf(answer);
  const chunks: OpenAI.ChatCompletionChunk[] = [
    chunk({ role: 'assistant', content: text === null ? null : '', refusal: null }),
  ];
  for (const reasoning_content of [answer.reasoningContent ?? []].flat()) {
    chunks.push(chunk({ reasoning_content } as Choice['delta']));
  }
  if (text !== null) for (const piece of [answer.text ?? []].flat()) chunks.push(chunk({ content: piece }));
  for (const [index, call] of (answer.toolCalls ?? []).entries()) {
    const start = { name: call.name, arguments: '' };
    chunks.push(
      chunk({ tool_calls: [{ index, id: call.id ?? callId(index), type: 'function', function: start }] }),
    );
    for (const piece of [call.arguments].flat()) {
      chunks.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  }
  chunks.push(chunk({}, finishOf(answer)));
  if (options.includeUsage) chunks.push({ ...head, choices: [], usage: answer.usage ?? OPENAI_USAGE });
  return chunks;
}

/** The same as server-sent events, `[DONE]` last. */
export function openaiChatEvents(answer: OpenAIAnswer = {}, options: OpenAIStreamOptions = {}): string[] {
  const end = (options.newline ?? '\n').repeat(2);
  const events = openaiChatChunks(answer, options).map((chunk) => `data: ${JSON.stringify(chunk)}${end}`);
  return options.done === false ? events : [...events, `data: [DONE]${end}`];
}

/** An error body. `type` and `code` as in https://platform.openai.com/docs/guides/error-codes */
export function openaiError(message: string, type = 'invalid_request_error', code: string | null = null) {
  return { error: { message, type, param: null, code } };
}

function textOf(answer: OpenAIAnswer): string | null {
  if (answer.text === undefined && (answer.toolCalls || answer.refusal !== undefined)) return null;
  return [answer.text ?? []].flat().join('');
}

function finishOf(answer: OpenAIAnswer) {
  return answer.finishReason ?? (answer.toolCalls ? 'tool_calls' : 'stop');
}

const callId = (index: number) => `call_DdmO9pD3xa9XTPNJ32zg2h${String(index).padStart(2, '0')}`;
