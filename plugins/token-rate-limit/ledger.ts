// The books of one config: reserves and settles in the store of its strategy, and keeps going without Redis.
import type { Counted } from './counting.ts';
import type { Policy } from './policy.ts';
import type { RedisStore } from './redis-store.ts';
import type { Debt, Outcome, Store, Want } from './store.ts';

/** A reservation of one request in one counter. */
export interface Holding {
  key: string;
  window: Want['window'];
  leases: string[];
  /** What the leases hold. */
  held: number;
  place: Place;
}

/** Where it was reserved. `fallback`: on this machine, for want of Redis. `nowhere`: let through uncounted. */
export type Place = 'local' | 'redis' | 'fallback' | 'nowhere';

export interface Reservation {
  reserved: boolean;
  /** Empty when nothing could be counted. */
  counted: readonly Counted[];
  now: number;
  place: Place;
}

/** What something has used. */
export interface Bill {
  holding: Holding;
  actual: number;
}

/** Redis is down, and `redis_failure` is `deny`; or the primary process, which counts for all workers, does not answer. */
export class LimitsUnavailable extends Error {
  override name = 'LimitsUnavailable';
}

export type FailureMode = 'local' | 'allow' | 'deny';

const FALLBACK = 'without-redis:';

export class Ledger {
  private readonly local: Store;
  private readonly redis: RedisStore | undefined;
  private readonly failureMode: FailureMode;
  private readonly leaseMs: number;

  /** @param redis undefined for `strategy: local`. */
  constructor(options: {
    local: Store;
    redis: RedisStore | undefined;
    failureMode: FailureMode;
    leaseMs: number;
  }) {
    this.local = options.local;
    this.redis = options.redis;
    this.failureMode = options.failureMode;
    this.leaseMs = options.leaseMs;
  }

  /**
   * All of `wants` or none, and the end of `released` before, in one step.
   * @throws LimitsUnavailable
   */
  reserve(wants: readonly Want[], released: readonly Holding[] = []): Promise<Reservation> | Reservation {
    if (!this.redis) return this.onThisMachine('local', wants, debtsOf(released));
    return this.reserveShared(this.redis, wants, released);
  }

  private async reserveShared(
    redis: RedisStore,
    wants: readonly Want[],
    released: readonly Holding[],
  ): Promise<Reservation> {
    const [there, elsewhere] = partition(released, ({ place }) => place === 'redis');
    if (elsewhere.length > 0) await this.settle(elsewhere.map((holding) => ({ holding, actual: 0 })));
    const debts = debtsOf(there);
    try {
      return await this.inStore('redis', redis, wants, debts);
    } catch {
      for (const debt of debts) redis.owe(debt);
      return this.withoutRedis(wants);
    }
  }

  /** Of what was never reserved, to be charged all the same. */
  unreserved({ key, window }: Want): Holding {
    return { key, window, leases: [], held: 0, place: this.redis ? 'redis' : 'local' };
  }

  /** What was really used. Resolves to what is used after each, where that is known. */
  async settle(bills: readonly Bill[]): Promise<(number | undefined)[]> {
    if (!this.redis) {
      const outcome = this.local.apply(bills.map(debtOf), [], 0);
      return outcome instanceof Promise ? (await outcome).settled : outcome.settled;
    }
    const after = new Map<Holding, number>();
    const note = (paid: readonly Bill[], settled: readonly number[] = []): void => {
      for (const [i, used] of settled.entries()) after.set(paid[i]!.holding, used);
    };
    const [there, elsewhere] = partition(bills, ({ holding }) => holding.place === 'redis');
    const [fallback] = partition(elsewhere, ({ holding }) => holding.place === 'fallback');
    if (fallback.length > 0) note(fallback, (await this.local.apply(fallback.map(debtOf), [], 0)).settled);
    if (there.length > 0) note(there, await this.redis.settle(there.map(debtOf)));
    for (const { holding, actual } of elsewhere) {
      if (actual === 0) continue;
      this.redis.owe({ key: holding.key.replace(FALLBACK, ''), window: holding.window, leases: [], actual });
    }
    return bills.map(({ holding }) => after.get(holding));
  }

  /** At once where the store is in this process. */
  private inStore(
    place: Place,
    store: Store,
    wants: readonly Want[],
    debts: readonly Debt[],
  ): Promise<Reservation> | Reservation {
    const reservation = ({ reserved, counted, now }: Outcome): Reservation => ({
      reserved,
      counted,
      now,
      place,
    });
    const outcome = store.apply(debts, wants, this.leaseMs);
    return outcome instanceof Promise ? outcome.then(reservation) : reservation(outcome);
  }

  private onThisMachine(
    place: Place,
    wants: readonly Want[],
    debts: readonly Debt[],
  ): Promise<Reservation> | Reservation {
    const reservation = this.inStore(place, this.local, wants, debts);
    if (!(reservation instanceof Promise)) return reservation;
    return reservation.catch((cause: unknown) => {
      throw new LimitsUnavailable('limits: this machine’s counters do not answer', { cause });
    });
  }

  private withoutRedis(wants: readonly Want[]): Promise<Reservation> | Reservation {
    if (this.failureMode === 'deny') throw new LimitsUnavailable('limits: Redis is down');
    if (this.failureMode === 'allow')
      return { reserved: true, counted: [], now: Date.now(), place: 'nowhere' };
    const here = wants.map((want) => ({ ...want, key: FALLBACK + want.key }));
    return this.onThisMachine('fallback', here, []);
  }
}

/** @param counted undefined when nothing was counted. */
export function holdingOf(want: Want, counted: Counted | undefined, place: Place): Holding {
  return {
    key: place === 'fallback' ? FALLBACK + want.key : want.key,
    window: want.window,
    leases: counted?.lease === undefined ? [] : [counted.lease],
    held: counted?.lease === undefined ? 0 : want.amount,
    place,
  };
}

/** The counter of a limit for one budget. Those of a namespace share a hash slot: one script can reach them all. */
export function counterKey(
  namespace: string,
  policy: Policy,
  counterName: string,
  partitionName: string,
): string {
  return `${namespacePrefix(namespace)}${policy.name}:${counterName}:${partitionName}`;
}

/** The version goes up with what the keys hold: during an upgrade two of them share a Redis, and neither reads the other's. */
export const namespacePrefix = (namespace: string): string => `limits:v1:{${namespace}}:`;

const debtOf = ({ holding, actual }: Bill): Debt => ({
  key: holding.key,
  window: holding.window,
  leases: holding.leases,
  actual,
});

const debtsOf = (holdings: readonly Holding[]): Debt[] =>
  holdings.map((holding) => debtOf({ holding, actual: 0 }));

function partition<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  const [yes, no]: [T[], T[]] = [[], []];
  for (const one of all) (test(one) ? yes : no).push(one);
  return [yes, no];
}
