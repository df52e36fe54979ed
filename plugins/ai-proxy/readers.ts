// How a provider's events become the client's: handed on as they are when both speak one format, else translated.
import { AnswerBuilder } from '../../kong/llm/answer-chunks.ts';
import type { ChatChunk, ChatRequest } from '../../kong/llm/chat.ts';
import type { ChunkReader, Format, InboundChat } from '../../kong/llm/format.ts';
import { readUsage } from '../../kong/llm/formats/openai-chat/usage.ts';
import type { SseEvent } from '../../kong/llm/sse.ts';
import type { Usage } from '../../kong/llm/usage.ts';

/** What a provider's event is to the client: events to hand on, and what it says about the stream. */
export interface EventReader {
  read(event: SseEvent): readonly SseEvent[];
  /** Something that a client would show has come: from here on the provider cannot be changed. */
  readonly begun: boolean;
  /** The provider has said that the stream is complete. */
  readonly complete: boolean;
  /** It is complete if the connection closes now. */
  readonly mayClose: boolean;
  readonly error: { message: string } | undefined;
  /** Events that end the client's stream. */
  end(): readonly SseEvent[];
  /** Of a stream that broke off: what was reported and not yet told. */
  readonly usage?: Usage | undefined;
}

export type OnUsage = (usage: Usage) => void;

const NONE: readonly SseEvent[] = [];

/** Same format in and out: events pass as bytes; only the first, the last and those with usage are looked into. */
export class PassingReader implements EventReader {
  begun = false;
  complete = false;
  mayClose = false;
  error: EventReader['error'];
  private readonly format: Format;
  private readonly stripUsage: boolean;
  private readonly onUsage: OnUsage;

  /** @param stripUsage the client did not ask for the usage that the provider was asked for */
  constructor(format: Format, stripUsage: boolean, onUsage: OnUsage) {
    this.format = format;
    this.stripUsage = stripUsage;
    this.onUsage = onUsage;
  }

  read(event: SseEvent): readonly SseEvent[] {
    const { stream } = this.format;
    if (stream.isTerminal(event)) {
      this.complete = true;
      this.begun = true;
      this.readUsage(event);
      return [event];
    }
    if (!event.raw || event.raw.includes('"error"')) {
      this.error = stream.error(event);
      if (this.error) return NONE;
    }
    if (!(this.begun && endsAsJson(event.raw))) mustBeJson(event);
    this.begun ||= isContent(this.format, event);
    if (stream.mayClose?.(event)) this.mayClose = true;
    return this.readUsage(event) && this.stripUsage && isOnlyUsage(event) ? NONE : [event];
  }

  end(): readonly SseEvent[] {
    return NONE;
  }

  private readUsage(event: SseEvent): boolean {
    if (event.raw && !mayHaveUsage(event.raw)) return false;
    const usage = this.format.stream.usage(event);
    if (usage) this.onUsage(usage);
    return usage !== undefined;
  }
}

const BRACE = '}'.charCodeAt(0);

/** The last of its bytes, before the line ends, closes an object: what is cut off does not, mostly. */
function endsAsJson(raw: Buffer | undefined): boolean {
  if (!raw) return false;
  let at = raw.length - 1;
  while (raw[at] === 0x0a || raw[at] === 0x0d) at -= 1;
  return raw[at] === BRACE;
}

/** A part of the answer that cannot be read is missing from it: that must not go unnoticed. @throws Error */
function mustBeJson(event: SseEvent): void {
  if (event.json !== undefined) return;
  const data = event.data.trim();
  if (data !== '' && data !== '[DONE]') throw new Error('an event that is no JSON');
}

function isContent({ operation, stream }: Format, event: SseEvent): boolean {
  if (operation !== 'chat' && operation !== 'completion') return true;
  return stream.deltas(event).some(({ text }) => text !== '') || stream.finishReasons(event).length > 0;
}

const USAGE = Buffer.from('"usage');
const N = 'n'.charCodeAt(0);

/** A usage field (`usage`, `usageMetadata`) that is not null; OpenAI sends `"usage":null` in every chunk. */
function mayHaveUsage(raw: Buffer): boolean {
  for (let at = raw.indexOf(USAGE); at >= 0; at = raw.indexOf(USAGE, at + 1)) {
    const colon = raw.indexOf(':', at);
    if (colon < 0) return false;
    if (raw[colon + 1] !== N && !(raw[colon + 1] === 0x20 && raw[colon + 2] === N)) return true;
  }
  return false;
}

/** The chunk that `stream_options.include_usage` adds has no choices. */
function isOnlyUsage(event: SseEvent): boolean {
  const { choices } = event.json as { choices?: unknown[] };
  return Array.isArray(choices) && choices.length === 0;
}

export class TranslatingReader implements EventReader {
  begun = false;
  private readonly chunks: ChunkReader;
  private readonly writer: ReturnType<InboundChat['fromChunks']>;
  private readonly onUsage: OnUsage;

  constructor(inbound: InboundChat, chunks: ChunkReader, request: ChatRequest, onUsage: OnUsage) {
    this.chunks = chunks;
    this.writer = inbound.fromChunks(request);
    this.onUsage = onUsage;
  }

  get complete(): boolean {
    return this.chunks.complete;
  }

  get mayClose(): boolean {
    return this.chunks.mayClose ?? false;
  }

  get error(): EventReader['error'] {
    return this.chunks.error;
  }

  get usage(): Usage | undefined {
    return readUsage(this.chunks.usage);
  }

  read(event: SseEvent): readonly SseEvent[] {
    mustBeJson(event);
    const out: SseEvent[] = [];
    for (const chunk of this.chunks.event(event)) {
      const usage = readUsage(chunk.usage);
      if (usage) this.onUsage(usage);
      this.begun ||= hasContent(chunk);
      out.push(...this.writer.chunk(chunk));
    }
    return out;
  }

  end(): readonly SseEvent[] {
    return this.writer.end();
  }
}

function hasContent({ choices }: ChatChunk): boolean {
  return choices.some(({ delta, finish_reason }) => {
    if (finish_reason) return true;
    const { content, refusal, reasoning_content, reasoning_blocks, tool_calls } = delta;
    return Boolean(
      content ||
        refusal ||
        reasoning_content ||
        reasoning_blocks?.length ||
        tool_calls?.some((call) => call.function?.arguments),
    );
  });
}

/** For a whole answer that came as a stream: collects it, and hands on nothing. */
export class CollectingReader implements EventReader {
  readonly begun = false;
  readonly builder = new AnswerBuilder();
  private readonly chunks: ChunkReader;

  constructor(chunks: ChunkReader) {
    this.chunks = chunks;
  }

  get complete(): boolean {
    return this.chunks.complete;
  }

  get mayClose(): boolean {
    return this.chunks.mayClose ?? false;
  }

  get error(): EventReader['error'] {
    return this.chunks.error;
  }

  read(event: SseEvent): readonly SseEvent[] {
    mustBeJson(event);
    for (const chunk of this.chunks.event(event)) this.builder.add(chunk);
    return NONE;
  }

  end(): readonly SseEvent[] {
    return NONE;
  }
}
