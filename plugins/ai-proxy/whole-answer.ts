// A provider's whole answer as the client's: checked, and translated when the formats differ.
import { answerToChunks } from '../../kong/llm/answer-chunks.ts';
import type { ChatAnswer, ChatRequest } from '../../kong/llm/chat.ts';
import { readUsage } from '../../kong/llm/formats/openai-chat/usage.ts';
import { isObject } from '../../kong/llm/slots.ts';
import type { SseEvent } from '../../kong/llm/sse.ts';
import { EventStream, type StreamSink } from '../../kong/llm/stream.ts';
import type { Usage } from '../../kong/llm/usage.ts';
import { type Answer, WholeAnswer } from '../../kong/relay/answer.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import { bodyFailure, type Failure } from './failure.ts';
import type { Prepared } from './prepare.ts';

export type Read = { answer: Answer; usage: Usage | undefined } | { failure: Failure };

const JSON_TYPE = { 'content-type': 'application/json' };

/** Parsing more than this blocks the event loop for too long; embeddings and images come so large. */
const MAX_PARSED = 512 * 1024;

export function readWholeAnswer(exchange: Exchange, prepared: Prepared, bytes: Buffer): Read {
  if (bytes.length > MAX_PARSED && !prepared.common && !prepared.read && !exchange.streams)
    return readLarge(bytes, exchange);
  const answer = WholeAnswer.ofBytes(200, { ...JSON_TYPE }, bytes);
  const { body } = answer;
  if (isEmpty(body)) return badAnswer();
  if (body.error) return { failure: bodyFailure() };
  const { common, chat, read } = prepared;
  if (read) {
    const said = read(body);
    return { answer: WholeAnswer.ofJson(200, said), usage: exchange.format.answer.usage(said) };
  }
  if (exchange.streams) return chat ? asStream(exchange, chat.toAnswer(body), common) : badAnswer();
  if (!common) return { answer, usage: exchange.format.answer.usage(body) };
  return translated(exchange, chat!.toAnswer(body), common);
}

export function translated(exchange: Exchange, answer: ChatAnswer, common: ChatRequest): Read {
  const body = exchange.format.chat!.fromAnswer(answer, common);
  return { answer: WholeAnswer.ofJson(200, body), usage: readUsage(answer.usage) };
}

/** The client asked for a stream: it gets one, all at once. */
function asStream(exchange: Exchange, answer: ChatAnswer, common: ChatRequest | undefined): Read {
  const { format, request } = exchange;
  const writer = format.chat!.fromChunks(common ?? format.chat!.toCommon(request.body));
  const events = answerToChunks(answer).flatMap((chunk) => writer.chunk(chunk));
  events.push(...writer.end());
  const stream = new EventStream(listSource(events));
  return { answer: { kind: 'stream', status: 200, headers: {}, stream }, usage: readUsage(answer.usage) };
}

function listSource(events: readonly SseEvent[]) {
  return {
    start(sink: StreamSink): void {
      for (const event of events) sink.event(event);
      sink.end();
    },
    pause: () => {},
    resume: () => {},
    cancel: () => {},
  };
}

/** Only the usage is read, which stands at the end. */
function readLarge(bytes: Buffer, { format }: Exchange): Read {
  if (
    firstByte(bytes) !== '{' ||
    bytes
      .toString('latin1', bytes.length - 64)
      .trimEnd()
      .at(-1) !== '}'
  ) {
    return badAnswer();
  }
  const answer = WholeAnswer.ofBytes(200, { ...JSON_TYPE }, bytes);
  const at = bytes.lastIndexOf('"usage"');
  if (at < 0 || bytes.length - at > 4_096) return { answer, usage: undefined };
  const tail = bytes.toString('utf8', at).trimEnd();
  try {
    return { answer, usage: format.answer.usage(JSON.parse(`{${tail}`)) };
  } catch {
    return { answer, usage: undefined };
  }
}

const firstByte = (bytes: Buffer): string => bytes.toString('latin1', 0, 64).trimStart()[0] ?? '';

const isEmpty = (body: Record<string, unknown>): boolean => {
  if (!isObject(body)) return true;
  for (const _ in body) return false;
  return true;
};

export function badAnswer(cause?: unknown): { failure: Failure } {
  return { failure: { kind: 'bad_answer', error: new GatewayError('provider_bad_answer', { cause }) } };
}
