// An answer that is already in the client's format, read back into the common language: for what keeps answers and
// gives them out in other formats.
import type { ChatAnswer, ChatChunk, ChatRequest } from './chat.ts';
import type { ChunkReader, Format, OutboundChat } from './format.ts';
import { anthropicOutbound } from './formats/anthropic/outbound.ts';
import { geminiOutbound } from './formats/gemini/outbound.ts';
import { openaiChatOutbound } from './formats/openai-chat/outbound.ts';
import type { SseEvent } from './sse.ts';

export interface AnswerReader {
  /** Undefined when it holds what cannot be read back. The body is left alone, and is not shared with the result. */
  whole(body: Record<string, unknown>): ChatAnswer | undefined;
  stream(request: ChatRequest): Pick<ChunkReader, 'event'>;
}

/** Formats that providers speak too have a reader. */
const READERS = new Map<string, OutboundChat>([
  ['openai-chat', openaiChatOutbound],
  ['anthropic', anthropicOutbound],
  ['gemini', geminiOutbound],
]);

export function answerReader(format: Format): AnswerReader {
  const chat = READERS.get(format.name);
  if (!chat) return new TextReader(format);
  return {
    whole: (body) => chat.toAnswer(structuredClone(body)),
    stream: (request) => chat.toChunks(request),
  };
}

/** For the other formats: what their views tell, which is text, and no tool calls. */
class TextReader implements AnswerReader {
  private readonly format: Format;

  constructor(format: Format) {
    this.format = format;
  }

  whole(body: Record<string, unknown>): ChatAnswer | undefined {
    const { answer } = this.format;
    let [content, reasoning] = ['', ''];
    for (const { kind, text, repeat } of answer.texts(body)) {
      if (repeat) continue;
      if (kind === 'text') content += text;
      else if (kind === 'reasoning') reasoning += text;
      else return;
    }
    const message = {
      role: 'assistant' as const,
      content,
      ...(reasoning && { reasoning_content: reasoning }),
    };
    const { id, created, object } = head(typeof body.id === 'string' ? body.id : undefined);
    const finish_reason = 'stop' as const;
    if (!ended(answer.finishReasons(body))) return;
    const model = answer.model(body) ?? '';
    return { id, created, object, model, choices: [{ index: 0, message, finish_reason }] };
  }

  stream(request: ChatRequest): Pick<ChunkReader, 'event'> {
    const { stream } = this.format;
    const from = { ...head(undefined), object: 'chat.completion.chunk' as const, model: request.model };
    const chunk = (
      delta: ChatChunk['choices'][number]['delta'],
      finish_reason: 'stop' | 'length' | null = null,
    ): ChatChunk => ({ ...from, choices: [{ index: 0, delta, finish_reason }] });
    let told = true;
    return {
      event: (event: SseEvent): ChatChunk[] => {
        const chunks = stream.deltas(event).flatMap(({ kind, text, repeat }) => {
          if (repeat || text === '') return [];
          if (kind === 'text') return [chunk({ content: text })];
          if (kind === 'reasoning') return [chunk({ reasoning_content: text })];
          told = false;
          return [];
        });
        const reasons = stream.finishReasons(event);
        // What cannot be told whole must not look like an answer that ended well.
        if (reasons.length > 0) chunks.push(chunk({}, told && ended(reasons) ? 'stop' : 'length'));
        return chunks;
      },
    };
  }
}

const head = (id: string | undefined) => ({
  id: id ?? `chatcmpl-${Date.now().toString(36)}`,
  created: Math.floor(Date.now() / 1000),
  object: 'chat.completion' as const,
});

const WELL = new Set(['stop', 'end_turn', 'completed', 'stop_sequence', 'STOP', 'eos']);
const ended = (reasons: readonly string[]): boolean => reasons.every((reason) => WELL.has(reason));
