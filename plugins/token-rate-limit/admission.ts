// One request's way through the limits: reserve, perhaps wait, reserve more for the model that is really used, and
// settle in the end.
import { GatewayError } from '../../kong/relay/errors.ts';
import type { AttemptChoice, Exchange } from '../../kong/relay/exchange.ts';
import type { Counted } from './counting.ts';
import { type Entry, isRefused, type Wanted } from './entry.ts';
import { type Estimate, estimateRequest, measure, type Used, withCost } from './estimate.ts';
import { counterKey, type Holding, holdingOf } from './ledger.ts';
import type { Limiter } from './limiter.ts';
import type { Limit, Policy } from './policy.ts';
import { reserve } from './reserving.ts';
import { type Amounts, fromCount, heldAmount, NOTHING, usedAmount } from './units.ts';
import { Views } from './views.ts';

export class Admission {
  readonly exchange: Exchange;
  readonly limiter: Limiter;
  estimate: Estimate = {
    requests: 1,
    promptTokens: 0,
    completionTokens: 0,
    costUsd: undefined,
    mostCompletionTokens: undefined,
  };
  /** What is held, until it is settled. */
  private entries: Entry[] = [];
  private readonly abandoned: Entry[] = [];
  private readonly views: Views;
  /** Nothing more can come: what is still reserved after it is given back at once. */
  private over = false;
  /** Policies that match whatever the model. */
  private matching: readonly Policy[] = [];
  /** Limits of the choice that was refused last. */
  private refused: readonly Limit[] = [];
  /** Models that are reserved for, or being so. */
  private readonly choices = new Map<string, Promise<void>>();

  constructor(exchange: Exchange, limiter: Limiter) {
    this.exchange = exchange;
    this.limiter = limiter;
    this.views = new Views(exchange, limiter.config);
  }

  /** @throws GatewayError rate_limit_exceeded, limits_unavailable */
  async begin(): Promise<void> {
    const { exchange, limiter } = this;
    const { policies, config, typical } = limiter;
    this.matching = policies.filter((policy) => !policy.needsChoice && policy.matches(exchange, undefined));
    const needsChoice = policies.some((policy) => policy.needsChoice);
    if (this.matching.length === 0 && !needsChoice) return;
    exchange.onFinish(() => this.finish());
    this.estimate = await estimateRequest(exchange, {
      tokens: limiter.countsTokens,
      completionReserve: config.completion_reserve,
      typical,
    });
    const limits = this.matching.flatMap((policy) => policy.limits);
    if (needsChoice || limits.some(isMoney)) exchange.onAttempt((choice) => this.attempt(choice));
    await this.take(
      // What it costs is known when the model is; until then it must only not be used up.
      limits.map((limit) => this.wanted(limit, undefined, isMoney(limit) ? undefined : this.estimate)),
      [],
    );
  }

  /** What is held that output uses up, for streams. */
  get outputEntries(): readonly Entry[] {
    return this.entries.filter(
      ({ limit, holding, charged }) =>
        charged &&
        limit.policy.action !== 'log' &&
        holding.place !== 'nowhere' &&
        (limit.unit === 'total_tokens' || limit.unit === 'completion_tokens' || isMoney(limit)),
    );
  }

  /** Reserves for so many more completion tokens; when not all are to be had, tells how many, and which limit says so. */
  async extend(tokens: number): Promise<{ refusedBy: Limit; left: number } | undefined> {
    const entries = this.outputEntries;
    const before = this.amountsOf(this.estimate.completionTokens);
    const after = this.amountsOf(this.estimate.completionTokens + tokens);
    const wants = entries.map(({ limit, want, choice }) => ({
      ...want,
      amount: usedAmount(limit.unit, after(choice)) - usedAmount(limit.unit, before(choice)),
    }));
    const reservation = await this.limiter.ledger.reserve(wants);
    if (!reservation.reserved) {
      const refused = entries.flatMap(({ limit, want }, i) => {
        const { fits, used } = reservation.counted[i]!;
        const { amount } = wants[i]!;
        return fits
          ? []
          : [{ refusedBy: limit, left: amount > 0 ? ((want.limit - used) / amount) * tokens : 0 }];
      });
      const [{ refusedBy, left }] = refused.sort((a, b) => a.left - b.left) as [(typeof refused)[0]];
      return { refusedBy, left: Math.max(0, Math.floor(left)) };
    }
    if (this.over) {
      const unused = wants.map((want, i) => holdingOf(want, reservation.counted[i], reservation.place));
      await this.limiter.ledger.settle(unused.map((holding) => ({ holding, actual: 0 })));
      return;
    }
    this.estimate.completionTokens += tokens;
    for (const [i, entry] of entries.entries()) {
      const { lease } = reservation.counted[i] ?? {};
      const more = holdingOf(wants[i]!, reservation.counted[i], reservation.place);
      if (lease !== undefined && reservation.place === entry.holding.place) {
        entry.holding.leases.push(lease);
        entry.holding.held += more.held;
      } else if (lease !== undefined) {
        // Redis has come or gone in between: what was had elsewhere is settled there, as unused.
        this.entries.push({ ...entry, holding: more, charged: false });
      }
    }
    return;
  }

  /** There is an answer. When it is whole its usage is known, and the headers tell what is really left. */
  showActual(): void {
    this.forgetRefusal();
    if (this.exchange.answer?.kind !== 'whole') return this.views.tell();
    const used = this.measured();
    for (const { limit, holding, choice } of this.entries) {
      if (limit.unit === 'concurrent_requests') continue;
      this.views.adjust(limit, usedAmount(limit.unit, amountsFor(used, choice)) - holding.held);
    }
    this.views.tell();
  }

  /** Before each call of a provider. A second try of one model needs nothing more. */
  private attempt(choice: AttemptChoice): Promise<void> {
    this.forgetAbandoned();
    this.forgetRefusal();
    const name = nameOf(choice);
    const known = this.choices.get(name);
    if (known) return known;
    const reserved = this.reserveFor(choice).catch((error: unknown) => {
      this.choices.delete(name);
      throw error;
    });
    this.choices.set(name, reserved);
    return reserved;
  }

  private async reserveFor(choice: AttemptChoice): Promise<void> {
    const { exchange, limiter } = this;
    const policies = limiter.policies.filter(
      (policy) => policy.needsChoice && policy.matches(exchange, choice),
    );
    const limits = [
      ...this.matching.flatMap((policy) => policy.limits.filter(isMoney)),
      ...policies.flatMap((policy) => policy.limits),
    ];
    const amounts = withCost(this.estimate, choice, limiter.config.prices);
    if (amounts.costUsd === undefined && limits.some(isMoney)) this.unpriced(choice);
    const released = this.abandoned.splice(0);
    this.refused = limits;
    await this.take(
      limits.map((limit) => this.wanted(limit, choice, amounts)),
      released.map(({ holding }) => holding),
    );
    this.refused = [];
  }

  /** The choice that was refused is not the one that answers: nothing of it is told. */
  private forgetRefusal(): void {
    for (const limit of this.refused) {
      if (this.entries.some((entry) => entry.limit === limit)) this.views.pardon(limit);
      else this.views.drop(limit);
    }
    this.refused = [];
  }

  /** Attempts that have failed hold nothing any more; what is left of them is released with the next step. */
  private forgetAbandoned(): void {
    const isOver = ({ choice }: Entry): boolean => {
      if (!choice) return false;
      const tries = this.exchange.attempts.filter((attempt) => nameOf(attempt) === nameOf(choice));
      // What it cost all the same is settled in the end.
      return tries.length > 0 && tries.every(({ code, usage }) => code !== undefined && usage === undefined);
    };
    const over = this.entries.filter(isOver);
    if (over.length === 0) return;
    this.entries = this.entries.filter((entry) => !over.includes(entry));
    this.abandoned.push(...over);
    for (const { choice, limit } of over) {
      this.choices.delete(nameOf(choice!));
      this.views.drop(limit);
    }
  }

  private unpriced({ provider, model }: AttemptChoice): void {
    const { config, log, unpriced } = this.limiter;
    if (config.unpriced_models === 'deny') throw new GatewayError('model_unpriced', { param: 'model' });
    const name = nameOf({ provider, model });
    // Clients make names up: said once for each, and not for ever more.
    if (unpriced.has(name) || unpriced.size >= MAX_UNPRICED) return;
    unpriced.add(name);
    log.warn({ provider, model }, 'limits: no price for the model; it counts as free');
  }

  /** @param amounts undefined: nothing, but it must not be used up. */
  private wanted(limit: Limit, choice: AttemptChoice | undefined, amounts: Amounts | undefined): Wanted {
    const { policy, unit, window, capacity } = limit;
    const partition = policy.partition(this.exchange, choice);
    const want = {
      key: counterKey(this.limiter.namespace, policy, limit.counterName, partition),
      window,
      amount: amounts ? heldAmount(unit, amounts) : 0,
      limit: capacity,
      force: policy.action === 'log',
    };
    return { limit, want, choice, charged: amounts !== undefined };
  }

  private async take(wanted: readonly Wanted[], released: readonly Holding[]): Promise<void> {
    if (wanted.length === 0 && released.length === 0) return;
    const reservation = await reserve(this.exchange, this.limiter, wanted, released);
    const { counted, place, reserved, why } = reservation;
    this.views.look(wanted, reservation);
    if (!reserved) {
      for (const [i, one] of wanted.entries()) {
        if (isRefused(one, counted[i])) this.limiter.metrics.decided(one.limit, 'refused');
      }
      throw this.views.refusal(why);
    }
    for (const [i, one] of wanted.entries()) {
      const holding = holdingOf(one.want, counted[i], place);
      if (one.charged) this.entries.push({ ...one, holding });
      this.decide(one.limit, counted[i]);
    }
    this.views.tell();
    if (this.over) await this.settle(NOTHING_USED);
  }

  private decide(limit: Limit, counted: Counted | undefined): void {
    const over = counted !== undefined && !counted.fits;
    this.limiter.metrics.decided(limit, over ? 'logged' : 'allowed');
    if (!over) return;
    const { policy, unit } = limit;
    this.limiter.log.warn(
      {
        requestId: this.exchange.id,
        policy: policy.name,
        unit,
        limit: limit.limit,
        used: fromCount(unit, counted.used),
      },
      'limits: over the limit, let through (action log)',
    );
  }

  private amountsOf(completionTokens: number): (choice: AttemptChoice | undefined) => Amounts {
    const amounts = { ...this.estimate, completionTokens };
    return (choice) => (choice ? withCost(amounts, choice, this.limiter.config.prices) : amounts);
  }

  private measured(): Used {
    const { cache_hits: cacheHits, prices } = this.limiter.config;
    return measure(this.exchange, { cacheHits, estimate: this.estimate, prices });
  }

  private finish(): void {
    this.over = true;
    const used = this.measured();
    const { promptTokens, completionTokens } = used.all;
    const isAnswer = promptTokens > 0 && completionTokens > 0 && this.exchange.notes.cache?.status !== 'Hit';
    if (isAnswer && this.estimate.mostCompletionTokens === undefined)
      this.limiter.typical.learn(this.exchange.model.requested, completionTokens);
    this.settle(used).catch((err: unknown) =>
      this.limiter.log.error({ err, requestId: this.exchange.id }, 'limits: could not settle'),
    );
  }

  private async settle(used: Used): Promise<void> {
    const { ledger, lines, soft, metrics, log } = this.limiter;
    const abandoned = this.abandoned.splice(0).map((entry) => ({ ...entry, charged: false }));
    const entries = [...this.entries, ...abandoned];
    this.entries = [];
    if (entries.length === 0) return;
    const bills = entries.map(({ limit, holding, choice, charged }) => ({
      holding,
      actual: charged ? usedAmount(limit.unit, amountsFor(used, choice)) : 0,
    }));
    const after = await ledger.settle(bills);
    for (const [i, { limit, want }] of entries.entries()) {
      lines.wake(want.key);
      const now = after[i];
      const share = now === undefined ? undefined : soft.crossed(limit, want.key, now);
      if (share === undefined) continue;
      metrics.passedThreshold(limit, share);
      const { policy, unit } = limit;
      log.warn(
        {
          policy: policy.name,
          unit,
          threshold: share * 100,
          limit: limit.limit,
          used: fromCount(unit, now!),
        },
        'limits: a soft threshold is passed',
      );
    }
  }
}

const NOTHING_USED: Used = { all: NOTHING, of: () => NOTHING };

const MAX_UNPRICED = 1_000;

const nameOf = ({ provider, model }: { provider: string; model: string }): string => `${provider} ${model}`;

const isMoney = ({ unit }: Limit): boolean => unit === 'cost_usd';

function amountsFor(used: Used, choice: AttemptChoice | undefined): Amounts {
  return choice ? used.of(choice) : used.all;
}
