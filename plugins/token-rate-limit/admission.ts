// One request's way through the limits: reserve, perhaps wait, reserve more for the model that is really used, and
// settle in the end.
import { GatewayError } from '../../kong/relay/errors.ts';
import type { AttemptChoice, Exchange } from '../../kong/relay/exchange.ts';
import { promptTokens } from '../../kong/relay/meter.ts';
import type { Counted } from './counting.ts';
import { type Entry, isRefused, type Wanted } from './entry.ts';
import { type Estimate, estimateRequest, measure, ONE_REQUEST, type Used, withCost } from './estimate.ts';
import { type Bill, counterKey, type Holding, holdingOf } from './ledger.ts';
import type { Limiter } from './limiter.ts';
import type { Limit, Policy } from './policy.ts';
import { reserve } from './reserving.ts';
import { sideCosts } from './side-costs.ts';
import type { Holder } from './uncounted.ts';
import { type Amounts, dependsOnPrompt, fromCount, heldAmount, NOTHING, usedAmount } from './units.ts';
import { Views } from './views.ts';

/**
 * An admission as others know it while its prompt is uncounted. It is cut off in the end: what was once in a map that much
 * goes through is kept by the map's old tables until a major garbage collection, and an admission leads to all of a request.
 */
class Countable implements Holder {
  admission: Admission | undefined;

  constructor(admission: Admission) {
    this.admission = admission;
  }

  async countPrompt(): Promise<void> {
    await this.admission?.countPrompt();
  }
}

export class Admission {
  readonly exchange: Exchange;
  readonly limiter: Limiter;
  estimate: Estimate = ONE_REQUEST;
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
  private counting: Promise<void> | undefined;
  private final: Used | undefined;
  private readonly countable = new Countable(this);
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
    if (limiter.countsTokens) {
      this.estimate = estimateRequest(exchange, { completionReserve: config.completion_reserve, typical });
    }
    const limits = this.matching.flatMap((policy) => policy.limits);
    if (needsChoice || limits.some(isMoney)) exchange.onAttempt((choice) => this.attempt(choice));
    if (limits.length === 0) return;
    await this.take(
      // What it costs is known when the model is; until then it must only not be used up.
      () => limits.map((limit) => this.wanted(limit, undefined, isMoney(limit) ? undefined : this.estimate)),
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
    const { ledger, uncounted } = this.limiter;
    let reservation = await ledger.reserve(wants);
    if (!reservation.reserved && (await uncounted.countAll(wants.map(({ key }) => key))))
      reservation = await ledger.reserve(wants);
    const { counted, place } = reservation;
    if (!reservation.reserved) {
      const refused = entries.flatMap(({ limit, want }, i) => {
        const { fits, used } = counted[i]!;
        const { amount } = wants[i]!;
        return fits
          ? []
          : [{ refusedBy: limit, left: amount > 0 ? ((want.limit - used) / amount) * tokens : 0 }];
      });
      const [{ refusedBy, left }] = refused.sort((a, b) => a.left - b.left) as [(typeof refused)[0]];
      return { refusedBy, left: Math.max(0, Math.floor(left)) };
    }
    if (this.over) {
      await this.release(wants.map((want, i) => holdingOf(want, counted[i], place)));
      return;
    }
    this.estimate.completionTokens += tokens;
    for (const [i, entry] of entries.entries()) {
      const { lease } = counted[i] ?? {};
      const more = holdingOf(wants[i]!, counted[i], place);
      if (lease !== undefined && place === entry.holding.place) {
        entry.holding.leases.push(lease);
        entry.holding.held += more.held;
      } else if (lease !== undefined) {
        // Redis has come or gone in between: what was had elsewhere is settled there, as unused.
        this.entries.push({ ...entry, holding: more, charged: false });
      }
    }
    return;
  }

  /** Tells the client how its limits stand, before the answer goes out. */
  tell(): void {
    // There is an answer: the choice that was refused is not the one that gave it.
    if (this.exchange.answer) this.forgetRefusal();
    if (this.exchange.answer?.kind === 'whole') this.adjustToActual();
    this.views.tell();
  }

  /** The answer is whole and its usage known: what is really left. */
  private adjustToActual(): void {
    const used = this.measured();
    for (const { limit, holding, choice } of this.entries) {
      if (limit.unit === 'concurrent_requests') continue;
      this.views.adjust(limit, usedAmount(limit.unit, amountsFor(used, choice)) - holding.held);
    }
    for (const { limit, actual } of this.sideBills()) this.views.adjust(limit, actual);
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
    const money = limits.some(isMoney);
    const { prices } = limiter.config;
    if (money && withCost(this.estimate, choice, prices).costUsd === undefined) this.unpriced(choice);
    const released = this.abandoned.splice(0);
    if (limits.length === 0 && released.length === 0) return;
    this.refused = limits;
    await this.take(
      () => {
        const amounts = money ? withCost(this.estimate, choice, prices) : this.estimate;
        return limits.map((limit) => this.wanted(limit, choice, amounts));
      },
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
    this.leaveUncounted(over);
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
    const byPrompt = amounts !== undefined && !this.estimate.counted && dependsOnPrompt(unit);
    const partition = policy.partition(this.exchange, choice);
    const want = {
      key: counterKey(this.limiter.namespace, policy, limit.counterName, partition),
      window,
      amount: amounts ? heldAmount(unit, amounts) : 0,
      limit: capacity,
      // Whether it is over the limit is said only when it is known.
      force: policy.action === 'log' && !byPrompt,
    };
    return { limit, want, choice, charged: amounts !== undefined, byPrompt };
  }

  private async take(ask: () => readonly Wanted[], released: readonly Holding[]): Promise<void> {
    const { limiter } = this;
    const asking = { wanted: ask, countPrompt: () => this.countPrompt() };
    const reservation = await reserve(this.exchange, limiter, asking, released);
    const { wanted, counted, place, reserved, why } = reservation;
    this.views.look(wanted, reservation);
    if (!reserved) {
      for (const [i, one] of wanted.entries()) {
        if (isRefused(one, counted[i])) limiter.metrics.decided(one.limit, 'refused');
      }
      throw this.views.refusal(why);
    }
    for (let i = 0; i < wanted.length; i += 1) {
      const { limit, want, choice, charged, byPrompt } = wanted[i]!;
      const holding = holdingOf(want, counted[i], place);
      if (charged) this.entries.push({ limit, want, choice, charged, byPrompt, holding });
      if (byPrompt && holding.held > 0) limiter.uncounted.add(this.countable, want.key, want.amount);
      this.decide(limit, counted[i]);
    }
    if (this.over) await this.settle(NOTHING_USED);
    else if (this.estimate.counted) await this.giveBackExcess();
  }

  /** Counts the prompt, of which only the most that it can have was known, and holds no more than it needs. */
  countPrompt(): Promise<void> {
    if (this.estimate.counted) return Promise.resolve();
    this.counting ??= this.countAndGiveBack().catch((err: unknown) =>
      this.limiter.log.error({ err, requestId: this.exchange.id }, 'limits: could not count a prompt'),
    );
    return this.counting;
  }

  private async countAndGiveBack(): Promise<void> {
    const { tokens } = await promptTokens(this.exchange);
    this.estimate.promptTokens = tokens;
    this.estimate.counted = true;
    await this.giveBackExcess();
  }

  /** In one step: what the prompt can have at most is released, what it has is reserved, come what may. */
  private async giveBackExcess(): Promise<void> {
    const { ledger, uncounted } = this.limiter;
    const entries = this.entries.filter(({ byPrompt }) => byPrompt);
    if (entries.length === 0 || this.over) return;
    const amountsOf = this.amountsOf(this.estimate.completionTokens);
    const released: Holding[] = [];
    const wants = entries.map((entry) => {
      const { holding, limit, want, choice } = entry;
      entry.byPrompt = false;
      uncounted.remove(this.countable, want.key, want.amount);
      // Taken out at once: what comes to it meanwhile stays.
      released.push({ ...holding, leases: holding.leases.splice(0) });
      return { ...want, amount: heldAmount(limit.unit, amountsOf(choice)), force: true };
    });
    const { counted, place } = await ledger.reserve(wants, released);
    const exact = wants.map((want, i) => holdingOf(want, counted[i], place));
    if (this.over) return this.release(exact);
    for (const [i, entry] of entries.entries()) {
      const { holding } = entry;
      const more = exact[i]!;
      this.views.adjust(entry.limit, more.held - released[i]!.held);
      holding.held += more.held - released[i]!.held;
      if (more.place === holding.place) holding.leases.push(...more.leases);
      else this.entries.push({ ...entry, holding: more, charged: false });
    }
  }

  private leaveUncounted(entries: readonly Entry[]): void {
    const { uncounted } = this.limiter;
    for (const { byPrompt, want } of entries)
      if (byPrompt) uncounted.remove(this.countable, want.key, want.amount);
  }

  private async release(holdings: readonly Holding[]): Promise<void> {
    await this.limiter.ledger.settle(holdings.map((holding) => ({ holding, actual: 0 })));
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
    if (this.final) return this.final;
    const { cache_hits: cacheHits, prices } = this.limiter.config;
    const used = measure(this.exchange, { cacheHits, estimate: this.estimate, prices });
    // Of a whole answer nothing more comes.
    if (this.exchange.answer?.kind === 'whole') this.final = used;
    return used;
  }

  private finish(): void {
    this.over = true;
    this.leaveUncounted(this.entries);
    this.countable.admission = undefined;
    const used = this.measured();
    const { promptTokens, completionTokens } = used.all;
    const isAnswer = promptTokens > 0 && completionTokens > 0 && this.exchange.notes.cache?.status !== 'Hit';
    if (isAnswer && this.estimate.mostCompletionTokens === undefined)
      this.limiter.typical.learn(this.exchange.model.requested, completionTokens);
    const { settling, log } = this.limiter;
    const requestId = this.exchange.id;
    settling.begin();
    this.settle(used, this.sideBills())
      .catch((err: unknown) => log.error({ err, requestId }, 'limits: could not settle'))
      .finally(() => settling.end());
  }

  private async settle(used: Used, others: readonly LimitBill[] = []): Promise<void> {
    const { ledger, lines } = this.limiter;
    const abandoned = this.abandoned.splice(0).map((entry) => ({ ...entry, charged: false }));
    const own = [...this.entries, ...abandoned].map(({ limit, holding, want, choice, charged }) => ({
      limit,
      key: want.key,
      holding,
      actual: charged ? usedAmount(limit.unit, amountsFor(used, choice)) : 0,
    }));
    this.entries = [];
    const bills = [...own, ...others];
    if (bills.length === 0) return;
    const after = await ledger.settle(bills);
    for (let i = 0; i < bills.length; i += 1) {
      const { limit, key } = bills[i]!;
      lines.wake(key);
      this.checkThreshold(limit, key, after[i]);
    }
  }

  private checkThreshold(limit: Limit, key: string, used: number | undefined): void {
    const { soft, metrics, log } = this.limiter;
    const share = used === undefined ? undefined : soft.crossed(limit, key, used);
    if (share === undefined) return;
    metrics.passedThreshold(limit, share);
    const { policy, unit } = limit;
    log.warn(
      {
        policy: policy.name,
        unit,
        threshold: share * 100,
        limit: limit.limit,
        used: fromCount(unit, used!),
      },
      'limits: a soft threshold is passed',
    );
  }

  /** Model calls beside the answer, for the money limits that they are under. */
  private sideBills(): LimitBill[] {
    const { exchange, limiter } = this;
    return sideCosts(exchange, limiter.config.prices).flatMap(({ choice, costUsd }) =>
      limiter.policies
        .filter((policy) => policy.matches(exchange, choice))
        .flatMap(({ limits }) => limits.filter(isMoney))
        .map((limit) => {
          const { want } = this.wanted(limit, choice, undefined);
          const actual = usedAmount(limit.unit, { ...NOTHING, costUsd });
          return { limit, key: want.key, holding: limiter.ledger.unreserved(want), actual };
        }),
    );
  }
}

interface LimitBill extends Bill {
  limit: Limit;
  key: string;
}

const NOTHING_USED: Used = { all: NOTHING, of: () => NOTHING };

const MAX_UNPRICED = 1_000;

const nameOf = ({ provider, model }: { provider: string; model: string }): string => `${provider} ${model}`;

const isMoney = ({ unit }: Limit): boolean => unit === 'cost_usd';

function amountsFor(used: Used, choice: AttemptChoice | undefined): Amounts {
  return choice ? used.of(choice) : used.all;
}
