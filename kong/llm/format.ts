// What a format is: how the stages read and change its requests, answers and events without knowing it, and how it is
// translated to and from the common language (OpenAI chat completions, see chat.ts).
//
// An exchange stays in the client's own format from end to end, so that what nobody touches is passed on as it came;
// only ai-proxy translates, and only when the provider speaks another format.
import type { ChatAnswer, ChatChunk, ChatRequest, ChatUsage } from './chat.ts';
import type { Fields } from './fields.ts';
import type { Framing } from './framing.ts';
import type { SseEvent } from './sse.ts';
import type { Usage } from './usage.ts';

export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool';
export type TextKind = 'text' | 'reasoning' | 'refusal' | 'tool_arguments' | 'tool_result';

/** One piece of text in a request or a whole answer. Setting `text` changes the body. */
export interface TextSlot {
  text: string;
  readonly role: Role;
  readonly kind: TextKind;
  /** Index of the message (or input item) that it belongs to; a system prompt beside the messages has -1. */
  readonly turn: number;
  /** The body says the text elsewhere too: edit it here as well, but count and judge it once. */
  readonly repeat?: true;
}

/** One piece of text in a stream event. Pieces of one channel in a row make one text. */
export interface DeltaSlot {
  text: string;
  readonly kind: TextKind;
  /** For example `0` for the text of the first choice, `0/tool/1` for its second tool call's arguments. */
  readonly channel: string;
  /** The text came before, or comes on another channel too: edit it here as well, but count and judge it once. */
  readonly repeat?: true;
  /** Takes out what tells the text token by token (logprobs). Setting `text` does it too. Absent when nothing does. */
  forget?(): void;
}

/** An image, audio or file part of a request. */
export interface AttachmentSlot {
  readonly kind: 'image' | 'audio' | 'file';
  readonly turn: number;
  /** Takes the part out of the body. */
  remove(): void;
}

export type Operation =
  | 'chat'
  | 'completion'
  | 'embeddings'
  | 'moderation'
  | 'image'
  | 'speech'
  | 'transcription'
  | 'rerank'
  | 'models'
  | 'count_tokens';

export interface FormatError {
  status: number;
  /** From the table in kong/relay/errors.ts. */
  code: string;
  message: string;
  param?: string;
  /** The table's type, in OpenAI's words: `invalid_request_error`, `rate_limit_error`, … */
  type: string;
}

type Body = Record<string, unknown>;

/** Reads a body in place; every method is tolerant of bodies that are not as documented and then finds nothing. */
export interface Format {
  readonly name: string;
  readonly operation: Operation;
  /** How the request's body comes; JSON when absent. Of a form, `Body` has the fields that are no files. */
  readonly media?: 'form' | 'none';
  /** The model is named in the path, not in the body. */
  readonly modelInPath?: true;
  readonly request: {
    /** Of the body: a key that differs from one of these in case only is refused. */
    fields: Fields;
    /** What is wrong with the body's shape, or undefined. Says nothing of the model or of what a provider can do. */
    check(body: Body): { message: string; param?: string } | undefined;
    model(body: Body, path: string): string | undefined;
    /** The client wants events. */
    streams(body: Body, path: string): boolean;
    texts(body: Body): TextSlot[];
    attachments(body: Body): AttachmentSlot[];
  };
  readonly answer: {
    texts(body: Body): TextSlot[];
    usage(body: Body): Usage | undefined;
    finishReasons(body: Body): string[];
    model(body: Body): string | undefined;
  };
  readonly stream: {
    deltas(event: SseEvent): DeltaSlot[];
    /**
     * The channels whose text is complete once this event has passed: their held-back rest goes before it. `0` closes
     * `0/tool/1` too.
     */
    closes(event: SseEvent): readonly string[] | 'all' | undefined;
    /** An event that carries `text` on `channel`; `like` is an event of the same stream to take ids from. */
    delta(channel: string, kind: TextKind, text: string, like: SseEvent | undefined): SseEvent;
    usage(event: SseEvent): Usage | undefined;
    finishReasons(event: SseEvent): string[];
    /** The event after which the stream is complete. */
    isTerminal(event: SseEvent): boolean;
    /** For formats without a last event of their own: after this event the connection may close. */
    mayClose?(event: SseEvent): boolean;
    /** The provider reports a failure inside the stream. */
    error(event: SseEvent): { message: string; code?: string } | undefined;
  };
  /** How a stream is written when the client asks for another form than server-sent events. */
  streamForm?(query: URLSearchParams): StreamForm | undefined;
  /** The body of an error answer, and the event that reports it inside a stream. */
  error(error: FormatError): unknown;
  errorEvent(error: FormatError): SseEvent;
  /** For chat formats: the translation to and from the common language. */
  readonly chat?: InboundChat;
  /** For other endpoints that a format of the same operation says too: the translation to and from that one. */
  readonly common?: CommonEndpoint;
  /** For counts of tokens: the answer to one that was made here. */
  counted?(tokens: number): Body;
}

/** An endpoint of one request and one whole answer, in the words of another format for the same. */
export interface CommonEndpoint {
  /** The other format's name. */
  readonly name: string;
  /** @throws TranslationError */
  say(body: Body, path: string, saying?: Saying): Said;
}

/** The same in a provider's own words. */
export interface EndpointWords {
  /** Below the base URL. */
  readonly path: string;
  /** @throws TranslationError for what the provider cannot do */
  say(body: Body, saying?: Saying): Said;
}

export interface Said {
  /** The very body that was given when nothing has to be said otherwise. */
  body: Body;
  /** Reads the answer back; absent: it is as it should be. */
  read?(answer: Body): Body;
}

/** Writes one stream. */
export interface StreamForm {
  contentType: string;
  event(event: SseEvent): Buffer | string;
  /** What comes after the last event of a complete stream. */
  end(): string;
  /** What keeps the connection alive and says nothing; may come before the first event. */
  heartbeat: string;
}

/** How a translation treats what the other side cannot say. */
export interface Saying {
  /** Leave it out instead of refusing it. Only what changes the answer's quality, never its meaning (support.ts). */
  dropUnsupported?: boolean;
  /** Told of each field that was left out. */
  onDrop?(param: string): void;
  /** The request's path, for formats that say something in it. */
  path?: string;
}

/** A chat format that clients may speak: to and from the common language. */
export interface InboundChat {
  /** @throws TranslationError for what the common language cannot say. */
  toCommon(body: Body, saying?: Saying): ChatRequest;
  fromAnswer(answer: ChatAnswer, request: ChatRequest): Body;
  fromChunks(request: ChatRequest): ChunkWriter;
}

/** Writes one stream. `end` comes after the last chunk of a complete stream and gives what closes it. */
export interface ChunkWriter {
  chunk(chunk: ChatChunk): SseEvent[];
  end(): SseEvent[];
}

/** A chat format that providers speak: from and to the common language. */
export interface OutboundChat {
  /** The name of the format that it is; requests of clients of that very format need no translation. */
  readonly name: string;
  /** The format of clients that may be handed the provider's answers as they are; absent: those of `name`. */
  readonly answersAs?: string;
  /** How events are framed; server-sent events when absent. */
  readonly framing?: Framing;
  /** For formats that name the model or the method in the path: what follows the base URL, with its query. */
  path?(model: string, stream: boolean): string;
  /** @throws TranslationError for what the provider's format cannot say. */
  fromCommon(request: ChatRequest, saying?: Saying): Body;
  /**
   * For requests of clients of the same format, which need no translation: the top-level fields that must change all
   * the same, undefined for those to leave out. @throws TranslationError as `fromCommon`.
   */
  adjust?(body: Body, saying?: Saying): Body;
  toAnswer(body: Body): ChatAnswer;
  toChunks(request: ChatRequest): ChunkReader;
  /** The provider's own words of an error body, whatever its shape. */
  errorMessage(body: unknown): string | undefined;
}

/** Reads one stream. */
export interface ChunkReader {
  event(event: SseEvent): ChatChunk[];
  /** The provider has said that the stream is complete. */
  readonly complete: boolean;
  /** The stream is complete if the connection closes now: for formats without a last event. */
  readonly mayClose?: boolean;
  /** What the provider has reported so far, where it does not wait for the end: of a stream that breaks off. */
  readonly usage?: ChatUsage | undefined;
  /** The provider has reported a failure inside the stream. */
  readonly error: { message: string; code?: string } | undefined;
}

/** A request or answer that cannot be said in the other format. `param` is the field in the source format. */
export class TranslationError extends Error {
  override name = 'TranslationError';
  readonly param: string | undefined;

  constructor(message: string, param?: string) {
    super(message);
    this.param = param;
  }
}

/** A request that is not of the shape that its format documents, deeper inside than `check` looks. */
export class ShapeError extends Error {
  override name = 'ShapeError';
  readonly param: string;

  constructor(message: string, param: string) {
    super(message);
    this.param = param;
  }
}

/** Leaves `param` out when that is allowed. @throws TranslationError when it is not. */
export function cannotSay(saying: Saying | undefined, message: string, param: string): void {
  if (!saying?.dropUnsupported) throw new TranslationError(message, param);
  saying.onDrop?.(param);
}
