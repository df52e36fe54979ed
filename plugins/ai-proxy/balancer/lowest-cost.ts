// The target on which this request will likely cost the least. One without a known price comes last.
import { costOf } from '../../../kong/llm/prices.ts';
import { type Choice, lowest, type Picker } from './picker.ts';

/** Completion tokens that are expected before any were seen. */
const TYPICAL_OUTPUT = 256;

export const lowestCost: Picker = (choices, facts) => {
  const { promptTokens } = facts;
  return lowest(choices, (choice) => expectedCost(choice, promptTokens));
};

function expectedCost({ target, model }: Choice, promptTokens: number): number {
  const usage = {
    input: { total: promptTokens },
    output: { total: target.state.typicalOutput || TYPICAL_OUTPUT },
  };
  const { ownPrices, providerName } = target;
  const cost = costOf(usage, model, providerName, ownPrices);
  return cost ? cost.total.toNumber() : Number.MAX_VALUE;
}
