// How a provider's events become the client's: handed on as they are when both speak one format, else translated.
import type { ChatRequest } from '../../kong/llm/chat.ts';
import type { Format, InboundChat, OutboundChat } from '../../kong/llm/format.ts';
import { readUsage } from '../../kong/llm/formats/openai-chat/usage.ts';
import type { SseEvent } from '../../kong/llm/sse.ts';
import { mergeUsage, type Usage } from '../../kong/llm/usage.ts';
import type { EventReader } from './provider-stream.ts';

export type OnUsage = (usage: Usage) => void;

/** Every format's word for it begins so: `usage`, `usageMetadata`. */
const USAGE = Buffer.from('"usage');

/** Same format in and out: events pass as bytes; only those that end the stream or carry usage are looked into. */
export function passing(format: Format, stripUsage: boolean, onUsage: OnUsage): EventReader {
  const state = { complete: false, mayClose: false, error: undefined as EventReader['error'] };
  /** Some formats count the prompt in the first event and the answer in the last. */
  let counted: Usage | undefined;
  return {
    read(event) {
      const { raw } = event;
      if (raw?.includes('"error"')) state.error = format.stream.error(event);
      if (state.error) return [];
      state.complete = format.stream.isTerminal(event);
      if (format.stream.mayClose?.(event)) state.mayClose = true;
      const usage = raw?.includes(USAGE) ? format.stream.usage(event) : undefined;
      if (!usage) return [event];
      counted = mergeUsage(counted, usage);
      onUsage(counted);
      return stripUsage && isOnlyUsage(event) ? [] : [event];
    },
    get complete() {
      return state.complete;
    },
    get mayClose() {
      return state.mayClose;
    },
    get error() {
      return state.error;
    },
    end: () => [],
  };
}

/** The chunk that `stream_options.include_usage` adds has no choices. */
function isOnlyUsage(event: SseEvent): boolean {
  const { choices } = event.json as { choices?: unknown[] };
  return Array.isArray(choices) && choices.length === 0;
}

export function translating(
  inbound: InboundChat,
  outbound: OutboundChat,
  request: ChatRequest,
  onUsage: OnUsage,
): EventReader {
  const reader = outbound.toChunks(request);
  const writer = inbound.fromChunks(request);
  return {
    read(event) {
      return reader.event(event).flatMap((chunk) => {
        const usage = readUsage(chunk.usage);
        if (usage) onUsage(usage);
        return writer.chunk(chunk);
      });
    },
    get complete() {
      return reader.complete;
    },
    get mayClose() {
      return reader.mayClose === true;
    },
    get error() {
      return reader.error;
    },
    end: () => writer.end(),
  };
}
