// OpenAI chat completions as its many providers speak them.
import type { ChatChunk, ChatRequest } from '../../chat.ts';
import type { ChunkReader, OutboundChat } from '../../format.ts';
import { isObject } from '../../slots.ts';
import type { SseEvent } from '../../sse.ts';
import { adjust } from './adjust.ts';
import { openaiErrorMessage } from './chat.ts';
import { fromCommon } from './from-common.ts';
import { normaliseAnswer, normaliseChunk } from './normalise.ts';
import { type OpenaiProvider, QUIRKS, type Quirks } from './quirks.ts';
import * as stream from './stream.ts';

/** For a provider that speaks OpenAI's format, with what is special about it. */
export function openaiChatOf(provider: OpenaiProvider): OutboundChat {
  const quirks: Quirks = QUIRKS[provider];
  return {
    name: touchesMessages(quirks) ? `openai-chat/${provider}` : 'openai-chat',
    ...(quirks.plainAnswers ? { answersAs: 'openai-chat' } : {}),
    adjust: (body, saying) => adjust(body as unknown as ChatRequest, quirks, saying),
    fromCommon: (request, saying) => fromCommon(request, quirks, saying),
    toAnswer: (body) => normaliseAnswer(body, quirks),
    toChunks: () => new OpenaiChunks(quirks),
    errorMessage: openaiErrorMessage,
  };
}

export const openaiChatOutbound: OutboundChat = openaiChatOf('openai-compatible');

/** Requests of clients of OpenAI's format can go out as they came, but for their parameters. */
function touchesMessages(quirks: Quirks): boolean {
  const { noDeveloper, noImageUrls, echoReasoning, toolIdLength, plainAnswers } = quirks;
  return Boolean(noDeveloper || noImageUrls || echoReasoning || toolIdLength || !plainAnswers);
}

class OpenaiChunks implements ChunkReader {
  complete = false;
  error: ChunkReader['error'];
  private readonly quirks: Quirks;

  constructor(quirks: Quirks) {
    this.quirks = quirks;
  }

  event(event: SseEvent): ChatChunk[] {
    if (stream.isTerminal(event)) {
      this.complete = true;
      return [];
    }
    this.error = stream.error(event);
    if (this.error || !isObject(event.json)) return [];
    return [normaliseChunk(event.json, this.quirks)];
  }
}
