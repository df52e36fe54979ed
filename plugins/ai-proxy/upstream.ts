// What is known of an upstream: one model at one address. Shared by all targets and plugin instances that call it.
import type { Breaker } from '../../kong/relay/breaker.ts';
import { KeyRests } from './keys.ts';
import { PeakEwma, Recent } from './latency.ts';

export class Upstream {
  readonly breaker: Breaker;
  readonly rests = new KeyRests();
  /** ms per completion token, and ms of the whole answer. */
  readonly perToken = new PeakEwma();
  readonly whole = new PeakEwma();
  /** ms to the first content, of streams and of whole answers. */
  readonly firstTokens = { stream: new Recent(), whole: new Recent() };

  constructor(breaker: Breaker) {
    this.breaker = breaker;
  }
}

/** Clients may name the model: far more than any config has, and a bound on what they can make the relay hold. */
const MAX_UPSTREAMS = 2_000;

export class Upstreams {
  private readonly byName = new Map<string, Upstream>();

  /** @param create called when nobody has used the upstream for long. */
  get(name: string, create: () => Upstream): Upstream {
    let upstream = this.byName.get(name);
    if (!upstream) {
      if (this.byName.size >= MAX_UPSTREAMS) this.byName.delete(this.byName.keys().next().value!);
      upstream = create();
      this.byName.set(name, upstream);
    }
    return upstream;
  }
}
