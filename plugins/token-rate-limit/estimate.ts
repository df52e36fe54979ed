// What a request will take, before it has, and what it took in the end.
import { maxOutputTokens } from '../../kong/llm/max-tokens.ts';
import { costOf, type PricedCall } from '../../kong/llm/prices.ts';
import type { PriceEntry } from '../../kong/llm/prices-config.ts';
import type { Usage } from '../../kong/llm/usage.ts';
import type { AttemptChoice, Exchange } from '../../kong/relay/exchange.ts';
import { countPrompt, finalUsage, mostPromptTokens } from '../../kong/relay/meter.ts';
import { pricedCall } from '../../kong/relay/priced-call.ts';
import type { TypicalLengths } from './typical.ts';
import { type Amounts, NOTHING } from './units.ts';

export interface Estimate extends Amounts {
  /** The prompt's tokens are counted; false: it has no more than so many. */
  counted: boolean;
  /** No more than this will come: the client has said so. */
  mostCompletionTokens: number | undefined;
}

/** Of a request that takes no tokens, or whose tokens nobody limits. */
export const ONE_REQUEST: Estimate = {
  requests: 1,
  promptTokens: 0,
  completionTokens: 0,
  costUsd: undefined,
  counted: true,
  mostCompletionTokens: undefined,
};

/** The prompt is not counted yet: the most that it can have is known at no cost. */
export function estimateRequest(
  exchange: Exchange,
  options: { completionReserve: number | undefined; typical: TypicalLengths },
): Estimate {
  const { format, request } = exchange;
  const model = format.request.model(request.body, request.path);
  const writes = format.operation === 'chat' || format.operation === 'completion';
  const most = writes ? maxOutputTokens(request.body) : 0;
  return {
    ...ONE_REQUEST,
    promptTokens: mostPromptTokens(exchange),
    counted: false,
    completionTokens: most ?? options.completionReserve ?? options.typical.of(model),
    mostCompletionTokens: most,
  };
}

/** US dollars; undefined when the model has no known price. */
export function priceOf(
  usage: Usage,
  { model, provider }: Pick<AttemptChoice, 'model' | 'provider'>,
  prices: readonly PriceEntry[],
  call?: PricedCall,
): number | undefined {
  const cost = costOf(usage, model, provider, prices, call);
  // Counted in nano-dollars: what a division loses is far below.
  return cost ? Number(cost.total.picos) / 1e12 : undefined;
}

export function withCost(
  amounts: Amounts,
  choice: Pick<AttemptChoice, 'model' | 'provider'>,
  prices: readonly PriceEntry[],
): Amounts {
  const usage = { input: { total: amounts.promptTokens }, output: { total: amounts.completionTokens } };
  return { ...amounts, costUsd: priceOf(usage, choice, prices) };
}

/** What was used, of all models and of each. */
export interface Used {
  all: Amounts;
  of(choice: AttemptChoice): Amounts;
}

/** When nothing more can come. */
export function measure(
  exchange: Exchange,
  options: { cacheHits: 'count' | 'ignore'; estimate: Estimate; prices: readonly PriceEntry[] },
): Used {
  const { prices } = options;
  if (exchange.notes.cache?.status === 'Hit') {
    // Nobody was paid for it.
    const all = options.cacheHits === 'count' ? cacheHit(exchange, options.estimate) : NOTHING;
    return { all, of: () => NOTHING };
  }
  const final = finalUsage(exchange);
  const wasAsked = final.input.total !== undefined || final.output.total !== undefined;
  const requests = wasAsked ? 1 : 0;
  const discarded = exchange.attempts.flatMap((attempt) =>
    attempt.usage === undefined ? [] : [{ ...attempt, usage: attempt.usage }],
  );
  const all = sum(final, ...discarded.map(({ usage }) => usage));
  /** A request is asked for one choice as a rule, and more than once. */
  let last: { choice: AttemptChoice; amounts: Amounts } | undefined;
  return {
    all: { requests, costUsd: undefined, ...all },
    of(choice) {
      if (last?.choice === choice) return last.amounts;
      const same = (one: { provider?: string; model?: string }): boolean =>
        one.provider === choice.provider && one.model === choice.model;
      const { provider, used } = exchange.model;
      const answered = same({ ...(provider !== undefined && { provider }), model: used ?? '' });
      const usages = [
        ...(answered && wasAsked ? [final] : []),
        ...discarded.filter(same).map(({ usage }) => usage),
      ];
      const call = answered ? pricedCall(exchange, final, prices) : {};
      const costs = usages.map((usage) => priceOf(usage, choice, prices, usage === final ? call : {}));
      const costUsd = costs.reduce<number>((total, cost) => total + (cost ?? 0), 0);
      last = { choice, amounts: { requests: answered ? requests : 0, costUsd, ...sum(...usages) } };
      return last.amounts;
    },
  };
}

/** As if a provider had given it: as the answer says itself; else the prompt as counted here, the answer as estimated. */
function cacheHit(exchange: Exchange, estimate: Estimate): Amounts {
  const { answer, format } = exchange;
  const usage = exchange.usage ?? (answer?.kind === 'whole' ? format.answer.usage(answer.body) : undefined);
  return {
    requests: 1,
    promptTokens: usage?.input.total ?? countPrompt(exchange).tokens,
    completionTokens: usage?.output.total ?? estimate.completionTokens,
    costUsd: 0,
  };
}

function sum(...usages: readonly Usage[]): Pick<Amounts, 'promptTokens' | 'completionTokens'> {
  const total = (pick: (usage: Usage) => number | undefined): number =>
    usages.reduce((all, usage) => all + (pick(usage) ?? 0), 0);
  return {
    promptTokens: total(({ input }) => input.total),
    completionTokens: total(({ output }) => output.total),
  };
}
