// Which requests a target takes.
import { matchesGlob } from '../../kong/llm/glob.ts';
import type { TargetConfig } from './config.ts';
import type { Facts } from './facts.ts';

type MatchConfig = NonNullable<TargetConfig['match']>;
export type Condition = (facts: Facts) => boolean;

/** All that the config says must hold; cheap questions come first. */
export function condition(match: MatchConfig): Condition {
  const all = conditions(match);
  return (facts) => all.every((holds) => holds(facts));
}

function conditions(match: MatchConfig): Condition[] {
  const { models, headers, consumers, consumer_groups, tools, images } = match;
  const { min_prompt_tokens: min, max_prompt_tokens: max } = match;
  const all: Condition[] = [];
  if (models) all.push(({ requested }) => requested !== undefined && anyGlob(models, requested));
  for (const [name, wanted] of Object.entries(headers ?? {})) all.push(headerIs(name.toLowerCase(), wanted));
  if (consumers) all.push(consumerIs(new Set(consumers)));
  if (consumer_groups) all.push(consumerIn(new Set(consumer_groups)));
  if (tools !== undefined) all.push((facts) => facts.tools === tools);
  if (images !== undefined) all.push((facts) => facts.images === images);
  if (min !== undefined) all.push((facts) => facts.promptTokens >= min);
  if (max !== undefined) all.push((facts) => facts.promptTokens <= max);
  return all;
}

export const anyGlob = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => matchesGlob(pattern, name));

function headerIs(name: string, wanted: string): Condition {
  return (facts) => {
    const value = facts.header(name);
    return value !== undefined && (wanted === '*' || value === wanted);
  };
}

function consumerIs(names: ReadonlySet<string>): Condition {
  return ({ exchange }) => {
    const { id, username, customId } = exchange.identity.consumer ?? {};
    return [id, username, customId].some((name) => name !== undefined && names.has(name));
  };
}

function consumerIn(groups: ReadonlySet<string>): Condition {
  return ({ exchange }) => exchange.identity.consumer?.tags?.some((tag) => groups.has(tag)) ?? false;
}
