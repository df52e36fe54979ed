// Which targets may serve a request, in the order of their groups: aliases, conditions, canaries, priorities.
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Facts } from './facts.ts';
import { placeOf } from './hash.ts';
import { anyGlob } from './match.ts';
import type { Target } from './target.ts';

export class Candidates {
  private readonly targets: readonly Target[];
  private readonly allowed: readonly string[] | undefined;
  /** Nothing depends on the request: the same groups for all. */
  private readonly fixed: readonly (readonly Target[])[] | undefined;

  constructor(targets: readonly Target[], allowed: readonly string[] | undefined) {
    this.targets = targets;
    this.allowed = allowed;
    const plain = targets.every(
      ({ condition, canary, operation, aliases }) =>
        !condition && !canary && !operation && aliases.size === 0,
    );
    this.fixed = plain ? grouped(targets, () => 0) : undefined;
  }

  /**
   * Groups of targets, the first to be asked first.
   * @throws GatewayError model_not_found
   */
  groupsFor(facts: Facts): readonly (readonly Target[])[] {
    const { requested } = facts;
    if (requested !== undefined && this.allowed && !anyGlob(this.allowed, requested)) throw notFound();
    if (this.fixed) return this.fixed;
    const groups = this.choose(facts);
    if (groups.length === 0) throw notFound();
    return groups;
  }

  private choose(facts: Facts): readonly (readonly Target[])[] {
    const wanted = facts.exchange.format.operation;
    const able = this.named(facts.requested).filter(({ operation = wanted }) => operation === wanted);
    const holding = able.filter(({ condition }) => condition?.(facts) ?? true);
    const canary = holding.find((target) => target.canary && inCanary(target, target.canary.percent, facts));
    // A canary serves its own part of the callers, and they fall back to what the others get.
    const usual = holding.filter((target) => !target.canary);
    const groups = grouped(usual, ({ condition }) => (condition ? 1 : 0));
    return canary ? [[canary], ...groups] : groups;
  }

  /** By alias when the client names one; else those that have none. */
  private named(requested: string | undefined): readonly Target[] {
    const byAlias =
      requested === undefined ? [] : this.targets.filter(({ aliases }) => aliases.has(requested));
    if (byAlias.length > 0) return byAlias;
    const plain = this.targets.filter(({ aliases }) => aliases.size === 0);
    return plain.length > 0 || requested !== undefined ? plain : this.targets;
  }
}

const notFound = (): GatewayError => new GatewayError('model_not_found', { param: 'model' });

/** Those whose condition holds come first, then by priority. */
function grouped(targets: readonly Target[], rank: (target: Target) => number): Target[][] {
  const groups = new Map<string, Target[]>();
  const order = (target: Target): [number, number] => [rank(target), target.priority];
  const sorted = [...targets].sort((a, b) => rank(b) - rank(a) || b.priority - a.priority);
  for (const target of sorted) {
    const key = order(target).join(' ');
    const group = groups.get(key);
    if (group) group.push(target);
    else groups.set(key, [target]);
  }
  return [...groups.values()];
}

/** The same caller always gets the same; whoever cannot be told is placed at random. */
function inCanary({ name }: Target, percent: number, { caller }: Facts): boolean {
  const place = caller === undefined ? Math.random() : placeOf(`${name}\n${caller}`);
  return place * 100 < percent;
}
