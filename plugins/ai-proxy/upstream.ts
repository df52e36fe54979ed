// What is known of an upstream: one model at one address. Shared by all targets and plugin instances that call it, and
// in part by all relay workers of the machine.
import { randomUUID } from 'node:crypto';
import type { Breaker, BreakerState } from '../../kong/relay/breaker.ts';
import type { NodeState } from '../../kong/relay/node-state.ts';
import { KeyRests } from './keys.ts';
import { PeakEwma, Recent } from './latency.ts';
import { type News, TOPIC } from './news.ts';

export class Upstream {
  readonly breaker: Breaker;
  readonly rests: KeyRests;
  /** ms per completion token, and ms of the whole answer. */
  readonly perToken = new PeakEwma();
  readonly whole = new PeakEwma();
  /** ms to the first content, of streams and of whole answers. */
  readonly firstTokens = { stream: new Recent(), whole: new Recent() };

  constructor(breaker: Breaker, rests = new KeyRests()) {
    this.breaker = breaker;
    this.rests = rests;
  }

  hear({ key, until, rest }: News): void {
    if (key !== undefined) this.rests.told(key, rest);
    else if (until === undefined) this.breaker.toldClosed();
    else this.breaker.toldOpen(until);
  }
}

/** Clients may name the model: far more than any config has, and a bound on what they can make the relay hold. */
const MAX_UPSTREAMS = 2_000;

/** Makes a breaker that says when it changes. */
export type MakeBreaker = (onChange: (state: BreakerState, told: boolean) => void) => Breaker;

export class Upstreams {
  private readonly byName = new Map<string, Upstream>();
  /** Of upstreams that nobody has asked in this process. */
  private readonly unheard = new Map<string, Map<string, News>>();
  private readonly node: NodeState;
  private readonly plugin: string;
  private readonly self = randomUUID();

  constructor(node: NodeState, plugin: string) {
    this.node = node;
    this.plugin = plugin;
    node.listen(TOPIC, (news) => this.hear(news as News));
    void this.call('known', {}).then((known) => {
      for (const news of (known ?? []) as News[]) this.hear(news);
    });
  }

  /** @param breaker called when nobody has used the upstream for long. */
  get(name: string, breaker: MakeBreaker): Upstream {
    let upstream = this.byName.get(name);
    if (!upstream) {
      if (this.byName.size >= MAX_UPSTREAMS) this.byName.delete(this.byName.keys().next().value!);
      upstream = this.create(name, breaker);
      this.byName.set(name, upstream);
      for (const news of this.unheard.get(name)?.values() ?? []) upstream.hear(news);
      this.unheard.delete(name);
    }
    return upstream;
  }

  private create(name: string, makeBreaker: MakeBreaker): Upstream {
    const breaker = makeBreaker((state, told) => {
      if (told || state === 'half_open') return;
      this.tell({ upstream: name, ...(state === 'open' ? { until: breaker.openUntil! } : {}) });
    });
    const rests = new KeyRests((key, rest) =>
      this.tell({ upstream: name, key, ...(rest ? { until: rest.until, rest } : {}) }),
    );
    return new Upstream(breaker, rests);
  }

  private hear(news: News): void {
    const { upstream: name, key = '', from } = news;
    if (from === this.self) return;
    const upstream = this.byName.get(name);
    if (upstream) return upstream.hear(news);
    const unheard = this.unheard.get(name) ?? new Map<string, News>();
    unheard.set(key, news);
    if (this.unheard.size >= MAX_UPSTREAMS) this.unheard.delete(this.unheard.keys().next().value!);
    this.unheard.set(name, unheard);
  }

  private tell(news: Omit<News, 'from'>): void {
    void this.call('tell', { ...news, from: this.self });
  }

  /** Never rejects: who cannot be told finds out. */
  private async call(method: string, args: unknown): Promise<unknown> {
    try {
      return await this.node.call(this.plugin, method, args);
    } catch {
      return undefined;
    }
  }
}
