// The formats that clients may speak, and how a request's format is found.
import type { Format } from '../format.ts';
import { anthropic, anthropicCountTokens } from './anthropic/format.ts';
import { geminiCountTokens } from './gemini/count-tokens.ts';
import { gemini } from './gemini/format.ts';
import { geminiEmbeddings } from './gemini-embeddings/format.ts';
import { openaiSpeech } from './openai-audio/speech.ts';
import { openaiTranscriptions } from './openai-audio/transcriptions.ts';
import { openaiChat } from './openai-chat/format.ts';
import { openaiCompletions } from './openai-completions/format.ts';
import { openaiEmbeddings } from './openai-embeddings/format.ts';
import { openaiImages } from './openai-images/format.ts';
import { openaiModels } from './openai-models/format.ts';
import { openaiModerations } from './openai-moderations/format.ts';
import { openaiResponses } from './openai-responses/format.ts';
import { rerank } from './rerank/format.ts';

export interface Endpoint {
  format: Format;
  /** Kong-style name for ai-proxy-ts `route_type`. */
  routeType: string;
  /** Where the path ends. */
  suffix: RegExp;
  /** POST when absent. */
  method?: 'GET';
  /** What a provider that has the endpoint has after its base URL. */
  path: string;
  /** For paths that tell nothing: does a body look like it? The first that does is it. */
  looksLike?(body: Record<string, unknown>): boolean;
}

/** Names as Kong's ai-proxy has them; where it has none, in its style. A longer path comes before its ending. */
export const ENDPOINTS: readonly Endpoint[] = [
  {
    format: openaiChat,
    routeType: 'llm/v1/chat',
    suffix: /\/chat\/completions\/?$/,
    path: '/chat/completions',
    looksLike: (body) => Array.isArray(body.messages),
  },
  {
    format: openaiCompletions,
    routeType: 'llm/v1/completions',
    suffix: /\/completions\/?$/,
    path: '/completions',
    looksLike: (body) => body.prompt !== undefined && body.messages === undefined,
  },
  {
    format: openaiResponses,
    routeType: 'llm/v1/responses',
    suffix: /\/responses\/?$/,
    path: '/responses',
    looksLike: (body) => body.input !== undefined && (body.instructions !== undefined || isItems(body.input)),
  },
  {
    format: openaiEmbeddings,
    routeType: 'llm/v1/embeddings',
    suffix: /\/embeddings\/?$/,
    path: '/embeddings',
  },
  {
    format: openaiModerations,
    routeType: 'llm/v1/moderations',
    suffix: /\/moderations\/?$/,
    path: '/moderations',
  },
  {
    format: openaiImages,
    routeType: 'image/v1/images/generations',
    suffix: /\/images\/generations\/?$/,
    path: '/images/generations',
  },
  {
    format: openaiSpeech,
    routeType: 'audio/v1/audio/speech',
    suffix: /\/audio\/speech\/?$/,
    path: '/audio/speech',
  },
  {
    format: openaiTranscriptions,
    routeType: 'audio/v1/audio/transcriptions',
    suffix: /\/audio\/transcriptions\/?$/,
    path: '/audio/transcriptions',
  },
  { format: rerank, routeType: 'llm/v1/rerank', suffix: /\/rerank\/?$/, path: '/rerank' },
  {
    format: openaiModels,
    routeType: 'llm/v1/models',
    suffix: /\/models\/?$/,
    method: 'GET',
    path: '/models',
  },
  {
    format: anthropicCountTokens,
    routeType: 'llm/v1/messages/count_tokens',
    suffix: /\/messages\/count_tokens\/?$/,
    path: '/messages/count_tokens',
  },
  { format: anthropic, routeType: 'llm/v1/messages', suffix: /\/messages\/?$/, path: '/messages' },
  {
    format: gemini,
    routeType: 'llm/v1beta/generateContent',
    suffix: /\/models\/[^:]{1,512}:(generateContent|streamGenerateContent)\/?$/,
    // The model and the method follow: see OutboundChat.path.
    path: '/models',
    looksLike: (body) => Array.isArray(body.contents),
  },
  {
    format: geminiEmbeddings,
    routeType: 'llm/v1beta/embedContent',
    suffix: /\/models\/[^:]{1,512}:(embedContent|batchEmbedContents)\/?$/,
    path: '/models',
  },
  {
    format: geminiCountTokens,
    routeType: 'llm/v1beta/countTokens',
    suffix: /\/models\/[^:]{1,512}:countTokens\/?$/,
    path: '/models',
  },
];

/** When nothing can be known yet, errors are in OpenAI's shape. */
export const DEFAULT_FORMAT: Format = openaiChat;

export const ROUTE_TYPES = ENDPOINTS.map(({ routeType }) => routeType);

const isItems = (input: unknown): boolean =>
  Array.isArray(input) && input.some((item) => item !== null && typeof item === 'object');

/** By `route_type` when it is set, else by where the path ends: what Kong sent first, then what the client asked for. */
export function endpointOf(
  routeType: string | undefined,
  paths: readonly string[],
  method = 'POST',
): Endpoint | undefined {
  if (routeType !== undefined) return ENDPOINTS.find((endpoint) => endpoint.routeType === routeType);
  const named = paths.flatMap(endingIn);
  // A path that is an endpoint of another method still says which errors the client understands.
  return named.find((endpoint) => (endpoint.method ?? 'POST') === method) ?? named[0];
}

/** Routes have a path or two; only Gemini's name the model. A try of all suffixes costs 1 µs. */
const MAX_KNOWN_PATHS = 500;
const knownPaths = new Map<string, readonly Endpoint[]>();

function endingIn(path: string): readonly Endpoint[] {
  let found = knownPaths.get(path);
  if (!found) {
    found = ENDPOINTS.filter(({ suffix }) => suffix.test(path));
    if (knownPaths.size >= MAX_KNOWN_PATHS) knownPaths.clear();
    knownPaths.set(path, found);
  }
  return found;
}

export function formatOf(
  routeType: string | undefined,
  paths: readonly string[],
  method?: string,
): Format | undefined {
  return endpointOf(routeType, paths, method)?.format;
}

/** For a route whose own path is the endpoint. */
export function formatByBody(body: Record<string, unknown>): Format | undefined {
  return ENDPOINTS.find((endpoint) => endpoint.looksLike?.(body))?.format;
}

/** What a provider that speaks the client's format has after its base URL. */
export function pathOf(format: Format): string | undefined {
  return ENDPOINTS.find((endpoint) => endpoint.format === format)?.path;
}
