// One request through the relay: plan, body, format, stages, answer.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Form } from '../llm/form.ts';
import type { Format, StreamForm } from '../llm/format.ts';
import { DEFAULT_FORMAT, formatByBody, formatOf } from '../llm/formats/index.ts';
import { type Answer, discard } from './answer.ts';
import { Cancellation } from './cancellation.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import { Exchange, type Outcome } from './exchange.ts';
import { checkCase } from './field-case.ts';
import { checkItems, type RequestLimits } from './limits.ts';
import type { Log } from './log.ts';
import { type Plan, type PlanReader, UnusablePlan } from './plan.ts';
import { readBody } from './read-body.ts';
import { InboundRequest } from './request.ts';
import { ClientGone, heartbeatUntilAnswer, respond, respondError, streamFormOf } from './respond.ts';

export interface HandlerOptions extends RequestLimits {
  plans: PlanReader;
  log: Log;
  maxBodyBytes: number;
  maxHeaders: number;
  /** 0 = off. */
  heartbeatMs: number;
  /** A request was refused before any stage ran. @param code of the error table */
  onRefused?(code: string): void;
}

/** Handles one request; never rejects. */
export async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: HandlerOptions,
): Promise<void> {
  const received = Date.now();
  const cancellation = new Cancellation();
  response.on('close', () => {
    if (!response.writableFinished) cancellation.cancel(new ClientGone('client closed the connection'));
  });
  const id = (request.headers['x-kong-request-id'] as string | undefined) ?? newId();
  let format = DEFAULT_FORMAT;
  let plan: Plan | undefined;
  let inbound: InboundRequest | undefined;
  let exchange: Exchange | undefined;
  let form: StreamForm | undefined;
  const tooLong = setTimeout(() => {
    cancellation.cancel(new GatewayError('request_too_long'));
    // Still being sent: there is nobody yet to be told.
    if (!exchange) request.destroy();
  }, options.maxRequestMs);
  try {
    if (request.rawHeaders.length / 2 > options.maxHeaders) throw new GatewayError('headers_too_large');
    const genuine = await options.plans.read(request.headers);
    plan = genuine;
    const asked = await readRequest(request, options.maxBodyBytes);
    inbound = asked;
    format = findFormat(plan, inbound);
    const from = {
      identity: plan.identity,
      format,
      log: options.log,
      providerConfig: providerConfig(plan, inbound),
    };
    // Not spread first: see "Objects" in docs/performance.md.
    const made = new Exchange({
      id,
      request: inbound,
      cancellation,
      received,
      repeat: () => repeat(new Exchange(againFrom(from, asked)), genuine),
      ...from,
    });
    checkBody(made);
    if (format.media !== 'none') checkItems(asked.body, options);
    exchange = made;
    form = streamFormOf(exchange);
    await run(exchange, plan, response, options, form);
  } catch (error) {
    if (!exchange) {
      options.onRefused?.(toGatewayError(error).code);
      exchange = refusedBeforeStages(plan ?? (error instanceof UnusablePlan ? error.plan : undefined), {
        id,
        request: inbound ?? requestOf(request, Buffer.alloc(0)),
        format,
        cancellation,
        log: options.log,
        received,
      });
    }
    await refuse(response, format, error, exchange, options.log, form);
  } finally {
    clearTimeout(tooLong);
  }
}

/** Where the plan is genuine, its stages may still want to know. */
function refusedBeforeStages(
  plan: Plan | undefined,
  from: Omit<ConstructorParameters<typeof Exchange>[0], 'identity'>,
): Exchange | undefined {
  if (!plan) return;
  const exchange = new Exchange({ ...from, identity: plan.identity });
  for (const stage of plan.stages) stage.refused?.(exchange);
  return exchange;
}

async function run(
  exchange: Exchange,
  plan: Plan,
  response: ServerResponse,
  options: HandlerOptions,
  form: StreamForm,
): Promise<void> {
  noteModel(exchange);
  const stopHeartbeat = exchange.streams
    ? heartbeatUntilAnswer(response, options.heartbeatMs, form)
    : undefined;
  try {
    await runStages(exchange, plan);
  } finally {
    stopHeartbeat?.();
  }
  if (!exchange.answer) throw new Error('no stage answered');
  await respond(response, exchange, exchange.answer, options, form);
}

/** A refresh that takes longer is of no use to anybody. */
const MAX_REPEAT_MS = 600_000;

function againFrom<F>(from: F, request: InboundRequest) {
  const cancellation = new Cancellation();
  return {
    id: newId(),
    request: request.asItCame(),
    cancellation,
    received: Date.now(),
    repeated: true,
    ...from,
  };
}

async function repeat(exchange: Exchange, plan: Plan): Promise<Outcome> {
  const tooLong = setTimeout(
    () => exchange.cancellation.cancel(new GatewayError('request_too_long')),
    MAX_REPEAT_MS,
  );
  let outcome: Outcome;
  try {
    await runStages(exchange, plan);
    outcome = await consume(exchange.answer);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    discard(exchange.answer, error);
    outcome = { kind: 'complete', status: error.status, error };
  }
  clearTimeout(tooLong);
  exchange.finish(outcome);
  return outcome;
}

/** Takes an answer to its end, for those who watch it on the way. */
function consume(answer: Answer | undefined): Promise<Outcome> {
  const status = answer?.status ?? 500;
  if (answer?.kind !== 'stream') {
    discard(answer, new Error('nobody reads it'));
    return Promise.resolve({ kind: 'complete', status });
  }
  return new Promise((resolve) =>
    answer.stream.start({
      event: () => {},
      end: () => resolve({ kind: 'complete', status }),
      fail: (error) => resolve({ kind: 'failed', status, error }),
    }),
  );
}

const newId = (): string => randomUUID().replaceAll('-', '');

function providerConfig({ stages, identity }: Plan, request: InboundRequest): string {
  const innermost = stages.at(-1)!;
  return `${innermost.configDigest} ${innermost.variesBy?.(identity, request) ?? ''}`;
}

async function refuse(
  response: ServerResponse,
  format: Format,
  thrown: unknown,
  exchange: Exchange | undefined,
  log: Log,
  form: StreamForm | undefined,
): Promise<void> {
  const cancelled = exchange?.cancellation.reason;
  const late = cancelled instanceof GatewayError;
  if (response.destroyed || (cancelled && !late)) {
    const reason = cancelled ?? new ClientGone('client closed the connection');
    discard(exchange?.answer, reason);
    exchange?.finish({ kind: 'aborted', status: 499, error: reason });
    response.destroy();
    return;
  }
  const error = toGatewayError(late ? cancelled : thrown);
  discard(exchange?.answer, error);
  if (error.status >= 500) {
    log.error({ err: error.cause ?? error, code: error.code, requestId: exchange?.id }, 'request failed');
  }
  // Before the client has it: what it was told is noted, whatever becomes of this process.
  exchange?.finish({ kind: response.headersSent ? 'failed' : 'complete', status: error.status, error });
  await respondError(response, format, error, exchange?.responseHeaders ?? {}, form);
}

async function readRequest(request: IncomingMessage, maxBodyBytes: number): Promise<InboundRequest> {
  return requestOf(request, await readBody(request, maxBodyBytes));
}

function requestOf(request: IncomingMessage, bytes: Buffer): InboundRequest {
  const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
  return new InboundRequest({
    method: request.method ?? 'GET',
    path,
    originalPath: splitOnce((request.headers['x-forwarded-path'] as string | undefined) ?? path, '?')[0]!,
    query: new URLSearchParams(query),
    headers: request.headers,
    bytes,
  });
}

function findFormat({ stages }: Plan, request: InboundRequest): Format {
  const routeType = stages.at(-1)?.routeType;
  const found = formatOf(routeType, [request.path, request.originalPath], request.method);
  if (found) return found;
  const isJson = request.method === 'POST' && (request.headers['content-type'] ?? '').includes('json');
  const guessed = isJson ? formatByBody(request.body) : undefined;
  if (!guessed) throw new GatewayError('unknown_endpoint');
  return guessed;
}

function checkBody({ request, format }: Exchange): void {
  const method = format.media === 'none' ? 'GET' : 'POST';
  if (request.method !== method) throw new GatewayError('method_not_allowed', { headers: { allow: method } });
  if (method === 'GET') return;
  const type = (request.headers['content-type'] ?? '').toLowerCase();
  if (format.media === 'form') {
    if (!Form.isForm(type)) {
      const message = 'The request body must be a form (content-type: multipart/form-data).';
      throw new GatewayError('unsupported_media_type', { message });
    }
  } else if (!type.includes('json')) throw new GatewayError('unsupported_media_type');
  if (![undefined, '', 'identity'].includes(request.headers['content-encoding'])) {
    throw new GatewayError('unsupported_media_type', { message: 'The request body must not be compressed.' });
  }
  checkCase(format.request.fields, request.body);
  const problem = format.request.check(request.body);
  if (problem) throw new GatewayError('invalid_request', problem);
}

/** What was asked for, for the stages before ai-proxy and for requests that never reach it. */
function noteModel({ request, format, model }: Exchange): void {
  if (format.media === 'none') return;
  const requested = format.request.model(request.body, request.path);
  if (requested !== undefined) model.requested = requested;
}

/** Runs the stages as layers; a stage may call `next` once. */
function runStages(exchange: Exchange, { stages }: Plan): Promise<void> {
  let reached = -1;
  const layer = async (index: number): Promise<void> => {
    if (index <= reached) throw new Error('next() called twice');
    reached = index;
    const stage = stages[index];
    if (!stage) throw new Error('the innermost stage called next()');
    const startedAt = now();
    try {
      await stage.run(exchange, () => layer(index + 1));
    } finally {
      exchange.stageTimes.push({ stage: stage.definition.name, startedAt, endedAt: now() });
    }
  };
  return layer(0);
}

function splitOnce(text: string, by: string): [string, string?] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Finer than Date.now(): most stages take less than a millisecond. */
const now = (): number => performance.timeOrigin + performance.now();
