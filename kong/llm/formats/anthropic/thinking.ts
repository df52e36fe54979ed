// How a model of Anthropic is asked to think: by a budget up to Claude 4.5, by an effort from 4.6 on.
// https://platform.claude.com/docs/en/build-with-claude/extended-thinking
import type { AssistantMessage, ChatRequest } from '../../chat.ts';
import type { Saying } from '../../format.ts';
import { type Bag, compact } from '../../slots.ts';
import { budgetOf, effortOf } from '../reasoning.ts';

const BY_BUDGET = /claude-(instant|2|3|(opus|sonnet|haiku)-4(?!-[6-9]))/;
const MIN_BUDGET = 1_024;
/** Anthropic demands `max_tokens`; what most of its models could write in one go. */
export const DEFAULT_MAX_TOKENS = 4_096;

export interface Thinking {
  thinking?: Bag;
  effort?: string;
  maxTokens: number;
}

export function thinkingOf(request: ChatRequest, saying: Saying | undefined): Thinking {
  const asked = request.max_completion_tokens ?? request.max_tokens ?? undefined;
  const { reasoning_effort: effort, reasoning_budget: budget } = request;
  const without: Thinking = { maxTokens: asked ?? DEFAULT_MAX_TOKENS };
  if (effort === undefined && budget === undefined) return without;
  const byBudget = BY_BUDGET.test(request.model);
  if (effort === 'none') return byBudget ? without : { ...without, thinking: { type: 'disabled' } };
  if (forcesTool(request) || isMidLoop(request)) {
    saying?.onDrop?.('reasoning_effort');
    return without;
  }
  if (!byBudget) {
    const level = effort === 'minimal' ? 'low' : (effort ?? effortOf(budget));
    return compact({ ...without, thinking: { type: 'adaptive' }, effort: level }) as unknown as Thinking;
  }
  const wanted = Math.max(MIN_BUDGET, budget ?? budgetOf(effort) ?? MIN_BUDGET);
  // The budget is a part of max_tokens.
  const maxTokens = asked ?? DEFAULT_MAX_TOKENS + wanted;
  const fits = Math.min(wanted, maxTokens - 1);
  if (fits < MIN_BUDGET) {
    saying?.onDrop?.('reasoning_effort');
    return without;
  }
  return { thinking: { type: 'enabled', budget_tokens: fits }, maxTokens };
}

/** A model that thinks may not be forced to call a tool. */
const forcesTool = ({ tool_choice: choice, tools }: ChatRequest): boolean =>
  Boolean(tools?.length) && (choice === 'required' || typeof choice === 'object');

/** The calls under way were made without thinking (or by another model): thinking cannot begin between them. */
function isMidLoop({ messages }: ChatRequest): boolean {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const calls = messages
    .slice(last + 1)
    .filter((message): message is AssistantMessage => message.role === 'assistant');
  return calls.some(
    ({ tool_calls, reasoning_blocks }) => tool_calls?.length && !reasoning_blocks?.some(isOwn),
  );
}

/** Blocks that Anthropic signed or encrypted; it takes no others back. */
export function isOwn({
  signature,
  redacted,
  format = 'anthropic',
}: NonNullable<AssistantMessage['reasoning_blocks']>[number]): boolean {
  return format === 'anthropic' && (Boolean(signature) || redacted !== undefined);
}
