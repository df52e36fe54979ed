// What all requests of one config share.
import type { Dispatcher } from 'undici';
import { costOf } from '../../kong/llm/prices.ts';
import { totalTokens } from '../../kong/llm/usage.ts';
import type { StageHost } from '../../kong/relay/stage.ts';
import type { Attempt, AttemptEnd } from './attempt.ts';
import { type Picker, pickerOf } from './balancer/index.ts';
import { createAgent } from './call.ts';
import { Candidates } from './candidates.ts';
import type { AiProxyConfig } from './config.ts';
import { type TargetMetrics, targetMetrics } from './metrics.ts';
import { CLIENTS } from './sign-in/key.ts';
import { resolveTargets, type Target, TargetState } from './target.ts';
import { Upstreams } from './upstream.ts';

/** Stands for the key of a target that has none, where limits are kept by key. */
export const NO_KEY = '';

export class Runtime {
  readonly config: AiProxyConfig;
  readonly targets: readonly Target[];
  readonly candidates: Candidates;
  readonly pick: Picker;
  private readonly agent: Dispatcher;
  private readonly publicAgent: Dispatcher;
  private readonly metrics = new Map<string, TargetMetrics>();

  constructor(config: AiProxyConfig, host: StageHost) {
    this.config = config;
    this.targets = resolveTargets({
      config,
      upstreams: host.state('upstreams', () => new Upstreams(host.node, host.plugin)),
      log: host.log,
      onBreaker: (name, state) => this.metrics.get(name)?.breaker(state),
      stateOf: (name) => host.state(`target ${host.pluginId} ${name}`, () => new TargetState()),
    });
    this.candidates = new Candidates(this.targets, config.allowed_models);
    this.pick = pickerOf(config.balancer);
    const { connect } = config.timeouts;
    // Connections outlive a change of config, unless it is the timeout that changed.
    this.agent = host.state(`agent ${connect}`, () => createAgent(connect));
    this.publicAgent = host.state(`public agent ${connect}`, () => createAgent(connect, true));
    for (const { name } of this.targets)
      this.metrics.set(name, targetMetrics(host.metrics, host.pluginId, name));
  }

  /** A host that a client has a say in must not be one of the operator's own network, unless the config permits it. */
  agentFor({ place, config }: Target): Dispatcher {
    return place.byClient && !config.allow_private_addresses ? this.publicAgent : this.agent;
  }

  /** An attempt is over: what it says about its key and its target is kept. */
  record(attempt: Attempt, { kind, failure }: AttemptEnd): void {
    const { choice, key, record, usage, firstTokenAt } = attempt;
    const { target, upstream } = choice;
    const digest = key?.digest ?? NO_KEY;
    const now = record.endedAt!;
    if (digest !== CLIENTS) {
      if (kind === 'complete') upstream.rests.works(digest, record.startedAt);
      else if (failure?.kind === 'refused') upstream.rests.rest(digest, 'refused', now);
      else if (failure?.kind === 'limited') upstream.rests.rest(digest, 'limited', now, failure.retryAfterMs);
      else if (failure?.retryAfterMs) upstream.rests.rest(digest, 'limited', now, failure.retryAfterMs);
    }
    if (failure?.kind === 'refused') target.signIn.refused?.();
    if (usage) target.state.used.add(this.amount(attempt), now);
    const metrics = this.metrics.get(target.name)!;
    metrics.attempt(kind === 'complete' ? 'ok' : (record.code ?? 'abandoned'));
    metrics.breaker(upstream.breaker.state);
    if (firstTokenAt !== undefined) metrics.firstToken(firstTokenAt - record.startedAt);
    if (kind === 'complete') metrics.duration(now - record.startedAt);
  }

  /** What lowest-usage counts. */
  private amount({ usage, choice }: Attempt): number {
    if (!usage) return 0;
    switch (this.config.balancer.tokens_count_strategy) {
      case 'prompt-tokens':
        return usage.input.total ?? 0;
      case 'completion-tokens':
        return usage.output.total ?? 0;
      case 'cost':
        return (
          costOf(
            usage,
            choice.model,
            choice.target.providerName,
            choice.target.ownPrices,
          )?.total.toNumber() ?? 0
        );
      default:
        return totalTokens(usage) ?? 0;
    }
  }
}
