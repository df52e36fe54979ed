// How one request's limits stand: what its headers, its notes and its refusal say.
import type { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { TokenRateLimitConfig } from './config.ts';
import type { Counted } from './counting.ts';
import { isRefused, type Wanted } from './entry.ts';
import { limitHeaders, remaining, type View } from './headers.ts';
import type { Limit } from './policy.ts';
import { refusal, type Why } from './refusal.ts';
import { fromCount } from './units.ts';

export class Views {
  private readonly exchange: Exchange;
  private readonly config: TokenRateLimitConfig;
  private readonly views = new Map<Limit, View>();
  private headers: Record<string, string> = {};

  constructor(exchange: Exchange, config: TokenRateLimitConfig) {
    this.exchange = exchange;
    this.config = config;
  }

  look(wanted: readonly Wanted[], { counted, now }: { counted: readonly Counted[]; now: number }): void {
    for (let i = 0; i < wanted.length; i += 1) {
      const one = wanted[i]!;
      const seen = counted[i];
      if (!seen) continue;
      const { limit } = one;
      const refused = isRefused(one, seen);
      const view: View = { limit, used: seen.used, resetMs: limit.window.resetIn(now, seen), refused };
      if (refused && seen.retry !== -1) view.retryMs = limit.window.retryIn(now, seen.retry);
      this.views.delete(limit);
      this.views.set(limit, view);
    }
  }

  drop(limit: Limit): void {
    this.views.delete(limit);
  }

  /** What was refused was not needed. */
  pardon(limit: Limit): void {
    const view = this.views.get(limit);
    if (view) view.refused = false;
  }

  /** More was used than had been reserved, or less. */
  adjust(limit: Limit, by: number): void {
    const view = this.views.get(limit);
    if (view) view.used += by;
  }

  refusal(why: Why): GatewayError {
    this.tell();
    return refusal([...this.views.values()], why, this.config);
  }

  /** In headers and notes. */
  tell(): void {
    const { exchange, config } = this;
    if (this.views.size === 0 && exchange.notes.limits === undefined) return;
    // Those of a model that is no longer the choice go.
    for (const name in this.headers) delete exchange.responseHeaders[name];
    const views = [...this.views.values()];
    this.headers = limitHeaders(views, config);
    Object.assign(exchange.responseHeaders, this.headers);
    exchange.notes.limits = views.map((view) => {
      const { limit, used } = view;
      const [soft = Infinity] = limit.policy.softThresholds;
      const full = view.refused || used > limit.capacity;
      return {
        policy: limit.policy.name,
        unit: limit.unit,
        limit: fromCount(limit.unit, limit.capacity),
        remaining: remaining(view),
        state: full ? 'limited' : used >= soft * limit.capacity ? 'soft' : 'ok',
      };
    });
  }
}
