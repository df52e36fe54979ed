// The common language: OpenAI chat completions, plus the few fields that carry what other providers have and OpenAI
// does not (reasoning with signatures, cache hints, citations). https://platform.openai.com/docs/api-reference/chat
// Answers of providers are read leniently: everything that may be missing is optional.

export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
  max_tokens?: number;
  max_completion_tokens?: number;
  temperature?: number;
  top_p?: number;
  top_k?: number;
  n?: number;
  stop?: string | string[];
  seed?: number;
  frequency_penalty?: number;
  presence_penalty?: number;
  logprobs?: boolean;
  top_logprobs?: number;
  logit_bias?: Record<string, number>;
  user?: string;
  tools?: Tool[];
  tool_choice?: 'none' | 'auto' | 'required' | { type: 'function'; function: { name: string } };
  parallel_tool_calls?: boolean;
  response_format?:
    | { type: 'text' }
    | { type: 'json_object' }
    | {
        type: 'json_schema';
        json_schema: { name: string; description?: string; schema?: JsonSchema; strict?: boolean };
      };
  reasoning_effort?: string;
  /** Ours: a token budget for reasoning, where the provider takes one. */
  reasoning_budget?: number;
  metadata?: Record<string, string>;
  service_tier?: string;
  verbosity?: string;
  [other: string]: unknown;
}

export type JsonSchema = Record<string, unknown>;

export interface Tool {
  type: 'function';
  function: { name: string; description?: string; parameters?: JsonSchema; strict?: boolean };
  cache_control?: CacheControl;
  /**
   * Ours: the client's tool takes free text (Responses API `custom`), said here as a function whose only parameter is
   * a string `input`.
   */
  free_text?: true;
}

/** Ours, as Anthropic names it: the prompt up to here may be cached by the provider. */
export interface CacheControl {
  type: 'ephemeral';
  ttl?: string;
}

export type ChatMessage =
  | { role: 'system' | 'developer'; content: string | TextPart[]; name?: string }
  | { role: 'user'; content: string | ContentPart[]; name?: string }
  | AssistantMessage
  | { role: 'tool'; content: string | ContentPart[]; tool_call_id: string; is_error?: boolean };

export interface AssistantMessage {
  role: 'assistant';
  content?: string | (TextPart | RefusalPart)[] | null;
  refusal?: string | null;
  tool_calls?: ToolCall[];
  /** The reasoning as text, as several providers name it. */
  reasoning_content?: string | null;
  /** Ours: reasoning blocks whole, so that signatures survive a round trip. */
  reasoning_blocks?: ReasoningBlock[];
  annotations?: Annotation[];
}

/** As answers have it: their text is one. */
export type AnswerMessage = Omit<AssistantMessage, 'content'> & { content?: string | null };

/**
 * A citation. OpenAI has the first form; the second is ours, for passages of documents that the prompt brought.
 * Offsets are in UTF-16 code units of the message's text.
 */
export type Annotation =
  | {
      type: 'url_citation';
      url_citation: { url: string; title?: string; start_index?: number; end_index?: number; text?: string };
    }
  | { type: 'document_citation'; document_citation: DocumentCitation };

export interface DocumentCitation {
  start_index?: number;
  end_index?: number;
  cited_text?: string;
  title?: string;
  document_index?: number;
  /** Ids of cited documents or tool results. */
  sources?: string[];
}

export interface ReasoningBlock {
  text?: string;
  signature?: string;
  /** Whose signature or encryption it is: others cannot check it, and are not sent it. Absent: Anthropic's. */
  format?: SignatureFormat;
  /** Encrypted reasoning that only its provider can read. */
  redacted?: string;
  /** The tool call that the signature belongs to, where it comes before the call. */
  tool?: string;
}

export type SignatureFormat = 'anthropic' | 'gemini' | 'openai-responses';

export interface TextPart {
  type: 'text';
  text: string;
  cache_control?: CacheControl;
}

export interface RefusalPart {
  type: 'refusal';
  refusal: string;
}

export type ContentPart =
  | TextPart
  | { type: 'image_url'; image_url: { url: string; detail?: string }; cache_control?: CacheControl }
  | { type: 'input_audio'; input_audio: { data: string; format: string } }
  | {
      type: 'file';
      /** `file_data` is a data URL; `file_url` is ours. */
      file: { file_data?: string; file_url?: string; file_id?: string; filename?: string };
      cache_control?: CacheControl;
    };

export interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
  /** Ours: an opaque token that the provider wants back with the call (Gemini's thought signature). */
  signature?: string;
  cache_control?: CacheControl;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';

/** As OpenAI reports it; see usage.ts for the form that the stages use. */
export interface ChatUsage {
  prompt_tokens?: number;
  completion_tokens?: number;
  total_tokens?: number;
  prompt_tokens_details?: {
    cached_tokens?: number;
    cache_write_tokens?: number;
    audio_tokens?: number;
  } | null;
  completion_tokens_details?: { reasoning_tokens?: number; audio_tokens?: number } | null;
}

export interface ChatAnswer {
  id: string;
  object: 'chat.completion';
  created: number;
  model: string;
  choices: {
    index: number;
    message: AnswerMessage;
    finish_reason: FinishReason | null;
    /** Ours: which of the stop sequences ended it, where the provider says so. */
    stop_sequence?: string;
    logprobs?: unknown;
  }[];
  usage?: ChatUsage;
  system_fingerprint?: string;
  service_tier?: string;
}

export interface ChatChunk {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  choices: {
    index: number;
    delta: ChatDelta;
    finish_reason: FinishReason | null;
    /** Ours: which of the stop sequences ended it, where the provider says so. */
    stop_sequence?: string;
    logprobs?: unknown;
  }[];
  usage?: ChatUsage | null;
  system_fingerprint?: string;
  service_tier?: string;
}

export interface ChatDelta {
  role?: 'assistant';
  content?: string | null;
  refusal?: string | null;
  reasoning_content?: string | null;
  /** A whole block, when its signature or its redacted form has come. */
  reasoning_blocks?: ReasoningBlock[];
  tool_calls?: {
    index: number;
    id?: string;
    type?: 'function';
    function?: { name?: string; arguments?: string };
    signature?: string;
  }[];
  annotations?: Annotation[];
}
