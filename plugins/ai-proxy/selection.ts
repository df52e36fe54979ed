// Which target a request asks next, by what it and others have learnt of the targets.
import { type Saying, TranslationError } from '../../kong/llm/format.ts';
import type { BreakerPass } from '../../kong/relay/breaker.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { Choice } from './balancer/index.ts';
import { exhausted, type Failed } from './exhausted.ts';
import { Facts } from './facts.ts';
import type { Failure } from './failure.ts';
import { isKey, type Key } from './keys.ts';
import { type Prepared, prepare } from './prepare.ts';
import { NO_KEY, type Runtime } from './runtime.ts';
import { CLIENTS } from './sign-in/key.ts';
import { sleep } from './sleep.ts';
import type { Target } from './target.ts';
import type { TemplateSource } from './template.ts';

/** A target that failed is asked once more, not at once: what broke may have been only that connection. */
const MAX_CALLS = 2;
const BACKOFF_MS = 100;
/** A client would rather wait so long for the end of a limit than be told of it. */
const MAX_LIMIT_WAIT_MS = 1_500;

/** Everything that a call needs, admitted by the breaker. */
export interface Pick {
  choice: Choice;
  key: Key | undefined;
  prepared: Prepared;
  pass: BreakerPass;
}

/** What this request knows of a target that it has asked. */
interface Tried {
  calls: number;
  /** Digests of keys that were refused or limited. */
  keys: Set<string>;
  /** Why it is not asked again for now. */
  out: Failure['kind'] | 'unsupported' | 'asked' | undefined;
}

const NO_KEYS: ReadonlySet<string> = new Set();

export class Selection {
  readonly facts: Facts;
  private readonly runtime: Runtime;
  private readonly exchange: Exchange;
  private readonly groups: readonly (readonly Target[])[];
  private readonly saying: Saying;
  private readonly tried = new Map<Target, Tried>();
  private readonly failed: Failed[] = [];
  private unsupported: Error | undefined;
  /** ms since the epoch when the first of those that rest may be asked. */
  private earliest = Number.POSITIVE_INFINITY;
  private limitRests = false;
  private lastResort = false;
  private filled: TemplateSource | undefined;

  /** @throws GatewayError model_not_found */
  constructor(runtime: Runtime, exchange: Exchange) {
    this.runtime = runtime;
    this.exchange = exchange;
    this.facts = new Facts(exchange);
    this.groups = runtime.candidates.groupsFor(this.facts);
    this.saying = { dropUnsupported: runtime.config.drop_unsupported, path: exchange.request.path };
  }

  /** The best target that may be asked now; groups in their order. */
  next(): Pick | undefined {
    for (const group of this.groups) {
      let choices = this.choices(group);
      while (choices.length > 0) {
        const choice = choices.length === 1 ? choices[0]! : this.runtime.pick(choices, this.facts);
        const pick = this.take(choice);
        if (pick) return pick;
        choices = choices.filter((other) => other !== choice);
      }
    }
    return undefined;
  }

  /** Nobody is left that was not asked: one that was, after a little while, when that may help. */
  async again(): Promise<Pick | undefined> {
    if (this.tried.size === 0 && !this.lastResort) {
      // A key that was refused a while ago: with nothing else to try, it costs nothing to.
      this.lastResort = true;
      const pick = this.next();
      if (pick) return pick;
    }
    const wait = this.backoff();
    if (wait === undefined) return undefined;
    await sleep(wait, this.exchange.callCancellation);
    for (const state of this.tried.values()) {
      if (state.calls >= MAX_CALLS || !(isPassing(state.out) || state.out === 'limited')) continue;
      state.out = undefined;
      state.keys.clear();
    }
    return this.next();
  }

  /** Another target than the one that is slow. */
  besides(slow: Target): Pick | undefined {
    const state = this.triedOf(slow);
    const { out } = state;
    state.out = 'asked';
    const pick = this.next();
    state.out = out;
    return pick;
  }

  /** A failed attempt: which key or target is not asked again for this request. */
  note({ target, upstream }: Choice, key: Key | undefined, failure: Failure): void {
    const state = this.triedOf(target);
    this.failed.push({ target: target.name, failure });
    const ofKey = failure.kind === 'refused' || failure.kind === 'limited';
    if (ofKey && key && key.digest !== CLIENTS) {
      state.keys.add(key.digest);
      // Another key of the target is as good as another target.
      if (target.signIn.keyring?.hasFree(upstream.rests, state.keys, Date.now())) return;
    }
    state.calls += 1;
    state.out = failure.kind;
    if (failure.kind === 'limited')
      this.rests(upstream.rests.of(key?.digest ?? NO_KEY, Date.now())?.until, true);
  }

  /** A stage will not have this target called for this request. */
  deny({ target }: Choice, error: GatewayError): void {
    this.failed.push({ target: target.name, failure: { kind: 'denied', error } });
    this.triedOf(target).out = 'denied';
  }

  /** What the client is told when there is nobody left. */
  nobody(): Error {
    if (this.failed.length === 0 && this.unsupported) return this.unsupported;
    const alone = this.groups.length === 1 && this.groups[0]!.length === 1;
    const waitMs = this.earliest === Number.POSITIVE_INFINITY ? undefined : this.earliest - Date.now();
    if (this.failed.length === 0 && alone && this.limitRests) {
      const { headers } = exhausted([], true, waitMs);
      return new GatewayError('provider_rate_limited', { headers });
    }
    return exhausted(this.failed, alone, waitMs);
  }

  /** The model that would be asked first, whatever the endpoint. */
  get model(): string {
    return this.modelOf(this.groups[0]![0]!);
  }

  /** For templates: read once, when one needs it. */
  readonly source = (): TemplateSource => {
    const { request, identity } = this.exchange;
    this.filled ??= { headers: request.headers, query: request.query, uriCaptures: identity.uriCaptures };
    return this.filled;
  };

  private choices(group: readonly Target[]): Choice[] {
    const choices: Choice[] = [];
    for (const target of group) {
      if (this.tried.get(target)?.out) continue;
      const choice = this.choiceOf(target);
      if (!choice) continue;
      const { breaker } = choice.upstream;
      if (!breaker.admits) this.rests(Date.now() + Math.max(1, breaker.retryInMs), false);
      else if (target.state.active >= target.maxConcurrent) this.rests(Date.now(), false);
      else choices.push(choice);
    }
    return choices;
  }

  /** Undefined when the request does not say what the target's templates want; another may want nothing. */
  private choiceOf(target: Target): Choice | undefined {
    try {
      const model = this.modelOf(target);
      const at = target.place.at(this.source);
      return { target, model, at, upstream: target.upstream(model, at) };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.unsupported ??= error;
      this.triedOf(target).out = 'unsupported';
      return undefined;
    }
  }

  private modelOf(target: Target): string {
    const model = target.model ? target.model(this.source) : this.facts.requested;
    if (model === undefined) {
      throw new GatewayError('invalid_request', { message: 'model is required.', param: 'model' });
    }
    // Half a surrogate pair has no UTF-8, and so no place in a URL.
    if (climbs(model) || /\p{Surrogate}/u.test(model)) {
      throw new GatewayError('invalid_request', { message: 'model is not a name.', param: 'model' });
    }
    return model;
  }

  /** Undefined when its keys rest, or it cannot do what is asked. */
  private take(choice: Choice): Pick | undefined {
    const { target, upstream, model } = choice;
    const key = this.keyFor(choice);
    if (key === 'resting') return undefined;
    try {
      const fields = key && target.signIn.bodyFields?.(key.value);
      const { exchange, saying } = this;
      const prepared = prepare({ exchange, target, model, saying, extra: fields });
      const pass = upstream.breaker.admit();
      return pass && { choice, key, prepared, pass };
    } catch (error) {
      if (!(error instanceof TranslationError)) throw error;
      this.unsupported ??= error;
      this.triedOf(target).out = 'unsupported';
      return undefined;
    }
  }

  private keyFor({ target, upstream }: Choice): Key | undefined | 'resting' {
    const { signIn } = target;
    const own = signIn.own && this.ownKey(signIn.own);
    if (own) return own;
    const now = Date.now();
    const taken = signIn.keyring
      ? signIn.keyring.take(upstream.rests, this.tried.get(target)?.keys ?? NO_KEYS, now)
      : upstream.rests.of(NO_KEY, now);
    if (!taken || isKey(taken)) return taken;
    const { until, reason, key } = taken as { until: number; reason: string; key?: Key };
    if (this.lastResort && reason === 'refused' && (key || !signIn.keyring)) return key;
    this.rests(until, reason === 'limited');
    return 'resting';
  }

  private ownKey(own: NonNullable<Target['signIn']['own']>): Key | undefined {
    const { headers, query, body } = this.exchange.request;
    const value = own({ headers, query, body });
    return value === undefined ? undefined : { value, digest: CLIENTS };
  }

  private rests(until: number | undefined, limit: boolean): void {
    if (until === undefined) return;
    this.earliest = Math.min(this.earliest, until);
    this.limitRests ||= limit;
  }

  /** ms to wait before those that failed are asked once more; undefined when that is of no use. */
  private backoff(): number | undefined {
    const jitter = BACKOFF_MS * (1 + Math.random());
    const states = [...this.tried.values()].filter(({ calls }) => calls < MAX_CALLS);
    if (states.some(({ out }) => isPassing(out))) return jitter;
    const limited = this.tried.size === 0 || states.some(({ out }) => out === 'limited');
    const wait = Math.max(0, this.earliest - Date.now());
    return limited && this.limitRests && wait <= MAX_LIMIT_WAIT_MS ? wait + jitter : undefined;
  }

  private triedOf(target: Target): Tried {
    let state = this.tried.get(target);
    if (!state) {
      state = { calls: 0, keys: new Set(), out: undefined };
      this.tried.set(target, state);
    }
    return state;
  }
}

/** The name of a model becomes part of a path at some providers. */
const climbs = (model: string): boolean =>
  model.includes('..') || /(^|\/)\.(\/|$)/.test(model) || model === '';

/** It may have been only that connection, or that answer. */
const isPassing = (out: Tried['out']): boolean => out === 'failed' || out === 'bad_answer';
