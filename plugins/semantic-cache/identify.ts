// What a request is to the cache: the partition that it belongs to, and the question that is asked in it. Everything but
// the words of the last user turn is part of the partition, known or not: what nobody has thought of keeps answers apart.
import { hash } from 'node:crypto';
import { canonicalJson } from '../../kong/llm/canonical-json.ts';
import type { ChatMessage, ChatRequest } from '../../kong/llm/chat.ts';
import { TranslationError } from '../../kong/llm/format.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { SemanticCacheConfig } from './config.ts';
import { exactForm, MAX_COMPARED_CHARS } from './match.ts';
import { isPortable } from './portable.ts';

export interface Question {
  /** SHA-256, hex: of the partition and the question. */
  key: string;
  partition: string;
  text: string;
  /** Short enough to be compared by meaning. */
  comparable: boolean;
  /** The request in the common language, as its answer is written from. Ask before others may change the body. */
  request(): ChatRequest;
}

export interface Bypass {
  bypass: string;
}

export type IdentifyConfig = Pick<
  SemanticCacheConfig,
  'namespace' | 'partition_by' | 'vary_headers' | 'max_temperature'
>;

/** How the answer is delivered, whose bill it is on, and hints to the provider: the answer is the same. */
const IGNORED = [
  'stream',
  'stream_options',
  'user',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'store',
];
/** State that lies at a provider, or an answer that is not given here. */
const STATEFUL = ['previous_response_id', 'conversation', 'background', 'cachedContent', 'container'];
/** Hashing more takes too long on the event loop, and such prompts hardly come twice. */
const MAX_CHARS = 256 * 1024;
const VERSION = 1;

export function identify(exchange: Exchange, config: IdentifyConfig): Question | Bypass {
  const { format, request } = exchange;
  if (!format.chat || format.operation !== 'chat') return { bypass: 'operation' };
  const { body } = request;
  if (format.request.attachments(body).length > 0) return { bypass: 'attachment' };
  const chars = format.request.texts(body).reduce((sum, { text }) => sum + text.length, 0);
  if (chars > MAX_CHARS) return { bypass: 'too_large' };
  if (STATEFUL.some((name) => body[name] != null && body[name] !== false)) return { bypass: 'stateful' };
  const common = commonRequest(exchange);
  if (!common) return { bypass: 'untranslatable' };
  const reason = bypassReason(common, body, config);
  if (reason) return { bypass: reason };
  const { text, shape } = lastTurn(common.messages.at(-1)!);
  const question = exactForm(text);
  if (question === '') return { bypass: 'no_question' };
  const partition = sha256(canonicalJson(partitionOf(exchange, config, common, shape)));
  return {
    key: sha256(`${partition}\n${question}`),
    partition,
    text: question,
    comparable: question.length <= MAX_COMPARED_CHARS,
    request: () => common,
  };
}

/** Undefined when it cannot be said in it. */
export function commonRequest({ format, request }: Exchange): ChatRequest | undefined {
  try {
    return format.chat!.toCommon(request.body, { path: request.path });
  } catch (error) {
    if (error instanceof TranslationError) return undefined;
    throw error;
  }
}

function bypassReason(
  common: ChatRequest,
  body: Record<string, unknown>,
  { max_temperature }: IdentifyConfig,
): string | undefined {
  if (common.store === true || body.store === true) return 'store';
  if ((common.n ?? 1) > 1) return 'n';
  if (common.logprobs === true || (common.top_logprobs ?? 0) > 0) return 'logprobs';
  if ((common.temperature ?? 0) > max_temperature) return 'temperature';
  if (Array.isArray(common.modalities) && common.modalities.some((kind) => kind !== 'text'))
    return 'modality';
  const { messages } = common;
  if (!Array.isArray(messages) || messages.length === 0) return 'no_question';
  if (messages.some((message) => ['tool', 'function'].includes(message.role as string))) return 'tool_result';
  if (messages.at(-1)!.role !== 'user') return 'no_question';
  const { content } = messages.at(-1)!;
  if (Array.isArray(content) && content.some(({ type }) => type !== 'text')) return 'attachment';
  return undefined;
}

/** The words, and what else the message has: a name, the number of parts. */
function lastTurn(message: ChatMessage): { text: string; shape: unknown } {
  const { content, ...rest } = message;
  if (typeof content === 'string') return { text: content, shape: [rest] };
  const parts = (content ?? []) as { type: string; text?: string }[];
  const texts = parts.map(({ text }) => text ?? '');
  const shape = parts.map(({ text: _, ...part }) => part);
  const plain = shape.length === 1 && Object.keys(shape[0]!).length === 1;
  // Where one part ends and the next begins is hashed too: joined texts do not tell.
  return {
    text: texts.join('\n'),
    shape: plain ? [rest] : [rest, shape, texts.map((text) => text.length > 0)],
  };
}

function partitionOf(
  exchange: Exchange,
  config: IdentifyConfig,
  common: ChatRequest,
  shape: unknown,
): unknown {
  const { identity, request, format } = exchange;
  const { namespace, vary_headers } = config;
  const { messages, ...parameters } = common;
  const { body, path } = request;
  return {
    version: VERSION,
    space:
      namespace === undefined
        ? { route: identity.route?.id ?? '', service: identity.service?.id ?? '' }
        : { namespace },
    who: whoOf(exchange, config),
    vary: (vary_headers ?? []).map((name) => [
      name.toLowerCase(),
      request.headers[name.toLowerCase()] ?? null,
    ]),
    provider: exchange.providerConfig,
    model: format.request.model(body, path) ?? null,
    parameters: without(parameters),
    before: messages.slice(0, -1),
    shape,
    // What the translation may have passed over.
    native: isPortable(format.name, body)
      ? null
      : { format: format.name, body: nativeWithoutQuestion(exchange) },
  };
}

function whoOf({ identity, request }: Exchange, { partition_by }: IdentifyConfig): unknown {
  if (partition_by === 'none') return null;
  const consumer = identity.consumer?.id ?? null;
  if (partition_by === 'credential') return { consumer, credential: identity.credential ?? null };
  if (partition_by === 'consumer') return { consumer };
  const metadata = request.body.metadata as { user_id?: unknown } | null | undefined;
  return { consumer, user: request.body.user ?? metadata?.user_id ?? null };
}

/** null says the same as nothing. */
function without(parameters: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).filter(([name, value]) => value != null && !IGNORED.includes(name)),
  );
}

function nativeWithoutQuestion({ format, request }: Exchange): unknown {
  const body = structuredClone(request.body);
  const slots = format.request.texts(body);
  const last = Math.max(...slots.map(({ turn }) => turn));
  for (const slot of slots) if (slot.turn === last && slot.role === 'user') slot.text = '';
  return without(body);
}

const sha256 = (text: string): string => hash('sha256', text);
