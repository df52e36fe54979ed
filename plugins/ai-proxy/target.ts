// A target of the config, resolved once: provider, templates, sign-in, conditions, and the state that it keeps.

import type { Operation } from '../../kong/llm/format.ts';
import { ENDPOINTS } from '../../kong/llm/formats/index.ts';
import type { PriceEntry } from '../../kong/llm/prices-config.ts';
import { BREAKER_DEFAULTS, Breaker, type BreakerState } from '../../kong/relay/breaker.ts';
import type { Log } from '../../kong/relay/log.ts';
import type { AiProxyConfig, BalancerConfig, TargetConfig } from './config.ts';
import { DecayingSum } from './latency.ts';
import { type Condition, condition } from './match.ts';
import { type At, type PlaceReader, placeReader } from './place.ts';
import { providerOf } from './providers/index.ts';
import type { Provider } from './providers/provider.ts';
import { type SignIn, signInOf } from './sign-in/index.ts';
import { type Template, template } from './template.ts';
import type { MakeBreaker, Upstream, Upstreams } from './upstream.ts';

/** Of one target of one plugin; outlives a change of its config. */
export class TargetState {
  /** Requests under way. */
  active = 0;
  /** Of smooth round-robin. */
  current = 0;
  /** In the unit of `tokens_count_strategy`, forgotten with time. */
  readonly used = new DecayingSum();
  /** What one request used, of late; and its completion tokens. */
  typical = 0;
  typicalOutput = 0;
}

export interface Target {
  name: string;
  config: TargetConfig;
  provider: Provider;
  providerName: string;
  /** Undefined: the model that the client names. */
  model: Template | undefined;
  aliases: ReadonlySet<string>;
  /** The kind of endpoint that it serves; undefined: any. */
  operation: Operation | undefined;
  condition: Condition | undefined;
  canary: TargetConfig['canary'];
  priority: number;
  weight: number;
  maxConcurrent: number;
  place: PlaceReader;
  signIn: SignIn;
  headers: Readonly<Record<string, string>>;
  ownPrices: readonly PriceEntry[];
  state: TargetState;
  upstream(model: string, at: At): Upstream;
}

export interface TargetContext {
  config: AiProxyConfig;
  upstreams: Upstreams;
  log: Log;
  stateOf(name: string): TargetState;
  onBreaker(target: string, state: BreakerState): void;
}

/** @throws Error with a sentence for what no schema can find. */
export function resolveTargets(context: TargetContext): Target[] {
  const names = new Map<string, number>();
  return context.config.targets.map((config) => {
    const plain = config.name ?? [config.model.provider, config.model.name].filter(Boolean).join('/');
    const times = (names.get(plain) ?? 0) + 1;
    names.set(plain, times);
    if (times > 1 && config.name !== undefined) throw new Error(`two targets are named ${plain}`);
    return resolveTarget(config, times > 1 ? `${plain}#${times}` : plain, context);
  });
}

function resolveTarget(config: TargetConfig, name: string, context: TargetContext): Target {
  const { provider: providerName, name: model, model_alias, aliases, options = {} } = config.model;
  const provider = providerOf(providerName);
  const place = placeReader(config, provider, providerName);
  const version = options.anthropic_version;
  const breaker = breakerOf(context, headerText(name));
  return {
    name: headerText(name),
    config,
    provider,
    providerName,
    model: model === undefined ? undefined : template(model),
    aliases: new Set([...(model_alias === undefined ? [] : [model_alias]), ...(aliases ?? [])]),
    operation: ENDPOINTS.find(({ routeType }) => routeType === config.route_type)?.format.operation,
    condition: config.match && condition(config.match),
    canary: config.canary,
    priority: priorityOf(config, context.config.balancer, context.config.targets),
    weight: config.weight,
    maxConcurrent: config.limits?.max_concurrent ?? Number.POSITIVE_INFINITY,
    place,
    signIn: signInOf(config, provider),
    headers: { ...provider.headers, ...(version === undefined ? {} : { 'anthropic-version': version }) },
    ownPrices: ownPrices(options),
    state: context.stateOf(name),
    upstream: (asked, { key }) => context.upstreams.get(`${providerName} ${key} ${asked}`, breaker),
  };
}

/** As Kong's algorithm `priority`: when no target says its group, those of equal weight are one. */
function priorityOf(
  config: TargetConfig,
  { algorithm }: BalancerConfig,
  all: readonly TargetConfig[],
): number {
  const byWeight = algorithm === 'priority' && all.every(({ priority }) => priority === 0);
  return byWeight ? config.weight : config.priority;
}

function breakerOf({ config, log, onBreaker }: TargetContext, target: string): MakeBreaker {
  const { max_fails, fail_timeout, error_rate } = config.balancer;
  return (onChange) =>
    new Breaker({
      ...BREAKER_DEFAULTS,
      failures: max_fails,
      errorRate: max_fails === 0 ? 0 : error_rate,
      openMs: fail_timeout,
      onChange(state, told) {
        log.warn({ target, breaker: state, ...(told ? { told } : {}) }, 'breaker changed');
        onBreaker(target, state);
        onChange(state, told);
      },
    });
}

function ownPrices({ input_cost, output_cost }: NonNullable<TargetConfig['model']['options']>): PriceEntry[] {
  if (input_cost === undefined && output_cost === undefined) return [];
  return [
    {
      model: '*',
      multiplier: 1,
      ...(input_cost === undefined ? {} : { input: input_cost }),
      ...(output_cost === undefined ? {} : { output: output_cost }),
    },
  ];
}

/** What no header may hold is left out. */
export const headerText = (text: string): string => text.replace(/[^\x21-\x7e]/g, '');
