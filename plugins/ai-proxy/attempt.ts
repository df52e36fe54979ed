// One call of one target for an exchange: from the sign-in to its answer, or to why there is none.
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { isStreamType } from '../../kong/llm/framing.ts';
import { MAX_JSON_DEPTH, nestsDeeperThan } from '../../kong/llm/json-depth.ts';
import { EventStream } from '../../kong/llm/stream.ts';
import { mergeUsage, totalTokens, type Usage } from '../../kong/llm/usage.ts';
import type { Answer } from '../../kong/relay/answer.ts';
import type { BreakerPass } from '../../kong/relay/breaker.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Attempt as AttemptRecord, Exchange } from '../../kong/relay/exchange.ts';
import type { Choice } from './balancer/index.ts';
import { BytesBody } from './bytes-body.ts';
import { type Consumer, type Flow, header, type Outgoing, ProviderCall } from './call.ts';
import { decoded } from './decode.ts';
import { errorFailure, type Failure, statusFailure } from './failure.ts';
import type { Key } from './keys.ts';
import type { Prepared } from './prepare.ts';
import { ProviderStream } from './provider-stream.ts';
import { CollectingReader, type EventReader, PassingReader, TranslatingReader } from './readers.ts';
import { badAnswer, readWholeAnswer, translated } from './whole-answer.ts';
import { MAX_ANSWER_BYTES, MAX_ERROR_BYTES, WholeBody } from './whole-body.ts';

export type Result = { answer: Answer } | { failure: Failure } | { abandoned: Error };

export interface AttemptOptions {
  exchange: Exchange;
  choice: Choice;
  key: Key | undefined;
  prepared: Prepared;
  agent: Dispatcher;
  timeouts: { first_token: number; between_tokens: number };
  /** Called when it is over for good: its stream has ended, or it failed. */
  onOver(attempt: Attempt, end: AttemptEnd): void;
}

export interface AttemptEnd {
  kind: 'complete' | 'failed' | 'abandoned';
  failure?: Failure;
}

export class Attempt {
  readonly record: AttemptRecord;
  readonly choice: Choice;
  readonly key: Key | undefined;
  /** Fields of the request that this target was not sent. */
  readonly dropped: readonly string[];
  /** As far as the provider has said. */
  usage: Usage | undefined;
  /** ms since the epoch. */
  firstTokenAt: number | undefined;
  private readonly options: AttemptOptions;
  private readonly pass: BreakerPass;
  private readonly call: ProviderCall;
  private settle: (result: Result) => void = () => {};
  private timer: NodeJS.Timeout | undefined;
  private committed = false;
  private ended = false;
  private partialUsage: (() => Usage | undefined) | undefined;

  constructor(options: AttemptOptions, pass: BreakerPass) {
    const { target, model } = options.choice;
    this.options = options;
    this.choice = options.choice;
    this.key = options.key;
    this.dropped = options.prepared.dropped ?? [];
    this.pass = pass;
    this.record = { target: target.name, provider: target.providerName, model, startedAt: Date.now() };
    options.exchange.attempts.push(this.record);
    this.call = new ProviderCall(
      (status, headers, flow) => this.onHead(status, headers, flow),
      (error) => this.fail(errorFailure(error)),
    );
    target.state.active += 1;
  }

  /** @param outgoing makes the request; a promise of it for a sign-in that must be fetched. */
  run(outgoing: () => Outgoing | Promise<Outgoing>): Promise<Result> {
    const { agent, timeouts } = this.options;
    return new Promise((resolve) => {
      this.settle = resolve;
      this.timer = setTimeout(() => this.timeOut(), timeouts.first_token);
      const send = (ready: Outgoing): void => {
        if (!this.ended) this.call.start(agent, ready, { head: 0, between: timeouts.between_tokens });
      };
      try {
        const ready = outgoing();
        if (ready instanceof Promise) ready.then(send, (error) => this.fail(errorFailure(error)));
        else send(ready);
      } catch (error) {
        this.fail(errorFailure(error));
      }
    });
  }

  /** Its answer is the exchange's: what it learns from now on is the exchange's too. */
  commit(): void {
    const { exchange } = this.options;
    this.committed = true;
    if (this.usage) exchange.usage = this.usage;
    if (this.firstTokenAt !== undefined) exchange.times.firstToken = this.firstTokenAt;
    if (this.ended) exchange.times.lastToken = this.record.endedAt!;
  }

  /** Not wanted any more: the client has gone, or another was faster. */
  abandon(reason: Error): void {
    if (this.ended) return;
    this.call.abort(reason);
    this.over({ kind: 'abandoned' });
    this.settle({ abandoned: reason });
  }

  /** Time is up: what was handed on breaks off, and what was not has failed. */
  timeOut(): void {
    this.call.interrupt(new GatewayError('provider_timeout'));
    // A sign-in that hangs has no call yet.
    this.fail(errorFailure(new GatewayError('provider_timeout')));
  }

  private onHead(status: number, headers: IncomingHttpHeaders, flow: Flow): Consumer {
    this.record.status = status;
    try {
      return decoded(header(headers, 'content-encoding'), flow, (inner) =>
        this.consumer(status, headers, inner),
      );
    } catch (error) {
      flow.abort(error as Error);
      this.fail(errorFailure(error));
      return DEAF;
    }
  }

  private consumer(status: number, headers: IncomingHttpHeaders, flow: Flow): Consumer {
    if (status < 200 || status > 299) return this.errorBody(status, headers, flow);
    const { exchange, prepared } = this.options;
    const type = header(headers, 'content-type').toLowerCase();
    if (isStreamType(prepared.chat?.framing, type)) {
      if (exchange.streams) return this.eventStream(flow);
      if (prepared.chat) return this.collected(flow);
    }
    if (!prepared.chat && !isJson(type)) return this.bytes(status, type, flow);
    // What is no JSON at all need not be read to its end.
    if (type.startsWith('text/html')) {
      flow.abort(new Error('not an answer'));
      this.fail(badAnswer().failure);
      return DEAF;
    }
    this.headCame(exchange.streams);
    return new WholeBody(flow, MAX_ANSWER_BYTES, (result) => this.whole(result));
  }

  private errorBody(status: number, headers: IncomingHttpHeaders, flow: Flow): Consumer {
    const { prepared, choice } = this.options;
    const { errorMessage: message } = prepared.chat ?? choice.target.provider.chat(choice.model);
    return new WholeBody(flow, MAX_ERROR_BYTES, (result) => {
      const body = result instanceof Error ? undefined : parse(result);
      this.fail(statusFailure(status, headers, body, message(body)));
    });
  }

  /** A stream waits for content, a whole answer for its head: that it is written slowly is no silence. */
  private headCame(stillWaiting: boolean): void {
    if (!stillWaiting) clearTimeout(this.timer);
  }

  private whole(result: Buffer | Error): void {
    if (result instanceof Error) return this.fail(errorFailure(result));
    if (this.ended) return;
    if (nestsDeeperThan(result, MAX_JSON_DEPTH)) return this.fail(badAnswer().failure);
    const { exchange, prepared } = this.options;
    this.settleWith(() => readWholeAnswer(exchange, prepared, result));
  }

  /** What cannot be read as documented is a bad answer, whatever it was that could not be read. */
  private settleWith(reading: () => ReturnType<typeof readWholeAnswer>): void {
    let read: ReturnType<typeof readWholeAnswer>;
    try {
      read = reading();
    } catch (cause) {
      return this.fail(badAnswer(cause).failure);
    }
    if ('failure' in read) return this.fail(read.failure);
    if (read.usage) this.takeUsage(read.usage);
    this.succeed(read.answer);
  }

  private collected(flow: Flow): Consumer {
    const { exchange, prepared } = this.options;
    const request = prepared.common ?? exchange.format.chat!.toCommon(exchange.request.body);
    const reader = new CollectingReader(prepared.chat!.toChunks(request));
    this.headCame(false);
    const watch = {
      begun: () => {},
      cancelled: () => {},
      over: (error: Error | undefined) => {
        if (error) return this.fail(errorFailure(error));
        this.settleWith(() => translated(exchange, reader.builder.answer(), request));
      },
    };
    return new ProviderStream(flow, reader, prepared.chat!.framing, watch, MAX_ANSWER_BYTES);
  }

  private eventStream(flow: Flow): Consumer {
    const reader = this.reader();
    this.partialUsage = () => reader.usage;
    const source = new ProviderStream(flow, reader, this.options.prepared.chat?.framing, {
      begun: () => {
        clearTimeout(this.timer);
        this.firstTokenAt = Date.now();
        const stream = new EventStream(source);
        this.settle({ answer: { kind: 'stream', status: 200, headers: {}, stream } });
      },
      over: (error) => {
        if (error) this.fail(errorFailure(error));
        else this.over({ kind: 'complete' });
      },
      cancelled: () => this.over({ kind: 'abandoned' }),
    });
    return source;
  }

  private reader(): EventReader {
    const { exchange, prepared } = this.options;
    const onUsage = (usage: Usage): void => this.takeUsage(usage);
    const { common, chat, stripUsage } = prepared;
    return common
      ? new TranslatingReader(exchange.format.chat!, chat!.toChunks(common), common, onUsage)
      : new PassingReader(exchange.format, stripUsage, onUsage);
  }

  private bytes(status: number, type: string, flow: Flow): Consumer {
    clearTimeout(this.timer);
    this.firstTokenAt = Date.now();
    const body = new BytesBody(flow, (error) => {
      if (error) this.fail(errorFailure(error));
      else this.over({ kind: 'complete' });
    });
    const headers = { 'content-type': type || 'application/octet-stream' };
    this.settle({ answer: { kind: 'bytes', status, headers, stream: body.stream } });
    return body;
  }

  private takeUsage(usage: Usage): void {
    this.usage = mergeUsage(this.usage, usage);
    if (this.committed) this.options.exchange.usage = this.usage;
  }

  private succeed(answer: Answer): void {
    this.firstTokenAt = Date.now();
    this.over({ kind: 'complete' });
    this.settle({ answer });
  }

  private fail(failure: Failure): void {
    if (this.ended) return;
    this.record.code = failure.error.code;
    this.over({ kind: 'failed', failure });
    this.settle({ failure });
  }

  private over(end: AttemptEnd): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    const partial = end.kind === 'complete' ? undefined : this.partialUsage?.();
    if (partial) this.takeUsage(partial);
    const { state } = this.choice.target;
    state.active -= 1;
    const now = Date.now();
    this.record.endedAt = now;
    if (this.committed) this.options.exchange.times.lastToken = now;
    this.judge(end);
    if (end.kind === 'complete') this.measure(now);
    this.options.onOver(this, end);
  }

  /** What it says about the upstream. Of a refused key or a wrong request, that it works. */
  private judge({ kind, failure }: AttemptEnd): void {
    if (kind === 'complete') this.pass.success();
    else if (kind === 'abandoned' || failure?.kind === 'refused' || failure?.kind === 'limited')
      this.pass.ignore();
    // Only a provider that was asked has shown that it works.
    else if (failure?.kind === 'rejected') {
      if (failure.status === undefined) this.pass.ignore();
      else this.pass.success();
    } else this.pass.failure();
  }

  private measure(now: number): void {
    const { upstream, target } = this.choice;
    const { startedAt } = this.record;
    const whole = now - startedAt;
    const kind = this.options.exchange.streams ? 'stream' : 'whole';
    upstream.firstTokens[kind].add((this.firstTokenAt ?? now) - startedAt);
    upstream.whole.add(whole, now);
    const output = this.usage?.output.total ?? UNKNOWN_TOKENS;
    upstream.perToken.add(whole / Math.max(1, output), now);
    if (this.usage) {
      target.state.typicalOutput = smooth(target.state.typicalOutput, this.usage.output.total ?? 0);
      target.state.typical = smooth(target.state.typical, totalTokens(this.usage) ?? 0);
    }
  }
}

/** Of an answer whose provider does not count. */
const UNKNOWN_TOKENS = 100;

const smooth = (before: number, sample: number): number =>
  before === 0 ? sample : before * 0.9 + sample * 0.1;

const DEAF: Consumer = { data: () => {}, end: () => {}, error: () => {} };

const isJson = (type: string): boolean => type === '' || type.includes('json');

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
