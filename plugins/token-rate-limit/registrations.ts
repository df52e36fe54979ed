// Which counters there are, for the people who look after them: each stage tells the primary process about its config.
import type { RedisConfig } from '../../kong/relay/redis-config.ts';
import type { TokenRateLimitConfig } from './config.ts';
import { type Limit, preparePolicy } from './policy.ts';

/** Plain JSON. */
export interface Registration {
  pluginId: string;
  namespace: string;
  policies: TokenRateLimitConfig['policies'];
  /** Undefined: on this machine. */
  redis?: RedisConfig;
}

export interface Registered extends Registration {
  limits: readonly Limit[];
}

export class Registrations {
  private readonly byPlugin = new Map<string, Registered>();

  /** The latest config of a plugin counts. */
  add(registration: Registration): void {
    const limits = registration.policies.flatMap((policy) => preparePolicy(policy).limits);
    this.byPlugin.set(registration.pluginId, { ...registration, limits });
  }

  all(): Registered[] {
    return [...this.byPlugin.values()];
  }
}
