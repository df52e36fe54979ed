// Credentials that are fetched and run out: fetched once for all who wait, and anew before they do.
import { GatewayError } from '../../../kong/relay/errors.ts';

export interface Expiring<T> {
  value: T;
  /** ms since the epoch. */
  expiresAt: number;
}

/** Fetched in the background when they are this close to their end. */
const EARLY_MS = 5 * 60_000;
/** Nothing is sent with credentials that may run out on their way. */
const MARGIN_MS = 30_000;
/** After a failure nobody asks again for so long, as long as what is there still works. */
const RETRY_MS = 10_000;

export class Fetched<T> {
  private readonly load: () => Promise<Expiring<T>>;
  private current: Expiring<T> | undefined;
  private loading: Promise<T> | undefined;
  private failedAt = Number.NEGATIVE_INFINITY;

  constructor(load: () => Promise<Expiring<T>>) {
    this.load = load;
  }

  /** @throws GatewayError provider_auth when there are none to be had. */
  get(now = Date.now()): T | Promise<T> {
    const { current } = this;
    if (!current || current.expiresAt - now <= MARGIN_MS) return this.fetch();
    if (current.expiresAt - now <= EARLY_MS && now - this.failedAt > RETRY_MS) this.fetch().catch(() => {});
    return current.value;
  }

  /** They were refused although they should be good. */
  drop(): void {
    this.current = undefined;
  }

  private fetch(): Promise<T> {
    this.loading ??= this.load()
      .then((fetched) => {
        this.current = fetched;
        return fetched.value;
      })
      .catch((cause: unknown) => {
        this.failedAt = Date.now();
        throw new GatewayError('provider_auth', { cause });
      })
      .finally(() => {
        this.loading = undefined;
      });
    return this.loading;
  }
}
