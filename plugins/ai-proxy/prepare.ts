// What a target is sent for a request: path and body, in the provider's format.
import type { ChatRequest } from '../../kong/llm/chat.ts';
import { type OutboundChat, type Saying, ShapeError, TranslationError } from '../../kong/llm/format.ts';
import { checkCommon } from '../../kong/llm/formats/common-shape.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import { defaultsFor } from './defaults.ts';
import { patchedJson } from './patch.ts';
import type { Endpoint } from './providers/provider.ts';
import type { Target } from './target.ts';

export interface Prepared {
  endpoint: Endpoint;
  body: Buffer | undefined;
  contentType: string;
  /** How the provider speaks, when it is chat. */
  chat: OutboundChat | undefined;
  /** In the common language, when the answer must be translated. */
  common: ChatRequest | undefined;
  /** Reads a whole answer that is in other words; absent when it is in the client's. */
  read?(answer: Record<string, unknown>): Record<string, unknown>;
  /** Fields of the request that were left out, as the provider has no word for them. */
  dropped?: readonly string[];
  /** The client did not ask for the usage that was asked for here. */
  stripUsage: boolean;
}

const JSON_TYPE = 'application/json';
/** Formats that stream their usage only when asked to. */
const USAGE_ON_REQUEST = new Set(['openai-chat', 'openai-completions']);

/** Names and versions of features; nothing that could be a credential has a reason to look otherwise. */
const FORWARDED = /^[\w.,:; -]{1,1024}$/;

/** What a client of the provider's own format says in headers. Added to `headers`. */
export function forwardHeaders(
  { request, format }: Exchange,
  { provider }: Target,
  { chat }: Prepared,
  headers: Record<string, string>,
): void {
  const isOwn = format.name === chat?.name || provider.endpoints[format.name] !== undefined;
  for (const name of isOwn ? (provider.forward ?? []) : []) {
    const value = request.headers[name];
    if (typeof value === 'string' && FORWARDED.test(value)) headers[name] = value;
  }
}

/** What is to be sent, and to whom. */
export interface Sending {
  exchange: Exchange;
  target: Target;
  /** The provider's name of it. */
  model: string;
  saying: Saying;
  /** Top-level fields that the body must have besides. */
  extra: Record<string, string> | undefined;
}

/** @throws TranslationError for what the provider cannot do */
export function prepare(sending: Sending): Prepared {
  const dropped: string[] = [];
  // Not spread: see "Objects" in docs/performance.md.
  const saying: Saying = Object.assign({}, sending.saying, {
    onDrop: (param: string) => dropped.push(param),
  });
  const prepared = said(Object.assign({}, sending, { saying }));
  if (dropped.length > 0) prepared.dropped = dropped;
  return prepared;
}

function said(sending: Sending): Prepared {
  const { target, model } = sending;
  const { format } = sending.exchange;
  const chat = format.chat && target.provider.chat(model);
  if (format.chat && chat) {
    if (chat.name === format.name) return passChat(sending, chat);
    if (!target.provider.endpoints[format.name]) return translate(sending, chat);
  }
  const endpoint = target.provider.endpoints[format.name];
  if (endpoint !== undefined) return passOther(sending, endpoint);
  return inOtherWords(sending);
}

/** In the provider's own words for the endpoint, or in those of another format that it has. */
function inOtherWords(sending: Sending): Prepared {
  const { exchange, target, model, saying, extra } = sending;
  const { format, request } = exchange;
  const { provider } = target;
  const own = provider.words?.(format.name, model);
  const { common } = format;
  const words = own ?? (common && provider.words?.(common.name, model));
  const endpoint = words?.path ?? (common && provider.endpoints[common.name]);
  if (endpoint === undefined) {
    throw new TranslationError('The model that serves this route does not have this endpoint.');
  }
  const first = own || !common ? { body: request.body } : common.say(request.body, request.path, saying);
  const asked = format.modelInPath && own ? first.body : { ...first.body, model };
  const said = words?.say(asked, saying) ?? { body: asked };
  if (said.body === asked && first.body === request.body) return passOther(sending, endpoint);
  const reads = [said.read, first.read].filter((read) => read !== undefined);
  return {
    endpoint,
    body: Buffer.from(JSON.stringify({ ...said.body, ...extra })),
    contentType: JSON_TYPE,
    chat: undefined,
    common: undefined,
    stripUsage: false,
    ...(reads.length > 0 ? { read: (answer) => reads.reduce((body, read) => read(body), answer) } : {}),
  };
}

/** The body goes out as it came unless something in it must be another. */
function passChat({ exchange, target, model, saying, extra }: Sending, chat: OutboundChat): Prepared {
  const { request, format } = exchange;
  const { body } = request;
  const stripUsage = exchange.streams && wantsNoUsage(format.name, body);
  const changes: Record<string, unknown> = { ...modelChange(exchange, model), ...extra };
  if (stripUsage)
    changes.stream_options = { ...(body.stream_options as object | undefined), include_usage: true };
  Object.assign(changes, defaultsFor(format.name, body, target.config.model.options));
  if (chat.adjust) Object.assign(changes, chat.adjust({ ...body, ...changes, model }, saying));
  return {
    endpoint: endpointOf(chat, target),
    body: bodyWith(exchange, changes),
    contentType: JSON_TYPE,
    chat,
    common: undefined,
    stripUsage,
  };
}

function translate({ exchange, target, model, saying, extra }: Sending, chat: OutboundChat): Prepared {
  const { format, request, streams } = exchange;
  const common = { ...commonOf(exchange, saying), model };
  if (streams) common.stream = true;
  Object.assign(common, defaultsFor('openai-chat', common, target.config.model.options));
  // Always asked for; the writer of the client's format knows whether the client wants it.
  const asked = streams ? { ...common, stream_options: { include_usage: true } } : common;
  const body = { ...chat.fromCommon(asked, saying), ...extra };
  const asIs = (chat.answersAs ?? chat.name) === format.name;
  return {
    endpoint: endpointOf(chat, target),
    body: Buffer.from(JSON.stringify(body)),
    contentType: JSON_TYPE,
    chat,
    common: asIs ? undefined : common,
    stripUsage: asIs && streams && wantsNoUsage(format.name, request.body),
  };
}

/**
 * In the common language, as the client said it.
 * @throws ShapeError for a body that is not as its format documents; TranslationError for what only its maker has.
 */
function commonOf({ format, request }: Exchange, saying: Saying): ChatRequest {
  const common = format.chat!.toCommon(request.body, saying);
  try {
    checkCommon(common);
  } catch (error) {
    // The field's name is OpenAI's, and says nothing to a client of another format.
    if (!(error instanceof ShapeError) || format.name === 'openai-chat') throw error;
    const message = 'The request is not of the shape that its format documents.';
    throw new GatewayError('invalid_request', { message, cause: error });
  }
  return common;
}

function passOther({ exchange, target, model, extra }: Sending, endpoint: Endpoint): Prepared {
  const { request, format } = exchange;
  const shared = { endpoint, chat: undefined, common: undefined, stripUsage: false };
  if (format.media === 'form') {
    const { body } = request;
    const bytes =
      body.model === model && !extra ? request.toBytes() : request.write({ ...body, ...extra, model });
    return { ...shared, body: bytes, contentType: String(request.headers['content-type']) };
  }
  const changes = {
    ...modelChange(exchange, model),
    ...extra,
    ...defaultsFor(format.name, request.body, target.config.model.options),
  };
  const stripUsage = exchange.streams && wantsNoUsage(format.name, request.body);
  if (stripUsage) {
    const options = request.body.stream_options as object | undefined;
    Object.assign(changes, { stream_options: { ...options, include_usage: true } });
  }
  return { ...shared, body: bodyWith(exchange, changes), contentType: JSON_TYPE, stripUsage };
}

function modelChange({ request, format }: Exchange, model: string): Record<string, unknown> {
  return format.modelInPath || request.body.model === model ? {} : { model };
}

function wantsNoUsage(format: string, body: Record<string, unknown>): boolean {
  if (!USAGE_ON_REQUEST.has(format)) return false;
  return (body.stream_options as ChatRequest['stream_options'] | null)?.include_usage !== true;
}

function bodyWith({ request }: Exchange, changes: Record<string, unknown>): Buffer {
  for (const _ in changes) {
    return patchedJson(request.untouched ? request.toBytes() : undefined, request.body, changes);
  }
  return request.toBytes();
}

function endpointOf(chat: OutboundChat, { provider }: Target): Endpoint {
  const { path } = chat;
  return path ? ({ model, stream }) => path.call(chat, model, stream) : provider.chatPath;
}
