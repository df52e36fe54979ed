// One request over its targets: choose, call, and when that fails choose again, until there is an answer or nobody
// left to ask. Once content has reached the client nothing is changed any more.
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import { Attempt, type Result } from './attempt.ts';
import type { Choice } from './balancer/index.ts';
import type { Outgoing } from './call.ts';
import { countHere } from './count-tokens.ts';
import { failsOver } from './failure.ts';
import { forwardHeaders } from './prepare.ts';
import type { Runtime } from './runtime.ts';
import { type Pick, Selection } from './selection.ts';
import { headerText } from './target.ts';

interface Ended {
  attempt: Attempt;
  result: Result;
}

/** Sets the exchange's answer. @throws GatewayError, TranslationError, or the reason for which the client is gone. */
export async function proxy(runtime: Runtime, exchange: Exchange): Promise<void> {
  const run = new ProxyRun(runtime, exchange);
  await run.run();
}

class ProxyRun {
  private readonly runtime: Runtime;
  private readonly exchange: Exchange;
  private readonly selection: Selection;
  private readonly attempts: Attempt[] = [];
  private winner: Attempt | undefined;
  private expired = false;

  constructor(runtime: Runtime, exchange: Exchange) {
    this.runtime = runtime;
    this.exchange = exchange;
    this.selection = new Selection(runtime, exchange);
    const { requested } = this.selection.facts;
    if (requested !== undefined) exchange.model.requested = requested;
  }

  async run(): Promise<void> {
    const { exchange } = this;
    const { callCancellation } = exchange;
    const deadline = setTimeout(() => this.expire(), this.runtime.config.timeouts.total);
    const onCancel = (): void => this.abandon(callCancellation.reason!);
    exchange.onFinish(() => clearTimeout(deadline));
    callCancellation.onCancel(onCancel);
    try {
      await this.answer();
    } finally {
      callCancellation.offCancel(onCancel);
      if (this.attempts.length > 1 || !this.winner) this.closeBook();
      this.setHeaders();
    }
  }

  private async answer(): Promise<void> {
    const { exchange, selection, runtime } = this;
    const { retries, failover_criteria } = runtime.config.balancer;
    while (this.attempts.length <= retries) {
      const pick = selection.next() ?? (await selection.again());
      const { reason } = exchange.callCancellation;
      if (reason) {
        pick?.pass.ignore();
        throw reason;
      }
      if (!pick || this.expired) break;
      if (!(await this.mayCall(pick))) continue;
      const { attempt, result } = await this.attempt(pick);
      if ('answer' in result) {
        this.commit(attempt, result.answer);
        return;
      }
      if ('abandoned' in result) throw result.abandoned;
      if (!failsOver(result.failure, failover_criteria)) throw result.failure.error;
    }
    if (exchange.format.operation === 'count_tokens' && this.attempts.length === 0) {
      exchange.answer = await countHere(exchange, selection.model);
      return;
    }
    throw this.expired ? new GatewayError('provider_timeout') : selection.nobody();
  }

  private async attempt(pick: Pick): Promise<Ended> {
    const first = this.begin(pick);
    const after = this.hedgeAfter(pick.choice);
    return after === undefined ? first : this.hedged(first, pick, after);
  }

  /**
   * False when a stage will not have this model called, for example because its budget is used up: another may do. Of
   * two answers that come while it is asked (the client left, time is up), neither calls anybody.
   */
  private async mayCall({ choice, pass }: Pick): Promise<boolean> {
    const { exchange, selection } = this;
    const { target, model } = choice;
    try {
      await exchange.beforeAttempt({ target: target.name, provider: target.providerName, model });
    } catch (error) {
      pass.ignore();
      if (!(error instanceof GatewayError) || exchange.callCancellation.reason) throw error;
      selection.deny(choice, error);
      return false;
    }
    // The hook may have waited.
    if (!exchange.callCancellation.reason && !this.expired) return true;
    pass.ignore();
    return false;
  }

  private begin({ choice, key, prepared, pass }: Pick): Promise<Ended> {
    const { exchange, runtime } = this;
    const { target, model, at } = choice;
    const attempt = new Attempt(
      {
        exchange,
        choice,
        key,
        prepared,
        agent: runtime.agentFor(target),
        timeouts: runtime.config.timeouts,
        onOver: (over, end) => runtime.record(over, end),
      },
      pass,
    );
    this.attempts.push(attempt);
    this.name(choice);
    const place = { model, stream: exchange.streams, options: at.options };
    const ended = attempt.run(() => {
      const outgoing: Outgoing = {
        origin: at.origin,
        path: target.place.path(prepared.endpoint, place, at, this.selection.source),
        method: 'POST',
        // Not spread: see "Objects" in docs/performance.md.
        headers: Object.assign({}, target.headers, { 'content-type': prepared.contentType, accept: ACCEPT }),
        body: prepared.body,
      };
      if (target.provider.forward) forwardHeaders(exchange, target, prepared, outgoing.headers);
      return target.signIn.apply(outgoing, key);
    });
    return ended.then((result) => {
      if ('failure' in result) this.selection.note(choice, key, result.failure);
      return { attempt, result };
    });
  }

  /** ms after which a second target is asked too; undefined: never. */
  private hedgeAfter({ upstream }: Choice): number | undefined {
    const { enabled, after } = this.runtime.config.balancer.hedging;
    if (!enabled) return undefined;
    return after ?? upstream.firstTokens[this.exchange.streams ? 'stream' : 'whole'].p95();
  }

  private async hedged(first: Promise<Ended>, { choice }: Pick, after: number): Promise<Ended> {
    let timer: NodeJS.Timeout | undefined;
    const slow = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), after);
    });
    const early = await Promise.race([first, slow]);
    clearTimeout(timer);
    if (early) return early;
    let over = false;
    first.then(() => {
      over = true;
    });
    const pick = this.selection.besides(choice.target);
    if (!pick || !(await this.mayCall(pick))) return first;
    if (!over) return firstAnswer(first, this.begin(pick));
    pick.pass.ignore();
    return first;
  }

  private commit(attempt: Attempt, answer: NonNullable<Exchange['answer']>): void {
    this.winner = attempt;
    attempt.commit();
    this.name(attempt.choice);
    this.exchange.answer = answer;
  }

  private name({ target, model }: Choice): void {
    const named = this.exchange.model;
    named.used = model;
    named.provider = target.providerName;
    named.target = target.name;
  }

  /** Time is up: nothing more is asked, and a stream under way breaks off. */
  private expire(): void {
    this.expired = true;
    for (const attempt of this.attempts) attempt.timeOut();
  }

  /** Of several attempts one can be the answer: the others stop, and what they cost is kept. */
  private closeBook(): void {
    this.abandon(new Error('another attempt is the answer'));
    this.recordDiscarded();
  }

  private abandon(reason: Error): void {
    for (const attempt of this.attempts) if (attempt !== this.winner) attempt.abandon(reason);
  }

  /** What attempts cost that were not the answer. */
  private recordDiscarded(): void {
    for (const { usage, record } of this.attempts) {
      if (!usage || record === this.winner?.record) continue;
      record.usage = usage;
      const { provider, model } = record;
      const purpose = record.code === undefined ? 'hedge' : 'discarded';
      this.exchange.sideCalls.push({ purpose, provider, model, usage });
    }
  }

  private setHeaders(): void {
    const { model_name_header, target_headers } = this.runtime.config;
    const { responseHeaders, model } = this.exchange;
    if (target_headers) responseHeaders['x-ai-attempts'] = String(this.attempts.length);
    if (model.used === undefined) return;
    if (model_name_header)
      responseHeaders['x-kong-llm-model'] = headerText(`${model.provider}/${model.used}`);
    if (target_headers && model.target !== undefined) responseHeaders['x-ai-target'] = model.target;
    const dropped = new Set(this.winner?.dropped);
    if (target_headers && dropped.size > 0) responseHeaders['x-ai-dropped'] = droppedText([...dropped]);
  }
}

/** Names of the request's fields: as many as there is room for. */
const droppedText = (names: readonly string[]): string => headerText(names.slice(0, MAX_NAMED).join(','));
const MAX_NAMED = 20;

const ACCEPT = 'application/json, text/event-stream, */*;q=0.5';

/** The first that has an answer; with none, the last to fail. */
function firstAnswer(...all: Promise<Ended>[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let left = all.length;
    for (const one of all) {
      one.then((ended) => {
        left -= 1;
        if ('answer' in ended.result || left === 0) resolve(ended);
      }, reject);
    }
  });
}
