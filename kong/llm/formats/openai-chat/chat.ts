// OpenAI chat completions as clients and as providers speak them: the common language itself.
import type { ChatAnswer, ChatChunk, ChatRequest } from '../../chat.ts';
import type { ChunkReader, ChunkWriter, InboundChat, OutboundChat } from '../../format.ts';
import { type Bag, isObject } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import * as stream from './stream.ts';

export const openaiChatInbound: InboundChat = {
  toCommon: (body) => body as unknown as ChatRequest,
  fromAnswer: (answer) => answer as unknown as Bag,
  fromChunks: (request): ChunkWriter => {
    const wantsUsage = request.stream_options?.include_usage === true;
    return {
      chunk(chunk) {
        if (wantsUsage || !chunk.usage) return [SseEvent.ofJson(chunk)];
        const { usage: _, ...rest } = chunk;
        return chunk.choices.length > 0 ? [SseEvent.ofJson(rest)] : [];
      },
      end: () => [SseEvent.of('[DONE]')],
    };
  },
};

export const openaiChatOutbound: OutboundChat = {
  name: 'openai-chat',
  fromCommon: (request) => request as unknown as Bag,
  toAnswer: (body) => body as unknown as ChatAnswer,
  toChunks: () => new OpenaiChunks(),
  errorMessage: openaiErrorMessage,
};

class OpenaiChunks implements ChunkReader {
  complete = false;
  error: ChunkReader['error'];

  event(event: SseEvent): ChatChunk[] {
    if (stream.isTerminal(event)) {
      this.complete = true;
      return [];
    }
    this.error = stream.error(event);
    return this.error || !isObject(event.json) ? [] : [event.json as unknown as ChatChunk];
  }
}

/** Also the shapes of servers that speak OpenAI's format with errors of their own. */
export function openaiErrorMessage(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const { error, message, detail } = body;
  if (isObject(error) && typeof error.message === 'string') return error.message;
  return [error, message, detail].find((item): item is string => typeof item === 'string');
}
