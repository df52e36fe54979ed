// One HTTP call of a provider, on undici's dispatch: no promise and no stream object per chunk.
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type Dispatcher, errors } from 'undici';
import { GatewayError } from '../../kong/relay/errors.ts';
import { publicOnlyConnector } from '../../kong/relay/public-address.ts';

/** What is sent. Header names in lower case. */
export interface Outgoing {
  origin: string;
  /** With the query. */
  path: string;
  method: 'POST' | 'GET';
  headers: Record<string, string>;
  body: Buffer | undefined;
}

/** Controls a body that is arriving. */
export interface Flow {
  pause(): void;
  resume(): void;
  /** Closes the connection; the consumer is not called any more. */
  abort(reason: Error): void;
}

/** Takes a body. After `end` or `error` nothing more comes. */
export interface Consumer {
  data(chunk: Buffer): void;
  end(): void;
  error(error: Error): void;
}

export interface CallTimeouts {
  /** ms until the head of the answer; 0 = none. */
  head: number;
  /** ms between two pieces of the body. */
  between: number;
}

/** Said once, when the head has come: who takes the body. */
export type OnHead = (status: number, headers: IncomingHttpHeaders, flow: Flow) => Consumer;

/** Connections idle for longer are closed by most providers' load balancers; be the first. */
const KEEP_ALIVE_MS = 30_000;

/** @param publicOnly connects to no private address: for hosts that a client has a say in */
export function createAgent(connectMs: number, publicOnly = false): Agent {
  const options = { timeout: connectMs };
  return new Agent({
    connect: publicOnly ? publicOnlyConnector(options) : options,
    keepAliveTimeout: KEEP_ALIVE_MS,
    pipelining: 1,
  });
}

export class ProviderCall implements Dispatcher.DispatchHandler, Flow {
  private readonly onHead: OnHead;
  private readonly onFailure: (error: Error) => void;
  private controller: Dispatcher.DispatchController | undefined;
  private consumer: Consumer | undefined;
  private over = false;
  private timeouts: CallTimeouts = { head: 0, between: 0 };
  private timer: NodeJS.Timeout | undefined;

  /** @param onFailure called when no head comes, with a GatewayError. */
  constructor(onHead: OnHead, onFailure: (error: Error) => void) {
    this.onHead = onHead;
    this.onFailure = onFailure;
  }

  start(agent: Dispatcher, outgoing: Outgoing, timeouts: CallTimeouts): void {
    this.timeouts = timeouts;
    try {
      const { origin, path, method, headers, body = null } = outgoing;
      agent.dispatch(
        // Its own timers live on for half a second after they were cleared.
        { origin, path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 },
        this,
      );
    } catch (cause) {
      this.onResponseError(undefined, cause as Error);
    }
  }

  /** Who does not take the body cannot say that it is late. */
  pause(): void {
    this.waitFor(0);
    this.controller?.pause();
  }

  resume(): void {
    this.waitFor(this.timeouts.between);
    this.controller?.resume();
  }

  abort(reason: Error): void {
    if (this.over) return;
    this.end();
    this.controller?.abort(reason);
  }

  /** As if the connection had failed with the error: a timeout. */
  interrupt(error: Error): void {
    if (this.over) return;
    this.abort(error);
    if (this.consumer) this.consumer.error(error);
    else this.onFailure(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Given up while it waited for a connection.
    if (this.over) controller.abort(new Error('call was given up'));
    else this.waitFor(this.timeouts.head);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200 || this.over) return;
    this.waitFor(this.timeouts.between);
    this.consumer = this.onHead(status, headers, this);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.over) return;
    this.timer?.refresh();
    this.consumer?.data(chunk);
  }

  onResponseEnd(): void {
    if (this.over) return;
    this.end();
    this.consumer?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, cause: Error): void {
    if (this.over) return;
    this.end();
    const error = callError(cause);
    if (this.consumer) this.consumer.error(error);
    else this.onFailure(error);
  }

  private end(): void {
    this.over = true;
    this.waitFor(0);
  }

  /** The provider's next word, from now on. @param ms 0 = as long as it takes */
  private waitFor(ms: number): void {
    clearTimeout(this.timer);
    this.timer =
      ms > 0 && !this.over
        ? setTimeout(() => this.interrupt(new GatewayError('provider_timeout')), ms)
        : undefined;
  }
}

/** What undici's errors mean to a client. */
export function callError(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const timedOut =
    cause instanceof errors.ConnectTimeoutError ||
    cause instanceof errors.HeadersTimeoutError ||
    cause instanceof errors.BodyTimeoutError;
  return new GatewayError(timedOut ? 'provider_timeout' : 'provider_unreachable', { cause });
}

/** A header that came twice counts as it came first. */
export function header(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
