// The formats that clients may speak, and how a request's format is found.
import type { Format } from '../format.ts';
import { anthropic, anthropicCountTokens } from './anthropic/format.ts';
import { openaiChat } from './openai-chat/format.ts';

interface Endpoint {
  format: Format;
  /** Kong-style name for ai-proxy-ts `route_type`. */
  routeType: string;
  /** Where the path ends. */
  suffix: RegExp;
  /** For paths that tell nothing: does a body look like it? */
  looksLike?(body: Record<string, unknown>): boolean;
}

export const ENDPOINTS: readonly Endpoint[] = [
  {
    format: openaiChat,
    routeType: 'llm/v1/chat',
    suffix: /\/chat\/completions\/?$/,
    looksLike: (body) => Array.isArray(body.messages),
  },
  {
    format: anthropicCountTokens,
    routeType: 'llm/v1/messages/count_tokens',
    suffix: /\/messages\/count_tokens\/?$/,
  },
  { format: anthropic, routeType: 'llm/v1/messages', suffix: /\/messages\/?$/ },
];

/** When nothing can be known yet, errors are in OpenAI's shape. */
export const DEFAULT_FORMAT: Format = openaiChat;

export const ROUTE_TYPES = ENDPOINTS.map(({ routeType }) => routeType);

/** By `route_type` when it is set, else by where the path ends: what Kong sent first, then what the client asked for. */
export function formatOf(routeType: string | undefined, paths: readonly string[]): Format | undefined {
  if (routeType !== undefined) return ENDPOINTS.find((endpoint) => endpoint.routeType === routeType)?.format;
  for (const path of paths) {
    const found = ENDPOINTS.find(({ suffix }) => suffix.test(path));
    if (found) return found.format;
  }
  return undefined;
}

/** For a route whose own path is the endpoint. */
export function formatByBody(body: Record<string, unknown>): Format | undefined {
  return ENDPOINTS.find((endpoint) => endpoint.looksLike?.(body))?.format;
}
