// Counters of all machines, in Redis. A request never waits for it longer than DECIDE_MS: then Redis counts as down
// until it answers again, and what could not be counted in the meantime is counted then.
import type { Log } from '../../kong/relay/log.ts';
import {
  connectRedis,
  type RedisConnection,
  RedisError,
  type RedisHost,
  type RedisScript,
} from '../../kong/relay/redis.ts';
import type { RedisConfig } from '../../kong/relay/redis-config.ts';
import { redisTime, ServerClock } from './clocks.ts';
import type { Counted, Renewal } from './counting.ts';
import { Renewals } from './renewals.ts';
import { fromScript, leasesKey, SCRIPT, toScript } from './script.ts';
import { type Debt, type Outcome, type Store, toBatch, type Want } from './store.ts';

export const DECIDE_MS = 50;
const PROBE_MS = 250;
/** Debts that are kept for Redis's return: one per counter. */
const MAX_OWED = 50_000;
/** Debts that are settled in one script, which nobody else can run beside. */
const OWED_PER_CALL = 100;

export class RedisStore implements Store {
  private readonly connection: RedisConnection;
  private readonly log: Log;
  private readonly scripts = new Map<number, RedisScript>();
  private readonly renewals: Renewals;
  private readonly owed = new Map<string, Debt>();
  private readonly clock: ServerClock;
  private up = true;
  private probing: NodeJS.Timeout | undefined;
  private busy = false;
  private closing = false;

  constructor(config: RedisConfig, host: RedisHost) {
    this.connection = connectRedis(config, host);
    this.log = host.log;
    this.clock = new ServerClock(() => redisTime(this.connection));
    this.renewals = new Renewals(
      (leases) => this.renew(leases).catch(() => {}),
      () => this.clock.now(),
    );
  }

  /** @throws RedisError within DECIDE_MS, also while it connects, when Redis does not answer; what it still does is undone. */
  async apply(debts: readonly Debt[], wants: readonly Want[], leaseMs: number): Promise<Outcome> {
    if (!this.up) throw new RedisError('Redis is down');
    const running = this.run(debts, wants, leaseMs);
    try {
      return await within(DECIDE_MS, running);
    } catch (error) {
      this.goDown(error as Error);
      running.then(
        ({ counted }) => this.undo(wants, counted),
        () => {},
      );
      throw error;
    }
  }

  /** What was reserved for a request that has not waited for it. */
  private undo(wants: readonly Want[], counted: readonly Counted[]): void {
    for (const [i, { lease }] of counted.entries()) {
      const { key, window } = wants[i]!;
      if (lease !== undefined) this.owe({ key, window, leases: [lease], actual: 0 });
    }
  }

  /** Nobody waits for it: what fails is owed. What was used after it, in the order of `debts`, when it went well. */
  async settle(debts: readonly Debt[]): Promise<number[] | undefined> {
    if (!this.up) {
      for (const debt of debts) this.owe(debt);
      return;
    }
    try {
      const { settled } = await this.run(debts, [], 0);
      this.closeWhenDone();
      return settled;
    } catch (error) {
      this.oweAgain(debts);
      this.goDown(error as Error);
      return;
    }
  }

  /** Nobody knows whether they were settled. By its leases Redis can tell. */
  private oweAgain(debts: readonly Debt[]): void {
    for (const debt of debts) if (debt.leases.length > 0) this.owe({ ...debt, unsure: true });
  }

  /** To be settled when Redis is back. */
  owe(debt: Debt): void {
    this.renewals.remove([debt]);
    const name = `${debt.unsure ? 'unsure' : 'sure'} ${debt.key}`;
    const known = this.owed.get(name);
    if (!known && this.owed.size >= MAX_OWED) return;
    this.owed.set(name, {
      ...debt,
      leases: [...(known?.leases ?? []), ...debt.leases],
      actual: (known?.actual ?? 0) + debt.actual,
    });
  }

  /** When what is under way is settled, and nothing is owed. */
  close(): void {
    this.closing = true;
    this.closeWhenDone();
  }

  private closeWhenDone(): void {
    if (this.closing && this.owed.size === 0 && !this.renewals.busy) this.connection.release();
  }

  private async run(debts: readonly Debt[], wants: readonly Want[], leaseMs: number): Promise<Outcome> {
    if (!this.clock.known) await this.clock.find();
    const now = this.clock.now();
    const batch = toBatch(debts, wants, now, leaseMs);
    const { keys, args } = toScript(batch, (name) => this.connection.key(name));
    const sent = performance.now();
    const answer = await this.script(keys.length)(keys, args);
    this.renewals.remove(debts);
    const { time, ...result } = fromScript(batch, answer);
    this.clock.learn(time, performance.now() - sent);
    this.renewals.add(wants, result.counted, now, leaseMs);
    return { ...result, now };
  }

  private script(keyCount: number): RedisScript {
    let script = this.scripts.get(keyCount);
    if (!script) {
      script = this.connection.defineScript('limits', keyCount, SCRIPT);
      this.scripts.set(keyCount, script);
    }
    return script;
  }

  private async renew(leases: readonly Renewal[]): Promise<void> {
    if (!this.up) return;
    await this.connection.run((client) => {
      const pipeline = client.pipeline();
      for (const { key: name, lease, until, ttl } of leases) {
        const key = this.connection.key(name);
        pipeline.zadd(leasesKey(key), 'XX', until, lease);
        pipeline.pexpire(leasesKey(key), ttl);
        pipeline.pexpire(key, ttl);
      }
      return pipeline.exec();
    });
  }

  private goDown(error: Error): void {
    if (!this.up) return;
    this.up = false;
    this.log.warn({ reason: error.message }, 'limits: Redis does not answer; redis_failure applies');
    this.probing = setInterval(() => void this.probe(), PROBE_MS);
    this.probing.unref();
  }

  private async probe(): Promise<void> {
    if (this.connection.state !== 'up' || this.busy) return;
    this.busy = true;
    try {
      // One that answers later than requests wait is not back: it would come and go all the time.
      await within(
        DECIDE_MS,
        this.connection.run((client) => client.ping()),
      );
      await this.payOwed();
      this.up = true;
      clearInterval(this.probing);
      this.probing = undefined;
      this.log.info({}, 'limits: Redis answers again; counters are reconciled');
      this.closeWhenDone();
    } catch {
      // Asked again at the next tick.
    } finally {
      this.busy = false;
    }
  }

  private async payOwed(): Promise<void> {
    while (this.owed.size > 0) {
      const some = [...this.owed].slice(0, OWED_PER_CALL);
      // Taken off first: what comes meanwhile is owed beside it.
      for (const [name] of some) this.owed.delete(name);
      const debts = some.map(([, debt]) => debt);
      try {
        await this.run(debts, [], 0);
      } catch (error) {
        this.oweAgain(debts);
        throw error;
      }
    }
  }
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new RedisError(`no answer within ${ms} ms`));
    // When it was this process that had no time, the answer is here already and is read first.
    const timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), ms);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: Error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
