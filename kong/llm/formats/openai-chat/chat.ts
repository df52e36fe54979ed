// OpenAI chat completions as clients speak them: the common language itself.
import type { ChatRequest } from '../../chat.ts';
import type { ChunkWriter, InboundChat } from '../../format.ts';
import { type Bag, isObject } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import { toCommon } from './to-common.ts';

export const openaiChatInbound: InboundChat = {
  toCommon,
  fromAnswer: (answer, request) => named(answer, request) as unknown as Bag,
  fromChunks: (request): ChunkWriter => {
    const wantsUsage = request.stream_options?.include_usage === true;
    return {
      chunk(from) {
        const chunk = named(from, request);
        if (wantsUsage || !chunk.usage) return [SseEvent.ofJson(chunk)];
        const { usage: _, ...rest } = chunk;
        return chunk.choices.length > 0 ? [SseEvent.ofJson(rest)] : [];
      },
      end: () => [SseEvent.of('[DONE]')],
    };
  },
};

/** Some providers do not say which model answered. */
function named<T extends { model: string }>(from: T, { model }: ChatRequest): T {
  return from.model ? from : { ...from, model };
}

/** Also the shapes of servers that speak OpenAI's format with errors of their own. */
export function openaiErrorMessage(body: unknown): string | undefined {
  // Gemini and some gateways wrap the object in an array.
  const [only] = Array.isArray(body) ? body : [body];
  if (!isObject(only)) return undefined;
  const { error, message, detail } = only;
  if (isObject(error) && typeof error.message === 'string') return error.message;
  return [error, message, detail].find((item): item is string => typeof item === 'string');
}
