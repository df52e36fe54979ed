// Writes an exchange's answer to the client: whole, as events, or as bytes.
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Format, StreamForm } from '../llm/format.ts';
import type { SseEvent } from '../llm/sse.ts';
import type { Answer, BytesAnswer, StreamAnswer, WholeAnswer } from './answer.ts';
import { errorBody, GatewayError, toFormatError, toGatewayError } from './errors.ts';
import type { Exchange, Outcome } from './exchange.ts';
import type { RequestLimits } from './limits.ts';

/** Kong's read_timeout (60 s by default) bounds the gap between bytes; well below it. */
export const HEARTBEAT_MS = 15_000;

const SSE: StreamForm = {
  contentType: 'text/event-stream; charset=utf-8',
  event: (event) => event.toBytes(),
  end: () => '',
  heartbeat: ': keep-alive\n\n',
};

const STREAM_HEADERS = {
  'cache-control': 'no-cache',
  // nginx must not collect events into its buffers.
  'x-accel-buffering': 'no',
};

/** How a client wants its stream written; one for the whole of an answer, heartbeats and errors included. */
export const streamFormOf = ({ format, request }: Exchange): StreamForm =>
  format.streamForm?.(request.query) ?? SSE;

/**
 * How long the rest of a refused body is read and thrown away. Closing at once would reset the connection, and the
 * sender (Kong, mostly) would never read why.
 */
const DRAIN_MS = 10_000;

/** The client closed the connection. */
export class ClientGone extends Error {
  override name = 'ClientGone';
  readonly code = 'client_gone';
}

interface RespondOptions extends Pick<RequestLimits, 'maxAnswerBytes'> {
  /** 0 = off. */
  heartbeatMs: number;
}

/**
 * Resolves when the client has got everything, or nothing more can come. The exchange is finished before the last bytes
 * are sent: who has a whole answer can be sure that it was noted, though the process were killed the moment after.
 *
 * @throws GatewayError before anything was sent
 */
export function respond(
  response: ServerResponse,
  exchange: Exchange,
  answer: Answer,
  options: RespondOptions,
  form: StreamForm = SSE,
): Promise<void> {
  if (answer.kind === 'whole') return respondWhole(response, exchange, answer, options, form);
  if (answer.kind === 'stream') return respondStream(response, exchange, answer, options, form);
  return respondBytes(response, exchange, answer, options);
}

/** An error instead of an answer; inside a stream that has begun, as its last event. */
export async function respondError(
  response: ServerResponse,
  format: Format,
  error: GatewayError,
  extra: Record<string, string>,
  form: StreamForm = SSE,
): Promise<void> {
  if (response.headersSent) return breakStream(response, format, error, form);
  const body = errorBody(format, error);
  const own = { 'content-type': 'application/json', 'content-length': body.length };
  try {
    response.writeHead(error.status, Object.assign({}, extra, error.headers, own));
  } catch {
    // A stage's header that HTTP cannot carry must not cost the client its answer.
    response.writeHead(error.status, own);
  }
  boundDrain(response);
  await end(response, body);
}

function boundDrain({ req }: ServerResponse): void {
  if (req.complete) return;
  const timer = setTimeout(() => req.destroy(), DRAIN_MS);
  req.once('close', () => clearTimeout(timer));
}

/** Keeps a client (and Kong) waiting that asked for a stream, while nothing has come yet. Returns a stop function. */
export function heartbeatUntilAnswer(
  response: ServerResponse,
  heartbeatMs: number,
  { contentType, heartbeat }: StreamForm,
): () => void {
  if (heartbeatMs <= 0) return () => {};
  const timer = setInterval(() => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': contentType, ...STREAM_HEADERS });
    response.write(heartbeat);
  }, heartbeatMs);
  return () => clearInterval(timer);
}

async function respondWhole(
  response: ServerResponse,
  exchange: Exchange,
  answer: WholeAnswer,
  { maxAnswerBytes }: RespondOptions,
  form: StreamForm,
): Promise<void> {
  const body = answer.toBytes();
  if (body.length > maxAnswerBytes) throw new GatewayError('answer_too_large');
  // Not spread: see "Objects" in docs/performance.md.
  const headers = Object.assign({}, answer.headers, exchange.responseHeaders, {
    'content-length': body.length,
  });
  if (response.headersSent) {
    // Heartbeats have begun a stream, and then the answer came whole: an error of the provider, as a rule.
    const message = 'The provider did not stream its answer.';
    exchange.finish({ kind: 'failed', status: 502 });
    return breakStream(response, exchange.format, new GatewayError('provider_bad_answer', { message }), form);
  }
  response.writeHead(answer.status, headers);
  const rest = body.length > LAST_BYTES ? await sendAllBut(LAST_BYTES, response, body) : body;
  finishUnlessGone(response, exchange, answer.status);
  await end(response, rest);
}

async function respondBytes(
  response: ServerResponse,
  exchange: Exchange,
  answer: BytesAnswer,
  { maxAnswerBytes }: RespondOptions,
): Promise<void> {
  const { status, stream } = answer;
  response.writeHead(status, Object.assign({}, answer.headers, exchange.responseHeaders));
  let left = maxAnswerBytes;
  try {
    stream.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) stream.destroy(new GatewayError('answer_too_large'));
    });
    await pipeline(stream, response, { end: false });
    finishUnlessGone(response, exchange, status);
    await end(response);
  } catch (error) {
    exchange.finish({
      kind: exchange.cancellation.reason ? 'aborted' : 'failed',
      status,
      error: error as Error,
    });
    response.destroy();
  }
}

function respondStream(
  response: ServerResponse,
  exchange: Exchange,
  answer: StreamAnswer,
  { heartbeatMs, maxAnswerBytes }: RespondOptions,
  form: StreamForm,
): Promise<void> {
  let left = maxAnswerBytes;
  return new Promise((resolve) => {
    const { stream, status } = answer;
    let lastWrite = Date.now();
    const heartbeat = setInterval(
      () => {
        if (Date.now() - lastWrite >= heartbeatMs && !response.writableNeedDrain) write(form.heartbeat);
      },
      heartbeatMs || 2 ** 31 - 1,
    );
    const finish = (outcome: Outcome): void => {
      clearInterval(heartbeat);
      exchange.finish(outcome);
      exchange.cancellation.offCancel(onCancel);
      response.removeAllListeners('drain');
    };
    const onCancel = (): void => {
      const reason = exchange.cancellation.reason!;
      stream.cancel(reason);
      finish({ kind: reason instanceof ClientGone ? 'aborted' : 'failed', status, error: reason });
      if (!response.destroyed) breakStream(response, exchange.format, toGatewayError(reason), form);
      resolve();
    };
    // The events of one read leave in one write: at a provider's full speed most of the cost is the system calls.
    let corked = false;
    const write = (bytes: Buffer | string): void => {
      lastWrite = Date.now();
      if (!corked) {
        corked = true;
        response.cork();
        process.nextTick(() => {
          corked = false;
          response.uncork();
        });
      }
      if (!response.write(bytes)) stream.pause();
    };
    if (!response.headersSent) {
      response.writeHead(status, {
        'content-type': form.contentType,
        ...STREAM_HEADERS,
        ...answer.headers,
        ...exchange.responseHeaders,
      });
    }
    if (exchange.cancellation.reason) return onCancel();
    exchange.cancellation.onCancel(onCancel);
    response.on('drain', () => stream.resume());
    const fail = (error: Error): void => {
      logFailure(exchange, error);
      finish({ kind: 'failed', status, error });
      breakStream(response, exchange.format, toGatewayError(error), form).then(resolve);
    };
    const finishAndEnd = (): void => {
      const rest = form.end();
      finishUnlessGone(response, exchange, status);
      exchange.cancellation.offCancel(onCancel);
      end(response, rest).then(resolve);
    };
    stream.start({
      event(event: SseEvent) {
        const bytes = form.event(event);
        left -= bytes.length;
        if (left >= 0) return write(bytes);
        const error = new GatewayError('answer_too_large');
        stream.cancel(error);
        fail(error);
      },
      end() {
        // A slow client takes the rest for minutes, and a heartbeat after the end would be an error of ours.
        clearInterval(heartbeat);
        response.removeAllListeners('drain');
        if (response.writableNeedDrain) drained(response).then(finishAndEnd);
        else finishAndEnd();
      },
      fail,
    });
  });
}

/** The client is told the code; what a stage threw is only in the log. */
function logFailure({ id: requestId, log }: Exchange, error: Error): void {
  const { code, cause } = toGatewayError(error);
  log.error({ err: cause ?? error, code, requestId }, 'stream failed');
}

/**
 * Says inside the stream that it failed, then breaks the connection: no client and no proxy can take the answer for
 * complete.
 */
function breakStream(
  response: ServerResponse,
  format: Format,
  error: GatewayError,
  form: StreamForm,
): Promise<void> {
  return new Promise((resolve) => {
    response.write(form.event(format.errorEvent(toFormatError(error))), () => {
      response.destroy();
      resolve();
    });
    if (response.destroyed) resolve();
  });
}

/** A connection takes so much at once, as a rule. */
const LAST_BYTES = 64 * 1024;

/** Resolves with the last `bytes` when the client has taken the others, or has gone. */
async function sendAllBut(bytes: number, response: ServerResponse, body: Buffer): Promise<Buffer> {
  if (!response.write(body.subarray(0, -bytes))) await drained(response);
  return body.subarray(-bytes);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}

function finishUnlessGone({ destroyed }: ServerResponse, exchange: Exchange, status: number): void {
  exchange.finish({ kind: destroyed ? 'aborted' : 'complete', status });
}

/** Resolves when everything was handed to the connection, or the client has gone. */
function end(response: ServerResponse, rest?: Buffer | string): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    response.once('close', resolve);
    response.end(rest, () => resolve());
  });
}
