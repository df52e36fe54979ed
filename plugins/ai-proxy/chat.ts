// One chat request against one target: translate when formats differ, call, and set the exchange's answer.
import type { ChatRequest } from '../../kong/llm/chat.ts';
import { TranslationError } from '../../kong/llm/format.ts';
import { readUsage } from '../../kong/llm/formats/openai-chat/usage.ts';
import { isStreamType } from '../../kong/llm/framing.ts';
import { EventStream } from '../../kong/llm/stream.ts';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import { type CallOptions, call, type ProviderResponse, readWhole } from './call.ts';
import { providerError } from './provider-error.ts';
import { ProviderStream } from './provider-stream.ts';
import { passing, translating } from './readers.ts';
import type { Target } from './target.ts';

interface Prepared {
  body: Buffer;
  /** In the common language, when provider and client speak different formats. */
  common: ChatRequest | undefined;
  /** The client did not ask for the usage that was asked for here. */
  stripUsage: boolean;
}

export async function proxyChat(
  exchange: Exchange,
  target: Target,
  model: string,
  options: CallOptions,
): Promise<void> {
  const prepared = prepare(exchange, target, model);
  const response = await call(target, prepared.body, options);
  if (response.statusCode !== 200) throw await readError(response, options.signal);
  const type = String(response.headers['content-type'] ?? '');
  if (isStreamType(target.provider.chat.framing, type))
    return answerStream(exchange, target, prepared, response);
  return answerWhole(exchange, target, prepared, await readWhole(response, options.signal));
}

function prepare(exchange: Exchange, target: Target, model: string): Prepared {
  const { request, format } = exchange;
  if (target.provider.chat.name === format.name) return prepareSame(exchange, target, model);
  if (!format.chat) throw new TranslationError('This endpoint needs a provider that has it.');
  const common = { ...format.chat.toCommon(request.body), model };
  if (
    target.maxTokens !== undefined &&
    common.max_tokens === undefined &&
    common.max_completion_tokens === undefined
  ) {
    common.max_tokens = target.maxTokens;
  }
  const body = Buffer.from(JSON.stringify(target.provider.chat.fromCommon(common)));
  return { body, common, stripUsage: false };
}

/** The body goes out as it came unless something in it must be another. */
function prepareSame({ request, streams }: Exchange, target: Target, model: string): Prepared {
  const { body } = request;
  const changes: Record<string, unknown> = {};
  if (body.model !== model) changes.model = model;
  if (target.maxTokens !== undefined && body.max_tokens == null && body.max_completion_tokens == null) {
    changes.max_completion_tokens = target.maxTokens;
  }
  const streamOptions = body.stream_options as ChatRequest['stream_options'] | null;
  const stripUsage = streams && streamOptions?.include_usage !== true;
  if (stripUsage) changes.stream_options = { ...streamOptions, include_usage: true };
  const bytes =
    Object.keys(changes).length > 0
      ? Buffer.from(JSON.stringify({ ...body, ...changes }))
      : request.toBytes();
  return { body: bytes, common: undefined, stripUsage };
}

async function readError(response: ProviderResponse, signal: AbortSignal): Promise<GatewayError> {
  const bytes = await readWhole(response, signal);
  const retryAfter = response.headers['retry-after'];
  return providerError(
    response.statusCode,
    parse(bytes),
    typeof retryAfter === 'string' ? retryAfter : undefined,
  );
}

function answerWhole(exchange: Exchange, target: Target, { common }: Prepared, bytes: Buffer): void {
  const answer = WholeAnswer.ofBytes(200, { 'content-type': 'application/json' }, bytes);
  const { body } = answer;
  if (Object.keys(body).length === 0) throw new GatewayError('provider_bad_answer');
  if (body.error) throw providerError(502, body, undefined);
  if (!common) {
    exchange.usage = exchange.format.answer.usage(body);
    exchange.answer = answer;
    return;
  }
  const translated = target.provider.chat.toAnswer(body);
  exchange.usage = readUsage(translated.usage);
  exchange.answer = WholeAnswer.ofJson(200, exchange.format.chat!.fromAnswer(translated, common));
}

async function answerStream(
  exchange: Exchange,
  target: Target,
  prepared: Prepared,
  response: ProviderResponse,
): Promise<void> {
  const onUsage = (usage: Exchange['usage']): void => {
    exchange.usage = usage;
  };
  const { common, stripUsage } = prepared;
  const reader = common
    ? translating(exchange.format.chat!, target.provider.chat, common, onUsage)
    : passing(exchange.format, stripUsage, onUsage);
  const source = new ProviderStream(response.body, reader, target.provider.chat.framing);
  await source.begun();
  exchange.times.firstToken = Date.now();
  exchange.answer = { kind: 'stream', status: 200, headers: {}, stream: new EventStream(source) };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
